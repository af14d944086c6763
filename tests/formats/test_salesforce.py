"""Salesforce: each expected row is worked out by hand from what the Object Reference says of the fields in the fixture."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careworth.errors import SourceError
from careworth.sources import Source
from careworth.staging import Layout, Staged, stage

FIXTURES = Path(__file__).parents[1] / "fixtures" / "salesforce"
BRAND = Layout(own_accounts=["merrow"])
NEW_YORK = Layout(zone="America/New_York")
CASE, OPEN_CASE = "5003000000D8cuIAAR", "5003000000D8cuJAAR"
AGENT, QUEUE, SENDER = "0053000000AbCdEAAV", "00G30000001xYzAEAU", "0Sxxx0000000002AAA"
OTHERS = [("tickets", "opportunities.json"), ("leads", "cases.json"), ("messages", "case_history.json")]


def staged(table: str, file: str, layout: Layout = Layout()) -> Staged:  # noqa: B008
    """The fixture as `table`."""
    return stage(table, "salesforce", FIXTURES / file, layout=layout)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of 2024."""
    return datetime(2024, month, day, hour, minute, tzinfo=UTC)


def reasons(found: Staged) -> dict[int, list[str]]:
    """By the record's number, why it was rejected."""
    return dict(found.rejected.select("record", "reasons").iter_rows())


def test_cases_of_a_query():
    """A queue (00G) owns a case and is no agent; Origin is a free list, whose own words stay; ClosedDate is when it closed."""
    found = staged("tickets", "cases.json")
    columns = ("ticket_id", "thread_id", "customer_id", "channel", "status", "priority", "agent_id", "opened_at", "closed_at")
    assert found.table.select(columns).rows() == [
        (CASE, CASE, "0033000000aBcDeFGH", "email", "Closed", "High", AGENT, at(3, 1, 8), at(3, 2, 8, 5)),
        (OPEN_CASE, OPEN_CASE, None, "Bluesky-Team", "Neu – wartet", None, None, at(3, 1, 9), None),
    ]
    unknown = found.table.select("first_reply_at", "resolved_at", "reopen_count", "made_sla")
    assert set(unknown.rows()) == {(None, None, None, None)}
    assert found.funnel == {
        "read": 7,
        "accepted": 2,
        "rejected:missing_field": 1,
        "rejected:not_a_value": 1,
        "rejected:opened_at_unparsed": 1,
        "excluded:deleted": 1,
        "excluded:superseded": 1,
    }
    assert reasons(found) == {5: ["not_a_value"], 6: ["opened_at_unparsed"], 7: ["missing_field"]}


def test_cases_of_data_loader_are_in_the_zone_of_the_source():
    """09:00 in Amsterdam is 08:00 UTC in winter; 02:30 on 31 March 2024 does not exist there; without a zone nothing is known."""
    found = staged("tickets", "cases.csv", Layout(zone="Europe/Amsterdam"))
    assert found.table.select("ticket_id", "channel", "opened_at", "closed_at").rows() == [
        (CASE, "phone", at(3, 1, 8), at(3, 2, 8, 5))
    ]
    assert reasons(found) == {2: ["opened_at_unparsed"]}
    assert staged("tickets", "cases.csv").table.is_empty()


def test_the_history_of_cases():
    """A change of owner stands there twice, with names and with ids: the second row tells it, the first is left out."""
    found = staged("ticket_events", "case_history.json")
    assert found.table.rows() == [
        ("0173000000A0001AAA", CASE, at(3, 1, 8), "captured", "0053000000SysTeMAV", None, None),
        ("0173000000A0002AAA", CASE, at(3, 1, 8, 20), "status_change", AGENT, "New", "In Prüfung"),
        ("0173000000A0004AAA", CASE, at(3, 1, 8, 20), "assigned", AGENT, QUEUE, AGENT),
        ("0173000000A0006AAA", CASE, at(3, 1, 9), "escalated", "0053000000SysTeMAV", "False", "True"),
        ("0173000000A0007AAA", CASE, at(3, 1, 9, 10), "assigned", AGENT, None, "Inés Roca"),
    ]
    assert found.funnel == {
        "read": 9,
        "accepted": 5,
        "rejected:duplicate_exact": 1,
        "rejected:not_a_value": 1,
        "excluded:named_again": 1,
        "excluded:no_state_change": 1,
    }
    assert reasons(found) == {8: ["duplicate_exact"], 9: ["not_a_value"]}


def test_opportunities_and_when_they_reached_their_stage():
    """Last stage change, else the close date of a closed one (midnight in New York is 05:00 UTC), else the creation.

    The close date of an open one is a hope; 1200.5 yen is no amount, since the yen has no cents.
    """
    found = staged("leads", "opportunities.json", NEW_YORK)
    columns = ("lead_id", "stage", "reached_at", "person_key", "source", "is_won", "value_minor", "currency")
    won = ("006xx000003GYkJAAW", "Closed Won", at(3, 4, 16, 30), "0033000000aBcDeFGH", "Social – Zürich", True, 123457, "EUR")
    assert found.table.select(columns).rows() == [
        won,
        ("006xx000003GYkKAAW", "Closed Lost", at(3, 5, 5), None, None, False, None, "EUR"),
        ("006xx000003GYkMAAW", "Proposal", at(2, 10, 9), None, "Web", None, 1500, "JPY"),
    ]
    assert found.funnel == {
        "read": 7,
        "accepted": 3,
        "rejected:not_an_object": 1,
        "rejected:stage_missing": 1,
        "rejected:value_minor_unparsed": 1,
        "excluded:superseded": 1,
    }
    expected = {3: ["value_minor_unparsed"], 6: ["stage_missing", "value_minor_unparsed"], 7: ["not_an_object"]}
    assert reasons(found) == expected


def test_a_close_date_without_a_zone_is_no_instant():
    """In CSV a field that is not told is empty; the second opportunity is open and never changed its stage."""
    found = staged("leads", "opportunities.csv", Layout(constants={"currency": "EUR"}))
    assert reasons(found) == {1: ["reached_at_unparsed"]}
    assert found.table.select("lead_id", "reached_at", "is_won", "value_minor", "currency").rows() == [
        ("006xx000003GYkKAAW", at(2, 3, 9), None, None, "EUR")
    ]
    placed = staged("leads", "opportunities.csv", NEW_YORK._replace(constants={"currency": "EUR"})).table
    assert placed.select("reached_at", "value_minor").row(0) == (at(3, 5, 5), 250_000)


def test_social_posts():
    """IsOutbound says that a post was written in Salesforce; the brand's others are told by their handle."""
    found = staged("messages", "social_posts.json", BRAND)
    columns = ("message_id", "network", "channel", "visibility", "author_id", "author_role", "account_id", "message_kind")
    assert found.table.select(columns).rows() == [
        ("0STxx0000004C92GAE", "x", "public_post", "public", "ana_q", "customer", None, "original"),
        ("0STxx0000004C93GAE", "x", "public_post", "public", "merrow", "agent", "merrow", "reply"),
        ("0STxx0000004C94GAE", "x", "public_post", "public", "merrow", "agent", "merrow", "reply"),
        ("0STxx0000004C95GAE", "facebook", "public_post", "public", "merrow", "brand_marketing", "merrow", "original"),
        ("0STxx0000004C96GAE", "facebook", "dm", "private", "0SPxx0000000002GAA", "customer", None, "original"),
        ("0STxx0000004C98GAE", "facebook", "dm", "private", SENDER, "agent", SENDER, "original"),
        ("0STxx0000004C99GAE", "x", "public_post", "public", "fan", "customer", None, "reshare"),
        ("0STxx0000004C9AGAE", "facebook", "comment", "public", "botty", "spam", None, "reply"),
    ]
    assert found.table.select("created_at", "text", "lang", "in_reply_to_id", "native_thread_id").rows()[:3] == [
        (at(3, 1, 8), "@merrow ¿dónde está mi pedido? 😡", "es", None, CASE),
        (at(3, 1, 8, 20), "@ana_q Llega mañana.", None, "0STxx0000004C92GAE", CASE),
        (at(3, 1, 9), "@ana_q Sigue en camino.", None, "0STxx0000004C92GAE", None),
    ]
    assert found.funnel == {
        "read": 11,
        "accepted": 8,
        "rejected:not_a_value": 1,
        "excluded:not_sent": 1,
        "excluded:superseded": 1,
    }
    assert reasons(found) == {11: ["not_a_value"]}


@pytest.mark.parametrize(("table", "file"), OTHERS)
def test_records_of_another_object_are_refused(table, file):
    with pytest.raises(SourceError, match="another shape"):
        staged(table, file, BRAND)


def test_a_csv_file_of_another_object_is_refused():
    with pytest.raises(SourceError, match="StageName"):
        staged("leads", "cases.csv")


def test_a_list_of_records_and_one_a_line_say_the_same(tmp_path):
    records = json.loads((FIXTURES / "cases.json").read_text(encoding="utf-8"))["records"]
    for name, text in (("list.json", json.dumps(records)), ("lines.jsonl", "\n".join(json.dumps(each) for each in records))):
        (tmp_path / name).write_text(text, encoding="utf-8")
        found = stage("tickets", "salesforce", tmp_path / name, layout=Layout())
        assert found.table.equals(staged("tickets", "cases.json").table), name
        assert found.funnel == staged("tickets", "cases.json").funnel, name


def test_what_a_workspace_says():
    told = {"format": "salesforce", "path": "salesforce/*.json"}
    for table in ("tickets", "ticket_events", "leads"):
        Source.model_validate(told).require_mapping(table)
    Source.model_validate(told | {"constants": {"currency": "EUR"}, "zone": "Europe/Amsterdam"}).require_mapping("leads")
    Source.model_validate(told | {"own_accounts": ["merrow"]}).require_mapping("messages")
    with pytest.raises(ValueError, match="own_accounts"):
        Source.model_validate(told).require_mapping("messages")
