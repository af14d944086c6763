"""The campaign's page: what it tells, by the names that its templates use."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from careworth.config import Campaign, Workspace
from careworth.goals import goal_warnings
from careworth.readable import as_value, period_text, too_few
from careworth.registry import metric_words
from careworth.report.appendix import appendix, balance
from careworth.report.content import page_content
from careworth.report.explanations import asked_asides, asking, glossary, key_of, number_sentences
from careworth.report.figures import money_figures
from careworth.report.library import packed
from careworth.report.page import as_json, page
from careworth.report.parts import Figure, decided_otherwise, decisions, followed, metric, number_line, tiles
from careworth.report.purposes import purposes
from careworth.report.sections import Section, sections
from careworth.report.signs import all_written_out
from careworth.report.what_if_panel import panel
from careworth.results import Row, pick
from careworth.wording import (
    GRADES,
    answer_tone,
    answer_word,
    care_sentence,
    chance_sentence,
    goal_sentence,
    headline_response,
    return_asides,
    return_sentence,
    role_sentence,
)
from careworth.wording.money_findings import assumed_sentence, attributed_sentence, change_of_mind, next_measure


def render_report(
    values: pl.DataFrame,
    campaign: Campaign,
    workspace: Workspace,
    provenance: dict,
    verbatims: Sequence[str] = (),
    model: dict | None = None,
) -> str:
    """The campaign's page, complete in one file; the same arguments give the same bytes.

    Parameters
    ----------
    values : DataFrame
        The campaign's `metric_values`; nothing else of its data enters the page.
    provenance : dict
        What `careworth.report.provenance` tells of inputs, versions and settings.
    verbatims : sequence of str
        Redacted texts that a person approved for this page; none by default.
    model : dict, optional
        What `careworth.report.what_if_model` tells of the return, for the reader's own assumptions.
    """
    values = all_written_out(values)
    first, others = first_page(values, campaign, workspace, provenance), sections(values)
    figures = [*first["money"], *(each for section in others for each in section.figures)]
    further = appendix(values, campaign, workspace, provenance)
    tables, known = _tables(figures, others, further["objectives"]), glossary(values)
    numbers = {id(each): at for part in (figures, tables) for at, each in enumerate(part)}
    what_if = panel(model) if _known(values, "M9", "roi") else None
    return page(
        "report.html.j2",
        page_content([each.spec for each in figures], tables, known, further["kinds"]),
        what_if and what_if["model"],
        what_if=what_if,
        **first,
        purposes=purposes(first["goals"]),
        verbatims=verbatims,
        sections=others,
        number_of=lambda each: numbers[id(each)],
        funnel=_funnel(values),
        identity=_identity(values),
        boundaries=_boundaries(values),
        naive=_lines(values, metric("S2", "median", "median_replied_only", "median_with_bots")),
        glossary=known,
        sentences=packed(as_json(number_sentences(values))),
        grades=GRADES,
        **further,
    )


def _tables(figures: list[Figure], others: list[Section], objectives: list[dict]) -> list[list[dict]]:
    parts = (lines for section in others for lines in (section.numbers, section.parts))
    return [*(each.table for each in figures), *parts, *(each["lines"] for each in objectives)]


def first_page(values: pl.DataFrame, campaign: Campaign, workspace: Workspace, provenance: dict) -> dict[str, Any]:
    """What the first page of a report tells, by the names that its template uses."""
    values = all_written_out(values)
    headlines, goals = tiles(values), _goals(values)
    return {
        "campaign": campaign,
        "workspace": workspace,
        "provenance": provenance,
        "period": period_text(campaign.start, campaign.end),
        "answer": [answer_word(values), return_sentence(values), chance_sentence(values)],
        "asides": return_asides(values),
        "asked_asides": asked_asides(values),
        "asking": asking(values),
        "response": key_of(response) if (response := headline_response(values)) else "S1.ever",
        "beside": [each for each in (assumed_sentence(values), attributed_sentence(values)) if each],
        "mind": change_of_mind(values),
        "next_measure": next_measure(values),
        "tone": answer_tone(values),
        "measurable": _known(values, "M9", "roi"),
        "care": care_sentence(values),
        "role": role_sentence(values) if _known(values, "M6", "assist", "channel=care_social") else "",
        "money": money_figures(values),
        "tiles": headlines,
        "plan": _plan(campaign),
        "goals": goals,
        "goal_warnings": goal_warnings(values, campaign),
        "balance": balance([each.metric_id for each in headlines], [each["metric"] for each in goals]),
        "decisions": decisions(values),
        "decided": decided_otherwise(values),
        "followed": followed(values),
        "gate": _gate(values),
        "unknown": _unknown(values),
    }


def _gate(values: pl.DataFrame) -> list[dict]:
    checks = values.filter(metric("P1")).iter_rows(named=True)
    return [number_line(row) | {"passed": _passes(values, row)} for row in checks]


def _known(values: pl.DataFrame, metric_id: str, variant: str, slice: str = "all") -> bool:
    row = pick(values, metric_id, variant, slice)
    return row is not None and row["value"] is not None


def _passes(values: pl.DataFrame, row: Row) -> bool:
    return pick(values, "P1", row["variant"], "passed")["value"] == 1


def _lines(values: pl.DataFrame, rows: pl.Expr) -> list[dict]:
    return [number_line(row) for row in values.filter(rows & pl.col("value").is_not_null()).iter_rows(named=True)]


def _boundaries(values: pl.DataFrame) -> list[dict]:
    rows = pl.col("slice").str.starts_with("boundary_hours=")
    hours = pl.col("slice").str.extract(r"=(\d+)").cast(pl.Int64)
    return _lines(values.filter(rows).sort("metric_id", "variant", hours), rows)


def _funnel(values: pl.DataFrame) -> list[dict]:
    steps = ("read", "rejected", "accepted", "repaired", "flagged", "excluded", "in_campaign")
    order = pl.col("variant").str.split(":").list.first().replace_strict({step: k for k, step in enumerate(steps)})
    return _lines(values.filter(metric("F12")).sort(order, "variant"), metric("F12"))


def _identity(values: pl.DataFrame) -> list[dict]:
    fates = ("joined", "without_consent", "ambiguous", "unmatched")
    order = pl.col("variant").replace_strict({fate: k for k, fate in enumerate(fates)})
    return _lines(values.filter(metric("P7")).sort(order), metric("P7"))


def _unknown(values: pl.DataFrame) -> dict[str, list[str]]:
    missing = values.filter((pl.col("grade") == "X") & (pl.col("slice") == "all") & ~pl.col("metric_id").is_in(["V6", "E10"]))
    by_reason = {}
    for metric_id, variant, reason in missing.select("metric_id", "variant", "reason").iter_rows():
        by_reason.setdefault(reason, []).append(metric_words(metric_id, variant))
    return by_reason


def _plan(campaign: Campaign) -> list[tuple[str, str]]:
    # How the objectives were to be reached (METRICS.md R148): only what the campaign's file says.
    channels = ", ".join([*campaign.networks, *campaign.accounts])
    told = {"Strategy": campaign.strategy, "Owner": campaign.owner, "Staffing": campaign.staffing, "Channels": channels}
    return [(name, words) for name, words in told.items() if words.strip()]


def _goals(values: pl.DataFrame) -> list[dict]:
    goals = []
    for row in values.filter((pl.col("metric_id") == "E10") & (pl.col("slice") == "value")).iter_rows(named=True):
        target = pick(values, "E10", row["variant"], "target")
        key, variant = row["variant"].split(".", 1)
        known = row["value"] is not None and target is not None
        goals.append(
            {
                "name": metric_words(key, variant),
                "metric": key,
                "row": row | {"metric_id": key, "variant": variant},
                "verdict": _verdict(row) if known else "not measured",
                "sentence": goal_sentence(row, target) + _start(values, row["variant"]) if known else row["reason"],
            }
        )
    return goals


def _start(values: pl.DataFrame, goal: str) -> str:
    baseline = pick(values, "E10", goal, "baseline")
    return "" if baseline is None or too_few(baseline) else f", from {as_value(baseline['value'], baseline['unit'])}"


def _verdict(row: dict) -> str:
    # A target set when the numbers were in is no target: it is shown, and does not count (METRICS.md E10).
    verdict, *post_hoc = row["reason"].split("; ")
    return "set after the start" if post_hoc else verdict
