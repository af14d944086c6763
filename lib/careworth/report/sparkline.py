"""Word-sized pictures: a weekly series with its interval, a range against break-even."""

from markupsafe import Markup

from careworth.results import Row

WIDTH, HEIGHT, EDGE = 150, 34, 4

#: Size of a range strip.
STRIP_WIDTH, STRIP_HEIGHT = 400, 20


def sparkline(weeks: list[Row]) -> Markup:
    """An SVG line over its interval band; empty below three known weeks."""
    known = [row for row in weeks if row["value"] is not None]
    if len(known) < 3:
        return Markup("")
    tops = [_bound(row, "high") for row in known]
    bottoms = [_bound(row, "low") for row in known]
    low, high = min(bottoms), max(tops)
    middle = _points([row["value"] for row in known], low, high)
    band = _points(tops, low, high) + _points(bottoms, low, high)[::-1]
    last = middle[-1].split(",")
    return Markup(
        '<svg class="spark" viewBox="0 0 {w} {h}" aria-hidden="true"><polygon class="band" points="{band}"/>'
        '<polyline points="{line}"/><circle cx="{x}" cy="{y}" r="2.6"/></svg>'
    ).format(w=WIDTH, h=HEIGHT, band=" ".join(band), line=" ".join(middle), x=last[0], y=last[1])


def _bound(row: Row, side: str) -> float:
    return row["value"] if row[side] is None else row[side]


def _points(series: list[float], low: float, high: float) -> list[str]:
    step = (WIDTH - 2 * EDGE) / (len(series) - 1)
    rise = (HEIGHT - 2 * EDGE) / ((high - low) or 1)
    return [f"{EDGE + k * step:.1f},{HEIGHT - EDGE - (value - low) * rise:.1f}" for k, value in enumerate(series)]


def range_strip(row: Row, first: float, last: float) -> Markup:
    """An SVG bar from low to high with its middle and break-even, on an axis from `first` to `last`."""
    low, value, high, even = (_along(each, first, last) for each in (row["low"], row["value"], row["high"], 0.0))
    return Markup(
        '<svg class="range" viewBox="0 0 {w} {h}" preserveAspectRatio="none" aria-hidden="true">'
        '<line class="even" x1="{even}" x2="{even}" y1="0" y2="{h}"/><line class="reach" x1="{low}" x2="{high}" y1="10" y2="10"/>'
        '<line class="middle" x1="{value}" x2="{value}" y1="4" y2="16"/></svg>'
    ).format(w=STRIP_WIDTH, h=STRIP_HEIGHT, low=low, high=high, value=value, even=even)


def _along(value: float, first: float, last: float) -> str:
    return f"{EDGE + (STRIP_WIDTH - 2 * EDGE) * (value - first) / ((last - first) or 1):.1f}"
