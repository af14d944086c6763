"""Downloaded conversations of Facebook and Instagram; what a field means is as public parsers of these downloads take it."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from careworth.errors import SourceError
from careworth.schemas import MESSAGES
from careworth.sources import Source
from careworth.staging import Layout, Staged, stage

DOWNLOAD = Path(__file__).parents[1] / "fixtures" / "meta_download"
PAGE, ZOE = "Larkspur Café", "Zoë Müller"
FOLDER, THREAD = "zoemuller_2305843009213693", "2305843009213693"
OWN = Layout(own_accounts=[PAGE], constants={"network": "facebook"})

#: The fixture's first message: 1741000000000 milliseconds after 1970.
FIRST_MS, FIRST = 1741000000000, datetime(2025, 3, 3, 11, 6, 40, tzinfo=UTC)
SAME = dict.fromkeys(MESSAGES.columns) | {
    "network": "facebook",
    "channel": "dm",
    "visibility": "private",
    "message_kind": "original",
    "account_id": PAGE,
    "native_thread_id": THREAD,
}


def read(name: str) -> Staged:
    return stage("messages", "meta_download", DOWNLOAD / name, layout=OWN)


def message(minute: int, sender: str, text: str | None, content: str | None = None, again: int = 0) -> dict:
    """The row of the message so many minutes after the first; `content` is what the file says where that is not the text."""
    told = [THREAD, FIRST_MS + minute * 60_000, sender, content or text, again]
    is_own = sender == PAGE
    return SAME | {
        "message_id": hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32],
        "author_id": PAGE if is_own else f"{THREAD}/{sender}",
        "author_role": "agent" if is_own else "customer",
        "created_at": FIRST + timedelta(minutes=minute),
        "text": text,
    }


NEWER = [
    message(1, PAGE, "Hallo Zoë – wir schauen nach 👀"),
    # A picture without words, and one for which the download found words of its own.
    message(5, ZOE, None),
    message(6, ZOE, None, content="Zoë Müller sent an attachment."),
    message(7, ZOE, "🙏"),
    message(7, ZOE, "🙏", again=1),
    message(9, PAGE, "Gern geschehen, schönen Tag!"),
]


def by_id(rows: list[dict]) -> list[dict]:
    return sorted(rows, key=lambda row: row["message_id"])


def test_each_message_becomes_a_private_one_with_its_mis_encoded_text_repaired():
    assert read(f"{FOLDER}/message_1.json").table.rows(named=True) == by_id(NEWER)


def test_every_entry_is_accounted_for():
    """Eleven entries; two tell of a reaction, one in German; one call; one taken back; one sender of the wrong type."""
    staged = read(f"{FOLDER}/message_1.json")
    assert staged.funnel == {
        "read": 11,
        "accepted": 6,
        "rejected:unexpected_shape": 1,
        "excluded:call": 1,
        "excluded:reaction": 2,
        "excluded:unsent": 1,
    }
    assert dict(staged.rejected.select("record", "reasons").iter_rows()) == {10: ["unexpected_shape"]}


def test_a_message_in_two_split_files_is_one_message():
    """Its reaction stands in the newer file only, and it is in another place there."""
    older = read(f"{FOLDER}/message_2.json").table.rows(named=True)
    first = message(0, ZOE, "Wo bleibt meine Bestellung? Café crème fehlt…")
    assert older == by_id([first, NEWER[0]])


def test_a_thread_that_was_archived_between_two_downloads_keeps_its_messages(tmp_path):
    """Archiving moves it to another folder; its id, which is all that is kept of the folder's name, stays."""
    moved = tmp_path / "message_1.json"
    text = (DOWNLOAD / FOLDER / "message_1.json").read_text(encoding="utf-8")
    moved.write_text(text.replace("inbox/", "archived_threads/"), encoding="utf-8")
    assert stage("messages", "meta_download", moved, layout=OWN).table.rows(named=True) == by_id(NEWER)


def test_equal_messages_of_one_millisecond_are_two():
    table = read(f"{FOLDER}/message_1.json").table.filter(text="🙏")
    assert (table.height, table["message_id"].n_unique()) == (2, 2)


def test_people_of_one_name_in_two_threads_are_two_people():
    """Names are no ids: nothing says that both are the same Zoë Müller."""
    authors = [set(read(name).table["author_id"]) for name in (f"{FOLDER}/message_1.json", "zoemuller_777/message_1.json")]
    assert authors == [{PAGE, f"{THREAD}/{ZOE}"}, {f"777/{ZOE}", "777/Ben"}]


def test_a_text_that_is_well_is_left_alone_and_a_group_names_no_account():
    staged = read("zoemuller_777/message_1.json")
    assert staged.table.sort("created_at").select("text", "account_id").rows() == [("Grüße – 你好", None), ("me too", None)]
    assert staged.funnel == {"read": 3, "accepted": 2, "excluded:membership": 1}


def test_another_document_is_refused(tmp_path):
    path = tmp_path / "message_1.json"
    path.write_text('{"participants": ["A", "B"], "threadName": "A_1", "messages": []}', encoding="utf-8")
    with pytest.raises(SourceError, match="another shape"):
        stage("messages", "meta_download", path, layout=OWN)


def test_a_workspace_can_use_it():
    source = {"format": "meta_download", "path": "inbox/*/message_*.json", "own_accounts": [PAGE]}
    Source.model_validate(source | {"constants": {"network": "facebook"}}).require_mapping("messages")
    with pytest.raises(ValueError, match="network"):
        Source.model_validate(source).require_mapping("messages")
