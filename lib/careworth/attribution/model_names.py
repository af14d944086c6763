"""Models by the names that people type, such as `linear`, `markov:2` or `shapley:rate`."""

from collections.abc import Callable
from functools import partial

from careworth.attribution.journeys import Credits, Journeys
from careworth.attribution.rules import RULES, USUAL, Settings, rule_credits
from careworth.errors import ParameterError

Model = Callable[[Journeys], Credits]

NAMED = (
    *(rule for rule in RULES if rule != "shapley"),
    "position:FIRST/BETWEEN/LAST",
    "time_decay:DAYS",
    "markov:ORDER",
    "markov:ORDER:reconnect",
    "shapley:GAME",
)


def model_named(name: str, settings: Settings = USUAL) -> Model:
    """The function from journeys to credits that goes by the name.

    Examples
    --------
    >>> model_named("markov:2").keywords
    {'order': 2, 'removal': 'null'}
    """
    kind, *options = name.strip().split(":")
    kind = kind.strip().lower().replace("-", "_")
    if kind == "markov":
        return _markov(name, options)
    if kind == "shapley" and len(options) <= 1:
        from careworth.attribution.shapley import shapley_credits

        return partial(shapley_credits, game=options[0] if options else "sum")
    if kind == "position" and len(options) == 1:
        return partial(rule_credits, rule=kind, settings=settings._replace(position=_numbers(name, options[0], 3)))
    if kind == "time_decay" and len(options) == 1:
        return partial(rule_credits, rule=kind, settings=settings._replace(half_life_days=_numbers(name, options[0], 1)[0]))
    if kind in RULES and not options:
        return partial(rule_credits, rule=kind, settings=settings)
    raise _unknown(name)


def _markov(name: str, options: list[str]) -> Model:
    from careworth.attribution.markov import markov_credits

    order = int(options.pop(0)) if options and options[0].isdecimal() else 1
    removal = options.pop(0) if options else "null"
    if options:
        raise _unknown(name)
    return partial(markov_credits, order=order, removal=removal)


def _numbers(name: str, text: str, count: int) -> tuple[float, ...]:
    try:
        numbers = tuple(map(float, text.split("/")))
    except ValueError:
        numbers = ()
    if len(numbers) != count:
        raise _unknown(name)
    return numbers


def _unknown(name: str) -> ParameterError:
    return ParameterError(f"there is no model '{name}'; the models are {', '.join(NAMED)}")
