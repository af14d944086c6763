"""How far two people agree beyond chance."""

import numpy as np
import polars as pl

from careworth.errors import CareworthError
from careworth.stats.estimates import UNKNOWN, Z95, Estimate
from careworth.stats.shares import wilson_interval


def cohen_kappa(first: pl.Series, second: pl.Series) -> Estimate:
    """Cohen's kappa of two people's labels of the same items, 1 full agreement, 0 as by chance, with its interval.

    Parameters
    ----------
    first, second : Series or list
        Labels in the same order; items that only one of them labelled are left out.

    Returns
    -------
    Estimate
        None without items, or if both only ever gave one and the same label, since chance alone agrees then.

    Examples
    --------
    Of 50 grants both said yes to 20 and no to 15, the first alone yes to 5, the second alone to 10.

    >>> first, second = ["yes"] * 25 + ["no"] * 25, ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    >>> [round(number, 3) for number in cohen_kappa(first, second)]
    [0.4, 0.151, 0.649]

    References
    ----------
    Cohen (1960), Educational and Psychological Measurement 20, 37-46; the standard error is that of Fleiss, Cohen and Everitt
    (1969), Psychological Bulletin 72, 323-327.
    """
    n, table = _joint_shares(pl.Series(first), pl.Series(second))
    by_first, by_second = table.sum(axis=1), table.sum(axis=0)
    agreed, chance = float(np.trace(table)), float(by_first @ by_second)
    if n == 0 or chance >= 1 - 1e-12:
        return UNKNOWN
    kappa = (agreed - chance) / (1 - chance)
    if not (table - np.diag(np.diag(table))).any():
        # Full agreement shows no spread; what is left open is how often they would differ in other items.
        return Estimate(1.0, (wilson_interval(n, n)[0] - chance) / (1 - chance), 1.0)
    half = Z95 * _standard_error(table, by_first, by_second, kappa, n)
    return Estimate(kappa, max(kappa - half, -1.0), min(kappa + half, 1.0))


def _joint_shares(first: pl.Series, second: pl.Series) -> tuple[int, np.ndarray]:
    """How many items both labelled, and the share of them by label of the first (rows) and of the second (columns)."""
    if len(first) != len(second):
        raise CareworthError(f"need labels of the same items, got {len(first)} and {len(second)}")
    both = pl.DataFrame({"first": first, "second": second}).drop_nulls().cast(pl.String)
    labels = pl.concat([both["first"], both["second"]]).unique().sort()
    places = [labels.search_sorted(both[name]).to_numpy() for name in ("first", "second")]
    counts = np.bincount(places[0] * len(labels) + places[1], minlength=len(labels) ** 2)
    return both.height, counts.reshape(len(labels), len(labels)) / max(both.height, 1)


def _standard_error(table: np.ndarray, by_first: np.ndarray, by_second: np.ndarray, kappa: float, n: int) -> float:
    agreed = (np.diag(table) * (1 - (by_first + by_second) * (1 - kappa)) ** 2).sum()
    apart = table - np.diag(np.diag(table))
    differed = (1 - kappa) ** 2 * (apart * (by_second[:, None] + by_first[None, :]) ** 2).sum()
    chance = by_first @ by_second
    variance = agreed + differed - (kappa - chance * (1 - kappa)) ** 2
    return float((max(variance, 0.0) / n) ** 0.5 / (1 - chance))
