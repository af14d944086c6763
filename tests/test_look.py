"""The look: every text and mark can be told from what it stands on, and from its neighbours, by every eye and on every page."""

import re
from importlib.resources import files
from itertools import combinations

import numpy as np
import pytest

from careworth.report.parts import Figure
from careworth.report.sections import in_rows
from careworth.theme import PALETTE

STYLE = files("careworth.report").joinpath("templates", "style.css").read_text(encoding="utf-8")

#: The roots of the style sheet, in their order.
SCHEMES = dict(
    zip(
        ("light", "dark", "print"),
        [dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", found)) for found in re.findall(r":root \{ (.*?) \}", STYLE)],
        strict=True,
    )
)

TEXTS = ("ink", "muted", "care", "cost")
MARKS = ("ink", "muted", "care", "cost", "first", "last", "quiet", "bar", "spent")
BARS = ("bar", "spent")

#: Colours that stand beside each other in one picture and mean different things.
NEIGHBOURS = [("bar", "spent"), ("care", "cost"), ("cost", "quiet"), *combinations(("first", "care", "last", "quiet", "ink"), 2)]


def linear(colour: str) -> np.ndarray:
    """Red, green and blue of a colour as light (IEC 61966-2-1)."""
    whole = colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
    signs = np.array([int(whole[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(signs <= 0.04045, signs / 12.92, ((signs + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast of WCAG 2.2: (lighter + 0.05) / (darker + 0.05) of the relative luminances."""
    dark, light = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard():
    """WCAG 2.2: black on white is 21; #767676 is the lightest grey that passes on white, at 4.54."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["page", "card"])
def test_every_text_and_mark_stands_out_from_its_ground(scheme, ground):
    """WCAG 2.2, 1.4.3: 4.5 for text; 1.4.11: 3 for what a picture is made of."""
    colours = SCHEMES[scheme]
    assert {name for name in TEXTS if contrast(colours[name], colours[ground]) < 4.5} == set()
    assert {name for name in MARKS if contrast(colours[name], colours[ground]) < 3} == set()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_interval_can_be_seen_on_its_bar(scheme):
    colours = SCHEMES[scheme]
    assert {name for name in BARS if contrast(colours["ink"], colours[name]) < 3} == set()


#: From light to the cones of the eye and back, and what two kinds of eye see instead (Viénot, Brettel and Mollon 1999).
CONES = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
EYES = {
    "usual": np.eye(3),
    "without red": np.array([[0, 2.02344, -2.52581], [0, 1, 0], [0, 0, 1]]),
    "without green": np.array([[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]]),
}

#: CIE 1976 of sRGB's white.
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def seen(colour: str, eye: np.ndarray) -> np.ndarray:
    """A colour as an eye sees it, in CIE L*a*b*."""
    light = np.linalg.inv(CONES) @ eye @ CONES @ linear(colour)
    parts = TO_XYZ @ np.clip(light, 0, 1) / WHITE
    roots = np.where(parts > 0.008856, np.cbrt(parts), 7.787 * parts + 16 / 116)
    return np.array([116 * roots[1] - 16, 500 * (roots[0] - roots[1]), 200 * (roots[1] - roots[2])])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("eye", EYES)
def test_neighbours_differ_for_every_eye(scheme, eye):
    """A difference of 10 in CIE 1976 is four times the one that is just noticed (2.3, Mahy and others 1994)."""
    colours = SCHEMES[scheme]
    far = {pair: np.linalg.norm(seen(colours[pair[0]], EYES[eye]) - seen(colours[pair[1]], EYES[eye])) for pair in NEIGHBOURS}
    assert {pair: round(apart, 1) for pair, apart in far.items() if apart < 10} == {}


def test_a_chart_has_the_colours_of_its_page():
    """The style sheet maps each colour of the palette to its name, and light pages have the palette itself."""
    assert {name: colour for name, colour in SCHEMES["light"].items() if name in PALETTE} == PALETTE
    assert [name for name, colour in PALETTE.items() if f'.chart [fill="{colour}"]' not in STYLE and name != "line"] == []


def figures(widths: str) -> list[Figure]:
    """A figure for each letter: w is wide, n is narrow."""
    return [Figure(str(at), "", {}, [], is_wide=letter == "w") for at, letter in enumerate(widths)]


@pytest.mark.parametrize(
    ("given", "placed"), [("", ""), ("n", "w"), ("nn", "nn"), ("nnn", "nnw"), ("nwn", "www"), ("wnnw", "wnnw"), ("nnwn", "nnww")]
)
def test_no_narrow_figure_stands_alone(given, placed):
    assert "".join("w" if each.is_wide else "n" for each in in_rows(figures(given))) == placed
