"""The sliders in JupyterLab: the same numbers as in the page, a banner over a what-if, and nothing bad without a front end."""

import json
from dataclasses import replace

import nbformat
import pytest
import vl_convert
from nbclient import NotebookClient

from careworth.report.what_if_draws import outcome
from careworth.theme import VEGA_LITE_5, alt, use_theme
from careworth.widgets import ANALYST, NOTHING, WHAT_IF, WhatIf, what_if
from tests.test_report import PAYLOAD
from tests.test_what_if import PUBLISHED, plain_model


@pytest.fixture(scope="module")
def plain() -> dict:
    """The published model as plain values."""
    return plain_model()


@pytest.fixture
def shown(plain) -> WhatIf:
    """Its sliders, untouched."""
    return what_if(plain)


def move(shown: WhatIf, name: str, steps: int) -> float:
    """Move a slider so many of its steps; its value then."""
    slider = shown.sliders[name]
    slider.index = slider.index + steps
    return slider.value


def test_it_starts_at_the_analyst_s_values(shown, plain):
    """Median, range and chance as the report tells them: 0.155, -0.21 to 0.575, 0.747."""
    told = "The middle estimate is +16 %; nine outcomes in ten lie between −21 % and +57 %; 75 in 100 earn more than they cost."
    assert str(shown) == f"{ANALYST} {told}"
    assert shown.chosen == {}
    assert [round(value, 3) for value in plain["results"]["measured"].values()] == [0.155, -0.21, 0.575, 0.747]


def test_a_moved_slider_says_what_if_and_gives_what_the_page_gives(shown, plain):
    """From 40 % eight steps of a point up; the middle estimate by the draws that the page shares."""
    value = move(shown, "would phone", 8)
    assert value == pytest.approx(0.48)
    median = outcome(plain, shown.draws, {"would phone": value}).median
    assert str(shown).startswith(f"{WHAT_IF} The middle estimate would be {100 * median:+.0f} %;")
    assert "<li>would phone: 48 % instead of 40 %</li>" in shown.words.value


def test_the_company_s_assumptions_count_when_ticked(shown, plain):
    shown.with_assumptions.value = True
    assert str(shown).startswith(f"{WHAT_IF} The middle estimate would be {100 * plain['results']['assumed']['median']:+.0f} %;")


def test_reset_puts_the_analyst_s_values_back(shown):
    before = str(shown)
    move(shown, "programme", -3)
    shown.with_assumptions.value = True
    shown.children[-3].click()
    assert (str(shown), shown.chosen, shown.with_assumptions.value) == (before, {}, False)


def test_the_picture_is_drawn_by_the_vega_lite_of_jupyterlab(shown):
    """Fifty dots and the middle, over break-even; a lost table would stop Vega-Lite with an error."""
    alt.renderers.enable("default")
    use_theme()
    shown.draw()
    (drawn,) = shown.picture.outputs
    assert drawn["data"]["text/plain"] == "The return as you have it, over the range of the analyst"
    svg = vl_convert.vegalite_to_svg(drawn["data"][VEGA_LITE_5], vl_version="5.20")
    assert svg.count('aria-roledescription="circle"') == 50
    assert "break-even" in svg


def test_without_anything_to_move_it_is_a_sentence():
    only_assumed = plain_model(replace(PUBLISHED, lines=(PUBLISHED.lines[0], PUBLISHED.lines[4])))
    assert str(what_if(only_assumed)) == NOTHING


def test_a_hostile_name_is_shown_as_text():
    plain = json.loads(json.dumps(plain_model()).replace("would phone", json.dumps(PAYLOAD)[1:-1]))
    shown = what_if(plain)
    move(shown, PAYLOAD, 1)
    assert "&lt;img src=x" in shown.words.value
    assert "<img" not in shown.words.value


def test_a_run_without_a_front_end_leaves_a_line_of_text(plain, tmp_path):
    (tmp_path / "model.json").write_text(json.dumps(plain))
    lines = ["import json", "from pathlib import Path", "from careworth.widgets import what_if"]
    lines.append("what_if(json.loads(Path('model.json').read_text()))")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("\n".join(lines))])
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    (output,) = notebook.cells[0].outputs
    assert output["data"]["text/plain"].startswith(ANALYST)
