"""Numbers as a person would say them: shares, times, amounts, intervals, periods."""

from datetime import date
from itertools import takewhile

from careworth.results import Row

#: Groups of fewer people than this are not shown (METRICS.md C.8).
FEWEST_SHOWN = 10

MINUS = "\u2212"


def as_share(value: float) -> str:
    """A share in percent, with a digit more where it is small.

    Examples
    --------
    >>> as_share(0.184), as_share(0.614), as_share(1.0)
    ('18.4 %', '61 %', '100 %')
    """
    percent = 100 * value
    digits = 1 if abs(percent) < 20 and value not in (0, 1) else 0
    return f"{percent:.{digits}f} %".replace("-", MINUS)


def as_ratio(value: float) -> str:
    """A return in signed percent.

    Examples
    --------
    >>> as_ratio(0.18), as_ratio(-0.153), as_ratio(0.001)
    ('+18 %', '\u221215 %', '0 %')
    """
    percent = round(100 * value)
    return f"{percent:+d} %".replace("-", MINUS) if percent else "0 %"


def as_duration(minutes: float) -> str:
    """A time in the unit that a person would use.

    Examples
    --------
    >>> as_duration(22.4), as_duration(150), as_duration(4320), as_duration(0.5)
    ('22 min', '2.5 h', '3.0 days', '30 s')
    """
    if minutes < 1:
        return f"{60 * minutes:.0f} s"
    if minutes < 90:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 2880 else f"{minutes / 1440:.1f} days"


def as_count(value: float) -> str:
    """A count with thousands apart; one decimal when it is small and not whole.

    Examples
    --------
    >>> as_count(12345), as_count(3.29)
    ('12 345', '3.3')
    """
    text = f"{value:,.0f}" if value == round(value) or abs(value) >= 100 else f"{value:.1f}"
    return text.replace(",", " ").replace("-", MINUS)


def as_money(value: float, currency: str) -> str:
    """An amount with its currency, shortened where cents mean nothing.

    Examples
    --------
    >>> as_money(54321, "EUR"), as_money(4.1, "EUR"), as_money(-1234567, "EUR")
    ('EUR 54 k', 'EUR 4.10', '\u2212EUR 1.23 M')
    """
    size, sign = abs(value), MINUS if value < 0 else ""
    if size < 100:
        amount = f"{size:.2f}"
    elif size < 10_000:
        amount = f"{size:,.0f}".replace(",", " ")
    else:
        amount = f"{size / 1e3:.0f} k" if size < 999_500 else f"{size / 1e6:.2f} M"
    return f"{sign}{currency} {amount}"


def as_value(value: float | None, unit: str) -> str:
    """A number in the words of its unit; a dash where there is none."""
    if value is None:
        return "–"
    plain = {
        "share": as_share,
        "ratio": as_ratio,
        "minutes": as_duration,
        "business minutes": as_duration,
        "seconds": lambda seconds: as_duration(seconds / 60),
        "kappa": _as_coefficient,
        "correlation": _as_coefficient,
        "count/day": lambda count: f"{as_count(count)} a day",
        "yes/no": _as_yes,
    }
    if unit in plain:
        return plain[unit](value)
    if unit.endswith("/week"):
        return _as_slope(value, unit)
    return as_money(value, unit) if unit.isupper() else as_count(value) + UNIT_WORDS.get(unit, "")


#: What stands behind a number of such a unit.
UNIT_WORDS = {
    "points": " points",
    "turns": " turns",
    "months": " months",
    "calls/conversation": " calls a conversation",
    "count/agent": " an agent",
    "count/1000": " in 1 000",
    "count/1,000 orders": " in 1 000 orders",
}


def _as_coefficient(value: float) -> str:
    return f"{value:.2f}".replace("-", MINUS)


def _as_yes(value: float) -> str:
    return "yes" if value else "no"


def _as_slope(value: float, unit: str) -> str:
    sign = MINUS if value < 0 else "+" if value > 0 else ""
    if unit == "share/week":
        return f"{sign}{abs(100 * value):.1f} points a week"
    if unit == "minutes/week":
        return f"{sign}{as_duration(abs(value))} a week"
    return f"{sign}{as_count(abs(round(value, 1)))} a week"


def interval_text(row: Row) -> str:
    """The interval of a row in words; empty for a complete count.

    Examples
    --------
    >>> interval_text({"metric_id": "Q1", "low": 0.17, "high": 0.2, "unit": "share"})
    '95 % interval 17.0 – 20 %'
    >>> interval_text({"metric_id": "S2", "low": 20.0, "high": None, "unit": "minutes"})
    '95 % interval 20 min – not reached'
    >>> interval_text({"metric_id": "V6", "low": -0.004, "high": 0.005, "unit": "share/week"})
    '95 % interval \u22120.4 – +0.5 points a week'
    >>> interval_text({"metric_id": "M2", "low": 3.73, "high": 3.94, "unit": "EUR"})
    '90 % range EUR 3.73 – 3.94'
    """
    if row["low"] is None and row["high"] is None:
        return ""
    low = as_value(row["low"], row["unit"]) if row["low"] is not None else "not reached"
    high = as_value(row["high"], row["unit"]) if row["high"] is not None else "not reached"
    low, high = _said_once(low, high)
    name = "stated" if row["metric_id"] == "C4" else "90 % range" if is_simulated(row) else "95 % interval"
    return f"{name} {low} – {high}"


def _said_once(low: str, high: str) -> tuple[str, str]:
    # "27 - 30 min" and "EUR 3.73 - 3.94" read better than the unit twice.
    first, last = low.split(" "), high.split(" ")
    if low == high:
        return low, high
    shared = takewhile(lambda pair: pair[0] == pair[1] and not pair[0][-1].isdigit(), zip(first[::-1], last[::-1], strict=False))
    kept = first[: len(first) - len(list(shared))]
    return " ".join(kept), " ".join(last[1:] if first[0] == last[0] and first[0].isalpha() else last)


def is_simulated(row: Row) -> bool:
    """True for rows whose low and high are the 5th and 95th percentile of a simulation."""
    simulated = ("M1", "M2", "M3", "M4", "M7", "M8", "M9", "M10", "M11")
    return row["metric_id"] in simulated or row.get("variant") in ("avoided_contacts", "cost_per_thanked")


def too_few(row: Row) -> bool:
    """True for shares of so few that a person could be recognised."""
    return row["unit"] == "share" and row["n"] is not None and row["n"] < FEWEST_SHOWN


def period_text(start: date, end: date) -> str:
    """The campaign's days, the last one included.

    Examples
    --------
    >>> period_text(date(2025, 3, 1), date(2025, 6, 1))
    '1 March – 31 May 2025'
    """
    last = date.fromordinal(end.toordinal() - 1)
    first = f"{start.day} {start:%B}" + ("" if start.year == last.year else f" {start.year}")
    return f"{first} – {last.day} {last:%B} {last.year}"
