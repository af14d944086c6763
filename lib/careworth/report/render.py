"""Pages from templates: escaped, under a content-security policy, with everything they need inside."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from careworth.config import Campaign, Workspace
from careworth.goals import goal_warnings
from careworth.readable import FEWEST_SHOWN, as_share, as_value, period_text, too_few
from careworth.registry import METRICS, metric_words
from careworth.report.appendix import appendix, balance
from careworth.report.figures import money_figures
from careworth.report.library import chart_library, packed, script_hash
from careworth.report.parts import decided_otherwise, decisions, followed, metric, number_line, tiles
from careworth.report.purposes import purposes
from careworth.report.sections import sections
from careworth.report.what_if_panel import panel
from careworth.results import Row, pick
from careworth.wording import (
    GRADES,
    answer_tone,
    answer_word,
    care_sentence,
    chance_sentence,
    goal_sentence,
    return_asides,
    return_sentence,
    role_sentence,
)

#: Characters that could end a script element or a line of JavaScript, as JSON escapes.
ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


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
    money, others = money_figures(values), sections(values)
    figures = [*money, *(each for section in others for each in section.figures)]
    numbers, headlines, goals = {id(each): at for at, each in enumerate(figures)}, tiles(values), _goals(values)
    what_if = panel(model) if _known(values, "M9", "roi") else None
    return page(
        "report.html.j2",
        [each.spec for each in figures],
        what_if and what_if["model"],
        what_if=what_if,
        campaign=campaign,
        workspace=workspace,
        period=period_text(campaign.start, campaign.end),
        answer=[answer_word(values), return_sentence(values), chance_sentence(values)],
        asides=return_asides(values),
        tone=answer_tone(values),
        measurable=_known(values, "M9", "roi"),
        care=care_sentence(values),
        role=role_sentence(values) if _known(values, "M6", "assist", "channel=care_social") else "",
        money=money,
        tiles=headlines,
        plan=_plan(campaign),
        goals=goals,
        goal_warnings=goal_warnings(values, campaign),
        balance=balance([each.metric_id for each in headlines], [each["metric"] for each in goals]),
        purposes=purposes(goals),
        decisions=decisions(values),
        decided=decided_otherwise(values),
        followed=followed(values),
        verbatims=verbatims,
        gate=[number_line(row) | {"passed": _passes(values, row)} for row in values.filter(metric("P1")).iter_rows(named=True)],
        sections=others,
        number_of=lambda each: numbers[id(each)],
        funnel=_funnel(values),
        identity=_identity(values),
        boundaries=_boundaries(values),
        naive=_lines(values, metric("S2", "median", "median_replied_only", "median_with_bots")),
        glossary={key: entry for key, entry in METRICS.items() if key in values["metric_id"].unique().to_list()},
        grades=GRADES,
        provenance=provenance,
        **appendix(values, campaign, workspace, provenance),
        unknown=_unknown(values),
    )


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


def page(template: str, specs: list[dict], model: dict | None = None, **context) -> str:
    """A page from its template, under a policy that runs only the scripts that draw these specifications and move the model."""
    boot, library = (_asset("boot.js"), chart_library()) if specs else ("", "")
    move = _asset("what_if.js") if model else ""
    scripts = " ".join(script_hash(each) for each in (boot, library, move) if each) or "'none'"
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        _environment()
        .get_template(template)
        .render(
            policy=Markup(policy),
            style=Markup(_asset("style.css")),
            boot=Markup(boot),
            charts=packed(_as_json(specs)),
            library=packed(library),
            model=Markup(_as_json(model)),
            move=Markup(move),
            **context,
        )
    )


def _as_json(values: list | dict | None) -> str:
    return json.dumps(values, separators=(",", ":"), ensure_ascii=True).translate(ESCAPED)


@cache
def _asset(name: str) -> str:
    return files("careworth.report").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("careworth.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = _visible
    environment.filters["filled_columns"] = _filled_columns
    environment.filters["found_share"] = _found_share
    return environment


def _visible(name: str) -> Markup:
    # Control and direction characters could disguise a name; a bidirectional isolate keeps the rest of the line in order.
    shown = "".join(sign if sign.isprintable() else f"[U+{ord(sign):04X}]" for sign in name)
    return Markup("<bdi>{}</bdi>").format(shown)


def _found_share(join: dict) -> str:
    return as_share(join["matched"] / join["records"]) if join["records"] >= FEWEST_SHOWN else "too few to show"


def _filled_columns(lines: list[dict[str, str]]) -> list[str]:
    columns = ("metric", "slice", "value", "interval", "n", "grade")
    return [name for name in columns if any(line[name] for line in lines)]
