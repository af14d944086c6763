"""What money that flows over time is worth (METRICS.md M10).

Flows are by period: the first at time 0, undiscounted, the others at the end of periods 1, 2, ...
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from careworth.errors import CareworthError

#: A running sum this small, beside all that flowed, is nought but for rounding.
ROUNDING = 1e-12


def monthly_rate(yearly: float) -> float:
    """The rate a month that compounds to the yearly one.

    Examples
    --------
    >>> round(monthly_rate(0.10), 6), round((1 + monthly_rate(0.10)) ** 12 - 1, 6)
    (0.007974, 0.1)
    """
    return (1 + yearly) ** (1 / 12) - 1


def yearly_rate(monthly: float) -> float:
    """The rate a year that comes of compounding the monthly one."""
    return (1 + monthly) ** 12 - 1


def discounted(flows: ArrayLike, rate: float) -> np.ndarray:
    """Each flow as worth at time 0, at this rate a period; periods run along the last axis.

    Examples
    --------
    >>> discounted([-50, 20, 25, 30], 0.10).round(2).tolist()
    [-50.0, 18.18, 20.66, 22.54]
    """
    amounts = np.asarray(flows, dtype=float)
    return amounts / (1 + rate) ** np.arange(amounts.shape[-1])


def present_value(flows: ArrayLike, rate: float) -> np.ndarray:
    """What the flows are worth together at time 0; of net flows, the net present value (one for each row of draws x periods).

    Examples
    --------
    >>> float(present_value([-50, 20, 25, 30], 0.10).round(4))
    11.3824
    """
    return discounted(flows, rate).sum(axis=-1)


def benefit_cost_ratio(costs: ArrayLike, benefits: ArrayLike, rate: float) -> np.ndarray:
    """Present value of the benefits over that of the costs, both written as positive flows by period.

    Raises
    ------
    CareworthError
        If the costs are worth nothing or less: there is then nothing to set the benefits against.

    Examples
    --------
    >>> float(benefit_cost_ratio([50, 0, 0, 0], [0, 20, 25, 30], 0.10).round(4))
    1.2276
    """
    cost = present_value(costs, rate)
    if not (cost > 0).all():
        raise CareworthError(f"costs are worth {cost.min():g} at a rate of {rate:g}; a ratio needs costs above 0")
    return present_value(benefits, rate) / cost


def return_on(costs: ArrayLike, benefits: ArrayLike, rate: float = 0.0) -> np.ndarray:
    """ROI as a ratio, on present values at this rate; undiscounted when it is left out.

    Examples
    --------
    >>> float(return_on([50, 0, 0, 0], [0, 20, 25, 30]).round(4)), float(return_on([50, 0, 0, 0], [0, 20, 25, 30], 0.10).round(4))
    (0.5, 0.2276)
    """
    return benefit_cost_ratio(costs, benefits, rate) - 1


def sign_changes(flows: Sequence[float]) -> int:
    """How often the flows turn from spending to earning or back; periods without a flow are passed over.

    Examples
    --------
    >>> sign_changes([-100, 0, 230, -132])
    2
    """
    signs = [flow > 0 for flow in flows if flow != 0]
    return sum(one != other for one, other in zip(signs, signs[1:], strict=False))


def internal_rate(flows: Sequence[float]) -> float | None:
    """The rate a period at which the flows are worth nothing; None unless they change sign exactly once.

    With more changes several rates may fit, and none of them means anything; `why_no_rate` says so.

    Examples
    --------
    >>> round(internal_rate([-50, 20, 25, 30]), 5)
    0.21648
    """
    if sign_changes(flows) != 1:
        return None
    amounts = np.trim_zeros(np.asarray(flows, dtype=float))
    ages, first = np.arange(len(amounts)), np.sign(amounts[0])

    def worth(force: float) -> float:
        # Divided by the larger of both ends' factors, so that no rate overflows.
        return first * amounts @ np.exp(-force * (ages if force >= 0 else ages - ages[-1]))

    reach = 1.0
    while worth(reach) <= 0 or worth(-reach) >= 0:
        reach *= 2
    return float(np.expm1(brentq(worth, -reach, reach, xtol=1e-14)))


def why_no_rate(flows: Sequence[float]) -> str | None:
    """Why there is no internal rate of return, in words; None if there is one."""
    changes = sign_changes(flows)
    if changes == 1:
        return None
    if changes == 0:
        return "the flows never change sign, so no rate makes them worth nothing"
    return f"the flows change sign {changes} times, so several rates may fit and none is told"


def payback(flows: ArrayLike) -> float | None:
    """Periods until what was spent is back, each flow spread evenly over its period; None if that is not reached.

    It is the first time that the running sum, once below zero, is at zero again; `falls_again` says whether it stays there.
    0 if the running sum is never below zero. With discounted flows it is the discounted payback.

    Examples
    --------
    >>> round(payback([-50, 20, 25, 30]), 3), round(payback(discounted([-50, 20, 25, 30], 0.10)), 3)
    (2.167, 2.495)
    >>> payback([-50, 20]) is None
    True
    """
    amounts, running = _running(flows)
    spent = np.flatnonzero(running < 0)
    if not spent.size:
        return 0.0
    back = np.flatnonzero(running[spent[0] :] >= 0) + spent[0]
    if not back.size:
        return None
    period = int(back[0])
    return float(period - 1 - running[period - 1] / amounts[period])


def falls_again(flows: ArrayLike) -> bool:
    """Whether the running sum falls below zero again after it was paid back once.

    Examples
    --------
    >>> falls_again([-50, 100, -60, 40]), falls_again([-50, 100])
    (True, False)
    """
    below = np.diff((_running(flows)[1] < 0).astype(int), prepend=0)
    return bool((below == 1).sum() > 1)


def _running(flows: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    amounts = np.asarray(flows, dtype=float)
    running = np.cumsum(amounts)
    return amounts, np.where(np.abs(running) <= ROUNDING * np.abs(amounts).sum(), 0.0, running)
