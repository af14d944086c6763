"""The main numbers of two campaigns, how far apart they are, and what may be said of that."""

import re

import polars as pl

from careworth.readable import MINUS, as_count, as_value, interval_text, too_few
from careworth.results import Row, pick
from careworth.stats import UNKNOWN, Estimate, difference


def main_numbers(response_hours: float) -> dict[tuple[str, str], str]:
    """The numbers by which campaigns are compared, metric and variant, with their words."""
    return {
        ("V1", "care_per_day"): "Care conversations a day",
        ("V5", "opening_negative"): "Opened in a negative tone",
        ("S1", f"within_{response_hours:g}h"): f"Answered within {response_hours:g} h",
        ("S2", "median"): "Half were answered within",
        ("S5", "median"): "Half were resolved within",
        ("S6", "resolved"): "Resolved",
        ("Q1", "rate"): "Said thank you",
    }


def compare_values(own: pl.DataFrame, other: pl.DataFrame, response_hours: float, names: tuple[str, str]) -> pl.DataFrame:
    """One row per main number that either of two tables of `metric_values` has: both values, their difference, and words."""
    pairs = [(words, pick(own, *key), pick(other, *key)) for key, words in main_numbers(response_hours).items()]
    rows = [_compared(words, one, two, names) for words, one, two in pairs if one and two]
    numbers = [f"{side}{name}" for side in ("", "other_", "difference_") for name in ("value", "low", "high")]
    schema = {"number": pl.String, "unit": pl.String, "grade": pl.String, "of": pl.String, "says": pl.String}
    texts = {"shown": pl.String, "other_shown": pl.String, "difference_shown": pl.String}
    return pl.DataFrame(rows, schema=schema | dict.fromkeys(numbers, pl.Float64) | texts)


def _compared(words: str, one: Row, two: Row, names: tuple[str, str]) -> Row:
    first, second = (_shown_estimate(row) for row in (one, two))
    apart, unit = difference(first, second), one["unit"]
    told = _named("", first) | _named("other_", second) | _named("difference_", apart)
    return told | {
        "number": words,
        "unit": unit,
        "grade": max(one["grade"], two["grade"]),
        "of": f"{as_count(one['n'] or 0)} and {as_count(two['n'] or 0)} {one['denominator'] or two['denominator'] or ''}",
        "shown": _value_text(one),
        "other_shown": _value_text(two),
        "difference_shown": _difference_text(apart, unit),
        "says": difference_sentence(apart, unit) if apart.value is not None else _unknown_sentence(one, two, names),
    }


def _named(side: str, estimate: Estimate) -> dict[str, float | None]:
    return {f"{side}{name}": number for name, number in estimate._asdict().items()}


def _shown_estimate(row: Row) -> Estimate:
    # A number of so few that it is not shown could be read off its difference from another.
    return UNKNOWN if too_few(row) else Estimate(row["value"], row["low"], row["high"])


def _value_text(row: Row) -> str:
    if too_few(row):
        return "too few to show"
    interval = _interval(row)
    return f"{as_value(row['value'], row['unit'])} ({interval})" if interval else as_value(row["value"], row["unit"])


def _interval(row: Row) -> str:
    return interval_text(row).removeprefix("95 % interval ")


def _unknown_sentence(one: Row, two: Row, names: tuple[str, str]) -> str:
    reasons = [
        f"{name}: {'too few to show' if too_few(row) else row['reason'] or 'not reached'}"
        for name, row in zip(names, (one, two), strict=True)
        if row["value"] is None or too_few(row)
    ]
    return f"not comparable; {'; '.join(reasons)}"


def difference_sentence(apart: Estimate, unit: str) -> str:
    """What may be said of a difference: which way it goes only where its whole interval does.

    Examples
    --------
    >>> difference_sentence(Estimate(0.06, 0.021, 0.102), "share")
    'higher, by 2.1 – 10.2 points'
    >>> difference_sentence(Estimate(-6.5, -8.3, -4.6), "minutes")
    'shorter, by 5 – 8 min'
    >>> difference_sentence(Estimate(0.01, -0.02, 0.04), "share")
    'not clearly different'
    """
    near, far = (apart.low, apart.high) if (apart.value or 0) > 0 else (apart.high, apart.low)
    if near is None or near * (apart.value or 0) <= 0:
        return "not clearly different"
    more, less = ("longer", "shorter") if unit == "minutes" else ("higher", "lower")
    word = more if near > 0 else less
    return f"{word}, by {_size(near, unit)} or more" if far is None else f"{word}, by {_sizes(near, far, unit)}"


def _sizes(near: float, far: float, unit: str) -> str:
    low, high = _size(near, unit), _size(far, unit)
    return low if low == high else f"{_unit_once(low, high)} – {high}"


def _size(value: float, unit: str) -> str:
    # Shares differ by points: 60 % is 20 points, and not 20 %, above 40 %.
    return f"{100 * abs(value):.1f} points" if unit == "share" else as_value(abs(value), unit)


def _difference_text(apart: Estimate, unit: str) -> str:
    if apart.value is None:
        return "–"
    low, high = (_signed(bound, unit) if bound is not None else "not known" for bound in (apart.low, apart.high))
    return f"{_signed(apart.value, unit)} ({_unit_once(low, high)} to {high})"


def _unit_once(low: str, high: str) -> str:
    # "+23.0 to +27.1 points" reads better than the unit twice.
    bounds = [re.match(r"(\S+) (\D+)$", bound) for bound in (low, high)]
    return bounds[0][1] if all(bounds) and bounds[0][2] == bounds[1][2] else low


def _signed(value: float, unit: str) -> str:
    return f"{MINUS if value < 0 else '+'}{_size(value, unit)}"
