"""Chatwoot: each expected row is worked out by hand from what Chatwoot's source says of the fields in the fixture."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careworth.errors import SourceError
from careworth.sources import Source
from careworth.staging import Layout, Staged, stage

FIXTURES = Path(__file__).parents[1] / "fixtures" / "chatwoot"
WHATSAPP = Layout(constants={"network": "whatsapp", "channel": "dm"})
NAMED = ("message_id", "network", "channel", "author_id", "author_role", "agent_id", "created_at", "text")


def staged(table: str, file: str, layout: Layout = Layout()) -> Staged:  # noqa: B008
    """The fixture as `table`."""
    return stage(table, "chatwoot", FIXTURES / file, layout=layout)


def at(day: int, hour: int, minute: int = 0, second: int = 0, milli: int = 0) -> datetime:
    """An instant of March 2024; 1709280000 seconds after 1970 is the first, 08:00 UTC."""
    return datetime(2024, 3, day, hour, minute, second, milli * 1000, tzinfo=UTC)


def reasons(found: Staged) -> dict[int, list[str]]:
    """By the record's number, why it was rejected."""
    return dict(found.rejected.select("record", "reasons").iter_rows())


def written(tmp_path: Path, *lines: object) -> Path:
    """A file with the documents, one a line."""
    path = tmp_path / "chatwoot.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_messages_of_one_conversation():
    """Contact 7 and user 7 are two people; a template (type 3) and an automation are nobody's answer."""
    found = staged("messages", "messages.json", WHATSAPP)
    assert found.table.select(NAMED).rows() == [
        ("502", "whatsapp", "dm", "inbox:3", "auto_reply", None, at(1, 8, 0, 1), "We are away and will be back at 9."),
        ("505", "whatsapp", "dm", "user:7", "agent", "7", at(1, 8, 5), "Hej! It comes tomorrow."),
        ("506", "whatsapp", "dm", "agent_bot:2", "bot", None, at(1, 8, 6, 40), "Did this help?"),
        ("507", "whatsapp", "dm", "contact:7", "customer", None, at(1, 8, 8, 20), None),
        ("509", "whatsapp", "dm", "inbox:3", "auto_reply", None, at(2, 8, 5), "Closed after a day without an answer."),
        ("9007199254740993", "whatsapp", "dm", "contact:7", "customer", None, at(1, 8), "Var är mitt paket? 📦"),
    ]
    assert found.table["in_reply_to_id"].to_list() == [None, "9007199254740993", None, None, None, None]
    assert found.table["message_kind"].to_list() == ["reply", "reply", "reply", "original", "reply", "original"]
    assert set(found.table.select("visibility", "account_id", "native_thread_id").rows()) == {("private", "3", "101")}


def test_every_message_is_accounted_for():
    found = staged("messages", "messages.json", WHATSAPP)
    assert found.funnel == {
        "read": 13,
        "accepted": 6,
        "rejected:author_id_missing": 1,
        "rejected:duplicate_exact": 1,
        "rejected:unexpected_shape": 1,
        "excluded:internal_note": 1,
        "excluded:not_sent": 1,
        "excluded:state_change": 1,
        "excluded:unknown_type": 1,
    }
    expected = {10: ["author_id_missing", "author_role_missing"], 12: ["unexpected_shape"], 13: ["duplicate_exact"]}
    assert reasons(found) == expected


def test_webhooks_of_several_inboxes():
    """In a webhook instants are ISO 8601, types are words, and the channel tells the network; the newest text stands."""
    found = staged("messages", "webhooks.jsonl")
    assert found.table.select(NAMED).rows() == [
        ("601", "x", "public_post", "contact:8", "customer", None, at(1, 9, 0, 0, 250), "@merrow is the shop open on Sunday?"),
        ("602", "x", "public_post", "user:7", "agent", "7", at(1, 9, 5), "Yes, from 10."),
        ("603", "web", "chat", "inbox:5", "brand_marketing", None, at(1, 10), "Spring sale!"),
    ]
    assert found.table.select("visibility", "account_id", "native_thread_id").rows() == [
        ("public", "4", "102"),
        ("public", "4", "102"),
        ("private", "5", "103"),
    ]
    assert found.funnel == {
        "read": 6,
        "accepted": 3,
        "rejected:bad_json": 1,
        "excluded:no_message": 1,
        "excluded:superseded": 1,
    }


def test_conversations_as_tickets():
    """A first reply at 0 seconds after 1970 has not been; a bot that is assigned is no agent."""
    found = staged("tickets", "conversations.json")
    assert found.table.rows() == [
        ("101", "101", "contact:7", "dm", "resolved", "high", "7", at(1, 8), at(1, 8, 5), None, None, None, None),
        ("102", "102", "contact:8", "chat", "pending", None, None, at(1, 9), None, None, None, None, None),
    ]
    assert found.funnel == {
        "read": 5,
        "accepted": 2,
        "rejected:opened_at_unparsed": 1,
        "rejected:unexpected_shape": 1,
        "excluded:superseded": 1,
    }
    assert reasons(found) == {4: ["unexpected_shape"], 5: ["opened_at_unparsed"]}


def test_messages_and_conversations_are_told_apart_though_they_come_in_the_same_wrapping(tmp_path):
    with pytest.raises(SourceError, match="another shape"):
        staged("tickets", "messages.json")
    payload = json.loads((FIXTURES / "conversations.json").read_text(encoding="utf-8"))["data"]
    with pytest.raises(SourceError, match="another shape"):
        stage("messages", "chatwoot", written(tmp_path, payload))
    assert stage("tickets", "chatwoot", written(tmp_path, payload)).table.height == 2


def test_a_message_that_was_deleted_later_loses_its_words(tmp_path):
    lines = [json.loads(line) for line in (FIXTURES / "webhooks.jsonl").read_text(encoding="utf-8").splitlines()[2:4]]
    gone = lines[1] | {"content": "This message was deleted", "content_attributes": {"deleted": True}}
    found = stage("messages", "chatwoot", written(tmp_path, gone, *lines))
    assert found.table.select("message_id", "author_role", "text").rows() == [("602", "agent", None)]
    assert found.funnel["excluded:superseded"] == 2


def test_constants_fill_in_for_authors_who_left_and_for_nobody_else():
    layout = WHATSAPP._replace(constants=dict(WHATSAPP.constants) | {"author_id": "somebody", "author_role": "agent"})
    table = staged("messages", "messages.json", layout).table
    assert table.filter(author_id="somebody").select("message_id", "author_role").rows() == [("510", "agent")]


def test_without_a_network_no_message_of_the_api_is_taken():
    found = staged("messages", "messages.json")
    assert (found.table.height, found.funnel["rejected:network_missing"]) == (0, 8)


def test_a_workspace_may_say_what_the_api_does_not():
    told = {"format": "chatwoot", "path": "chatwoot/*.json"}
    Source.model_validate(told).require_mapping("tickets")
    Source.model_validate(told | {"constants": {"network": "whatsapp", "channel": "dm"}}).require_mapping("messages")
