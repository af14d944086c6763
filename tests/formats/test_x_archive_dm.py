"""Direct messages of an X archive; a message says its sender and, between two, its recipient (as public readers take it)."""

from datetime import UTC, datetime
from pathlib import Path

from careworth.schemas import MESSAGES
from careworth.sources import Source
from careworth.staging import Layout, stage

ARCHIVE = Path(__file__).parents[1] / "fixtures" / "x_archive_dm"
BRAND = "9100000000000000123"
OWN = Layout(own_accounts=[BRAND])

SAME = dict.fromkeys(MESSAGES.columns) | {"network": "x", "channel": "dm", "visibility": "private", "message_kind": "original"}
ZOE = SAME | {
    "author_id": "115712",
    "author_role": "customer",
    "account_id": BRAND,
    "native_thread_id": f"115712-{BRAND}",
}

ROWS = [
    ZOE
    | {
        "message_id": "1850000000000000301",
        "created_at": datetime(2024, 4, 6, 15, 30, tzinfo=UTC),
        "text": "Tag LK 4471",
    },
    # A picture without words.
    ZOE | {"message_id": "1850000000000000302", "created_at": datetime(2024, 4, 6, 15, 31, tzinfo=UTC)},
    ZOE
    | {
        "message_id": "1850000000000000303",
        "author_id": BRAND,
        "author_role": "agent",
        "created_at": datetime(2024, 4, 6, 15, 32, 10, 250_000, tzinfo=UTC),
        "text": "Danke, Zoë! 🧳 gefunden ^RB",
    },
]


def test_each_message_of_the_archive_is_a_private_one_of_its_conversation():
    assert stage("messages", "x_archive_dm", ARCHIVE / "direct-messages.js", layout=OWN).table.rows(named=True) == ROWS


def test_every_entry_is_accounted_for():
    staged = stage("messages", "x_archive_dm", ARCHIVE / "direct-messages.js", layout=OWN)
    assert staged.funnel == {
        "read": 6,
        "accepted": 3,
        "rejected:duplicate_exact": 1,
        "rejected:unexpected_shape": 1,
        "excluded:unknown_type": 1,
    }
    assert dict(staged.rejected.select("record", "reasons").iter_rows()) == {4: ["duplicate_exact"], 5: ["unexpected_shape"]}


def test_in_a_group_nobody_is_told_to_be_written_to_and_comings_and_goings_are_left_out():
    """Groups have a file of their own; of its four entries one says something."""
    staged = stage("messages", "x_archive_dm", ARCHIVE / "direct-messages-group.js", layout=OWN)
    assert staged.table.rows(named=True) == [
        SAME
        | {
            "message_id": "1850000000000000313",
            "author_id": "115713",
            "author_role": "customer",
            "created_at": datetime(2024, 4, 6, 16, 2, tzinfo=UTC),
            "text": "We all flew LK 12",
            "native_thread_id": "1590000000000000055",
        }
    ]
    assert staged.funnel == {"read": 4, "accepted": 1, "excluded:not_a_message": 3}


def test_a_workspace_can_use_it():
    source = {"format": "x_archive_dm", "path": "x/direct-messages*.js", "own_accounts": [BRAND]}
    Source.model_validate(source).require_mapping("messages")
