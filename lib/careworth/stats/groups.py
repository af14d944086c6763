"""Cases that come in groups: sums by group, and how much less such cases tell than as many independent ones."""

import numpy as np
import polars as pl

from careworth.errors import CareworthError


def sums_by_group(groups: np.ndarray | None, **columns: np.ndarray) -> dict[str, np.ndarray]:
    """Each column's sum in each group, groups in order of first appearance; a case without a group stands alone.

    Raises
    ------
    CareworthError
        If the columns differ in length, or hold what is no finite number.

    Examples
    --------
    >>> sums_by_group(["a", None, "a", None], cost=np.array([1.0, 2, 3, 4]))["cost"].tolist()
    [4.0, 2.0, 4.0]
    """
    columns = {name: np.asarray(values, float) for name, values in columns.items()}
    sizes = {len(values) for values in columns.values()} | ({len(groups)} if groups is not None else set())
    if len(sizes) > 1 or not all(np.isfinite(values).all() for values in columns.values()):
        raise CareworthError("need columns of one length and only finite numbers; leave out cases without a value")
    if groups is None:
        return columns
    group = pl.Series("group", groups)
    keys = {"group": group, "alone": pl.Series(np.arange(len(group))).set(group.is_not_null(), None)}
    summed = pl.DataFrame(keys | columns).group_by(*keys, maintain_order=True).agg(pl.all().sum())
    return {name: summed[name].to_numpy() for name in columns}


def design_effect(yes: np.ndarray, cases: np.ndarray) -> float:
    """How many times more the share of `yes` among `cases`, both by group, varies than that of independent cases.

    Without or with only `yes` it cannot be seen; then it is taken to be the most it can be, each group telling as much as
    one case.

    Examples
    --------
    Ten pairs that always agree tell as much as ten cases: nearly 2, as ten groups have nine degrees of freedom.

    >>> round(design_effect(np.array([2.0] * 5 + [0.0] * 5), np.full(10, 2.0)), 3)
    2.222

    References
    ----------
    Kish (1965), Survey Sampling.
    """
    n, count = cases.sum(), len(cases)
    share = yes.sum() / n
    if not 0 < share < 1:
        return float((cases**2).sum() / n)
    variance = count / (count - 1) * ((yes - share * cases) ** 2).sum() / n**2
    return float(max(variance / (share * (1 - share) / n), 1.0))
