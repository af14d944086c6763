"""What a ledger's file may say: its lines, and the quantities that they are made of, each known or a range (METRICS.md C.10)."""

import math
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import Field

from careworth.errors import CareworthError
from careworth.roi.distributions import Beta, Distribution, Fixed, Lognormal, Normal, Triangular, pert, share_seen
from careworth.settings_files import shown
from careworth.strict import Day, Strict, Text

Grade = Literal["A", "B", "C"]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Kind = Literal["avoided_contacts", "productivity", "incremental_margin", "retention", "stated", "attributed"]

#: Beyond this nothing is an amount of money, and sums stay far from what a computer can hold.
LARGEST = 1e15

#: More outcomes than these fill a computer's memory and tell nothing further.
MOST_DRAWS = 2**20


#: A quantity that errs by factors: deviations of so many means, or of one part in a million of it, nobody means.
MOST_SPREAD = 1e3


class LedgerInput(Strict):
    """One quantity that products are made of: one of the `KINDS`, its unit, its source and how well it is known."""

    value: Any = None
    pert: Any = None
    triangular: Any = None
    normal: Any = None
    lognormal: Any = None
    beta: Any = None
    seen: Any = None
    unit: str = ""
    source: str = ""
    grade: Grade = "C"


class LedgerLine(Strict):
    """One cost or gain: amounts by period, the first at time 0, or a product of inputs and the share of it in each period."""

    name: Text
    amounts: list[Any] | None = None
    product: list[Text] | None = None
    spread: list[Any] | None = None
    currency: Currency | None = None
    start: Day | None = None
    end: Day | None = None
    source: str = ""
    grade: Grade | None = None


class BenefitLine(LedgerLine):
    """A gain: also how it comes about, and whether it is cash."""

    kind: Kind = "stated"
    cashable: bool = True


class DatedRate(Strict):
    """What one unit of another currency was worth in the ledger's, on a day."""

    value: float = Field(gt=0, le=LARGEST)
    date: Day
    source: str = ""


class LedgerCorrelation(Strict):
    """Two inputs that move together: their rank correlation, and why."""

    first: Text
    second: Text
    value: float = Field(gt=-1, lt=1)
    reason: str = ""


class LedgerFile(Strict):
    """All that a ledger's file may say; `end` is the first day no longer counted."""

    currency: Currency
    period: Literal["year", "month"] = "year"
    discount_rate: float | None = Field(None, ge=0, le=1, description="a rate a year as a ratio: 0.1 is 10 %")
    hurdle: float = Field(0.0, ge=-1, le=LARGEST)
    draws: int = Field(16_384, ge=1, le=MOST_DRAWS)
    seed: int = Field(1, ge=0)
    start: Day | None = None
    end: Day | None = None
    cash_flows: list[Any] | None = None
    costs: list[LedgerLine] = []
    benefits: list[BenefitLine] = []
    inputs: dict[Text, LedgerInput] = {}
    correlations: list[LedgerCorrelation] = []
    rates: dict[Text, DatedRate] = {}


#: How many numbers each kind of range takes, in words, and what they make.
KINDS: dict[str, tuple[int, str, Callable[..., Distribution]]] = {
    "pert": (3, "[low, likely, high]", pert),
    "triangular": (3, "[low, likely, high]", Triangular),
    "normal": (2, "[mean, standard error]", Normal),
    "lognormal": (2, "[mean, standard deviation]", Lognormal),
    "beta": (2, "[a, b]", Beta),
    "seen": (2, "[how many did, how many were asked]", share_seen),
}


def distribution_of(given: LedgerInput) -> Distribution:
    """What an input's file says of how large it is.

    Raises
    ------
    CareworthError
        If it says nothing, several things at once, or something impossible.

    Examples
    --------
    >>> distribution_of(LedgerInput(beta=[40, 60])).mean
    0.4
    """
    found = {name: getattr(given, name) for name in ("value", *KINDS) if getattr(given, name) is not None}
    if len(found) != 1:
        named = f"found {' and '.join(found)}" if found else "found none"
        raise CareworthError(f"need one of value, {', '.join(KINDS)}; {named}")
    ((name, numbers),) = found.items()
    return Fixed(number_of(numbers)) if name == "value" else _ranged(name, numbers)


def _ranged(name: str, numbers: object) -> Distribution:
    count, words, make = KINDS[name]
    if not (isinstance(numbers, list) and len(numbers) == count and all(map(is_number, numbers))):
        raise CareworthError(f"{name}: need {words}, found {shown(numbers)}")
    if name == "seen" and not (all(isinstance(each, int) for each in numbers) and 0 <= numbers[0] <= numbers[1] > 0):
        raise CareworthError(f"seen: need {words}, whole numbers, the first no larger; found {shown(numbers)}")
    return _narrow(*numbers) if name == "lognormal" and numbers[0] > 0 <= numbers[1] else make(*numbers)


def _narrow(mean: float, deviation: float) -> Distribution:
    if deviation > MOST_SPREAD * mean:
        raise CareworthError(f"lognormal: a standard deviation of {deviation / mean:g} times the mean; check both")
    return Lognormal(mean, deviation) if deviation > mean / MOST_SPREAD**2 else Fixed(mean)


def amount_of(raw: object) -> Distribution:
    """An amount of money: a number, or a range whose likely value weighs four times (PERT).

    Examples
    --------
    >>> amount_of(50).mean, round(amount_of([6.0, 8.5, 12.0]).mean, 2)
    (50.0, 8.67)
    """
    if isinstance(raw, list):
        return _ranged("pert", raw)
    return Fixed(number_of(raw))


def number_of(raw: object) -> float:
    """The number, finite and not larger than an amount of money can be."""
    if not is_number(raw):
        raise CareworthError(f"need a number, of at most {LARGEST:g} in size, found {shown(raw)}")
    return float(raw)


def is_number(raw: object) -> bool:
    """Whether it is a finite number of at most `LARGEST`; a truth value is none."""
    return isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw) and abs(raw) <= LARGEST
