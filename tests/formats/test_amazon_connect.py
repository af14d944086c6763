"""Amazon Connect's contact records; what a field means is said by docs.aws.amazon.com (ctr-data-model)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from careworth.sources import Source
from careworth.staging import stage

RECORDS = Path(__file__).parents[1] / "fixtures" / "amazon_connect" / "contact_records.jsonl"
AGENT = "arn:aws:connect:eu-central-1:123456789012:instance/258252ea/agent/"
CALLER = "+4915112345678"


def contact(number: int) -> str:
    return f"6fe40d2a-000{number}"


def moment(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2025, 3, 1, hour, minute, second, tzinfo=UTC)


ROWS = [
    # Delivered three times; the last update knows more about the work after the call.
    {
        "contact_id": contact(1),
        "initial_contact_id": None,
        "channel": "phone",
        "customer_id": CALLER,
        "queue": "Kühlgeräte",
        "agent_id": AGENT + "a1",
        "started_at": moment(9, 0),
        "connected_at": moment(9, 1, 20),
        "ended_at": moment(9, 9),
        "talk_seconds": 239,
        "hold_seconds": 221,
        "wrap_seconds": 35,
        "wait_seconds": 70,
    },
    # The caller passed on; the company's own id of the customer stands before the number.
    {
        "contact_id": contact(2),
        "initial_contact_id": contact(1),
        "channel": "phone",
        "customer_id": "90071992547409931",
        "queue": "Zweite Linie",
        "agent_id": AGENT + "a2",
        "started_at": moment(9, 5),
        "connected_at": moment(9, 5, 30),
        "ended_at": moment(9, 9),
        "talk_seconds": 180,
        "hold_seconds": 0,
        "wrap_seconds": 12,
        "wait_seconds": 30,
    },
    # Passed on once more, and no agent took it.
    {
        "contact_id": contact(3),
        "initial_contact_id": contact(1),
        "channel": "phone",
        "customer_id": CALLER,
        "queue": None,
        "agent_id": None,
        "started_at": moment(9, 6),
        "connected_at": None,
        "ended_at": moment(9, 6, 45),
        "talk_seconds": None,
        "hold_seconds": None,
        "wrap_seconds": None,
        "wait_seconds": None,
    },
    {
        "contact_id": contact(4),
        "initial_contact_id": None,
        "channel": "chat",
        "customer_id": None,
        "queue": "Chat",
        "agent_id": AGENT + "a1",
        "started_at": moment(10, 0),
        "connected_at": moment(10, 0, 5),
        "ended_at": moment(10, 16),
        "talk_seconds": 900,
        "hold_seconds": 0,
        "wrap_seconds": 0,
        "wait_seconds": 5,
    },
]


def test_a_contact_is_a_row_as_it_was_told_last():
    assert stage("contacts", "amazon_connect", RECORDS).table.to_dicts() == ROWS


def test_every_record_that_is_no_contact_is_counted_or_rejected():
    found = stage("contacts", "amazon_connect", RECORDS)
    assert found.funnel == {
        "read": 12,
        "accepted": 4,
        "rejected:duplicate_exact": 1,
        "rejected:missing_field": 1,
        "rejected:talk_seconds_unparsed": 1,
        "rejected:unexpected_shape": 1,
        "excluded:monitored": 1,
        "excluded:outbound": 1,
        "excluded:superseded": 2,
    }
    reasons = dict(found.rejected.select("record", "reasons").iter_rows())
    # The same record twice; an agent that is a text; half a second of talk; no id.
    assert reasons == {7: ["duplicate_exact"], 10: ["unexpected_shape"], 11: ["talk_seconds_unparsed"], 12: ["missing_field"]}


def test_a_chain_of_transfers_is_one_call_of_one_customer():
    table = stage("contacts", "amazon_connect", RECORDS).table
    calls = table.filter(pl.col("channel") == "phone").select(pl.coalesce("initial_contact_id", "contact_id"))
    assert calls.to_series().unique().to_list() == [contact(1)]


def test_the_latest_update_counts_whatever_the_order_of_delivery(tmp_path):
    lines = RECORDS.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "records.jsonl"
    path.write_text("\n".join(reversed(lines)), encoding="utf-8")
    assert stage("contacts", "amazon_connect", path).table.to_dicts() == ROWS


def test_records_without_a_line_break_between_them_are_read(tmp_path):
    """docs.aws.amazon.com/firehose, basic-deliver: by default no delimiter stands between records."""
    path = tmp_path / "records.json"
    path.write_text(RECORDS.read_text(encoding="utf-8").replace("\n", ""), encoding="utf-8")
    assert stage("contacts", "amazon_connect", path).table.to_dicts() == ROWS


def test_records_without_a_line_break_are_never_half_read(tmp_path):
    lines = RECORDS.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "records.json"
    path.write_text(lines[0] + lines[3] + "\n" + lines[5], encoding="utf-8")
    found = stage("contacts", "amazon_connect", path)
    assert {contact(1), contact(2)} <= set(found.table["contact_id"]) or found.rejected["reasons"].to_list() == [["bad_json"]]


def test_an_array_gives_the_same_rows(tmp_path):
    path = tmp_path / "records.json"
    path.write_text(json.dumps([json.loads(line) for line in RECORDS.read_text(encoding="utf-8").splitlines()]))
    assert stage("contacts", "amazon_connect", path).table.to_dicts() == ROWS


def test_a_workspace_needs_nothing_more():
    Source.model_validate({"format": "amazon_connect", "path": "connect/*"}).require_mapping("contacts")
