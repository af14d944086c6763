"""What a study's campaign changed in daily series, with the words that its design allows (METRICS.md C.4)."""

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.config import advice
from careworth.daily import outcome_days
from careworth.effects.design import permitted_sentence
from careworth.effects.series import SeriesEffect, estimate_effect
from careworth.errors import ConfigError, ParameterError
from careworth.metrics.windows import last_day
from careworth.results import Row, value_row
from careworth.stats import Estimate
from careworth.study import Study
from careworth.targets import Outcome
from careworth.trends import list_windows

#: Without the campaign naming any: what a business counts, each on its own.
DEFAULT_OUTCOMES = ("calls", "orders", "revenue")

#: Weeks before the start that are shown beside the campaign's own.
SHOWN_WEEKS = 8

DAYS = "days of the campaign"


def effect_rows(study: Study) -> list[Row]:
    """E4 and M7 from time series: what each outcome's days changed by, with the days that were to be expected week by week.

    Calls and contacts are E4, orders and revenue M7; `lift` is relative, a change of 0.1 is 10 %.
    """
    days = outcome_days(study)
    known = days["series"].unique().sort().to_list()
    asked = study.campaign.outcomes or [Outcome(series=name) for name in DEFAULT_OUTCOMES if name in known]
    unknown = [name for each in asked for name in (each.series, *each.controls) if name not in known]
    if unknown:
        raise ConfigError(f"campaign {study.campaign.id}: outcomes: no series {advice(unknown[0], known)}")
    return [row for outcome in asked for row in _outcome_rows(study, outcome, days)]


class Measured(NamedTuple):
    """Where the rows of a series go: the metric, the beginning of its variants, and the unit of a day's sum."""

    metric_id: str
    kind: str
    unit: str


def _measured(study: Study, series: str) -> Measured:
    kind = series.split(":")[0]
    if kind in ("calls", "contacts"):
        return Measured(metric_id="E4", kind="contacts", unit="count")
    return Measured(metric_id="M7", kind=kind, unit=study.campaign.currency if kind == "revenue" else "count")


def _outcome_rows(study: Study, outcome: Outcome, days: pl.DataFrame) -> list[Row]:
    place = _measured(study, outcome.series)
    try:
        effect = _effect(study, outcome, days)
    except ParameterError as error:
        labels = {"n": 0, "denominator": DAYS, "slice": f"series={outcome.series}", "reason": str(error)}
        return [value_row(place.metric_id, f"{place.kind}_lift", None, "ratio", **labels)]
    return [*_number_rows(study, outcome, place, effect), *_week_rows(study, outcome, place, effect)]


def _effect(study: Study, outcome: Outcome, days: pl.DataFrame) -> SeriesEffect:
    wide = days.filter(pl.col("series").is_in([outcome.series, *outcome.controls])).pivot("series", index="day", values="value")
    whole = wide.filter(pl.col("day") < study.campaign.end).drop_nulls().sort("day")
    controls = {name: whole[name].to_numpy() for name in outcome.controls}
    promo = _promotions(study, whole["day"])
    return estimate_effect(
        whole[outcome.series].to_numpy(), whole["day"].to_numpy(), study.campaign.start, controls or None, promo
    )


def _promotions(study: Study, days: pl.Series) -> np.ndarray | None:
    """1 on days of promotions that are not the campaign itself; None where there was none."""
    others = study.table("events").filter(pl.col("type") == "promotion", pl.col("campaign_id").ne_missing(study.campaign.id))
    spans = [(window.first_day, window.end_day) for window in list_windows(others, study.cut.zone)]
    flags = np.array([any(first <= day < end for first, end in spans) for day in days], float)
    return flags if flags.any() else None


def _number_rows(study: Study, outcome: Outcome, place: Measured, effect: SeriesEffect) -> list[Row]:
    numbers = {
        "lift": (Estimate(effect.lift, effect.lift_low, effect.lift_high), "ratio"),
        "per_day": (Estimate(effect.effect, effect.low, effect.high), f"{place.unit}/day"),
        "total": (Estimate(effect.total, effect.total_low, effect.total_high), place.unit),
        "detectable": (effect.diagnostics.minimum_detectable_lift, "ratio"),
    }
    labels = {
        "n": effect.diagnostics.days_after,
        "denominator": DAYS,
        "slice": f"series={outcome.series}",
        "grade": "B" if outcome.controls else "C",
        "period": (study.campaign.start, last_day(study.cut)),
        "reason": _sentence(outcome, effect),
    }
    return [value_row(place.metric_id, f"{place.kind}_{name}", value, unit, **labels) for name, (value, unit) in numbers.items()]


def _sentence(outcome: Outcome, effect: SeriesEffect) -> str:
    """What may be said, in percent where a lift is known, else in the series' own unit by day."""
    name, known = outcome.series.replace(":", " of ").replace("_", " "), effect.diagnostics
    if effect.lift is None or known.minimum_detectable_lift is None:
        estimate, unit, seen = Estimate(effect.effect, effect.low, effect.high), "a day", known.minimum_detectable_effect
    else:
        lifts = (effect.lift, effect.lift_low, effect.lift_high)
        estimate = Estimate(*(None if each is None else 100 * each for each in lifts))
        unit, seen = "%", 100 * known.minimum_detectable_lift
    return permitted_sentence(effect.design, name, estimate, unit=unit, detectable=seen, doubts=known.warnings)


def _week_rows(study: Study, outcome: Outcome, place: Measured, effect: SeriesEffect) -> list[Row]:
    """Observed and expected by week counted from the start, as many weeks before it as are shown, and all of its own.

    From the start on the expected has the interval of its level, which moves all weeks together.
    """
    start = study.campaign.start
    days = pl.DataFrame({"day": effect.dates, "observed": effect.observed, "expected": effect.expected})
    week = ((pl.col("day") - start).dt.total_days() // 7).alias("week")
    whole = days.group_by(week).agg(pl.len(), pl.col("observed", "expected").mean()).filter(len=7).sort("week")
    shown = whole.filter(pl.col("week") >= -SHOWN_WEEKS, pl.col("expected").is_not_nan())
    labels = {"n": 7, "denominator": "days", "slice": f"series={outcome.series}", "grade": "B"}
    low, high = _reach(effect)
    rows = []
    for number, _, observed, expected in shown.iter_rows():
        level = Estimate(expected, expected * low, expected * high) if number >= 0 else expected
        rows += [
            value_row(
                place.metric_id, f"{place.kind}_{name}", value, f"{place.unit}/day", period=_week_of(start, number), **labels
            )
            for name, value in (("observed", observed), ("expected", level))
        ]
    return rows


def _reach(effect: SeriesEffect) -> tuple[float, float]:
    """How far what was expected in all may lie below and above its estimate, as factors."""
    observed = effect.observed[-effect.diagnostics.days_after :].sum()
    expected = observed - effect.total
    if not expected > 0:
        return 1.0, 1.0
    return (observed - effect.total_high) / expected, (observed - effect.total_low) / expected


def _week_of(start: date, number: int) -> tuple[date, date]:
    return start + timedelta(weeks=number), start + timedelta(weeks=number + 1)
