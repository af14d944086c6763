"""One shared axis for ranges that stand in rows below each other: ticks, and the picture of each row."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from careworth.readable import as_ratio
from careworth.stats import Estimate

#: Steps between ticks, as returns; the first that needs no more than so many ticks is taken.
STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100)
MOST_TICKS = 7


class Axis(NamedTuple):
    """An axis of returns from its first tick to its last."""

    ticks: tuple[float, ...]

    def place(self, value: float) -> str:
        """Where a value stands, in percent of the width, as CSS and SVG say it.

        Examples
        --------
        >>> Axis((-0.5, 0.0, 0.5)).place(0.25)
        '75.0%'
        """
        first, last = self.ticks[0], self.ticks[-1]
        return f"{100 * (value - first) / (last - first):.1f}%"

    @property
    def labels(self) -> list[tuple[str, str]]:
        """Each tick in words, with its place."""
        return [(as_ratio(tick) if tick else "0", self.place(tick)) for tick in self.ticks]


def axis_over(ranges: Sequence[Estimate]) -> Axis:
    """The shortest axis of round ticks that holds all ranges and break-even.

    Examples
    --------
    >>> axis_over([Estimate(0.2, -0.13, 0.56)]).ticks
    (-0.2, 0.0, 0.2, 0.4, 0.6)
    """
    ends = [0.0, *(end for each in ranges for end in (each.low, each.high))]
    for step in STEPS:
        first, last = np.floor(min(ends) / step + 1e-9), np.ceil(max(ends) / step - 1e-9)
        if last - first < MOST_TICKS:
            break
    return Axis(tuple(round(float(step * tick), 10) for tick in np.arange(first, max(last, first + 1) + 1)))


def strip(roi: Estimate, shrunk: Estimate | None, axis: Axis, tone: str) -> Markup:
    """An SVG row: the range as a bar with its middle as a tick; above it the shrunk estimate as a dot with its own range."""
    lines = "".join(f'<line class="grid" x1="{at}" x2="{at}" y1="0" y2="46"/>' for _, at in axis.labels)
    low, value, high, even = (axis.place(each) for each in (roi.low, roi.value, roi.high, 0.0))
    bar = (
        f'<line class="even" x1="{even}" x2="{even}" y1="0" y2="46"/>'
        f'<line class="reach {tone}" x1="{low}" x2="{high}" y1="28" y2="28"/>'
        f'<line class="middle" x1="{value}" x2="{value}" y1="21" y2="35"/>'
    )
    return Markup('<svg class="forest" aria-hidden="true">' + lines + bar + _dot(shrunk, axis) + "</svg>")


def _dot(shrunk: Estimate | None, axis: Axis) -> str:
    if shrunk is None:
        return ""
    low, value, high = (axis.place(each) for each in (shrunk.low, shrunk.value, shrunk.high))
    return f'<line class="pulled" x1="{low}" x2="{high}" y1="14" y2="14"/><circle class="pulled" cx="{value}" cy="14" r="4"/>'
