"""Charts as pictures, for pages on which no script runs; nothing is fetched to draw them."""

import base64

import vl_convert
from markupsafe import Markup

#: Widths in pixels: a chart follows its place, a picture cannot, so a page holds one for screens and one for telephones.
WIDE, NARROW, MAIL = 820, 340, 440

#: Letters are measured here and drawn elsewhere, in a font that may be wider.
PADDING = {"left": 22, "right": 8, "top": 5, "bottom": 5}

#: Sharp enough for a screen of fine dots, and small enough for a message.
MAIL_SCALE = 1.3


def as_svg(spec: dict, pixels: int = WIDE) -> Markup:
    """The chart as an SVG element, whose texts vl-convert has escaped; the page's style sheet gives it the page's colours.

    What each mark would say to a screen reader is left out: the page describes the whole and has the numbers as a table.
    """
    return Markup(vl_convert.vegalite_to_svg(_sized(spec, pixels), allowed_base_urls=[]))


def as_png(spec: dict) -> str:
    """The chart as the data URI of a PNG on white."""
    drawn = _sized(spec, MAIL) | {"background": "white"}
    png = vl_convert.vegalite_to_png(drawn, scale=MAIL_SCALE, allowed_base_urls=[])
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _sized(spec: dict, pixels: int) -> dict:
    """The specification with that width, names of axes included, if it was to be as wide as its place.

    Examples
    --------
    >>> _sized({"mark": "bar", "width": "container"}, 300)["width"], _sized({"mark": "bar", "width": 90}, 300)["width"]
    (300, 90)
    """
    fitted = {"width": pixels, "autosize": {"type": "fit-x", "contains": "padding"}, "padding": PADDING}
    quiet = spec.get("config", {}) | {"aria": False, "axisX": {"titleAnchor": "end"}}
    return spec | (fitted if spec.get("width") == "container" else {}) | {"config": quiet}
