"""What `careworth roi` does: a ledger in; out comes what it returns and how sure that is, for people or as JSON."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from careworth.errors import ParameterError
from careworth.roi.ledger_file import Ledger, naming, read_ledger
from careworth.roi.ledger_finance import finance_of
from careworth.roi.ledger_schema import MOST_DRAWS
from careworth.roi.ledger_text import text_of
from careworth.roi.ledger_uncertainty import break_even_of, draw_ledger, lines_of, uncertainty_of
from careworth.roi.sampling import SCRAMBLINGS

#: Fewer outcomes cannot tell their own error.
FEWEST_DRAWS = SCRAMBLINGS**2


def roi_of_file(path: Path, as_json: bool = False, draws: int | None = None, seed: int | None = None) -> str:
    """The return of the ledger in the file: a text of tables, or one JSON object.

    Parameters
    ----------
    draws, seed : int, optional
        How many outcomes to simulate, rounded up to a power of two, and from which seed; what the file says unless given.

    Raises
    ------
    ConfigError, ParameterError
        Saying what was found and what to do.
    """
    ledger = read_ledger(path)
    count = ledger.file.draws if draws is None else draws
    settings = {"draws": _power_of_two(count), "seed": _seed(ledger.file.seed if seed is None else seed)}
    with naming(path):
        found = outcome_of(replace(ledger, file=ledger.file.model_copy(update=settings)))
    return json.dumps(plain(found), ensure_ascii=False, indent=2, allow_nan=False) if as_json else text_of(found)


def outcome_of(ledger: Ledger) -> dict[str, Any]:
    """All that `careworth roi` says of the ledger, by name."""
    drawn = draw_ledger(ledger)
    settings = {name: getattr(ledger.file, name) for name in ("currency", "period", "discount_rate", "hurdle", "draws", "seed")}
    return {
        **settings,
        "lines": lines_of(ledger, drawn),
        **finance_of(ledger, drawn),
        "break_even": break_even_of(ledger),
        "uncertainty": uncertainty_of(ledger, drawn),
    }


def plain(value: Any) -> Any:
    """The same with what is no finite number as None."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _power_of_two(count: int) -> int:
    if not 1 <= count <= MOST_DRAWS:
        raise ParameterError(f"{count} draws; give a number from 1 to {MOST_DRAWS:,}, such as 16384")
    return max(FEWEST_DRAWS, 1 << (count - 1).bit_length())


def _seed(seed: int) -> int:
    if seed < 0:
        raise ParameterError(f"seed {seed}; give a whole number of 0 or more")
    return seed
