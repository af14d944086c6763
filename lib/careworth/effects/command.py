"""What `careworth effect` does: a file in, the effect as a readable text or as JSON out."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from careworth.effects.design import LADDER, permitted_sentence, permitted_wording
from careworth.effects.panels import PanelEffect, panel_effect
from careworth.effects.series import METHODS, SeriesEffect, estimate_effect
from careworth.effects.table import dates_of, numbers_of, read_texts
from careworth.errors import ParameterError
from careworth.stats import Estimate

#: The key of the interval's share in the JSON.
LEVEL = 0.95


def effect_of_file(
    path: Path,
    date: str,
    value: str,
    start: str,
    controls: Sequence[str] = (),
    promo: str | None = None,
    method: str = "default",
    panel: str | None = None,
    treated: str | None = None,
    as_json: bool = False,
) -> str:
    """The effect on the series, or the panel, in the file: a text of a few lines, or one JSON object.

    Parameters
    ----------
    date, value : str
        Columns of the file; one row a day, or with `panel` one row a unit and time.
    start : str
        First day of the campaign, YYYY-MM-DD; it lasts to the end of the series.
    controls, promo : columns
        Series that the campaign cannot have touched; days with promotions.
    panel, treated : str
        Column of the units, and the names of the treated ones, separated by commas.

    Raises
    ------
    ParameterError, SourceError
        Saying what was found and what to do.
    """
    if (panel is None) != (treated is None):
        raise ParameterError("--panel COLUMN and --treated NAME belong together; give both or neither")
    if panel is None or treated is None:
        result = _series_result(path, date, value, start, controls, promo, method)
    elif controls or promo:
        raise ParameterError("with --panel the other units are the controls; leave --controls and --promo out")
    else:
        result = _panel_result(path, date, value, start, method, panel, treated)
    if as_json:
        return json.dumps(_plain(result), ensure_ascii=False, indent=2, allow_nan=False)
    return _text(result)


def _series_result(
    path: Path, date: str, value: str, start: str, controls: Sequence[str], promo: str | None, method: str
) -> dict[str, Any]:
    if method not in METHODS:
        raise ParameterError(
            f"there is no method '{method}' for one series; the methods are {', '.join(METHODS)}. "
            "Those of panels, such as did, sc and sdid, need --panel and --treated"
        )
    _require_different(date, value, *controls, *([promo] if promo else []))
    table = read_texts(path, [date, value, *controls, *([promo] if promo else [])])
    beside = {name: numbers_of(table, name).to_numpy() for name in controls} or None
    promotions = numbers_of(table, promo).to_numpy() if promo else None
    days = dates_of(table, date).to_numpy()
    found = estimate_effect(numbers_of(table, value).to_numpy(), days, start, beside, promotions, method)
    return {
        "value": value,
        "start": start,
        "method": found.method,
        **_numbers(found),
        "level": LEVEL,
        "design": _design(found.design),
        "sentence": _sentence(found, value),
        "diagnostics": asdict(found.diagnostics),
        "series": _days(found),
    }


def _panel_result(path: Path, date: str, value: str, start: str, method: str, panel: str, treated: str) -> dict[str, Any]:
    found = panel_effect(read_texts(path, [panel, date, value]), panel, date, value, treated, start, method)
    return {
        "value": value,
        "start": start,
        "method": found.method,
        **_numbers(found),
        "level": LEVEL,
        "design": _design(found.design),
        "sentence": found.sentence(value),
        "diagnostics": {**found.diagnostics, "warnings": found.doubts},
        "series": [
            {"date": time, "observed": seen, "expected": known}
            for time, seen, known in zip(found.times, found.observed, found.expected, strict=True)
        ],
        "unit_weights": found.unit_weights,
    }


def _require_different(*columns: str) -> None:
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise ParameterError(
            f"column {', '.join(map(repr, twice))} is asked for twice; date, value, controls and promo must differ"
        )


def _numbers(found: SeriesEffect | PanelEffect) -> dict[str, float | None]:
    names = "effect low high lift lift_low lift_high total total_low total_high".split()
    return {name: getattr(found, name) for name in names}


def _design(key: str) -> dict[str, Any]:
    return {**LADDER[key]._asdict(), "permitted_wording": permitted_wording(key)}


def _sentence(found: SeriesEffect, value: str) -> str:
    doubts = found.diagnostics.warnings
    if found.lift_low is None:
        known, could = Estimate(found.effect, found.low, found.high), found.diagnostics.minimum_detectable_effect
        return permitted_sentence(found.design, f"{value} a day", known, detectable=could, doubts=doubts)
    percent = Estimate(*(None if part is None else 100 * part for part in (found.lift, found.lift_low, found.lift_high)))
    could = found.diagnostics.minimum_detectable_lift
    could = None if could is None else 100 * could
    return permitted_sentence(found.design, value, percent, unit="%", detectable=could, doubts=doubts)


def _days(found: SeriesEffect) -> list[dict[str, Any]]:
    rows = zip(found.dates.astype(str).tolist(), found.observed.tolist(), found.expected.tolist(), strict=True)
    return [{"date": day, "observed": seen, "expected": known} for day, seen, known in rows]


def _plain(value: Any) -> Any:
    """The same with plain Python values; what is no finite number is null."""
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _text(result: dict[str, Any]) -> str:
    lines = [
        result["sentence"],
        "",
        _line("effect a period" if "unit_weights" in result else "effect a day", result, "effect low high", "{:,.2f}"),
        _line("effect in total", result, "total total_low total_high", "{:,.1f}"),
        _line("lift", result, "lift lift_low lift_high", "{:+.1%}"),
        f"{'method':>28}  {result['method']}",
        f"{'design':>28}  {result['design']['name']} (rung {result['design']['rung']} of {len(LADDER)})",
        "",
        *_told(result["diagnostics"]),
    ]
    return "\n".join(lines)


def _line(title: str, result: dict[str, Any], names: str, form: str) -> str:
    value, low, high = ("unknown" if result[name] is None else form.format(result[name]) for name in names.split())
    return f"{title:>28}  {value}  (95 % interval {low} to {high})"


def _told(diagnostics: dict[str, Any]) -> list[str]:
    return [f"{name.replace('_', ' '):>28}  {_short(value)}" for name, value in diagnostics.items() if name != "warnings"]


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_short(part)}" for name, part in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(_short, value)) or "none"
    if value is None:
        return "unknown"
    return f"{value:.3g}" if isinstance(value, float) else str(value)
