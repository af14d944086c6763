"""The model of the return as a reader meets it: sliders for the main assumptions, and all of them as a table."""

from careworth.readable import MINUS, as_count
from careworth.report.what_if import Plain, is_money
from careworth.roi.model import GAIN

#: As many sliders as a person tries; every other assumption moves the return less than each of these.
MAIN = 6

#: What the browser needs of an input.
COMPUTED = ("name", "unit", "digits", "mean", "least", "most", "quantiles", "directions", "mix")


def sliders(plain: Plain) -> list[Plain]:
    """The main assumptions, each with how many steps of its slider lie below and above the analyst's value."""
    if not any(line["side"] == GAIN and line["grade"] != "C" for line in plain["lines"]):
        return []
    return [_slider(each) for each in plain["inputs"] if each["step"] and each["swing"] > 0][:MAIN]


def _slider(each: Plain) -> Plain:
    # The mean of what is very skewed may lie outside of the middle 98 %.
    below, above = (max(0, int(room / each["step"])) for room in (each["mean"] - each["low"], each["high"] - each["mean"]))
    ends = {"value": 0, "first": -below, "last": above}
    words = {name: input_words(each, each["mean"] + steps * each["step"]) for name, steps in ends.items()}
    return each | words | {"below": below, "above": above, "mark": below / max(below + above, 1)}


def input_words(each: Plain, value: float) -> str:
    """A value of the input with its unit.

    Examples
    --------
    >>> input_words({"unit": "share", "digits": 1}, 0.384), input_words({"unit": "orders", "digits": 0}, 2100)
    ('38.4 %', '2 100 orders')
    >>> input_words({"unit": "EUR per call", "digits": 2}, 9.5), input_words({"unit": "EUR", "digits": 0}, -1234)
    ('EUR 9.50 per call', '−EUR 1 234')
    """
    first, _, rest = each["unit"].partition(" ")
    size, sign = _number_words(value, each)
    if first == "share":
        return f"{sign}{size} % {rest}".strip()
    return f"{sign}{first} {size} {rest}".strip() if is_money(first) else f"{sign}{size} {each['unit']}".strip()


def _number_words(value: float, each: Plain) -> tuple[str, str]:
    shown = round(100 * value if each["unit"].startswith("share") else value, each["digits"])
    return f"{abs(shown):,.{each['digits']}f}".replace(",", " "), MINUS if shown < 0 else ""


def panel(plain: Plain | None) -> Plain | None:
    """What the page shows before anything is moved; None when there is nothing to move."""
    if plain is None or not (main := sliders(plain)):
        return None
    assumed = [line["name"] for line in plain["lines"] if line["side"] == GAIN and line["grade"] == "C"]
    return {
        "sliders": main,
        "assumed": assumed,
        "inputs": [_input_line(each) for each in plain["inputs"]],
        "model": _computed(plain),
    }


def _computed(plain: Plain) -> Plain:
    """Only what the browser computes with; the rest stands in the page as text."""
    inputs = [{name: each[name] for name in COMPUTED if name in each} for each in plain["inputs"]]
    lines = [{name: line[name] for name in ("side", "factors", "grade")} for line in plain["lines"]]
    return {"results": plain["results"], "shares": plain["shares"], "inputs": inputs, "lines": lines}


def _input_line(each: Plain) -> Plain:
    of = "" if each["n"] is None else f"{as_count(each['n'])} {each['denominator'] or ''}".strip()
    return each | {"value": input_words(each, each["mean"]), "between": _between(each), "of": of}


def _between(each: Plain) -> str:
    if not each["quantiles"]:
        return "known"
    return " to ".join(input_words(each, end) for end in each["often"])
