"""Conversations of Meta's Graph API; what a field means is said by the references of Conversation and Message."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careworth.schemas import MESSAGES
from careworth.sources import Source
from careworth.staging import Layout, stage

EDGE = Path(__file__).parents[1] / "fixtures" / "meta_graph" / "conversations.json"
PAGE, JOERG = "102345678901234567", "24567890123456789"
OWN = Layout(own_accounts=[PAGE], constants={"network": "facebook"})

SAME = dict.fromkeys(MESSAGES.columns) | {
    "network": "facebook",
    "channel": "dm",
    "visibility": "private",
    "account_id": PAGE,
    "native_thread_id": "t_10215467812340001",
    "message_kind": "original",
}
CUSTOMER = SAME | {"author_id": JOERG, "author_role": "customer"}

ROWS = [
    # 11:00 an hour ahead of UTC.
    CUSTOMER
    | {
        "message_id": "m_kQ3vB-001",
        "created_at": datetime(2025, 3, 1, 10, 0, tzinfo=UTC),
        "text": "My order came broken",
    },
    SAME
    | {
        "message_id": "m_kQ3vB-002",
        "author_id": PAGE,
        "author_role": "agent",
        "created_at": datetime(2025, 3, 1, 10, 4, 30, tzinfo=UTC),
        "text": "Hei Jörg! Ein Foto hilft 📷\nTakk",
    },
    # A picture without words.
    CUSTOMER | {"message_id": "m_kQ3vB-003", "created_at": datetime(2025, 3, 1, 10, 6, tzinfo=UTC)},
]


def responses() -> dict:
    return json.loads(EDGE.read_text(encoding="utf-8"))


def write(path: Path, *documents: object) -> Path:
    path.write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    return path


def test_each_message_becomes_a_private_one_of_its_conversation():
    assert stage("messages", "meta_graph", EDGE, layout=OWN).table.rows(named=True) == ROWS


def test_every_record_is_accounted_for():
    """Four messages, one with a sender of the wrong type; and a conversation whose messages were not asked for."""
    staged = stage("messages", "meta_graph", EDGE, layout=OWN)
    assert staged.funnel == {"read": 5, "accepted": 3, "rejected:unexpected_shape": 1, "excluded:no_messages": 1}
    assert dict(staged.rejected.select("record", "reasons").iter_rows()) == {4: ["unexpected_shape"]}


def test_the_same_messages_come_with_every_call_and_count_once(tmp_path):
    """Names in the second answer differ, ids do not; the edge knows no period, so all four messages come again."""
    again = json.loads(json.dumps(responses()).replace("Caf\\u00e9", "Bistro"))
    staged = stage("messages", "meta_graph", write(tmp_path / "calls.jsonl", responses(), again), layout=OWN)
    assert staged.table.rows(named=True) == ROWS
    assert staged.funnel["rejected:duplicate_exact"] == 3


def test_messages_that_do_not_say_their_conversation_are_left_out_and_counted(tmp_path):
    """The further page of one conversation's messages, as `messages.paging.next` gives it."""
    page = responses()["data"][0]["messages"]
    staged = stage("messages", "meta_graph", write(tmp_path / "next.json", page), layout=OWN)
    assert staged.funnel == {"read": 4, "accepted": 0, "excluded:no_conversation": 4}


def test_a_conversation_may_stand_alone(tmp_path):
    alone = write(tmp_path / "one.json", responses()["data"][0])
    assert stage("messages", "meta_graph", alone, layout=OWN).table.rows(named=True) == ROWS


def test_a_conversation_of_the_wrong_type_is_one_rejected_record(tmp_path):
    path = write(tmp_path / "odd.json", {"data": ["t_1", *responses()["data"]]})
    staged = stage("messages", "meta_graph", path, layout=OWN)
    assert (staged.table.height, staged.funnel["rejected:unexpected_shape"]) == (3, 2)


def test_a_workspace_can_use_it():
    source = {"format": "meta_graph", "path": "meta/*.json", "own_accounts": [PAGE]}
    Source.model_validate(source | {"constants": {"network": "instagram"}}).require_mapping("messages")
    with pytest.raises(ValueError, match="network"):
        Source.model_validate(source).require_mapping("messages")
