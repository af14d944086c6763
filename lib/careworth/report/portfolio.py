"""The page over all campaigns: what each returned, on one axis, and what may be said of them together."""

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import polars as pl

from careworth.config import Campaign, Workspace
from careworth.readable import as_value, interval_text, period_text, too_few
from careworth.report.page import page
from careworth.report.parts import tiles
from careworth.report.strips import Axis, axis_over, strip
from careworth.results import Row, pick
from careworth.roi.portfolio import Judged, Programme, Return, budget, campaign_return, programme, ranking, verdicts
from careworth.stats import Shrunken
from careworth.wording import answer_tone, answer_word, assumptions_sentence, chance_sentence, return_sentence
from careworth.wording.portfolio import (
    budget_question,
    budget_sentence,
    left_out_sentence,
    programme_sentence,
    programme_word,
)

#: The numbers of each campaign, beside its verdict: heading, metric and variant.
NUMBERS = (
    ("Return on cost", "M9", "roi"),
    ("Cost", "M1", "total"),
    ("Net value", "M9", "net_value"),
    ("Return in cash alone", "M9", "cashable"),
    ("Thank You Score", "Q1", "rate"),
    ("Resolved here", "S6", "resolved"),
)

NO_NUMBER = "–"

TONES = {"pays": "good", "loses": "bad", "not shown": "open"}


def render_index(rows: list[dict], workspace: Workspace) -> str:
    """The page over all campaigns: returns on one axis, their total, headline numbers and link, or why one has none.

    Parameters
    ----------
    rows : list of dict
        `campaign`, its `values` or None, `failure` or None, and `link` or None.
    """
    returns = _returns(rows)
    ranks, judged = ranking(returns), verdicts(returns, workspace.roi.false_discovery)
    axis, shown = axis_over([each.roi for each in returns.values()]), _shown(rows)
    order = sorted(rows, key=lambda row: _place(row["campaign"].id, returns, ranks))
    campaigns = [
        row | _summary(row, workspace, shown) | _standing(row["campaign"].id, returns, ranks, judged, axis) for row in order
    ]
    return page(
        "index.html.j2",
        workspace=workspace,
        rows=campaigns,
        axis=axis.labels if returns else [],
        is_ranked=bool(ranks),
        false_discovery=f"{100 * workspace.roi.false_discovery:g} %",
        numbers=[name for name, *_ in shown],
        **_together(returns, ranks, campaigns, rows),
    )


def _returns(rows: list[dict]) -> dict[str, Return]:
    found = {row["campaign"].id: campaign_return(row["values"]) for row in rows if row["values"] is not None}
    return {name: each for name, each in found.items() if each is not None}


def _place(name: str, returns: Mapping[str, Return], ranks: Mapping[str, Shrunken]) -> tuple[int, float]:
    # The best first, and those without a return behind, in the order that they came in.
    if name not in returns:
        return (1, 0.0)
    return (0, -ranks[name].estimate.value if ranks else 0.0)


def _together(returns: Mapping[str, Return], ranks: Mapping[str, Shrunken], campaigns: list[dict], rows: list[dict]) -> dict:
    names = {row["campaign"].id: row["campaign"].name for row in rows}
    currency = rows[0]["campaign"].currency if rows else ""
    total, question = programme(list(returns.values())), budget(returns, ranks)
    without = [row["campaign"].name for row in campaigns if row["campaign"].id not in returns]
    word = programme_word(total.roi if total else None)
    return {
        "word": word,
        "tone": {"Yes.": "good", "No.": "bad"}.get(word, "open"),
        "together": _unbroken(_total_sentence(total, currency, len(returns))),
        "left_out": left_out_sentence(without) if total else "",
        "is_shared": any(_has_overlap(row["values"]) for row in rows),
        "question": _unbroken(budget_question(currency)),
        "budget": budget_sentence(question.case, [names[each] for each in question.names]),
    }


def _has_overlap(values: pl.DataFrame | None) -> bool:
    overlap = None if values is None else pick(values, "M9", "overlap")
    return overlap is not None and bool(overlap["value"])


def _unbroken(text: str) -> str:
    # A line that ends between a number and its unit reads badly.
    return re.sub(r"(?<=\d) (?=%|\d|k\b|M\b)|(?<=[A-Z]{3}) (?=\d)", "\u00a0", text)


def _total_sentence(total: Programme | None, currency: str, counted: int) -> str:
    if total is None:
        return "No campaign has a return yet; each says below what is missing."
    return programme_sentence(total.roi, total.cost, total.gains, currency, counted)


def _shown(rows: list[dict]) -> list[tuple[str, str, str]]:
    # A column that no campaign fills would only take room.
    tables = [row["values"] for row in rows if row["values"] is not None]
    return [number for number in NUMBERS if any(_cell(values, *number)["value"] != NO_NUMBER for values in tables)]


def _summary(row: dict, workspace: Workspace, shown: list[tuple[str, str, str]]) -> dict:
    campaign, values = row["campaign"], row["values"]
    known = {
        "period": period_text(campaign.start, campaign.end),
        "status": _status(row, workspace),
        "seen": _seen(campaign, workspace),
        "tiles": [],
        "sentences": [],
        "word": "",
        "tone": "open",
        "cells": [],
    }
    if values is None:
        return known
    said = [return_sentence(values), chance_sentence(values), assumptions_sentence(values)]
    return known | {
        "tiles": tiles(values),
        "word": answer_word(values),
        "tone": answer_tone(values),
        "sentences": [each for each in said if each],
        "cells": [_cell(values, *number) for number in shown],
    }


def _cell(values: pl.DataFrame, heading: str, metric_id: str, variant: str) -> dict[str, str]:
    row = pick(values, metric_id, variant)
    if row is None or row["value"] is None or too_few(row):
        return {"heading": heading, "value": NO_NUMBER, "interval": "", "grade": ""}
    return {
        "heading": heading,
        "value": as_value(row["value"], row["unit"]),
        "interval": _interval(row),
        "grade": row["grade"],
    }


def _interval(row: Row) -> str:
    # The table's heading says which kind of interval it is, so that the cells can be short.
    text = interval_text(row).removeprefix("90 % range ").removeprefix("95 % interval ")
    text = text.replace(f"{row['unit']} ", "")
    low, _, high = text.partition(" – ")
    return "" if low == high else text


def _status(row: dict, workspace: Workspace) -> str:
    campaign, cut = row["campaign"], row["campaign"].as_of or workspace.as_of
    if row["failure"]:
        return "failed; an older report is linked" if row["link"] else "failed; no report"
    if cut is not None and cut < campaign.ends_at(ZoneInfo(workspace.time_zone)):
        return "still running"
    return "complete"


def _seen(campaign: Campaign, workspace: Workspace) -> str:
    cut = campaign.as_of or workspace.as_of
    if cut is None:
        return "data to the last message"
    day = cut.astimezone(ZoneInfo(workspace.time_zone))
    return f"data to {day.day} {day:%B %Y}"


def _standing(
    name: str, returns: Mapping[str, Return], ranks: Mapping[str, Shrunken], judged: Mapping[str, Judged], axis: Axis
) -> dict:
    if name not in returns:
        return {"strip": "", "verdict": "", "verdict_tone": "open", "pulled": "", "best": ""}
    shrunk, verdict = ranks.get(name), judged[name].verdict
    return {
        "strip": strip(returns[name].roi, shrunk.estimate if shrunk else None, axis, TONES[verdict]),
        "verdict": verdict,
        "verdict_tone": TONES[verdict],
        "pulled": as_value(shrunk.estimate.value, "ratio") if shrunk else "",
        "best": f"{round(100 * shrunk.best)} %" if shrunk else "",
    }
