"""The ladder of designs: how an effect was looked for limits the words that may tell of it (METRICS.md C.4)."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from careworth.errors import ParameterError
from careworth.stats import Estimate

MINUS = "\u2212"


class Design(NamedTuple):
    """A rung of the ladder: 1 is the strongest. `assuming` is empty where no assumption would make the words stronger."""

    key: str
    rung: int
    name: str
    wording: str
    assuming: str = ""


_DESIGNS = (
    Design("randomised", 1, "randomised experiment", "caused"),
    Design(
        "difference_in_differences",
        2,
        "difference-in-differences with an untreated comparison",
        "estimated effect, assuming",
        "treated and untreated would have moved in parallel",
    ),
    Design(
        "synthetic_control",
        3,
        "synthetic control or a structural model with control series",
        "estimated effect, assuming",
        "the controls are untouched by it and would have kept their relation to the treated series",
    ),
    Design(
        "interrupted_series",
        4,
        "interrupted time series without a comparison",
        "estimated effect, assuming",
        "nothing else changed then and the series would have gone on as before",
    ),
    Design("matched", 5, "matched or weighted comparison", "associated after adjustment"),
    Design("before_after", 6, "before/after or comparison without adjustment", "coincided with"),
)

#: Each design by its key, strongest first.
LADDER: dict[str, Design] = {design.key: design for design in _DESIGNS}


def design_named(key: str) -> Design:
    """The rung with this key.

    Examples
    --------
    >>> design_named("matched").wording
    'associated after adjustment'
    """
    if key not in LADDER:
        raise ParameterError(f"there is no design '{key}'; the ladder has {', '.join(LADDER)}")
    return LADDER[key]


def permitted_wording(key: str) -> str:
    """The strongest words that the design allows, its assumption named.

    Examples
    --------
    >>> permitted_wording("randomised"), permitted_wording("difference_in_differences")
    ('caused', 'estimated effect, assuming treated and untreated would have moved in parallel')
    """
    design = design_named(key)
    return f"{design.wording} {design.assuming}".rstrip()


def permitted_sentence(
    key: str,
    outcome: str,
    estimate: Estimate,
    *,
    cause: str = "the campaign",
    unit: str = "",
    detectable: float | None = None,
    doubts: Sequence[str] = (),
) -> str:
    """What may be said of an estimate: never stronger than its design, and no effect where the interval covers zero.

    Parameters
    ----------
    key : str
        Of a design of the `LADDER`.
    outcome : str
        What was measured, such as "orders a day".
    estimate : Estimate
        The change with its 95 % interval, in `unit`; for a lift, percent and the unit "%".
    detectable : float, optional
        The smallest change that would have been seen with 80 % power, in the same unit.
    doubts : sequence of str
        What speaks against the assumption, such as a failed pre-trend test; each is said.

    Examples
    --------
    >>> permitted_sentence("randomised", "orders", Estimate(12.0, 4.0, 20.0))
    'The campaign caused a change of +12.0 in orders (95 % interval +4.00 to +20.0).'
    >>> permitted_sentence("before_after", "calls", Estimate(3.0, 1.0, 5.0))
    'The campaign coincided with a change of +3.00 in calls (95 % interval +1.00 to +5.00); what made it is not shown.'
    >>> permitted_sentence("randomised", "lift", Estimate(2.0, -4.0, 8.0), unit="%", detectable=9.1)
    'No effect shown of the campaign on lift: +2.00 % (95 % interval −4.00 to +8.00 %); could have seen 9.10 % or more.'
    """
    design = design_named(key)
    if not _is_known(estimate.value):
        said = f"Whether {cause} changed {outcome} cannot be said: there is no estimate"
    elif not (_is_known(estimate.low) and _is_known(estimate.high)):
        said = f"No effect shown of {cause} on {outcome}: {with_unit(estimate.value, unit)} has no interval"
    elif estimate.low <= 0 <= estimate.high:
        said = _nothing_shown(design, outcome, estimate, cause, unit, detectable)
    else:
        said = _something_shown(design, outcome, estimate, cause, unit)
    return ". ".join([said[0].upper() + said[1:], *(f"Doubt: {doubt.rstrip('.')}" for doubt in doubts)]) + "."


def _something_shown(design: Design, outcome: str, estimate: Estimate, cause: str, unit: str) -> str:
    amount = f"{with_unit(estimate.value, unit)}"
    if design.assuming:
        return f"Estimated effect of {cause} on {outcome}: {amount} {_interval(estimate, unit)}, assuming {design.assuming}"
    if design.rung == 1:
        return f"{cause} caused a change of {amount} in {outcome} {_interval(estimate, unit)}"
    verb = "was associated after adjustment with" if design.rung == 5 else "coincided with"
    return f"{cause} {verb} a change of {amount} in {outcome} {_interval(estimate, unit)}; what made it is not shown"


def _nothing_shown(design: Design, outcome: str, estimate: Estimate, cause: str, unit: str, detectable: float | None) -> str:
    what = f"No effect shown of {cause} on {outcome}" if design.rung < 5 else f"No change of {outcome} shown with {cause}"
    given = f", assuming {design.assuming}" if design.assuming else ""
    if not _is_known(detectable):
        seen = "how small a change could have been seen is not known"
    else:
        seen = f"could have seen {with_unit(abs(detectable), unit, sign='')} or more"
    return f"{what}: {with_unit(estimate.value, unit)} {_interval(estimate, unit)}{given}; {seen}"


def _interval(estimate: Estimate, unit: str) -> str:
    return f"(95 % interval {with_unit(estimate.low, '')} to {with_unit(estimate.high, unit)})"


def with_unit(value: float, unit: str, sign: str = "+") -> str:
    """A number of three significant figures, whole from a hundred on, signed, with its unit.

    Examples
    --------
    >>> with_unit(-15.605, "packs"), with_unit(4666.7, ""), with_unit(0.01234, ""), with_unit(0.0, "")
    ('−15.6 packs', '+4,667', '+0.0123', '0.00')
    """
    places = 2 if value == 0 else min(max(2 - math.floor(math.log10(abs(value))), 0), 9)
    text = f"{value:{sign if value else ''},.{places}f}".replace("-", MINUS)
    return f"{text} {unit}".rstrip()


def _is_known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)
