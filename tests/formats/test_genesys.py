"""Genesys Cloud's conversation aggregates; what a metric means is said by developer.genesys.cloud."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careworth.errors import SourceError
from careworth.sources import Source
from careworth.staging import stage

AGGREGATES = Path(__file__).parents[1] / "fixtures" / "genesys" / "aggregates.json"
FIRST_QUEUE, SECOND_QUEUE = "05f1c285-6777-4ccc-806f-8db085ae0793", "7b1c0f2a-0000-4000-8000-Öst"
HALF_HOUR = "2025-03-01T09:00:00.000Z/2025-03-01T09:30:00.000Z"


def row(channel: str, queue: str, start: tuple[int, int], length: int, *counts: int | None) -> dict:
    """A row with offered, answered, abandoned, handle_seconds and wait_seconds as `counts`."""
    keys = ("offered", "answered", "abandoned", "handle_seconds", "wait_seconds")
    at = datetime(2025, 3, 1, *start, tzinfo=UTC)
    named = {"channel": channel, "queue": queue, "interval_start": at, "interval_seconds": length}
    return named | dict(zip(keys, counts, strict=True))


ROWS = [
    # The answer has no tAnswered for callbacks at all, so it is not known whether it was asked for.
    row("callback", FIRST_QUEUE, (9, 0), 1800, 7, None, None, None, 55_174),
    # Only the end of a chat that was offered before.
    row("chat", SECOND_QUEUE, (9, 0), 1800, 0, None, None, 60, None),
    row("message", SECOND_QUEUE, (9, 0), 1800, 5, 5, None, 600, None),
    # 2,700,500 ms of handling and 261,499 ms of waiting.
    row("phone", FIRST_QUEUE, (9, 0), 1800, 12, 10, 2, 2_701, 261),
    # Nobody gave up in this interval, which Genesys says by leaving tAbandon out.
    row("phone", FIRST_QUEUE, (9, 30), 1800, 3, 3, 0, 900, 15),
    # A quarter of an hour in another zone, in which nothing but the end of a call happened.
    row("phone", FIRST_QUEUE, (10, 0), 900, 0, 0, 0, 120, 0),
    row("phone", SECOND_QUEUE, (9, 0), 1800, 12, 10, 2, 2_701, 261),
]


def staged(tmp_path, *metrics: dict, group: dict | None = None, interval: object = HALF_HOUR):
    """What is staged of an answer with one interval."""
    data = [{"interval": interval, "metrics": list(metrics)}]
    path = tmp_path / "aggregates.json"
    path.write_text(json.dumps({"results": [{"group": group or {"mediaType": "voice", "queueId": "q"}, "data": data}]}))
    return stage("contact_intervals", "genesys", path)


def metric(name: str, **stats: float) -> dict:
    return {"metric": name, "stats": stats}


def test_an_interval_is_a_row_in_whole_seconds_and_what_did_not_happen_is_zero():
    assert stage("contact_intervals", "genesys", AGGREGATES).table.to_dicts() == ROWS


def test_every_other_group_is_counted_and_every_broken_interval_rejected():
    found = stage("contact_intervals", "genesys", AGGREGATES)
    assert found.funnel == {
        "read": 12,
        "accepted": 7,
        "rejected:duplicate_exact": 1,
        "rejected:unexpected_shape": 2,
        "excluded:other_group": 2,
    }
    assert found.rejected["record"].to_list() == [10, 11, 12]


def test_an_answer_without_offers_has_no_row_since_they_may_not_have_been_asked_for(tmp_path):
    found = staged(tmp_path, metric("tHandle", count=1, sum=60_000))
    assert found.rejected["reasons"].to_list() == [["offered_missing"]]


def test_what_an_agent_did_says_nothing_of_a_queue(tmp_path):
    """Grouped by userId too, answers are told by agent only, so those of the queue are unknown and not zero."""
    by_queue, by_agent = {"mediaType": "voice", "queueId": "q"}, {"mediaType": "voice", "queueId": "q", "userId": "u"}
    metrics = [(by_queue, metric("nOffered", count=4)), (by_agent, metric("tAnswered", count=3, sum=9_000))]
    results = [{"group": group, "data": [{"interval": HALF_HOUR, "metrics": [told]}]} for group, told in metrics]
    path = tmp_path / "aggregates.json"
    path.write_text(json.dumps({"results": results}))
    found = stage("contact_intervals", "genesys", path)
    assert found.table.select("offered", "answered").rows() == [(4, None)]


@pytest.mark.parametrize(
    ("milliseconds", "seconds"), [(0, 0), (499, 0), (500, 1), (1_499, 1), (1_500, 2), (9.007e15, 9_007_000_000_000)]
)
def test_milliseconds_are_rounded_to_the_nearest_second_halves_up(tmp_path, milliseconds, seconds):
    found = staged(tmp_path, metric("nOffered", count=1), metric("tWait", count=1, sum=milliseconds))
    assert found.table["wait_seconds"].to_list() == [seconds]


@pytest.mark.parametrize("broken", [0.5, "soon", [1], {"of": 1}])
def test_a_duration_that_is_no_number_of_milliseconds_is_rejected(tmp_path, broken):
    found = staged(tmp_path, metric("nOffered", count=1), metric("tWait", count=1, sum=broken))
    assert found.rejected["reasons"].to_list() == [["unexpected_shape"]]


@pytest.mark.parametrize("metrics", [[{"metric": ["nOffered"], "stats": {}}], [None], [{"metric": "nOffered", "stats": None}]])
def test_a_broken_metric_costs_its_interval_and_not_the_file(tmp_path, metrics):
    assert staged(tmp_path, *metrics).rejected["reasons"].to_list() == [["unexpected_shape"]]


def test_a_document_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "other.json"
    path.write_text('{"conversations": []}')
    with pytest.raises(SourceError, match="another shape"):
        stage("contact_intervals", "genesys", path)


def test_a_workspace_needs_nothing_more():
    Source.model_validate({"format": "genesys", "path": "genesys/*.json"}).require_mapping("contact_intervals")
