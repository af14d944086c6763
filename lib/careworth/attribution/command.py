"""What `careworth attribute` does: an event log or a path table in, each model's credits as a text or as JSON out."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from careworth.attribution import events, path_table
from careworth.attribution.journeys import Credits, Intake, Journeys
from careworth.attribution.log_file import column_names
from careworth.attribution.model_names import Model, model_named
from careworth.attribution.rules import Settings
from careworth.errors import ParameterError, SourceError

#: The label that every attribution result carries.
NOT_CAUSE = "attributed, not incremental"

#: What columns are often called; the first that a file has is taken unless told.
OF_AN_EVENT_LOG = {
    "person": ("person", "person_id", "customer_id", "customer", "user_id", "user", "visitor_id", "cookie", "client_id"),
    "time": ("time", "timestamp", "ts", "touched_at", "event_time", "datetime", "date"),
    "channel": ("channel", "channel_name"),
    "conversion": ("conversion", "converted", "is_conversion"),
    "value": ("value", "conversion_value", "revenue"),
}
OF_A_PATH_TABLE = {
    "path": ("path",),
    "conversions": ("total_conversions", "conversions"),
    "value": ("total_conversion_value", "conversion_value", "value"),
    "nulls": ("total_null", "total_nulls", "nulls"),
}


def attribute_file(
    path: Path,
    models: str | Sequence[str] = "first,last,linear,markov:1,shapley",
    columns: Mapping[str, str] | None = None,
    no_null: bool = False,
    bootstrap: int | None = None,
    as_json: bool = False,
    separator: str = ">",
    outcome: str | None = None,
    lookback_days: float | None = None,
    session_minutes: float | None = None,
    drop_repeats: bool = False,
    direct: Sequence[str] = (),
    seed: int = 1,
) -> str:
    """Each model's credits for the channels of the file: a table as text, or a JSON list.

    An object of the list holds `model`, `channel`, `conversions`, `value` and `share` (of conversions, 0-1); with `bootstrap`
    also `low` and `high` of the conversions, and those of value and share; the `label`; and of an event log `match_share`, the
    share of its rows whose person is known.

    Parameters
    ----------
    path : Path
        A Parquet, CSV or Excel file: an event log or a path table, which is seen from its columns.
    models : str or sequence of str
        Their names, separated by commas; an unknown one is answered with the list.
    columns : mapping, optional
        What columns are called: person, time, channel, conversion, value; or path, conversions, value, nulls.
    no_null : bool
        Whether journeys that ended in no outcome are left out.
    bootstrap : int, optional
        Of so many resamples come 95 % intervals.
    separator, outcome, lookback_days, session_minutes, drop_repeats
        As in `journeys_of_paths` and `journeys_of_events`.
    direct : sequence of str
        Channels that last_non_direct passes over.

    Raises
    ------
    ParameterError, SourceError, ContractError
        Saying what was found and what to do.
    """
    path, settings = Path(path), Settings(direct=tuple(direct) or None)
    wanted = models.split(",") if isinstance(models, str) else models
    asked = {name.strip(): model_named(name, settings) for name in wanted if name.strip()}
    if not asked:
        raise ParameterError("no model is asked for; name some, such as first,last,linear,markov:2,shapley")
    roles = {role: name for role, name in (columns or {}).items() if name}
    limits = {"lookback_days": lookback_days, "session_minutes": session_minutes, "drop_repeats": drop_repeats}
    journeys = _journeys(path, roles, separator, outcome, limits)
    if not len(journeys.conversions):
        raise SourceError(f"{path.name} has no journey: no row is a touch of a known person; export it again")
    if no_null:
        journeys = journeys._replace(nulls=np.zeros_like(journeys.nulls))
    rows = [row for name, model in asked.items() for row in _rows(name, model, journeys, bootstrap, seed)]
    return json.dumps(rows, ensure_ascii=False, indent=2, allow_nan=False) if as_json else _text(rows, journeys)


def _journeys(path: Path, roles: Mapping[str, str], separator: str, outcome: str | None, limits: dict[str, Any]) -> Journeys:
    if is_path_table(path, roles):
        return path_table.journeys_of_paths(path, _called(path, roles, OF_A_PATH_TABLE), separator)
    return events.journeys_of_events(path, _called(path, roles, OF_AN_EVENT_LOG), outcome, **limits)


def is_path_table(path: Path, roles: Mapping[str, str] | None = None) -> bool:
    """Whether the file is a path table and no event log, as its columns, or those that are named, tell.

    Raises
    ------
    ParameterError
        If it is neither.
    """
    roles = roles or {}
    unknown = sorted(set(roles) - set(OF_AN_EVENT_LOG) - set(OF_A_PATH_TABLE))
    if unknown:
        known = [*OF_AN_EVENT_LOG, *(role for role in OF_A_PATH_TABLE if role != "value")]
        raise ParameterError(f"there is no part {', '.join(map(repr, unknown))}; columns are named for {', '.join(known)}")
    of_log, of_table = (_told_or_found(path, roles, names) for names in (OF_AN_EVENT_LOG, OF_A_PATH_TABLE))
    may_be_log = all(role in of_log for role in ("person", "time", "channel", "conversion"))
    may_be_table = all(role in of_table for role in path_table.NEEDED)
    names_a_table = any(role in roles for role in ("path", "conversions", "nulls"))
    if may_be_log and not names_a_table:
        return False
    if may_be_table:
        return True
    raise ParameterError(
        f"{path.name} is neither an event log (person, time, channel, conversion) nor a path table (path, total_conversions): "
        f"its columns are {', '.join(column_names(path))}. Say which of them is what"
    )


def _told_or_found(path: Path, roles: Mapping[str, str], usual: Mapping[str, Iterable[str]]) -> dict[str, str]:
    known = column_names(path)
    found = {role: next((name for name in names if name in known), None) for role, names in usual.items()}
    return {role: name for role, name in (found | {r: n for r, n in roles.items() if r in usual}).items() if name}


def _called(path: Path, roles: Mapping[str, str], usual: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """What the columns are called, those that one file may lack only where it has them."""
    alien = sorted(set(roles) - set(usual))
    if alien:
        raise ParameterError(f"{path.name} has no part {', '.join(alien)}; an event log and a path table are named differently")
    return _told_or_found(path, roles, usual)


def _rows(name: str, model: Model, journeys: Journeys, replicates: int | None, seed: int) -> list[dict[str, Any]]:
    credits, bounds = model(journeys), {}
    if replicates is not None:
        credits, bounds = _resampled(model, journeys, replicates, seed)
    total = float(np.sum(credits.conversions))
    shared = [float(part) / total if total else None for part in credits.conversions]
    same: dict[str, Any] = {"label": NOT_CAUSE}
    if journeys.intake is not None:
        same["match_share"] = journeys.intake.match_share
    if credits.reason:
        same["reason"] = credits.reason
    columns = {"conversions": credits.conversions.tolist(), "value": credits.values.tolist(), "share": shared, **bounds}
    return [
        {"model": name, "channel": channel, **{key: part[i] for key, part in columns.items()}, **same}
        for i, channel in enumerate(credits.channels)
    ]


def _resampled(model: Model, journeys: Journeys, replicates: int, seed: int) -> tuple[Credits, dict[str, list]]:
    from careworth.attribution.uncertainty import bootstrap, credit_intervals

    drawn = bootstrap(journeys, model, replicates, seed)
    table = credit_intervals(drawn)
    names = {"low": "conversions_low", "high": "conversions_high", "value_low": "values_low", "value_high": "values_high"}
    names |= {"share_low": "share_low", "share_high": "share_high"}
    return drawn.credits, {key: table[name].to_list() for key, name in names.items()}


def _text(rows: list[dict[str, Any]], journeys: Journeys) -> str:
    channels = [repr(row["channel"])[1:-1] or "''" for row in rows]
    wide, models = max(map(len, [*channels, "channel"])), max(len(row["model"]) for row in rows + [{"model": "model"}])
    header = f"{'model':{models}}  {'channel':{wide}}  {'conversions':>14}  {'value':>18}  {'share':>7}"
    lines = [f"{row['model']:{models}}  {name:{wide}}  {_numbers(row)}" for row, name in zip(rows, channels, strict=True)]
    reasons = list(dict.fromkeys(f"{row['model']}: {row['reason']}." for row in rows if "reason" in row))
    return "\n".join([*_told(journeys), *reasons, "", header + ("  95 % interval" if "low" in rows[0] else ""), *lines])


def _numbers(row: dict[str, Any]) -> str:
    share = "unknown" if row["share"] is None else f"{row['share']:.1%}"
    known = f"{row['conversions']:14,.2f}  {row['value']:18,.2f}  {share:>7}"
    return known + (f"  {row['low']:,.2f} to {row['high']:,.2f}" if row.get("low") is not None else "")


def _told(journeys: Journeys) -> list[str]:
    counted = journeys.conversions.sum(), journeys.nulls.sum(), journeys.values.sum()
    journey = "{:,.10g} conversions and {:,.10g} journeys without one, worth {:,.2f} together.".format(*counted)
    return [
        f"{NOT_CAUSE.capitalize()}: who was there, not what would have been lost without them.",
        journey,
        *_taken(journeys.intake),
    ]


def _taken(intake: Intake | None) -> list[str]:
    """What became of the rows of the log, with the identity match rate."""
    if intake is None:
        return []
    told = [
        (intake.nameless_events, f"of them without a person, {intake.nameless_outcomes:,} outcomes among these: in no journey"),
        (intake.pathless, "outcomes that no touch came before: no channel is credited with them"),
        (intake.repeated, "rows dropped that repeat another"),
        (intake.merged, "touches that continue a session"),
        (intake.too_old, "touches before the look-back window"),
    ]
    matched = "unknown" if intake.match_share is None else f"{intake.match_share:.1%}"
    rate = f"{intake.events:,} rows, {intake.outcomes:,} of them outcomes; identity match rate {matched}."
    return [rate, *(f"{count:,} {what}." for count, what in told if count)]
