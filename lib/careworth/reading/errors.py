"""How often the shipped engines err on public conversations that no engine was trained on, as counts."""

import json
from functools import cache
from pathlib import Path

from careworth.misreading import Counts
from careworth.reading.engines import OPENINGS

MEASURED = Path(__file__).parent / "models" / "errors.json"

#: What an engine that reads tone alone leaves to another.
OF_OPENINGS = ("opening_state", "needs_response")


@cache
def _measured() -> dict[str, dict[str, list[int]]]:
    return json.loads(MEASURED.read_text(encoding="utf-8"))


def measured_errors(engine: str) -> dict[str, Counts]:
    """Counts by `question:answer` for an engine; those of the rules alone for an engine that nobody measured here.

    Examples
    --------
    >>> measured_errors("care")["opening_sentiment:negative"].recall.value > 0.5
    True
    """
    own = _measured().get(engine, {})
    openings = {name: counts for name, counts in _measured()[OPENINGS].items() if name.startswith(OF_OPENINGS)}
    return {name: Counts(*counts) for name, counts in (_measured()["rules"] | openings | own).items()}
