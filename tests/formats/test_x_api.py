"""Posts and accounts of the X API v2; what a field means is said by the data dictionary at docs.x.com."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from careworth.errors import SourceError
from careworth.schemas import MESSAGES
from careworth.sources import Source
from careworth.staging import Layout, stage

SEARCH = Path(__file__).parents[1] / "fixtures" / "x_api" / "search.json"
BRAND = "9100000000000000123"
OWN = Layout(own_accounts=[BRAND], constants={"snapshot_date": "2025-03-03", "brand": "Larkspur"})

SAME = dict.fromkeys(MESSAGES.columns) | {"network": "x", "channel": "public_post", "visibility": "public"}
CUSTOMER = SAME | {"author_role": "customer", "lang": "en", "message_kind": "original"}
AGENT = SAME | {"author_id": BRAND, "author_role": "agent", "account_id": BRAND, "lang": "en", "message_kind": "reply"}


def post(number: int) -> str:
    return str(1850000000000000000 + number)


def moment(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2025, 3, 3, hour, minute, second, tzinfo=UTC)


ROWS = [
    # A post of whoever was answered, from includes.tweets: context that the thread needs.
    CUSTOMER
    | {
        "message_id": "1849000000000000500",
        "author_id": "150007",
        "created_at": datetime(2025, 3, 2, 21, tzinfo=UTC),
        "text": "Flying Larkspur tomorrow",
    },
    CUSTOMER
    | {
        "message_id": post(1),
        "author_id": "150001",
        "created_at": moment(8, 0),
        "text": "@LarkspurCare my bag never left Rome 😡 perché?",
    },
    AGENT
    | {
        "message_id": post(2),
        "created_at": moment(8, 12, 30),
        "text": "@anna_k We are so sorry &amp; on it. Please DM us your tag number ^RB",
        "in_reply_to_id": post(1),
    },
    # Edited: the words of the newest version (…4) under the id of the first (…3).
    CUSTOMER
    | {
        "message_id": post(3),
        "author_id": "150001",
        "created_at": moment(8, 20),
        "text": "@LarkspurCare Tag LK 4471, thank you",
        "in_reply_to_id": post(2),
        "message_kind": "reply",
    },
    # Written in answer to …4, so to the message that is called …3 here.
    AGENT | {"message_id": post(5), "created_at": moment(8, 25), "text": "@anna_k Found it!", "in_reply_to_id": post(3)},
    CUSTOMER
    | {
        "message_id": post(6),
        "author_id": "150002",
        "created_at": moment(9, 0),
        "text": "Mine too https://t.co/x1",
        "message_kind": "quote",
    },
    CUSTOMER
    | {
        "message_id": post(7),
        "author_id": "150003",
        "created_at": moment(9, 1),
        "text": "RT @LarkspurCare: @anna_k We are so sorry",
        "message_kind": "reshare",
    },
    # An answer that quotes as well is an answer; "qme" says that X saw no language in it.
    CUSTOMER
    | {
        "message_id": post(9),
        "author_id": "150004",
        "created_at": moment(10, 0),
        "text": "@LarkspurCare 🤷",
        "lang": None,
        "in_reply_to_id": "1849000000000000500",
        "message_kind": "reply",
    },
    # A long post: all of it is in note_tweet. X writes "in" for Indonesian, whose ISO 639-1 code is "id".
    CUSTOMER
    | {
        "message_id": post(10),
        "author_id": "150005",
        "created_at": moment(10, 5),
        "text": "@LarkspurCare koper saya hilang, dan sudah tiga hari saya menunggu jawaban dari siapa pun",
        "lang": "id",
    },
]


def test_each_post_becomes_the_message_that_its_fields_say():
    assert stage("messages", "x_api", SEARCH, layout=OWN).table.rows(named=True) == ROWS


def test_every_record_is_accepted_rejected_or_superseded():
    """7 + 1 posts in the first response and 5 + 2 in the second; …1 comes thrice, …2 twice, …3 in two versions."""
    assert stage("messages", "x_api", SEARCH, layout=OWN).funnel == {
        "read": 15,
        "accepted": 9,
        "rejected:author_id_missing": 1,
        "rejected:duplicate_exact": 2,
        "rejected:unexpected_shape": 1,
        "excluded:superseded": 2,
    }


def test_rejected_records_say_why():
    rejected = stage("messages", "x_api", SEARCH, layout=OWN).rejected
    assert dict(rejected.select("record", "reasons").iter_rows()) == {
        7: ["author_id_missing", "created_at_missing"],
        8: ["duplicate_exact"],
        9: ["duplicate_exact"],
        13: ["unexpected_shape"],
    }


def test_metrics_that_differ_between_deliveries_make_no_conflict():
    """public_metrics of …1 and …2 rise from one response to the next; nothing that is compared does."""
    table = stage("messages", "x_api", SEARCH, layout=OWN).table
    assert {post(1), post(2)} < set(table["message_id"])


def test_a_conversation_of_many_customers_is_no_thread_of_its_own():
    table = stage("messages", "x_api", SEARCH, layout=OWN).table
    assert table["native_thread_id"].null_count() == table.height


def test_accounts_are_the_brands_own_with_the_largest_count_of_the_day():
    """52,000 and 52,003 followers within minutes; the accounts of customers are not kept."""
    staged = stage("accounts", "x_api", SEARCH, layout=OWN)
    assert staged.table.rows(named=True) == [
        {
            "account_id": BRAND,
            "snapshot_date": date(2025, 3, 3),
            "network": "x",
            "handle": "LarkspurCare",
            "brand": "Larkspur",
            "handle_role": None,
            "followers": 52003,
        }
    ]
    assert staged.funnel == {"read": 4, "accepted": 1, "excluded:not_own_account": 2, "excluded:superseded": 1}


@pytest.mark.parametrize("form", ["one response", "one a line", "one post"])
def test_responses_may_stand_alone_or_one_a_line(tmp_path, form):
    responses = json.loads(SEARCH.read_text(encoding="utf-8"))
    alone = {"data": responses[0]["data"][0]}
    documents = {"one response": responses[:1], "one a line": responses, "one post": [alone]}[form]
    path = tmp_path / "posts.json"
    path.write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    read = {"one response": 8, "one a line": 15, "one post": 1}[form]
    assert stage("messages", "x_api", path, layout=OWN).funnel["read"] == read


def test_a_list_of_something_else_is_refused(tmp_path):
    path = tmp_path / "other.json"
    path.write_text('[{"ticket": 1}]', encoding="utf-8")
    with pytest.raises(SourceError, match="another shape"):
        stage("messages", "x_api", path, layout=OWN)


def test_a_workspace_can_use_it():
    source = {"format": "x_api", "path": "x/search.json", "own_accounts": [BRAND]}
    Source.model_validate(source).require_mapping("messages")
    Source.model_validate(source | {"constants": {"snapshot_date": "2025-03-03"}}).require_mapping("accounts")
