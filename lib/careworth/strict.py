"""Models that take a value as it is or refuse it, and say in one sentence what is wrong and what to do."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Annotated, TypeVar, get_args

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, ValidationError

from careworth.settings_files import refusal, shown

#: YAML 1.2 has no dates, so a day or instant may come as text; in exactly these forms.
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(rf"{DAY.pattern}[Tt ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{1,6}})?)?([Zz]|[-+][0-9]{{2}}:[0-9]{{2}})?")

#: Years that a day can be in: before, nothing was social media; beyond, a zone's rules are nobody's knowledge.
YEARS = range(1970, 2200)

#: Settings that may hold a secret by mistake, and what one looks like elsewhere; what is found there is not repeated.
QUIET, SECRETIVE = {"key", "database"}, re.compile(r"://|=|passw|pwd", re.IGNORECASE)

CODES = {"missing": "E_MISSING_FIELD", "extra_forbidden": "E_UNKNOWN_FIELD"}


def _require_our_times(day: date) -> None:
    if day.year not in YEARS:
        raise ValueError(f"year {day.year} is not from {YEARS[0]} to {YEARS[-1]}")


def _day(value: object) -> date:
    if isinstance(value, str) and DAY.fullmatch(value):
        value = date.fromisoformat(value)
    if type(value) is not date:
        raise ValueError("write one day, without a time, such as 2024-03-01")
    _require_our_times(value)
    return value


def _instant(value: object) -> datetime:
    if isinstance(value, str) and INSTANT.fullmatch(value):
        value = datetime.fromisoformat(value.upper())
    if not isinstance(value, datetime):
        raise ValueError("write an instant with its offset, such as 2024-03-01T00:00:00+01:00")
    _require_our_times(value)
    return value


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc), BeforeValidator(_instant)]
Text = Annotated[str, AfterValidator(_not_blank)]


class Strict(BaseModel):
    """Settings that refuse unknown keys and other types than their own, and never change after they were read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


Model = TypeVar("Model", bound=Strict)


def checked(model: type[Model], raw: object, where: str, **extra: object) -> Model:
    """The model of what file `where` says in `raw`, with `extra` fields that no file may give.

    Raises
    ------
    ConfigError
        If `raw` is not a mapping, misses a field, or has an unknown or impossible one.
    """
    if not isinstance(raw, dict):
        raise refusal(where, f": found {shown(raw)} instead of fields; write each as a name and its value", "E_FORMAT")
    if given := sorted(set(raw) & set(extra)):
        raise refusal(where, f": unknown key: {advice(given[0], _keys(model))}", CODES["extra_forbidden"])
    try:
        return model.model_validate(raw | extra)
    except ValidationError as error:
        fault = _first(error)
        raise refusal(where, f": {_sentence(fault, model)}", _code(fault)) from None


def _first(error: ValidationError) -> dict:
    faults = error.errors(include_url=False)
    return next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])


def _code(fault: dict) -> str:
    return CODES.get(fault["type"], "E_BAD_ID" if fault["loc"] == ("id",) else "E_BAD_FIELD")


def _sentence(fault: dict, model: type[Strict]) -> str:
    place = _place(fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"unknown key: {advice(place, _keys_beside(model, fault['loc']))}"
    if fault["type"] == "missing":
        return f"missing key {shown(place)}; add it"
    found = "" if _is_quiet(fault) else f", found {shown(fault['input'])}"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{place}: {message}{found}{_remedy(fault, model)}" if place else message


def _is_quiet(fault: dict) -> bool:
    given = fault["input"]
    may_be_secret = isinstance(given, str) and SECRETIVE.search(given)
    return isinstance(given, dict | list) or bool(may_be_secret) or bool(QUIET & set(fault["loc"]))


def _place(path: tuple) -> str:
    # The first of a list goes without a number: most lists here have one element, which may stand without its list.
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path if part != 0)


def _remedy(fault: dict, model: type[Strict]) -> str:
    field = model.model_fields.get(fault["loc"][0])
    return f"; write {field.description}" if field and field.description else ""


def _keys_beside(model: type[Strict], place: tuple) -> list[str]:
    prefix = ""
    for part in place[:-1]:
        prefix += f"{part}." if isinstance(part, str) else ""
        model = _model_in(model.model_fields[part].annotation) if part in model.model_fields else model
    return _keys(model, prefix)


def _model_in(annotation: object) -> type[BaseModel]:
    # Source in dict[str, list[Source]], Goal in list[Goal], Service itself.
    return next(each for each in _types_in(annotation) if isinstance(each, type) and issubclass(each, BaseModel))


def _types_in(annotation: object) -> Iterator[object]:
    yield annotation
    for inner in get_args(annotation):
        yield from _types_in(inner)


def _keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    keys = []
    for name, field in model.model_fields.items():
        if name == "root":
            continue
        keys.append(prefix + name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            keys += _keys(field.annotation, f"{prefix}{name}.")
    return keys


def advice(found: str, known: list[str]) -> str:
    """The wrong word, quoted, with the nearest known one or with all that are known.

    Examples
    --------
    >>> advice("tema", ["team", "name"])
    "'tema'; did you mean 'team'?"
    """
    near = get_close_matches(found, known, n=1)
    return f"{shown(found)}; " + (f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(sorted(known)[:20])}")
