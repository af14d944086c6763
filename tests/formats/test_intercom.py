"""Intercom: each expected row is worked out by hand from what Intercom documents of the fields in the fixture."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careworth.errors import SourceError
from careworth.sources import Source
from careworth.staging import Layout, Staged, stage

FIXTURE = Path(__file__).parents[1] / "fixtures" / "intercom" / "conversations.jsonl"
BRAND = Layout(constants={"account_id": "Merrow"})
ZOE, INES, BOT = "5bc8f7421ae2d96695c18a", "9007199254740993", "815309"
FIRST, SALE = "215469380263515", "215469380263516"


def staged(table: str, path: Path = FIXTURE) -> Staged:
    """The fixture as `table`."""
    return stage(table, "intercom", path, layout=BRAND)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """An instant of March 2024; 1709280000 seconds after 1970 is the first, 08:00 UTC."""
    return datetime(2024, 3, day, hour, minute, second, tzinfo=UTC)


def reasons(found: Staged) -> dict[int, list[str]]:
    """By the record's number, why it was rejected."""
    return dict(found.rejected.select("record", "reasons").iter_rows())


def written(tmp_path: Path, document: object) -> Path:
    """A file that holds the document."""
    path = tmp_path / "conversation.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_messages_are_the_first_one_the_comments_and_what_was_written_while_closing_or_opening():
    columns = ("message_id", "network", "channel", "author_id", "author_role", "agent_id", "created_at", "text")
    found = staged("messages")
    assert found.table.select(columns).rows() == [
        ("4404", "web", "chat", INES, "agent", INES, at(1, 20, 5), "Bonjour Zoë,\nil arrive demain\u202f; c'est sûr.\nInes"),
        ("4406", "web", "chat", ZOE, "customer", None, at(2, 7, 53, 20), "Toujours rien…"),
        ("4407", "web", "chat", INES, "agent", INES, at(2, 8, 5), "Livré ce matin\u00a0!"),
        ("9007199254740995", "web", "chat", BOT, "bot", None, at(1, 8, 0, 1), "Merrow replies in a few hours."),
        (f"source-{FIRST}", "web", "chat", ZOE, "customer", None, at(1, 8), "Où est mon colis\u00a0?\nMerci 🙏"),
        (f"source-{SALE}", "email", "email", "814860", "brand_marketing", None, at(1, 10, 46, 40), "20 % off"),
    ]
    assert found.table["message_kind"].to_list() == ["reply"] * 4 + ["original"] * 2
    assert found.table["native_thread_id"].to_list() == [FIRST] * 5 + [SALE]
    assert set(found.table.select("visibility", "account_id").rows()) == {("private", "Merrow")}


def test_every_part_is_accounted_for():
    """Closing without a word, a first assignment and the like are changes of state; Twitter hides who wrote and what."""
    found = staged("messages")
    assert found.funnel == {
        "read": 16,
        "accepted": 6,
        "rejected:not_an_object": 1,
        "rejected:unexpected_shape": 1,
        "excluded:internal_note": 1,
        "excluded:obscured": 1,
        "excluded:state_change": 4,
        "excluded:unknown_type": 1,
        "excluded:superseded": 1,
    }
    assert reasons(found) == {10: ["unexpected_shape"], 16: ["not_an_object"]}


def test_changes_of_state():
    found = staged("ticket_events")
    assert found.table.rows() == [
        ("4402", FIRST, at(1, 8, 1), "assigned", BOT, None, INES),
        ("4405", FIRST, at(1, 20, 13, 20), "status_change", INES, None, "closed"),
        ("4406", FIRST, at(2, 7, 53, 20), "status_change", ZOE, None, "open"),
        ("4407", FIRST, at(2, 8, 5), "status_change", INES, None, "closed"),
        ("5501", SALE, at(1, 10, 47, 30), "unassigned", "814860", None, None),
        ("5502", SALE, at(1, 10, 48, 20), "status_change", "814860", None, "snoozed"),
        (f"source-{FIRST}", FIRST, at(1, 8), "captured", ZOE, None, None),
        (f"source-{SALE}", SALE, at(1, 10, 46, 40), "captured", "814860", None, None),
        ("source-215469380263517", "215469380263517", at(1, 13, 33, 20), "captured", None, None, None),
    ]
    assert found.funnel == {
        "read": 16,
        "accepted": 9,
        "rejected:not_an_object": 1,
        "rejected:unexpected_shape": 1,
        "excluded:internal_note": 1,
        "excluded:message": 2,
        "excluded:unknown_type": 1,
        "excluded:superseded": 1,
    }


def test_tickets_tell_instants_and_not_office_hours():
    """`time_to_admin_reply` says 300 seconds, since the office was closed; the customer waited from 08:00 to 20:05."""
    found = staged("tickets")
    columns = ("ticket_id", "customer_id", "channel", "status", "priority", "agent_id", "opened_at")
    assert found.table.select(columns).rows() == [
        (FIRST, ZOE, "chat", "closed", "priority", INES, at(1, 8)),
        (SALE, "64be866773a4fb96acfd7950", "email", "snoozed", "not_priority", None, at(1, 10, 46, 40)),
        ("215469380263517", None, "dm", "open", "not_priority", None, at(1, 13, 33, 20)),
    ]
    assert found.table.select("first_reply_at", "resolved_at", "closed_at", "reopen_count", "made_sla").rows() == [
        (at(1, 20, 5), None, at(2, 8, 5), 1, True),
        (None, None, None, None, None),
        (None, None, None, 0, None),
    ]
    assert found.funnel == {"read": 5, "accepted": 3, "rejected:not_an_object": 1, "excluded:superseded": 1}


def test_a_conversation_that_is_open_again_is_not_closed(tmp_path):
    """The list in the fixture's last line is older and says so: open, though last_close_at is set."""
    older = json.loads(FIXTURE.read_text(encoding="utf-8").splitlines()[-1])["conversations"][0]
    assert staged("tickets", written(tmp_path, older)).table.select("status", "closed_at").rows() == [("open", None)]


def test_a_plain_body_and_old_contacts_are_read_too(tmp_path):
    """With display_as=plaintext bodies are no HTML; API 2.1 lists contacts without an object around them."""
    conversation = json.loads(FIXTURE.read_text(encoding="utf-8").splitlines()[0])
    conversation["source"]["body"] = "2 < 3 &amp; <b>"
    conversation |= {"contacts": [{"type": "lead", "id": "lead-1"}], "conversation_parts": None}
    path = written(tmp_path, conversation)
    assert staged("messages", path).table["text"].to_list() == ["2 < 3 &amp; <b>"]
    assert staged("tickets", path).table["customer_id"].to_list() == ["lead-1"]


@pytest.mark.parametrize("damage", [{"source": "text"}, {"conversation_parts": "text"}, {"conversation_parts": {"x": 1}}])
def test_damage_deep_inside_costs_its_own_records_only(tmp_path, damage):
    lines = FIXTURE.read_text(encoding="utf-8").splitlines()
    page = {"type": "conversation.list", "conversations": [json.loads(lines[0]) | damage, json.loads(lines[1])]}
    found = staged("messages", written(tmp_path, page))
    assert f"source-{SALE}" in found.table["message_id"].to_list()
    assert {reason for each in reasons(found).values() for reason in each} <= {"unexpected_shape"}


def test_contacts_are_no_conversations(tmp_path):
    for table in ("messages", "tickets", "ticket_events"):
        with pytest.raises(SourceError, match="another shape"):
            staged(table, written(tmp_path, {"type": "list", "data": [{"type": "contact", "id": "1"}]}))


def test_a_workspace_needs_nothing_but_may_name_its_account():
    told = {"format": "intercom", "path": "intercom/*.json"}
    for table in ("messages", "tickets", "ticket_events"):
        Source.model_validate(told).require_mapping(table)
    Source.model_validate(told | {"constants": {"account_id": "Merrow"}}).require_mapping("messages")
