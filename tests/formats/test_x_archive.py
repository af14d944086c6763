"""Posts of an X archive; what a field means is as in the posts of API 1.1 (docs.x.com), which the archive keeps to."""

from datetime import UTC, datetime
from pathlib import Path

from careworth.schemas import MESSAGES
from careworth.sources import Source
from careworth.staging import Layout, stage

ARCHIVE = Path(__file__).parents[1] / "fixtures" / "x_archive"
BRAND = "9100000000000000123"
OWNER = Layout(constants={"author_id": BRAND, "account_id": BRAND})

SAME = dict.fromkeys(MESSAGES.columns) | {
    "network": "x",
    "channel": "public_post",
    "visibility": "public",
    "author_id": BRAND,
    "author_role": "agent",
    "account_id": BRAND,
}

ROWS = [
    SAME
    | {
        "message_id": "1850000000000000201",
        # 01:00 an hour ahead of UTC.
        "created_at": datetime(2025, 3, 3, 0, 0, tzinfo=UTC),
        "text": "RT @OpsDesk: Rome is open again",
        "lang": "en",
        "message_kind": "reshare",
    },
    SAME
    | {
        "message_id": "1850000000000000202",
        "created_at": datetime(2025, 3, 3, 8, 0, tzinfo=UTC),
        "text": "What a day. https://t.co/q1",
        "message_kind": "quote",
    },
    SAME
    | {
        "message_id": "1850000000000000203",
        "created_at": datetime(2025, 3, 3, 9, 0, tzinfo=UTC),
        "text": "New routes! https://t.co/n1",
        "lang": "en",
        "message_kind": "original",
    },
    SAME
    | {
        "message_id": "925490370921951232",
        "created_at": datetime(2017, 10, 31, 22, 10, 47, tzinfo=UTC),
        "text": "@zoe_m Désolée, Zoë — we're checking &amp; will be back in 5′ ^RB",
        "lang": "en",
        "in_reply_to_id": "925489999999999999",
        "message_kind": "reply",
    },
]


def test_each_post_of_the_archive_is_a_message_of_its_owner():
    assert stage("messages", "x_archive", ARCHIVE / "tweets.js", layout=OWNER).table.rows(named=True) == ROWS


def test_every_record_is_accounted_for():
    """Seven posts: one comes twice, one has a link of the wrong type, one a weekday that its date had not."""
    staged = stage("messages", "x_archive", ARCHIVE / "tweets.js", layout=OWNER)
    assert staged.funnel == {
        "read": 7,
        "accepted": 4,
        "rejected:created_at_unparsed": 1,
        "rejected:duplicate_exact": 1,
        "rejected:unexpected_shape": 1,
    }
    assert dict(staged.rejected.select("record", "reasons").iter_rows()) == {
        5: ["duplicate_exact"],
        6: ["unexpected_shape"],
        7: ["created_at_unparsed"],
    }


def test_the_first_archives_had_no_wrapping_around_a_post():
    table = stage("messages", "x_archive", ARCHIVE / "tweet.js", layout=OWNER).table
    assert table.select("message_id", "text").rows() == [("925490370921951300", "Good morning")]


def test_a_further_part_is_read_like_the_first(tmp_path):
    part = tmp_path / "tweets-part1.js"
    text = (ARCHIVE / "tweets.js").read_text(encoding="utf-8")
    part.write_text(text.replace("tweets.part0", "tweets.part1"), encoding="utf-8")
    assert stage("messages", "x_archive", part, layout=OWNER).table.height == len(ROWS)


def test_without_its_owner_no_post_is_taken():
    staged = stage("messages", "x_archive", ARCHIVE / "tweet.js", layout=Layout())
    assert staged.funnel == {"read": 1, "accepted": 0, "rejected:author_id_missing": 1}


def test_a_workspace_can_use_it():
    source = {"format": "x_archive", "path": "x/tweets*.js", "constants": {"author_id": BRAND, "account_id": BRAND}}
    Source.model_validate(source).require_mapping("messages")
