"""Conversations of Khoros Care; what a field means is said by the Conversation API v2 at developer.khoros.com."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careworth.errors import SourceError
from careworth.schemas import MESSAGES, TICKETS
from careworth.sources import Source
from careworth.staging import Layout, Staged, stage

ANSWER = Path(__file__).parents[1] / "fixtures" / "khoros" / "conversations.json"
OWN = Layout(own_accounts=["80001", "2446158554"])
ROSA = "ce3dfd8c-0001"

SAME = dict.fromkeys(MESSAGES.columns)
DIRECT = SAME | {
    "network": "x",
    "channel": "dm",
    "visibility": "private",
    "account_id": "2446158554",
    "native_thread_id": "774410",
}
ON_FACEBOOK = SAME | {
    "network": "facebook",
    "visibility": "public",
    "account_id": "5a56a108642d7e0051bef166",
    "native_thread_id": "774755",
}

MESSAGE_ROWS = [
    # Khoros hides the body of a message on X that was not written in Care.
    DIRECT
    | {
        "message_id": "1296562468966346756",
        "author_id": "254187684",
        "author_role": "customer",
        # 1597959556000 ms: when it was published, not received, nor when the case was made.
        "created_at": datetime(2020, 8, 20, 21, 39, 16, tzinfo=UTC),
        "message_kind": "original",
    },
    DIRECT
    | {
        "message_id": "1296562468966346800",
        "author_id": "2446158554",
        "author_role": "agent",
        "created_at": datetime(2020, 8, 20, 21, 41, 16, tzinfo=UTC),
        "text": "Hi! Could you send us your tag – größe egal 🙂",
        "message_kind": "reply",
        "agent_id": ROSA,
    },
    # Khoros hides Facebook's id of a message. Its author is scrubbed: one unknown person within the conversation.
    ON_FACEBOOK
    | {
        "message_id": "2b32af33-0003",
        "author_id": "unknown in 774755",
        "author_role": "customer",
        "created_at": datetime(2020, 8, 21, 20, 47, 40, tzinfo=UTC),
        "text": "Where is my refund?",
        "message_kind": "original",
    },
    # Deleted for the GDPR: that there was a message stays known, its words do not.
    ON_FACEBOOK
    | {
        "message_id": "2b32af33-0004",
        "author_id": "unknown in 774755",
        "author_role": "customer",
        "created_at": datetime(2020, 8, 21, 20, 48, 19, tzinfo=UTC),
        "message_kind": "original",
    },
    # Written by the brand outside Care, so by no known agent.
    ON_FACEBOOK
    | {
        "message_id": "2b32af33-0005",
        "author_id": "80001",
        "author_role": "agent",
        "created_at": datetime(2020, 8, 21, 20, 50, 0, tzinfo=UTC),
        "text": "Sent from the page itself",
        "message_kind": "reply",
    },
]

TICKET_ROWS = [
    dict.fromkeys(TICKETS.columns)
    | {
        "ticket_id": "774410",
        "thread_id": "774410",
        "customer_id": "254187684",
        "channel": "x",
        "status": "CLOSED",
        "priority": "4",
        "agent_id": ROSA,
        # 1597959557808 ms and 1597963200000 ms.
        "opened_at": datetime(2020, 8, 20, 21, 39, 17, 808_000, tzinfo=UTC),
        "closed_at": datetime(2020, 8, 20, 22, 40, 0, tzinfo=UTC),
    },
    dict.fromkeys(TICKETS.columns)
    | {
        "ticket_id": "774755",
        "thread_id": "774755",
        "channel": "facebook",
        "status": "AVAILABLE",
        "opened_at": datetime(2020, 8, 21, 20, 47, 44, 110_000, tzinfo=UTC),
    },
]


def answer() -> dict:
    return json.loads(ANSWER.read_text(encoding="utf-8"))


def read(path: Path, *documents: object, table: str = "messages") -> Staged:
    path.write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    return stage(table, "khoros", path, layout=OWN)


def test_each_message_of_a_conversation_is_one_of_its_thread():
    assert stage("messages", "khoros", ANSWER, layout=OWN).table.rows(named=True) == MESSAGE_ROWS


def test_every_message_is_accounted_for():
    """2 + 5 + 1 messages; 774410 comes twice, so its primary message does; one was never published, one has no author."""
    staged = stage("messages", "khoros", ANSWER, layout=OWN)
    assert staged.funnel == {
        "read": 8,
        "accepted": 5,
        "rejected:created_at_missing": 1,
        "rejected:duplicate_exact": 1,
        "rejected:unexpected_shape": 1,
    }
    assert dict(staged.rejected.select("record", "reasons").iter_rows()) == {
        6: ["created_at_missing"],
        7: ["unexpected_shape"],
        8: ["duplicate_exact"],
    }


def test_a_conversation_is_a_ticket_as_it_stood_last():
    """774410 was answered and then closed, in two deliveries; an empty `assignedToAgent` is nobody."""
    staged = stage("tickets", "khoros", ANSWER, layout=OWN)
    assert staged.table.rows(named=True) == TICKET_ROWS
    assert staged.funnel == {"read": 3, "accepted": 2, "excluded:superseded": 1}


def test_once_scrubbed_the_person_is_gone_whichever_delivery_came_first(tmp_path):
    before, after = answer()["data"][0], answer()["data"][0]
    after["primaryMessage"]["author"] |= {"gdprScrubbed": True, "id": None}
    for number, deliveries in enumerate([(before, after), (after, before)]):
        staged = read(tmp_path / f"{number}.jsonl", *deliveries)
        authors = dict(staged.table.select("message_id", "author_id").iter_rows())
        assert authors["1296562468966346756"] == "unknown in 774410"
        assert staged.funnel["excluded:superseded"] == 1


def test_who_made_a_tag_is_nobodys_author(tmp_path):
    """The primary message was tagged by SYSTEM and by an agent; it stays a customer's."""
    staged = read(tmp_path / "one.json", answer()["data"][0])
    assert staged.table.select("author_role", "agent_id").rows() == [("customer", None), ("agent", ROSA)]


@pytest.mark.parametrize("changed", [{"closeDate": 0}, {"status": "RESPONDED"}])
def test_a_conversation_without_a_date_or_reopened_is_not_closed(tmp_path, changed):
    """Khoros writes 0 where there is no date, which is no day in 1970; what is open again keeps its former date."""
    conversation = answer()["data"][0] | changed
    assert read(tmp_path / "one.json", conversation, table="tickets").table["closed_at"].to_list() == [None]


@pytest.mark.parametrize("form", ["response", "conversations", "one a line", "one conversation"])
def test_conversations_may_come_in_any_of_their_wrappings(tmp_path, form):
    whole = answer()
    documents = {
        "response": [whole],
        "conversations": [whole["data"]],
        "one a line": whole["data"],
        "one conversation": [{"status": "success", "data": whole["data"][1]}],
    }[form]
    expected = 5 if form == "one conversation" else 8
    assert read(tmp_path / "conversations.json", *documents).funnel["read"] == expected


def test_another_document_is_refused(tmp_path):
    with pytest.raises(SourceError, match="another shape"):
        read(tmp_path / "other.json", {"conversations": []})


def test_a_workspace_can_use_it():
    source = Source.model_validate({"format": "khoros", "path": "khoros/*.json", "own_accounts": ["80001"]})
    source.require_mapping("messages")
    source.require_mapping("tickets")
