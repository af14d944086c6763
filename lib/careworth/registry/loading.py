"""The registry's TOML files as checked definitions; what is wrong in one is said with its file and the metric's id."""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from careworth.errors import ContractError

#: The blocks of the scorecard; each is one file, in the order in which they are read and shown.
CATEGORIES = {
    "audience": "audience",
    "volume": "volume",
    "service": "service",
    "quality": "quality",
    "effectiveness": "effectiveness",
    "contact_centre": "contact centre",
    "money": "financial",
    "platform": "platform",
}

#: What a customer-service department is after (METRICS.md R098): the contact centre's own measures first.
OBJECTIVES = {
    "call volume": "Fewer calls, because customers are served elsewhere.",
    "handling time": "Less work for each contact.",
    "contacts handled": "More customers served by the same people.",
    "cost per contact": "Service at a cost that is known.",
    "resolution": "Matters settled, and settled once.",
    "waiting": "Short waits, and promises kept.",
    "satisfaction": "Customers who are content with how they were served.",
    "loyalty and sales": "Customers who stay, recommend and buy.",
    "demand": "Knowing who will write, how much, and about what.",
    "sound numbers": "Numbers that bear a decision.",
}

#: What a field of few words may say.
CHOICES = {
    "objective": tuple(OBJECTIVES),
    "trackability": ("easy", "hard"),
    "sales_link": ("none", "hypothesised", "associated", "causal"),
    "direction": ("up", "down", "neither"),
    "category": tuple(CATEGORIES.values()),
    "levels": ("agent", "manager", "executive"),
}


@dataclass(frozen=True)
class Metric:
    """One metric's definition: what it counts, how, of which tables, and what to beware of.

    `inputs` are groups of canonical tables: one table of every group has to be connected before the first variant has a
    value; `richer_with` are further tables, and what they add is in `unlocks`. `variants`, `windows` and `vendors` map a name
    to its sentence; a variant's name may hold a placeholder, as in ``within_{hours}h``. `units` are those of the variants that
    have not the metric's own; `known_as` leads from what another tool calls it to the variant that counts so, and `keywords`
    are further words by which it is found.

    `objective` is what of customer service it serves. It is easy to track where messages, or counts that networks give, are
    enough, and hard where another system, a survey or people's own reading has to be added. Its `sales_link` is the most that
    data can show: "associated" and "causal" hold only where a campaign has those data.
    """

    id: str
    name: str
    meaning: str
    formula: str
    unit: str
    direction: str
    category: str
    levels: tuple[str, ...]
    objective: str
    trackability: str
    sales_link: str
    inputs: tuple[tuple[str, ...], ...]
    variants: dict[str, str]
    windows: dict[str, str]
    edge_cases: tuple[str, ...]
    vendors: dict[str, str]
    caveat: str
    unlocks: str
    sources: tuple[str, ...]
    version: int
    richer_with: tuple[str, ...] = ()
    units: dict[str, str] = field(default_factory=dict)
    known_as: dict[str, str] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()


#: The TOML type of each field that an entry has; its id is the entry's own name.
KINDS = {
    each.name: list if str(each.type).startswith("tuple") else dict if each.type == dict[str, str] else each.type
    for each in fields(Metric)
    if each.name != "id"
}

#: Fields that only some metrics have anything to say in.
OPTIONAL = {each.name for each in fields(Metric) if each.default is not MISSING or each.default_factory is not MISSING}


def load_metrics(files: Mapping[str, str]) -> dict[str, Metric]:
    """Every metric of the files by its id, in their order.

    Parameters
    ----------
    files : mapping of str to str
        TOML text by the name of its file.

    Raises
    ------
    ContractError
        If a text is no TOML, an id occurs in two files, a field is unknown, missing, empty or of the wrong type, or a
        word is none of those to choose from; the message names file and id.
    """
    metrics: dict[str, Metric] = {}
    for file, text in files.items():
        for metric_id, entry in _entries(file, text).items():
            if metric_id in metrics:
                raise ContractError(f"{file}: {metric_id} is defined twice; keep one definition")
            metrics[metric_id] = _metric(f"{file}: {metric_id}", metric_id, entry)
    return metrics


def _entries(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"{file}: {error}; write every id once and every text in quotes") from None


def _metric(place: str, metric_id: str, entry: Any) -> Metric:
    _require_fields(place, entry)
    for name, choices in CHOICES.items():
        _require_choice(place, name, entry[name], choices)
    groups = tuple(tuple(group.split(" or ")) for group in entry["inputs"])
    lists = {name: tuple(entry[name]) for name, kind in KINDS.items() if kind is list and name in entry}
    return Metric(**(entry | lists | {"id": metric_id, "inputs": groups}))


def _require_fields(place: str, entry: Any) -> None:
    found = set(entry) if isinstance(entry, dict) else set()
    if unknown := sorted(found - set(KINDS)):
        raise ContractError(f"{place}: unknown fields {unknown}; choose from {sorted(KINDS)}")
    if missing := sorted(set(KINDS) - OPTIONAL - found):
        raise ContractError(f"{place}: missing fields {missing}; every metric says all of {sorted(set(KINDS) - OPTIONAL)}")
    for name, kind in ((name, kind) for name, kind in KINDS.items() if name in found):
        if not entry[name] or type(entry[name]) is not kind or not _holds_text(entry[name]):
            raise ContractError(f"{place}: {name} is empty or no {kind.__name__} of texts: {entry[name]!r}; fill it in")


def _holds_text(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return all(isinstance(each, str) and each.strip() for each in inner)


def _require_choice(place: str, name: str, found: str | list[str], choices: tuple[str, ...]) -> None:
    wrong = sorted(set([found] if isinstance(found, str) else found) - set(choices))
    if wrong:
        raise ContractError(f"{place}: {name} {wrong} is unknown; choose from {list(choices)}")
