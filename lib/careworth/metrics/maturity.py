"""How far the organisation is in social care by its own answers to a questionnaire (E11)."""

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.windows import last_day
from careworth.results import Row, value_row

#: Levels of a rubric; from READY on, a dimension is one to build a campaign on. The line is a convention, printed with its row.
LOWEST, HIGHEST, READY = 1, 5, 3

NO_ANSWERS = "no answers to a maturity questionnaire from before the campaign's end are connected"


def maturity_rows(answers: pl.DataFrame, cut: Cut) -> list[Row]:
    """E11: the level of each dimension at the latest audit, its change since the audit before, and how many are ready.

    An audit is a day with a version of a questionnaire; only audits by the same version are compared. The organisation judges
    itself, so grade C.
    """
    known = answers.filter(pl.col("answered_on") < last_day(cut)).sort("answered_on", "questionnaire", "dimension")
    if known.is_empty():
        return [value_row("E11", "level", None, "level", reason=NO_ANSWERS)]
    day, questionnaire = known.select(pl.last("answered_on", "questionnaire")).row(0)
    own = known.filter(questionnaire=questionnaire)
    latest, earlier = own.filter(answered_on=day), own.filter(pl.col("answered_on") < day)
    before = earlier.filter(pl.col("answered_on") == pl.col("answered_on").max())
    levels, told = _levels(latest), f"self-report of {day} by questionnaire {questionnaire}"
    changes = _change_rows(levels, _levels(before), before["answered_on"].max(), told) if before.height else []
    return [_ready_row(levels, told), *(_level_row(*each, told) for each in levels.items()), *changes]


def _levels(audit: pl.DataFrame) -> dict[str, int | None]:
    possible = pl.col("level").is_between(LOWEST, HIGHEST)
    return dict(audit.select("dimension", pl.when(possible).then("level")).iter_rows())


def _level_row(dimension: str, level: int | None, told: str) -> Row:
    reason = told if level is not None else f"no level from {LOWEST} to {HIGHEST} was answered; {told}"
    return _row("level", level, f"dimension={dimension}", reason)


def _change_rows(levels: dict[str, int | None], before: dict[str, int | None], day, told: str) -> list[Row]:
    return [_change_row(name, level, before.get(name), f"{told}, against that of {day}") for name, level in levels.items()]


def _change_row(dimension: str, level: int | None, then: int | None, told: str) -> Row:
    if level is None or then is None:
        return _row("change", None, f"dimension={dimension}", f"not answered at both audits; {told}")
    return _row("change", level - then, f"dimension={dimension}", told)


def _row(variant: str, value: int | None, slice: str, reason: str) -> Row:
    return value_row("E11", variant, value, "level", n=1, denominator="self-report", slice=slice, grade="C", reason=reason)


def _ready_row(levels: dict[str, int | None], told: str) -> Row:
    """How many of the answered dimensions are at level 3 or above; the reason names the others (R038)."""
    answered = {name: level for name, level in levels.items() if level is not None}
    behind = sorted(name for name, level in answered.items() if level < READY)
    labels = {"n": len(answered), "denominator": "dimensions answered", "grade": "C"}
    if not answered:
        return value_row("E11", "ready", None, "count", reason=f"no dimension was answered; {told}", **labels)
    below = f"not ready: {', '.join(behind)}" if behind else "all are ready"
    return value_row(
        "E11", "ready", len(answered) - len(behind), "count", reason=f"level {READY} is ready; {below}; {told}", **labels
    )
