"""Journeys for the tests of attribution: from paths written out, from METRICS.md and from the published path table."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from careworth.attribution.journeys import Journeys

#: METRICS.md F.4: paths with how often they converted and how often not.
F4 = {
    "care": (10, 90),
    "email": (5, 95),
    "care>email": (12, 48),
    "email>search": (6, 44),
    "care>search": (8, 32),
    "search": (20, 180),
    "care>email>search": (6, 14),
}


def journeys_of(
    paths: Iterable[Sequence[str]], conversions: Sequence[float], nulls: Sequence[float], values: Sequence[float] | None = None
) -> Journeys:
    """Journeys along these paths; each conversion is worth 10 unless values are given."""
    paths = list(paths)
    channels = tuple(dict.fromkeys(name for path in paths for name in path))
    places = {name: place for place, name in enumerate(channels)}
    touches = np.array([places[name] for path in paths for name in path], np.int32)
    converted = np.array(conversions, float)
    worth = 10.0 * converted if values is None else np.array(values, float)
    starts = np.cumsum([0, *map(len, paths)])
    return Journeys(channels, touches, starts, converted, np.array(nulls, float), worth)


def example_f4() -> Journeys:
    """The journeys of METRICS.md F.4."""
    conversions, nulls = zip(*F4.values(), strict=True)
    return journeys_of([path.split(">") for path in F4], conversions, nulls)


def published(shared: Path) -> Journeys:
    """The 10,000 paths of ChannelAttribution's PathData."""
    with (shared / "data" / "attribution" / "path_data.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    paths = [[name.strip() for name in row["path"].split(">")] for row in rows]
    amounts = [[float(row[f"total_{name}"]) for row in rows] for name in ("conversions", "null", "conversion_value")]
    return journeys_of(paths, *amounts)


def random_journeys(seed: int, channels: int = 4, count: int = 30) -> Journeys:
    """A few journeys along random paths, short and long, some of which never convert."""
    generator = np.random.default_rng(seed)
    paths = [[f"c{i}" for i in generator.integers(0, channels, generator.geometric(0.3))] for _ in range(count)]
    conversions = generator.integers(0, 4, count)
    return journeys_of(
        paths, conversions, generator.integers(0, 9, count) + (conversions == 0), conversions * generator.random(count)
    )


def paths_of(journeys: Journeys) -> list[tuple[int, ...]]:
    """Each journey as the numbers of its channels."""
    ends = zip(journeys.starts[:-1], journeys.starts[1:], strict=True)
    return [tuple(journeys.touches[begin:end].tolist()) for begin, end in ends]
