"""Why a share changed: because the parts changed, or because there was more of one part (METRICS.md C.5, Simpson)."""

from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.results import Row, value_row
from careworth.stats import Estimate

#: Resamples of conversations behind the intervals.
RESAMPLES, SEED = 400, 1


class Change(NamedTuple):
    """The change of a share between two periods, and its parts: within the groups, and by their mix. They add up."""

    total: float
    within: float
    mix: float


def change_of(before: np.ndarray, after: np.ndarray) -> Change | None:
    """The change of a share, by groups; None where a period is empty.

    A group's own change counts with its mean weight in both periods, and its gain in weight with its mean share; so the two
    add up whatever the order of the periods.

    Parameters
    ----------
    before, after : numpy.ndarray
        A row for each group: how many cases, and how many of them have it.

    Examples
    --------
    >>> change_of(np.array([[90, 81], [10, 2]]), np.array([[50, 46], [50, 12]]))  # each group better, the whole worse
    Change(total=-0.25, within=0.026, mix=-0.276)
    """
    if not before[:, 0].sum() or not after[:, 0].sum():
        return None
    return Change(*(round(float(part), 12) for part in _changes(before, after)))


def _changes(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Total, within and mix along the last axis, for each pair of periods that has cases; groups by cases and those held."""
    weights, shares = zip(*(_weights_and_shares(period) for period in (before, after)), strict=True)
    # A group without cases in one period has no share there: its cases are all mix. Resamples may lack it in both.
    shares = [np.nan_to_num(np.where(np.isnan(own), other, own)) for own, other in (shares, shares[::-1])]
    within = ((shares[1] - shares[0]) * (weights[0] + weights[1]) / 2).sum(axis=-1)
    mix = ((weights[1] - weights[0]) * (shares[0] + shares[1]) / 2).sum(axis=-1)
    return np.stack([within + mix, within, mix], axis=-1)


def _weights_and_shares(period: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    cases, held = period[..., 0].astype(float), period[..., 1].astype(float)
    return cases / cases.sum(axis=-1, keepdims=True), np.where(cases > 0, held / np.maximum(cases, 1), np.nan)


def change_rows(
    before: pl.DataFrame, after: pl.DataFrame, flag: str, by: str, metric_id: str, variant: str, denominator: str
) -> list[Row]:
    """Rows `<variant>_change`, `..._change_within` and `..._change_mix` with slice `by=<column>` and bootstrap intervals.

    Parameters
    ----------
    before, after : DataFrame
        Conversations of the two periods with the boolean `flag` and the column `by`.
    """
    names = dict(zip(Change._fields, ("change", "change_within", "change_mix"), strict=True))
    labels = {"n": before.height + after.height, "denominator": f"{denominator}, two periods", "slice": f"by={by}", "grade": "B"}
    counts = _counts(before, after, flag, by)
    known = change_of(*counts)
    if known is None:
        reason = f"no {denominator} in one of the two periods"
        return [value_row(metric_id, f"{variant}_{name}", None, "share", **labels, reason=reason) for name in names.values()]
    bounds = _bounds(counts)
    return [
        value_row(metric_id, f"{variant}_{name}", Estimate(getattr(known, field), *bounds[field]), "share", **labels)
        for field, name in names.items()
    ]


def _counts(before: pl.DataFrame, after: pl.DataFrame, flag: str, by: str) -> tuple[np.ndarray, np.ndarray]:
    groups = pl.concat([before.select(by), after.select(by)]).unique().sort(by)
    counted = [
        groups.join(
            period.group_by(by).agg(pl.len().alias("cases"), pl.col(flag).sum().alias("held")),
            on=by,
            how="left",
            nulls_equal=True,
        )
        .sort(by)
        .select(pl.col("cases", "held").fill_null(0))
        .to_numpy()
        for period in (before, after)
    ]
    return counted[0], counted[1]


def _bounds(counts: tuple[np.ndarray, np.ndarray]) -> dict[str, tuple[float, float]]:
    random = np.random.default_rng(SEED)
    table = _changes(*(_resampled(period, random) for period in counts))
    low, high = np.quantile(table, [0.025, 0.975], axis=0)
    return {field: (float(low[number]), float(high[number])) for number, field in enumerate(Change._fields)}


def _resampled(period: np.ndarray, random: np.random.Generator) -> np.ndarray:
    # Drawing conversations anew is drawing the groups' counts of those that have it and those that have not.
    cells = np.concatenate([period[:, 1], period[:, 0] - period[:, 1]])
    drawn = random.multinomial(cells.sum(), cells / cells.sum(), RESAMPLES).reshape(RESAMPLES, 2, -1)
    return np.stack([drawn.sum(axis=1), drawn[:, 0]], axis=-1)
