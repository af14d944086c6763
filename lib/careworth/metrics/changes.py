"""What changed since the eight weeks before the campaign, and how much of it is only another mix (C.3, C.5)."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.baseline_length import too_short, without_value
from careworth.metrics.durations import minutes
from careworth.metrics.mix import change_rows
from careworth.metrics.resolving import HORIZON_HOURS as RESOLUTION_HOURS
from careworth.metrics.resolving import elapsed_until
from careworth.metrics.service import CARE, NEEDING
from careworth.metrics.shares import FEWEST
from careworth.metrics.volume import is_care
from careworth.results import Row, value_row
from careworth.stats import UNKNOWN, Z95, Estimate, restricted_mean_and_error, restricted_mean_difference

#: Hours up to which waits for an answer are averaged.
RESPONSE_HOURS = 24

#: From so many cases on each side on, the interval by standard errors is that of the bootstrap, which takes long.
MANY_CASES = 500

#: Waits in minutes, and whether each ended.
Waits = tuple[np.ndarray, np.ndarray]

#: What a share is taken apart by.
GROUPS = ("network", "opening_state")

#: What the change of a mean time is told without: another mix of these.
MIX = "opening_state"

ANSWERED = "answered care conversations"


def changes_rows(before: pl.DataFrame, after: pl.DataFrame, cut: Cut, response_hours: float, window_hours: float) -> list[Row]:
    """S1, S6 and Q1: the change of each share against the baseline, within groups and by mix; S2 and S5: of the mean time.

    A change is described, not explained: before and after is no evidence that the campaign did it (METRICS.md C.4). There is
    none where the baseline is shorter than two weeks.
    """
    hours = max(response_hours, window_hours)
    periods = [cut.mature(period, hours).with_columns(_flags(response_hours)) for period in (before, after)]
    shares = [
        ("answered", pl.col("clock_at").is_not_null(), ("S1", f"within_{response_hours:g}h", NEEDING)),
        ("resolved", is_care(), ("S6", "resolved", CARE)),
        ("thanked", pl.col("agent_turn_count") > 0, ("Q1", "rate", ANSWERED)),
    ]
    rows = [
        row
        for flag, fits, label in shares
        for by in GROUPS
        for row in change_rows(*(period.filter(fits) for period in periods), flag, by, *label)
    ]
    short = too_short(before["started_at"].min(), cut)
    return [without_value(row, short) for row in [*rows, *_wait_rows(before, after, cut), *_resolution_rows(before, after, cut)]]


def _wait_rows(before: pl.DataFrame, after: pl.DataFrame, cut: Cut) -> list[Row]:
    needing = [period.filter(pl.col("clock_at").is_not_null()) for period in (before, after)]
    return _mean_rows("S2", NEEDING, *needing, RESPONSE_HOURS, lambda part: _waits(part, cut))


def _resolution_rows(before: pl.DataFrame, after: pl.DataFrame, cut: Cut) -> list[Row]:
    care = [period.filter(is_care()) for period in (before, after)]
    return _mean_rows("S5", CARE, *care, RESOLUTION_HOURS, lambda part: elapsed_until(part, "first_resolved_at", cut))


def _mean_rows(
    metric_id: str, of: str, before: pl.DataFrame, after: pl.DataFrame, hours: int, waits: Callable[[pl.DataFrame], Waits]
) -> list[Row]:
    # A difference of medians says nothing where one is not reached; the mean time up to a horizon is always known.
    labels = {"n": before.height + after.height, "denominator": f"{of}, two periods", "grade": "B"}
    if before.is_empty() or after.is_empty():
        why = f"no {of} in one of the two periods"
        return [_change_row(metric_id, by, UNKNOWN, why, labels) for by in ("none", MIX)]
    whole = _mean_change(waits(before), waits(after), 60 * hours)
    alike = mean_change_of_one_mix(before, after, MIX, 60 * hours, waits)
    note = f"times up to {hours} hours"
    return [
        _change_row(metric_id, "none", whole, f"{note}: {_direction(whole)}", labels),
        _change_row(metric_id, MIX, alike, f"{note}, with the mix of openings held: {_direction(alike)}", labels),
    ]


def _mean_change(before: Waits, after: Waits, horizon: float) -> Estimate:
    if min(len(before[0]), len(after[0])) < MANY_CASES:
        return restricted_mean_difference(*after, *before, horizon)
    change, error = _change_and_error(before, after, horizon)
    return UNKNOWN if change is None or error is None else Estimate(change, change - Z95 * error, change + Z95 * error)


def _change_row(metric_id: str, by: str, change: Estimate, reason: str, labels: dict) -> Row:
    return value_row(metric_id, "restricted_mean_change", change, "minutes", slice=f"by={by}", reason=reason, **labels)


def _direction(change: Estimate) -> str:
    if change.value is None:
        return "too few cases in the same groups"
    if change.low is None or change.high is None or change.low <= 0 <= change.high:
        return "no clear change"
    return "shorter than before" if change.high < 0 else "longer than before"


def mean_change_of_one_mix(
    before: pl.DataFrame, after: pl.DataFrame, by: str, horizon: float, waits: Callable[[pl.DataFrame], Waits]
) -> Estimate:
    """Change of the mean time up to the horizon, in minutes, if both periods had the mix that they have together.

    The groups' own changes, each with its share of both periods' cases; groups without ten cases in each are left out.
    """
    parts = [period.drop_nulls(by).partition_by(by, as_dict=True) for period in (before, after)]
    shared = [key for key in parts[0] if all(key in part and part[key].height >= FEWEST for part in parts)]
    known = [(_change_and_error(*(waits(part[key]) for part in parts), horizon), _cases(parts, key)) for key in sorted(shared)]
    told = np.array([(change, error, cases) for (change, error), cases in known if error is not None])
    if not len(told):
        return UNKNOWN
    changes, errors, weights = told[:, 0], told[:, 1], told[:, 2] / told[:, 2].sum()
    value, half = float(weights @ changes), Z95 * float(((weights * errors) ** 2).sum() ** 0.5)
    return Estimate(value, value - half, value + half)


def _change_and_error(before: Waits, after: Waits, horizon: float) -> tuple[float | None, float | None]:
    (was, error_was), (now, error_now) = (restricted_mean_and_error(*waits, horizon) for waits in (before, after))
    if was is None or now is None or error_was is None or error_now is None:
        return None, None
    return now - was, (error_was**2 + error_now**2) ** 0.5


def _cases(parts: list[dict], key: tuple) -> int:
    return sum(part[key].height for part in parts)


def _waits(needing: pl.DataFrame, cut: Cut) -> Waits:
    waited = minutes(pl.col("first_reply_at").fill_null(cut.as_of) - pl.col("clock_at")).clip(0)
    told = needing.select(waited.alias("minutes"), answered=pl.col("first_reply_at").is_not_null())
    return told["minutes"].to_numpy(), told["answered"].to_numpy()


def _flags(response_hours: float) -> list[pl.Expr]:
    waited = pl.col("first_reply_at") - pl.col("clock_at")
    return [
        (waited <= timedelta(hours=response_hours)).fill_null(False).alias("answered"),
        (pl.col("outcome") == "resolved").alias("resolved"),
        (pl.col("thanks_count") > 0).alias("thanked"),
    ]
