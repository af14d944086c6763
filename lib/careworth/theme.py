"""One palette and one Altair theme for notebooks, reports, screen and paper."""

import altair as alt

#: Colours by meaning, distinguishable with every common colour blindness; the report's style sheet maps each of
#: them to its counterpart for dark screens, so a chart follows the reader's setting without being drawn again.
#: Intervals are drawn in ink over `bar` and `spent`, which leave them three times as dark or as light; `assumed` is hatched.
PALETTE = {
    "ink": "#17202a",
    "muted": "#5d6874",
    "line": "#d9dee3",
    "care": "#0b7a75",
    "cost": "#b4552d",
    "first": "#3f6fa3",
    "last": "#a9741a",
    "quiet": "#8793a0",
    "bar": "#3f9c96",
    "spent": "#cd7b55",
    "assumed": "#bfd9d6",
}

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'

VEGA_LITE_5 = "application/vnd.vegalite.v5+json"
SCHEMA_5 = "https://vega.github.io/schema/vega-lite/v5.json"

#: Width of a chart in a notebook.
LAB_PIXELS = 640


@alt.theme.register("careworth", enable=True)
def careworth_theme() -> alt.theme.ThemeConfig:
    """The look of every chart: no frame, quiet grid, one font, labels in the colours of the page."""
    quiet = {"labelColor": PALETTE["muted"], "titleColor": PALETTE["muted"], "labelFontSize": 12, "titleFontSize": 12}
    axis = quiet | {"domain": False, "ticks": False, "gridColor": PALETTE["line"], "labelPadding": 6, "titleFontWeight": "normal"}
    axis |= {"titlePadding": 8, "labelSeparation": 8}
    config = {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "axis": axis,
        "axisY": {"grid": False},
        "legend": quiet | {"orient": "top", "title": None, "symbolType": "square", "columns": 4},
        "header": quiet,
        "range": {"category": [PALETTE[name] for name in ("first", "care", "last", "cost", "quiet")]},
        "text": {"color": PALETTE["ink"], "fontSize": 12},
        "title": {"color": PALETTE["ink"], "fontSize": 14, "anchor": "start"},
    }
    return {"config": config}


def use_theme() -> None:
    """Make charts appear in JupyterLab, which draws Vega-Lite 5 where Altair's own renderer sends another type."""
    alt.renderers.register("careworth", _lab_renderer)
    alt.renderers.enable("careworth")


def _lab_renderer(spec: dict, **_) -> dict:
    # A chart as wide as its place makes JupyterLab 4.6 measure that place without end, until the tab dies.
    sized = {"width": LAB_PIXELS} if spec.get("width") == "container" else {}
    return {VEGA_LITE_5: spec | {"$schema": SCHEMA_5} | sized, "text/plain": describe(spec)}


def describe(spec: dict) -> str:
    """A chart in one line of text, for readers who do not see it."""
    return str(spec.get("description", "chart"))
