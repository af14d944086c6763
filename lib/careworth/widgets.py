"""The sliders of the report in JupyterLab: try an assumption, see the return, go back to the analyst's values."""

from html import escape

import ipywidgets
import polars as pl
from IPython import get_ipython

from careworth.charts import return_chart
from careworth.readable import as_ratio
from careworth.report.what_if import DRAWS, Plain
from careworth.report.what_if_draws import Outcome, analyst_draws, outcome, returns
from careworth.report.what_if_panel import input_words, panel
from careworth.results import value_row
from careworth.stats import Estimate
from careworth.theme import PALETTE, alt

ANALYST = "These are the analyst's values."
WHAT_IF = "What if: these are your assumptions, not the result."
NOTHING = "There is no measured gain that rests on an uncertain assumption, so there is nothing to move."
NO_RETURN = "In some outcomes it would have cost nothing, and a return on nothing is no number."

WIDE, NAMES = {"width": "640px"}, {"description_width": "280px"}


def what_if(model: Plain) -> ipywidgets.VBox:
    """Sliders for the main assumptions, and the return as they have it; without a front end it shows as a line of text.

    Parameters
    ----------
    model : dict
        What `careworth.report.what_if_model` tells of the return.
    """
    return WhatIf(model)


class WhatIf(ipywidgets.VBox):
    """The sliders with what they give; `reset` puts the analyst's values back."""

    def __init__(self, model: Plain):
        shown = panel(model)
        self.model, self.draws = model, analyst_draws(model)
        self.sliders = {each["name"]: _slider(each) for each in shown["sliders"]} if shown else {}
        assumed = shown["assumed"] if shown else []
        self.with_assumptions = _check_box(assumed)
        self.words, self.picture = ipywidgets.HTML(), ipywidgets.Output()
        button = ipywidgets.Button(description="Back to the analyst's values", layout={"width": "240px"})
        button.on_click(lambda _: self.reset())
        for control in (*self.sliders.values(), self.with_assumptions):
            control.observe(lambda _: self.update(), "value")
        boxes = [self.with_assumptions] if assumed else []
        parts = [*self.sliders.values(), *boxes, button, self.words, self.picture] if shown else [self.words]
        super().__init__(parts)
        self.update()

    def __repr__(self) -> str:
        return self.text

    @property
    def chosen(self) -> dict[str, float]:
        """The assumptions that were moved, with the value each was moved to."""
        means = {each["name"]: each["mean"] for each in self.model["inputs"]}
        return {name: slider.value for name, slider in self.sliders.items() if slider.value != means[name]}

    def reset(self) -> None:
        """Put the analyst's values back."""
        means = {each["name"]: each["mean"] for each in self.model["inputs"]}
        for name, slider in self.sliders.items():
            slider.value = means[name]
        self.with_assumptions.value = False

    def update(self) -> None:
        """Show the return at the values that the sliders stand at."""
        chosen, counted = self.chosen, self.with_assumptions.value
        result = outcome(self.model, self.draws, chosen, counted) if self.sliders else None
        is_moved = bool(chosen) or counted
        said = outcome_sentence(result, is_moved) if self.sliders else NOTHING
        self.text = f"{WHAT_IF if is_moved else ANALYST} {said}" if self.sliders else said
        self.words.value = self._banner(is_moved) + f"<p>{said}</p>"
        # A front end listens to a kernel; in a run there is neither, and the picture costs more than all the rest.
        if hasattr(get_ipython(), "kernel"):
            self.draw()

    def draw(self) -> None:
        """Draw the return at the values that the sliders stand at."""
        chosen, counted = self.chosen, self.with_assumptions.value
        result = outcome(self.model, self.draws, chosen, counted) if self.sliders else None
        self.picture.outputs = self._drawn(result, chosen, counted) if result else ()

    def _banner(self, is_moved: bool) -> str:
        if not is_moved:
            return f"<b>{ANALYST}</b>" if self.sliders else ""
        moved = [(each, self.chosen[each["name"]]) for each in self.model["inputs"] if each["name"] in self.chosen]
        told = [(each["name"], input_words(each, value), input_words(each, each["mean"])) for each, value in moved]
        changed = "".join(f"<li>{escape(name)}: {now} instead of {then}</li>" for name, now, then in told)
        return f'<b style="background: {PALETTE["last"]}; color: #000; padding: 3px 8px">{WHAT_IF}</b><ul>{changed}</ul>'

    def _drawn(self, result: Outcome, chosen: dict[str, float], counted: bool) -> tuple[dict, ...]:
        roi = returns(self.model, self.draws, chosen, counted)
        chart = what_if_chart(result, pl.Series(roi), Outcome(**self.model["results"]["measured"]))
        return ({"output_type": "display_data", "data": chart._repr_mimebundle_(), "metadata": {}},)


def _slider(each: Plain) -> ipywidgets.SelectionSlider:
    values = [each["mean"] + steps * each["step"] for steps in range(-each["below"], each["above"] + 1)]
    return ipywidgets.SelectionSlider(
        options=[(input_words(each, value), value) for value in values],
        value=each["mean"],
        description=each["name"],
        tooltip=f"{each['source']}; grade {each['grade']}",
        continuous_update=False,
        layout=WIDE,
        style=NAMES,
    )


def _check_box(assumed: list[str]) -> ipywidgets.Checkbox:
    words = f"Count the company's own assumptions too: {'; '.join(assumed)}"
    return ipywidgets.Checkbox(value=False, description=words, indent=False, layout=WIDE)


def outcome_sentence(result: Outcome | None, is_moved: bool) -> str:
    """The return in words, as something that is or something that would be.

    Examples
    --------
    >>> outcome_sentence(Outcome(0.15, -0.21, 0.57, 0.75), is_moved=False)
    'The middle estimate is +15 %; nine outcomes in ten lie between −21 % and +57 %; 75 in 100 earn more than they cost.'
    """
    if result is None:
        return NO_RETURN
    is_, lie, earn = ("would be", "would lie", "would earn") if is_moved else ("is", "lie", "earn")
    low, median, high = map(as_ratio, (result.low, result.median, result.high))
    chance = f"{round(100 * result.chance)} in 100 {earn} more than they cost"
    return f"The middle estimate {is_} {median}; nine outcomes in ten {lie} between {low} and {high}; {chance}."


def what_if_chart(result: Outcome, roi: pl.Series, analyst: Outcome) -> alt.LayerChart:
    """The return as fifty dots, over the analyst's range in grey."""
    spread = Estimate(result.median, result.low, result.high)
    hundredths = [(hundredth, roi.quantile(hundredth / 100, "linear")) for hundredth in range(1, 100)]
    labels = {"n": DRAWS, "denominator": "simulated outcomes"}
    rows = [value_row("M9", "quantile", value, "ratio", slice=f"q={part / 100:.2f}", **labels) for part, value in hundredths]
    chart = return_chart(pl.DataFrame([value_row("M9", "roi", spread, "ratio", **labels), *rows], infer_schema_length=None))
    ghost = alt.Chart(pl.DataFrame([analyst._asdict()])).mark_rule(color=PALETTE["quiet"], strokeWidth=10, strokeCap="round")
    drawn = ghost.encode(alt.X("low:Q"), alt.X2("high:Q"), alt.YDatum(0.25, type="quantitative"))
    return alt.layer(drawn, chart).properties(description="The return as you have it, over the range of the analyst")
