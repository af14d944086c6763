"""Texts to instants and days; null where a text does not name one for certain."""

import re

import polars as pl

from careworth.schemas import INSTANT

ZONED = (
    r"(?i)^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)? ?(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)$"
)
ZONED_FORMS = ("%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%z")
LOCAL_FORMS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d")

#: Microseconds of one unit of the time formats that count from 1970, and the most digits that such a count has.
EPOCH_MICROSECONDS = {"epoch_seconds": (1_000_000, 11), "epoch_milliseconds": (1_000, 14), "epoch_microseconds": (1, 17)}

#: Parts of a format that say which day it is; one with no others says no time of day.
OF_A_DAY = set("YCyqmbBhdeaAwuUWGgVjDxFv%")

#: Years that an instant or a day can be in: no table reaches farther, and a year of two digits is in the first century.
YEARS = (1970, 2199)


def instant(text: pl.Expr, form: str, zone: str, is_typed: bool = False) -> pl.Expr:
    """The instant that a text names, in UTC.

    Parameters
    ----------
    form : str
        Of strftime, or one of `EPOCH_MICROSECONDS`; ISO 8601 where empty.
    zone : str
        IANA name for times that name none; without one they name no instant.
    is_typed : bool
        The file has times of its own beside texts, such as a workbook's; these come as ISO 8601 whatever the format.
    """
    form = form.replace(".%f", "%.f")
    if form in EPOCH_MICROSECONDS:
        told = _counted(text, *EPOCH_MICROSECONDS[form])
    elif "%z" in form:
        told = text.str.to_datetime(form, time_zone="UTC", strict=False).cast(INSTANT)
    else:
        told = _iso_or_placed(text, form, zone)
    either = pl.coalesce(told, _iso_or_placed(text, "", zone)) if form and is_typed else told
    return pl.when(either.dt.year().is_between(*YEARS)).then(either)


def day(text: pl.Expr, form: str, is_typed: bool = False) -> pl.Expr:
    """The day that a text names; ISO 8601 where `form` is empty."""
    told = text.str.to_date(form or "%Y-%m-%d", strict=False)
    either = pl.coalesce(told, text.str.to_date("%Y-%m-%d", strict=False)) if is_typed else told
    return pl.when(either.dt.year().is_between(*YEARS)).then(either)


def _counted(text: pl.Expr, microseconds: int, most_digits: int) -> pl.Expr:
    digits = text.str.extract(rf"^([0-9]{{1,{most_digits}}})(?:\.0+)?$", 1)
    count = digits.cast(pl.Int64, strict=False) * microseconds
    return pl.from_epoch(count, "us").dt.replace_time_zone("UTC").cast(INSTANT)


def _iso_or_placed(text: pl.Expr, form: str, zone: str) -> pl.Expr:
    plain = text.str.replace(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})[ t]", "${1}T")
    iso = _zoned(text, plain)
    return pl.coalesce(iso, _placed(text if form else plain, form, zone)) if zone else iso


def _zoned(text: pl.Expr, plain: pl.Expr) -> pl.Expr:
    offset = plain.str.to_uppercase().str.replace(r" ?(?:Z|UTC|GMT)$", "+00:00").str.replace(r" ?([+-][0-9]{2})$", "${1}:00")
    certain = pl.when(text.str.contains(ZONED)).then(offset.str.replace(r" ([+-][0-9]{2}:?[0-9]{2})$", "${1}"))
    return pl.coalesce(certain.str.to_datetime(form, time_zone="UTC", strict=False) for form in ZONED_FORMS).cast(INSTANT)


def _placed(text: pl.Expr, form: str, zone: str) -> pl.Expr:
    forms = [form] if form else LOCAL_FORMS
    placed = pl.coalesce(_begun(text, each, zone) if names_a_day(each) else _told(text, each, zone) for each in forms)
    return placed.dt.convert_time_zone("UTC").cast(INSTANT)


def names_a_day(form: str) -> bool:
    """True if a format says no time of day.

    Examples
    --------
    >>> names_a_day("%d/%m/%Y"), names_a_day("%d/%m/%Y %k:%M")
    (True, False)
    """
    return set(re.findall(r"%[-_0]?(.)", form)) <= OF_A_DAY


def _told(text: pl.Expr, form: str, zone: str) -> pl.Expr:
    # An hour that the clock skips or shows twice names no instant; it is not guessed.
    local = text.str.to_datetime(form, strict=False).cast(pl.Datetime("us"))
    return local.dt.replace_time_zone(zone, ambiguous="null", non_existent="null")


def _begun(text: pl.Expr, form: str, zone: str) -> pl.Expr:
    # A day begins with its first instant, also where the clock skips midnight or shows it twice.
    midnight = text.str.to_date(form, strict=False).cast(pl.Datetime("us"))
    starts = (midnight + pl.duration(minutes=minutes) for minutes in (0, 30, 60))
    return pl.coalesce(start.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null") for start in starts)
