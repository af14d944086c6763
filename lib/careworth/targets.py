"""What a campaign aims at and what people decided, as its file says them, and the lines that decisions are recommended by."""

import re
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from careworth.registry import METRICS, sentence_of, unit_of
from careworth.strict import Day, Strict, Text, advice

METRIC = r"^[A-Z]{1,2}[0-9]{1,2}\.[a-z0-9_]+$"

RuleName = Literal[
    "asks_for_data",
    "loses",
    "sends_away",
    "ignores",
    "breaks_promises",
    "reopens",
    "tone_worsens",
    "gets_slower",
    "pays",
    "thanks_grow",
    "gets_faster",
    "slow_hours",
    "measure_next",
]


class Decisions(Strict):
    """The lines of the rules that say what to stop, start and continue, and the rules that are not applied (METRICS.md P8)."""

    loses: float = Field(0.1, ge=0, le=1)
    sends_away: float = Field(0.1, ge=0, le=1)
    ignores: float = Field(0.95, ge=0, le=1)
    breaks_promises: float = Field(0.8, ge=0, le=1)
    reopens: float = Field(0.1, ge=0, le=1)
    pays: float = Field(0.9, ge=0, le=1)
    fewest_cases: int = Field(20, ge=1)
    slowest_hours: int = Field(3, ge=1)
    left_out: list[RuleName] = []


class Claim(Strict):
    """A figure that somebody else published, shown with its source and never computed with (METRICS.md P11).

    `text` is what the source says, and `interested` is true where the source gains by its being believed.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="small letters, digits and hyphens, 64 at most")
    text: Text
    figure: float = Field(allow_inf_nan=False)
    unit: Text
    source: Text
    year: int = Field(ge=1970, lt=2200)
    interested: bool


class Outcome(Strict):
    """A daily series that the campaign is asked to have moved, and those that it cannot have touched, to compare with."""

    series: str
    controls: list[str] = []

    @model_validator(mode="after")
    def _not_its_own_control(self) -> "Outcome":
        if self.series in self.controls:
            raise ValueError(f"{self.series} cannot be its own control; name series that the campaign cannot have touched")
        return self


def _measurable(metric: str) -> str:
    # 'Improve the bottom line' names no number that could be seen to move, so nobody could say whether it was met.
    if not re.match(METRIC, metric):
        raise ValueError(
            "is a wish and no goal; name the number that is to move, as metric.variant, such as Q1.rate or S2.median"
        )
    metric_id, variant = metric.split(".", 1)
    if metric_id not in METRICS:
        raise ValueError(advice(metric_id, list(METRICS)))
    if sentence_of(METRICS[metric_id], variant) is None:
        raise ValueError(f"{metric_id} has no variant {advice(variant, list(METRICS[metric_id].variants))}")
    return metric


class Goal(Strict):
    """A target for one metric; it counts as met only when it was registered before the campaign began.

    Its amount is the level to reach (`target`), or a change from the baseline (`change`), whose `unit` is either percent of the
    baseline or points. `baseline` is the value that it started from; `primary` marks the one goal by which the campaign is to
    be judged.
    """

    metric: Annotated[str, AfterValidator(_measurable)]
    target: float | None = None
    change: float | None = Field(None, gt=0)
    unit: Literal["", "percent", "points"] = ""
    direction: Literal["up", "down"]
    registered_on: Day
    baseline: float | None = None
    by: Day | None = None
    primary: bool = False
    owner: str = ""

    @model_validator(mode="after")
    def _one_amount(self) -> "Goal":
        if (self.target is None) == (self.change is None):
            raise ValueError(f"{self.metric}: give one amount: target, the level to reach, or change from the baseline")
        if bool(self.unit) != (self.change is not None):
            raise ValueError(f"{self.metric}: a change has a unit, 'percent' of the baseline or 'points', and a target has none")
        if self.change is not None and self.baseline is None:
            raise ValueError(f"{self.metric}: a change needs the baseline that it starts from; add baseline, or give a target")
        if self.unit == "points" and self._unit not in ("share", "points"):
            raise ValueError(f"{self.metric}: has no points, since it is no share; give the change in 'percent'")
        return self

    @model_validator(mode="after")
    def _sensible(self) -> "Goal":
        if self._unit == "share" and not 0 <= self.aim <= 1:
            raise ValueError(f"{self.metric}: target {self.aim:g} is no share; write 80 % as 0.8")
        if self.baseline is not None and (self.aim - self.baseline) * (1 if self.direction == "up" else -1) <= 0:
            raise ValueError(f"{self.metric}: from {self.baseline:g} to {self.aim:g} is not {self.direction}; check the two")
        return self

    @property
    def aim(self) -> float:
        """The level to reach.

        Examples
        --------
        >>> from datetime import date
        >>> said = {"metric": "V5.opening_positive", "direction": "up", "registered_on": date(2025, 1, 1), "baseline": 0.2}
        >>> Goal(change=10, unit="percent", **said).aim, Goal(change=10, unit="points", **said).aim
        (0.22, 0.3)
        """
        return self.target if self.target is not None else self._changed()

    def _changed(self) -> float:
        step = {"percent": abs(self.baseline) / 100, "points": 0.01 if self._unit == "share" else 1.0}[self.unit] * self.change
        # Rounded, so that 0.2 and a tenth of it are 0.22, as the file's author would say.
        return round(self.baseline + (step if self.direction == "up" else -step), 12)

    @property
    def _unit(self) -> str:
        metric_id, variant = self.metric.split(".", 1)
        return unit_of(METRICS[metric_id], variant)


#: What a company may wish to count as a gain and may not, and why (METRICS.md C.9).
NO_GAIN = {
    "satisfaction": "satisfaction pays through sales and customers kept, which are counted where they are measured",
    "thanks": "a thank-you pays through sales and customers kept, which are counted where they are measured",
    "sentiment": "sentiment pays through sales and customers kept, which are counted where they are measured",
    "reach": "reach pays through sales, which are counted where they are measured",
    "attributed": "attributed revenue is not caused revenue; an experiment or a time series measures what was caused",
}

BenefitKind = Literal["cost_saving", "margin", "retention", "risk", "other"]


def _no_mediator(kind: object) -> object:
    if kind in NO_GAIN:
        raise ValueError(f"is no gain: {NO_GAIN[kind]}")
    return kind


def _require_range(each: "Benefit | Assumption") -> None:
    if not each.low <= each.likely <= each.high:
        found = f"{each.low:g}, {each.likely:g}, {each.high:g}"
        raise ValueError(f"{each.name}: need low <= likely <= high, found {found}")


class Benefit(Strict):
    """A gain as the company states it: `count` of a `unit`, each worth `low` to `high` in the campaign's currency.

    It rests on the company's word (`source`, `approved_by`), so it is told apart from what was measured.
    """

    name: Text
    kind: Annotated[BenefitKind, BeforeValidator(_no_mediator)]
    low: float = Field(ge=0)
    likely: float
    high: float
    source: Text
    count: float = Field(1, gt=0)
    unit: str = ""
    approved_by: str = ""
    cashable: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> "Benefit":
        _require_range(self)
        return self


class Assumption(Strict):
    """What the company takes for granted where nothing was measured, as a range with its source.

    `would_have_phoned` and `phoned_anyway` are shares (0-1); `cost_per_hour` is that of an hour of the contact centre.
    """

    name: Literal["would_have_phoned", "phoned_anyway", "cost_per_hour"]
    low: float = Field(ge=0)
    likely: float
    high: float
    source: Text

    @model_validator(mode="after")
    def _sensible(self) -> "Assumption":
        _require_range(self)
        if self.name != "cost_per_hour" and self.high > 1:
            raise ValueError(f"{self.name}: {self.high:g} is no share; write 8 % as 0.08")
        return self


class Correlated(Strict):
    """Two inputs of the return that move together, as its ledger names them: their rank correlation, and why."""

    first: Text
    second: Text
    value: float = Field(gt=-1, lt=1)
    reason: Text


def _decidable(rule: str) -> str:
    if rule.startswith("goal_"):
        return f"goal_{_measurable(rule.removeprefix('goal_'))}"
    if rule not in get_args(RuleName):
        raise ValueError(advice(rule, list(get_args(RuleName))))
    return rule


class Decided(Strict):
    """What a person decided about a recommendation, and when; `rule` names it, as P8 does in the results."""

    rule: Annotated[str, AfterValidator(_decidable)]
    decision: Text
    on: Day
    by: str = ""
