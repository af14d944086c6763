"""A gain as far as it was measured: inputs and lines for the model, and the rows that tell it or say what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.results import Row, value_row
from careworth.roi.model import GAIN, Input, Line, Model, total
from careworth.roi.outcomes import middle_and_range
from careworth.roi.sampling import draw_inputs
from careworth.stats import Estimate

#: The gains that there are, and which of two keeps what both claim: the first.
MECHANISMS = {
    "avoided_contacts": "M3",
    "productivity": "M4",
    "incremental_margin": "M7",
    "retention": "M8",
    "stated": "M9",
}

#: Outcomes that are drawn for the range of one gain.
OUTCOMES = 4_096


class Terms(NamedTuple):
    """What all lines of a ledger share: the currency, the first day counted and the first day no longer counted."""

    currency: str
    start: date
    end: date

    @property
    def months(self) -> tuple[float, ...]:
        """The share of the days that falls into the first month from `start` on, the second and so on.

        Examples
        --------
        >>> [round(share, 3) for share in Terms("EUR", date(2025, 3, 17), date(2025, 5, 1)).months]  # 31 and 14 of 45 days
        [0.689, 0.311]
        """
        firsts = pl.date_range(self.start, self.end, "1mo", closed="left", eager=True).to_list()
        days = [(after - first).days for first, after in pairwise([*firsts, self.end])]
        return tuple(count / sum(days) for count in days)


class Change(NamedTuple):
    """What a campaign changed in all, as a design found it that was carried out elsewhere: number, standard error, its words."""

    value: float
    error: float
    design: str


@dataclass(frozen=True)
class Gain:
    """Inputs and lines for the model, none where it could not be measured, and the rows that say so."""

    rows: list[Row]
    inputs: tuple[Input, ...] = ()
    lines: tuple[Line, ...] = ()


def not_measured(metric_id: str, variant: str, unit: str, reason: str) -> Gain:
    """A gain without a line, since a line of zero would say that there is none; its row has the reason."""
    return Gain([value_row(metric_id, variant, None, unit, reason=reason)])


def join_gains(gains: Iterable[Gain]) -> tuple[tuple[Input, ...], tuple[Line, ...]]:
    """The inputs and lines of all gains; an input that several of them share is there once."""
    every = list(gains)
    inputs = dict.fromkeys(each for gain in every for each in gain.inputs)
    return tuple(inputs), tuple(line for gain in every for line in gain.lines)


def gain_line(terms: Terms, name: str, mechanism: str, factors: tuple[str, ...], method: str) -> Line:
    """A gain of the ledger's currency and period, spread over its months by days, and no cash unless it is said to be."""
    metric_id = MECHANISMS[mechanism]
    return Line(name, GAIN, metric_id, mechanism, factors, method, *terms, is_cashable=False, months=terms.months)


def range_of(inputs: tuple[Input, ...], lines: tuple[Line, ...]) -> Estimate:
    """What the lines come to together: the median with the range of nine in ten outcomes; a bare number if all is known.

    Examples
    --------
    METRICS.md F.5: 8,000 x .40 x .85 x 8.50 = 23,120.

    >>> from careworth.roi.distributions import Fixed
    >>> given = {"resolved": 8_000, "would": 0.40, "again": 0.15, "cost": 8.50}
    >>> inputs = tuple(Input(name, "", Fixed(value), "A", "") for name, value in given.items())
    >>> factors = ("resolved", "would", "1 - again", "cost")
    >>> line = Line("saved", "gain", "M3", "avoided_contacts", factors, "", "EUR", date(2025, 1, 1), date(2025, 2, 1))
    >>> range_of(inputs, (line,)).value
    23120.0
    """
    model = Model(inputs, lines)
    amounts = total(model, GAIN, draw_inputs(model, OUTCOMES))
    known = not amounts.ndim or not np.ptp(amounts)
    return Estimate(float(np.min(amounts)), None, None) if known else middle_and_range(amounts)


def ratio_of_totals(above: np.ndarray, below: np.ndarray) -> tuple[float, float]:
    """The ratio of two sums and its standard error by the spread of the parts around it, each part a draw of its own.

    Examples
    --------
    Residuals around 2 are -1, 1, 0: variance 1, over 3 parts, over a mean below of 2: 1 / 3 ** 0.5 / 2 = 0.289.

    >>> [round(number, 3) for number in ratio_of_totals(np.array([1.0, 5.0, 6.0]), np.array([1.0, 2.0, 3.0]))]
    [2.0, 0.289]

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, section 6.4.
    """
    ratio = float(above.sum() / below.sum())
    spread = float((above - ratio * below).var(ddof=1) / len(above)) ** 0.5
    return ratio, spread / float(below.mean())
