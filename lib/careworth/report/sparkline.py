"""A word-sized picture: a weekly series with its interval."""

from markupsafe import Markup

from careworth.results import Row

WIDTH, HEIGHT, EDGE = 150, 34, 4


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
