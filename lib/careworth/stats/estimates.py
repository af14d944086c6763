"""What an estimate is: a value with its 95 % interval, and the difference of two of them."""

from typing import NamedTuple

#: The standard-normal quantile of a two-sided 95 % interval.
Z95 = 1.959963984540054


class Estimate(NamedTuple):
    """A value with its interval; None where it is not reached or not defined."""

    value: float | None
    low: float | None
    high: float | None


#: What is known of a quantity that nothing was seen of.
UNKNOWN = Estimate(None, None, None)


def difference(a: Estimate, b: Estimate) -> Estimate:
    """Estimate a minus estimate b, of two independent samples, from the intervals that they have (MOVER).

    It serves whatever has a good interval: shares, rates, medians, means, clustered or not. With Wilson's intervals of two
    shares it is Newcombe's interval.

    Examples
    --------
    >>> minutes = difference(Estimate(30.0, 26.0, 35.0), Estimate(20.0, 17.0, 24.0))
    >>> [round(number, 2) for number in minutes]
    [10.0, 4.34, 15.83]
    >>> difference(Estimate(30.0, 26.0, None), Estimate(20.0, 17.0, 24.0)).high is None
    True

    References
    ----------
    Zou and Donner (2008), Statistics in Medicine 27, 1693-1702.
    """
    if a.value is None or b.value is None:
        return UNKNOWN
    value, below, above = a.value - b.value, _reach(a.value, a.low, b.value, b.high), _reach(a.value, a.high, b.value, b.low)
    return Estimate(value, None if below is None else value - below, None if above is None else value + above)


def _reach(a: float, bound_a: float | None, b: float, bound_b: float | None) -> float | None:
    return None if bound_a is None or bound_b is None else ((a - bound_a) ** 2 + (b - bound_b) ** 2) ** 0.5
