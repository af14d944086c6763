"""Whether enquiries moved from the phone to social care, or only grew (E5)."""

import numpy as np
import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.baseline_length import too_short, without_value
from careworth.metrics.contact_days import days_of
from careworth.metrics.volume import is_care
from careworth.metrics.windows import BASELINE_DAYS, last_day, local_day, midnight
from careworth.results import Row, share_estimate, value_row
from careworth.stats import Estimate, newcombe_interval

ENQUIRIES = "care conversations and calls"

#: A baseline or campaign of fewer whole weeks says too little about its weeks.
FEWEST_WEEKS = 3

#: Two spans of days were compared, so whatever else changed between them counts too.
COMPARED = "before and after compared; what else changed then counts too, so this is no effect"


def channel_shift_rows(conversations: pl.DataFrame, intervals: pl.DataFrame, contacts: pl.DataFrame, cut: Cut) -> list[Row]:
    """E5: social care's share of enquiries, its change on the 8 weeks before, and calls less per conversation more.

    Only days on which calls and conversations are both connected count, before and after alike. A substitution of -1 is
    a call less for each conversation more; near 0 the conversations came on top.

    Parameters
    ----------
    conversations : DataFrame
        Conversations with the campaign's accounts, those of the 8 weeks before it too.
    """
    days = _enquiries(conversations, days_of(intervals, contacts, cut), cut)
    spans = [days.filter(is_campaign=True), days.filter(is_campaign=False)]
    (social, calls), earlier = _sums(spans[0]), _sums(spans[1])
    labels = {"n": social + calls, "denominator": ENQUIRIES, "grade": "B"}
    reason = None if social + calls else _not_both("the campaign")
    whole = value_row("E5", "social_share", share_estimate(social, social + calls), "share", reason=reason, **labels)
    first = spans[1]["day"].min()
    short = too_short(first and midnight(first, cut), cut)
    return [whole, without_value(_change_row((social, calls), earlier, labels), short), substitution_row(days)]


def _enquiries(conversations: pl.DataFrame, contact_days: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """One row per whole day with a record of calls since 8 weeks before the campaign: `social`, `calls`, `week`."""
    care = conversations.filter(is_care()).group_by(day=local_day("started_at", cut)).agg(social=pl.len().cast(pl.Int64))
    first = conversations.select(local_day("started_at", cut).min()).item()
    calls = contact_days.filter(channel="phone").select("day", calls="offered")
    since = (pl.col("day") - pl.lit(cut.start)).dt.total_days()
    known = calls.filter(pl.col("day") < last_day(cut), since >= -BASELINE_DAYS, pl.lit(first) <= pl.col("day"))
    joined = known.join(care, on="day", how="left", validate="1:1").sort("day")
    return joined.with_columns(pl.col("social").fill_null(0), is_campaign=since >= 0, week=since // 7)


def _sums(days: pl.DataFrame) -> tuple[int, int]:
    return int(days["social"].sum()), int(days["calls"].sum())


def _change_row(now: tuple[int, int], earlier: tuple[int, int], labels: dict) -> Row:
    if not sum(now) or not sum(earlier):
        which = "the campaign" if not sum(now) else "the 8 weeks before the campaign"
        return value_row("E5", "social_share_change", None, "ratio", reason=_not_both(which), **labels)
    low, high = newcombe_interval(now[0], sum(now), earlier[0], sum(earlier))
    change = now[0] / sum(now) - earlier[0] / sum(earlier)
    return value_row("E5", "social_share_change", Estimate(change, low, high), "ratio", reason=COMPARED, **labels)


def _not_both(span: str) -> str:
    return f"calls and conversations are not both connected for {span}"


def substitution_row(days: pl.DataFrame, resamples: int = 2000, seed: int = 1) -> Row:
    """E5: the change of calls per change of conversations a day, with whole weeks drawn again; grade C.

    Undefined while the change of conversations may be none: a ratio over nothing is noise.
    """
    weeks = [_whole_weeks(days.filter(is_campaign=inside)) for inside in (True, False)]
    count = sum(map(len, weeks))
    labels = {"n": count, "denominator": "whole weeks", "grade": "C"}
    if min(map(len, weeks)) < FEWEST_WEEKS:
        why = f"it takes {FEWEST_WEEKS} whole weeks of calls and conversations before and in the campaign"
        return value_row("E5", "substitution", None, "calls/conversation", reason=why, **labels)
    generator = np.random.default_rng(seed)
    social, calls = (_drawn_means(weeks[0], resamples, generator) - _drawn_means(weeks[1], resamples, generator)).T
    low, high = np.quantile(social, [0.025, 0.975])
    if low <= 0 <= high:
        why = f"conversations changed by {low:.1f} to {high:.1f} a day, which may be nothing to compare calls with"
        return value_row("E5", "substitution", None, "calls/conversation", reason=why, **labels)
    change = _mean(weeks[0]) - _mean(weeks[1])
    bounds = np.quantile(calls / social, [0.025, 0.975])
    return value_row(
        "E5", "substitution", Estimate(change[1] / change[0], *bounds), "calls/conversation", reason=COMPARED, **labels
    )


def _whole_weeks(days: pl.DataFrame) -> np.ndarray:
    """Conversations, calls and days with a record of each week counted from the campaign's start; none that is cut short.

    A line that is closed on Sundays has weeks of six days, so a week is whole when it has as many days as most.
    """
    weeks = days.group_by("week").agg(pl.col("social", "calls").sum(), days=pl.len()).sort("week")
    usual = weeks["days"].max() if weeks.height else 0
    return weeks.filter(days=usual).select("social", "calls", "days").to_numpy()


def _mean(weeks: np.ndarray) -> np.ndarray:
    social, calls, days = weeks.sum(axis=0)
    return np.array([social, calls]) / days


def _drawn_means(weeks: np.ndarray, resamples: int, generator: np.random.Generator) -> np.ndarray:
    drawn = weeks[generator.integers(len(weeks), size=(resamples, len(weeks)))].sum(axis=1)
    return drawn[:, :2] / drawn[:, 2:]
