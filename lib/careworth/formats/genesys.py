"""Intervals of Genesys Cloud: the answer to a conversation aggregates query, with a granularity, by mediaType and queueId.

Genesys gives milliseconds, here rounded to whole seconds, halves up, after they are summed per interval. Handle and wait are
booked in the interval in which they ended.

A metric that did not occur in an interval is left out of it, as is one that was not asked for. So one that is missing counts as
zero where the same answer has it for the same media type in another interval, and is unknown where it nowhere has it; offers,
which every media type has, count as zero where the answer has them for any.

Shape: developer.genesys.cloud analytics, conversation aggregate query; answers of it in public repositories (find "tAbandon").
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from careworth.formats.export import Export, listed

#: Groups of any other dimensions are parts of these, or totals of them.
DIMENSIONS = "mediaType,queueId"

#: By canonical column, the metric and the statistic of it.
COUNTS = {"offered": ("nOffered", "count"), "answered": ("tAnswered", "count"), "abandoned": ("tAbandon", "count")}
DURATIONS = {"handle_seconds": ("tHandle", "sum"), "wait_seconds": ("tWait", "sum")}

#: What Genesys leaves out.
NONE_HAPPENED = {"count": 0, "sum": 0}


def records(document: Any) -> Iterator[dict]:
    """Each group's intervals, with the metrics that the answer has for its media type."""
    results = list(listed(document, "results"))
    present: dict[str, set[str]] = {}
    for result in filter(_is_plain, results):
        present.setdefault(result["group"]["mediaType"], set()).update(*map(_metrics, result["data"]))
    everywhere = set().union(*present.values()) & {"nOffered"}
    for result in results:
        told = sorted(present.get(result["group"].get("mediaType"), set()) | everywhere)
        yield from ({"group": result["group"], "present": told, **interval} for interval in result["data"])


def _is_plain(result: dict) -> bool:
    return _dimensions(result["group"]) == DIMENSIONS


def _dimensions(group: dict) -> str:
    return ",".join(sorted(group))


def _metrics(interval: dict) -> set[str]:
    # A broken interval is its own fault, not that of the document.
    metrics = interval.get("metrics")
    names = [each.get("metric") for each in metrics if isinstance(each, dict)] if isinstance(metrics, list) else []
    return {name for name in names if isinstance(name, str)}


def flat(record: dict) -> dict:
    """One interval of one group, its durations in seconds."""
    start, end = record["interval"].split("/")
    lasting = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    stats = dict.fromkeys(record["present"], NONE_HAPPENED) | {each["metric"]: each["stats"] for each in record["metrics"]}
    return {
        "dimensions": _dimensions(record["group"]),
        "media": record["group"].get("mediaType"),
        "queue": record["group"].get("queueId"),
        "start": start,
        "seconds": lasting.total_seconds(),
        **{name: stats.get(metric, {}).get(statistic) for name, (metric, statistic) in COUNTS.items()},
        **{name: _seconds(stats.get(metric, {}).get(statistic)) for name, (metric, statistic) in DURATIONS.items()},
    }


def _seconds(milliseconds: int | Decimal | float | None) -> int | None:
    if milliseconds is None:
        return None
    if milliseconds != int(milliseconds):
        raise ValueError("milliseconds are whole")
    return (int(milliseconds) + 500) // 1000


CONTACT_INTERVALS = Export(
    fields=("dimensions", "media", "queue", "start", "seconds", *COUNTS, *DURATIONS),
    records=records,
    flat=flat,
    excluded={"other_group": pl.col("dimensions") != DIMENSIONS},
    columns={
        "channel": pl.col("media").replace({"voice": "phone"}),
        "queue": pl.col("queue"),
        "interval_start": pl.col("start"),
        "interval_seconds": pl.col("seconds"),
        **{name: pl.col(name) for name in (*COUNTS, *DURATIONS)},
    },
)

FORMAT = {"contact_intervals": CONTACT_INTERVALS}
