"""Direct messages of the X API v2; what a field means is said by the DM event object at docs.x.com."""

from datetime import UTC, datetime
from pathlib import Path

from careworth.schemas import MESSAGES
from careworth.sources import Source
from careworth.staging import Layout, stage

EVENTS = Path(__file__).parents[1] / "fixtures" / "x_dm" / "dm_events.json"
BRAND = "9100000000000000123"
OWN = Layout(own_accounts=[BRAND])

SAME = dict.fromkeys(MESSAGES.columns) | {"network": "x", "channel": "dm", "visibility": "private", "message_kind": "original"}
OF_TWO = SAME | {"native_thread_id": f"150001-{BRAND}", "account_id": BRAND}
ANNA = OF_TWO | {"author_id": "150001", "author_role": "customer"}


def event(number: int) -> str:
    return str(1850000000000000000 + number)


def moment(minute: int, second: int = 0) -> datetime:
    return datetime(2025, 3, 3, 8, minute, second, tzinfo=UTC)


ROWS = [
    ANNA | {"message_id": event(101), "created_at": moment(31), "text": "LK 4417"},
    OF_TWO
    | {
        "message_id": event(102),
        "author_id": BRAND,
        "author_role": "agent",
        "created_at": moment(32),
        "text": "Got it, Anna ✈️ one moment ^RB",
    },
    # A picture without words.
    ANNA | {"message_id": event(103), "created_at": moment(32, 30), "text": None},
    # In a group nobody is told to be written to.
    SAME
    | {
        "message_id": event(106),
        "author_id": "150002",
        "author_role": "customer",
        "created_at": moment(35),
        "text": "We all flew LK 12 – any news?",
        "native_thread_id": "1590000000000000055",
    },
]


def test_each_message_event_becomes_a_private_message():
    assert stage("messages", "x_dm", EVENTS, layout=OWN).table.rows(named=True) == ROWS


def test_other_events_are_left_out_and_counted():
    assert stage("messages", "x_dm", EVENTS, layout=OWN).funnel == {
        "read": 9,
        "accepted": 4,
        "rejected:author_id_missing": 1,
        "rejected:duplicate_exact": 1,
        "rejected:not_a_value": 1,
        "excluded:not_a_message": 1,
        "excluded:unknown_type": 1,
    }


def test_rejected_records_say_why():
    rejected = stage("messages", "x_dm", EVENTS, layout=OWN).rejected
    assert dict(rejected.select("record", "reasons").iter_rows()) == {
        1: ["not_a_value"],
        8: ["duplicate_exact"],
        9: ["author_id_missing", "created_at_missing"],
    }


def test_the_account_is_the_other_of_two_whichever_stands_first():
    """The pair is written "150001-9100000000000000123"; for the customer the account is the second, for none the first."""
    table = stage("messages", "x_dm", EVENTS, layout=OWN).table
    assert table.filter(native_thread_id=f"150001-{BRAND}")["account_id"].unique().to_list() == [BRAND]


def test_a_workspace_can_use_it():
    source = {"format": "x_dm", "path": "x/dm*.json", "own_accounts": [BRAND]}
    Source.model_validate(source).require_mapping("messages")
