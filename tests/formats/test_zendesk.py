"""Zendesk: each expected row is worked out by hand from what Zendesk documents of the fields in the fixture."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careworth.errors import SourceError
from careworth.sources import Source
from careworth.staging import Layout, Staged, rejected_records, stage

FIXTURES = Path(__file__).parents[1] / "fixtures" / "zendesk"
AGENTS = Layout(own_accounts=["501", "502"])


def staged(table: str, file: str, layout: Layout = AGENTS) -> Staged:
    """The fixture as `table`."""
    return stage(table, "zendesk", FIXTURES / file, layout=layout)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """An instant of March 2024."""
    return datetime(2024, 3, day, hour, minute, second, tzinfo=UTC)


def reasons(found: Staged) -> dict[int, list[str]]:
    """By the record's number, why it was rejected."""
    return dict(found.rejected.select("record", "reasons").iter_rows())


def written(tmp_path: Path, document: object) -> Path:
    """A file that holds the document."""
    path = tmp_path / "page.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_tickets_as_they_stood_last():
    """First reply: creation plus *calendar* minutes (1445 = a day and 5 minutes), or plus seconds where Zendesk gives those."""
    columns = ("ticket_id", "customer_id", "channel", "status", "priority", "agent_id", "opened_at")
    found = staged("tickets", "tickets.json")
    assert found.table.select(columns).rows() == [
        ("35437", "360002", "dm", "open", None, None, at(1, 10)),
        ("35438", "360003", "email", "deleted", "low", "502", at(1, 11)),
        ("9007199254740993", "360001", "email", "closed", "high", "501", at(1, 8)),
    ]
    times = ("first_reply_at", "resolved_at", "closed_at", "reopen_count", "made_sla")
    assert found.table.select(times).rows() == [
        (at(1, 10, 0, 42), None, None, 2, None),
        (None, None, None, None, None),
        (at(2, 8, 5), at(2, 9), at(6, 9), 1, None),
    ]
    assert found.table["thread_id"].equals(found.table["ticket_id"], check_names=False)


def test_every_ticket_is_accounted_for():
    found = staged("tickets", "tickets.json")
    assert found.funnel == {
        "read": 8,
        "accepted": 3,
        "rejected:first_reply_at_unparsed": 1,
        "rejected:missing_field": 1,
        "rejected:not_an_object": 1,
        "rejected:unexpected_shape": 1,
        "excluded:superseded": 1,
    }
    expected = {5: ["first_reply_at_unparsed"], 6: ["unexpected_shape"], 7: ["missing_field"], 8: ["not_an_object"]}
    assert reasons(found) == expected
    raw = rejected_records(FIXTURES / "tickets.json", found, AGENTS, "tickets", "zendesk")["raw"].to_list()
    assert all(b"3544" in each or b"35439" in each or each == b'"no ticket at all"' for each in raw)


def test_state_changes_one_a_child_event():
    """Timestamps count seconds from 1970: 1709280000 is 1 March 2024, 08:00 UTC."""
    found = staged("ticket_events", "ticket_events.json", Layout())
    assert found.table.rows() == [
        ("31002", "9007199254740993", at(1, 8), "captured", "360001", None, "new"),
        ("31003", "9007199254740993", at(1, 8, 20), "status_change", "501", "new", "open"),
        ("31004", "9007199254740993", at(1, 8, 20), "assigned", "501", None, "501"),
        ("31009", "9007199254740993", at(2, 8, 5), "status_change", "501", "open", "solved"),
        ("31011", "35437", at(1, 10), "unassigned", "-1", "502", None),
    ]
    assert found.funnel == {
        "read": 16,
        "accepted": 5,
        "rejected:duplicate_exact": 1,
        "rejected:unexpected_shape": 2,
        "excluded:message": 6,
        "excluded:no_state_change": 1,
        "excluded:unknown_type": 1,
    }
    assert reasons(found) == {10: ["duplicate_exact"], 15: ["unexpected_shape"], 16: ["unexpected_shape"]}


def test_comments_that_a_customer_can_read():
    """An internal note (public is false) answers nobody; what a trigger wrote is no agent's reply, whoever lent the name."""
    found = staged("messages", "ticket_events.json")
    columns = ("message_id", "network", "channel", "visibility", "author_id", "author_role", "agent_id", "created_at")
    assert found.table.select(columns).rows() == [
        ("31001", "email", "email", "private", "360001", "customer", None, at(1, 8)),
        ("31008", "web", "web", "private", "501", "agent", "501", at(2, 8, 5)),
        ("31010", "rule", "rule", "private", "501", "auto_reply", None, at(1, 10)),
        ("31012", "x", "public_post", "public", "360002", "customer", None, at(1, 10)),
    ]
    assert found.table.select("native_thread_id", "message_kind", "text").rows() == [
        ("9007199254740993", "original", "Wo ist mein Paket? 😟\n\nGruß, Jürgen"),
        ("9007199254740993", "reply", "Hallo Jürgen,\nes kommt morgen & ist bezahlt."),
        ("35437", "reply", "We are closed & back at 9."),
        ("35437", "reply", "@merrow hello?"),
    ]
    assert found.funnel == {
        "read": 16,
        "accepted": 4,
        "rejected:author_id_missing": 1,
        "rejected:unexpected_shape": 2,
        "excluded:internal_note": 1,
        "excluded:state_change": 7,
        "excluded:unknown_type": 1,
    }
    assert reasons(found)[14] == ["author_id_missing", "author_role_missing"]


def test_a_file_of_tickets_holds_no_events():
    with pytest.raises(SourceError, match="another shape"):
        staged("ticket_events", "tickets.json")
    with pytest.raises(SourceError, match="another shape"):
        staged("messages", "tickets.json")


def test_pages_and_single_tickets_may_stand_a_line_each(tmp_path):
    page = json.loads((FIXTURES / "tickets.json").read_text(encoding="utf-8"))
    path = tmp_path / "export.jsonl"
    lines = [page, *page["tickets"][2:4], {"users": []}]
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    found = stage("tickets", "zendesk", path, layout=AGENTS)
    assert found.table.equals(staged("tickets", "tickets.json").table)
    assert (found.funnel["read"], reasons(found)[9], reasons(found)[11]) == (11, ["duplicate_exact"], ["unexpected_shape"])


@pytest.mark.parametrize("newest_first", [True, False])
def test_the_newest_delivery_of_a_ticket_wins_in_any_order(tmp_path, newest_first):
    """The list endpoint has no generated_timestamp; there updated_at tells the age."""
    tickets = json.loads((FIXTURES / "tickets.json").read_text(encoding="utf-8"))["tickets"][:2]
    told = [{name: value for name, value in ticket.items() if name != "generated_timestamp"} for ticket in tickets]
    path = written(tmp_path, {"tickets": told[::-1] if newest_first else told})
    assert stage("tickets", "zendesk", path, layout=AGENTS).table["status"].to_list() == ["closed"]


def test_a_measure_out_of_range_rejects_its_ticket_instead_of_wrapping_around(tmp_path):
    ticket = json.loads((FIXTURES / "tickets.json").read_text(encoding="utf-8"))["tickets"][1]
    ticket["metric_set"]["reply_time_in_minutes"]["calendar"] = 307445734561825861
    found = stage("tickets", "zendesk", written(tmp_path, {"tickets": [ticket]}), layout=AGENTS)
    assert reasons(found) == {1: ["first_reply_at_unparsed"]}


def test_a_workspace_names_its_agents_for_messages_only():
    for table in ("tickets", "ticket_events"):
        Source.model_validate({"format": "zendesk", "path": "zendesk/*.json"}).require_mapping(table)
    told = {"format": "zendesk", "path": "zendesk/*.json", "constants": {"account_id": "Merrow"}}
    Source.model_validate(told | {"own_accounts": ["501"]}).require_mapping("messages")
    with pytest.raises(ValueError, match="own_accounts"):
        Source.model_validate(told).require_mapping("messages")
