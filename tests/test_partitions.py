"""A lake in partitions says what a lake in one piece says, whatever the size of a partition and wherever a message stands."""

import shutil
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from careworth.config import load_campaign, load_workspace
from careworth.lake import ORDER, Lake, open_lake, partitions
from careworth.schemas import MESSAGES
from careworth.staging import stage
from careworth.study import Study
from tests.studies import CAMPAIGN, WORKSPACE
from tests.tables import MONDAY

SEVERAL_EXPORTS = WORKSPACE.replace("messages.parquet", "export-*.parquet") + "rejected_max = 1.0\n"

ACCOUNTS = ["help", "other", "third"]
TEXTS = ["where is my refund?", "@third still nothing", "@HELP please", "sorry, DM us", "thanks, that worked!", ""]
ROLES = ["customer", "customer", "agent", "peer", "bot", "spam", "brand_marketing"]


@st.composite
def messages(draw) -> dict:
    """A message that answers any other, itself or none, in a network's thread or not, to an account that is stated or not."""
    number, role = draw(st.integers(1, 12)), draw(st.sampled_from(ROLES))
    by_brand = role in ("agent", "bot", "brand_marketing")
    account = draw(st.sampled_from(ACCOUNTS if by_brand else [None, *ACCOUNTS]))
    return dict.fromkeys(MESSAGES.columns) | {
        "message_id": str(number),
        "network": "x",
        "channel": "public_post",
        "visibility": "public",
        "author_id": account if by_brand else f"person {draw(st.integers(1, 4))}",
        "author_role": role,
        "account_id": account,
        "created_at": MONDAY + timedelta(minutes=draw(st.integers(0, 60))),
        "text": draw(st.sampled_from(TEXTS)),
        "in_reply_to_id": draw(st.sampled_from([None, *map(str, range(1, 16))])),
        "native_thread_id": draw(st.sampled_from([None, None, "t1", "t2"])),
        "message_kind": draw(st.sampled_from(["original", "reply", "reshare"])),
    }


def unique(rows: list[dict]) -> list[dict]:
    """The rows whose id no earlier one has: a canonical file says nothing twice."""
    return list({row["message_id"]: row for row in rows}.values())


def workspace_of(root: Path, files: list[list[dict]]) -> Path:
    """A workspace with an export for each of these lists of messages."""
    shutil.rmtree(root, ignore_errors=True)
    (root / "campaigns").mkdir(parents=True)
    (root / "workspace.toml").write_text(SEVERAL_EXPORTS)
    (root / "campaigns/spring.toml").write_text(CAMPAIGN.format(start="2024-01-01", end="2024-02-01"))
    for number, rows in enumerate(files):
        pl.DataFrame(rows, schema=MESSAGES.columns).write_parquet(root / f"export-{number}.parquet")
    return root


def lake_of(root: Path, most: int) -> Lake:
    """The workspace's lake, built anew with so many messages in a partition."""
    shutil.rmtree(root / "lake", ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partitions, "MOST_MESSAGES", most)
        return open_lake(load_workspace(root))


def set_aside(lake: Lake, root: Path) -> Lake:
    """The same lake in another place, where the next build does not find it."""
    return Lake(shutil.copytree(lake.folder, root / "aside"), lake.manifest)


def what_it_says(lake: Lake) -> dict:
    """What a lake tells beside its tables."""
    return {name: lake.manifest[name] for name in ("inputs", "excluded", "flagged", "last_message_at")}


def tables_of(lake: Lake) -> dict[str, pl.DataFrame]:
    """Its tables; rejected records stand in no order."""
    tables = {name: lake.table(name) for name in sorted(lake.manifest["outputs"])}
    return {name: table if name in ORDER else table.sort("file", "record") for name, table in tables.items()}


def seen_by(lake: Lake, root: Path, account: str) -> dict[str, pl.DataFrame]:
    """What a campaign with this account starts from."""
    workspace = load_workspace(root)
    campaign = load_campaign(workspace, "spring").model_copy(update={"accounts": [account]})
    study = Study(workspace, campaign, lake)
    own = study.account_messages
    labels = study.account_labels.join(own, on="message_id", how="semi", maintain_order="left")
    return {"turns": study.account_turns.drop("pair_number"), "messages": own, "labels": labels}


def require_same(whole: Lake, apart: Lake, root: Path) -> None:
    """Both say the same, table by table, and to each account."""
    assert what_it_says(apart) == what_it_says(whole)
    tables = tables_of(whole)
    assert tables_of(apart).keys() == tables.keys()
    for name, table in tables_of(apart).items():
        assert_frame_equal(table, tables[name])
    for account in whole.accounts:
        expected = seen_by(whole, root, account)
        for name, table in seen_by(apart, root, account).items():
            assert_frame_equal(table, expected[name])


@settings(deadline=None, max_examples=40)
@given(files=st.lists(st.lists(messages(), min_size=1, max_size=8).map(unique), min_size=1, max_size=3), most=st.integers(1, 6))
def test_any_messages_in_any_partitions(tmp_path_factory, files, most):
    """The lake in one piece is the reference; it is tested against cases worked by hand in test_marts.py and elsewhere."""
    root = workspace_of(tmp_path_factory.getbasetemp() / "partitions", files)
    try:
        whole = lake_of(root, 1_000)
    except Exception as refused:
        with pytest.raises(type(refused), match=str(refused)[:40]):
            lake_of(root, most)
        return
    require_same(set_aside(whole, root), lake_of(root, most), root)


def test_a_handle_is_known_though_its_account_wrote_in_another_partition(tmp_path):
    """By hand: message 3 says @third and answers nobody; the only message of third is in another conversation."""
    empty, common = dict.fromkeys(MESSAGES.columns), {"network": "x", "message_kind": "original", "visibility": "public"}
    rows = [
        {"message_id": "1", "author_id": "ann", "author_role": "customer", "account_id": "third", "text": "hello?"},
        {"message_id": "2", "author_id": "third", "author_role": "agent", "account_id": "third", "text": "yes?"},
        {"message_id": "3", "author_id": "bo", "author_role": "customer", "text": "@third still nothing"},
    ]
    root = workspace_of(tmp_path / "workspace", [[empty | common | row | {"created_at": MONDAY} for row in rows]])
    lake = lake_of(root, 1)
    assert lake.table("turns").select("customer_id", "account_id").rows() == [("ann", "third"), ("bo", "third")]


def test_an_account_reads_its_own_partitions_alone(tmp_path):
    """By hand: two conversations of different accounts, a message in each partition."""
    empty, common = dict.fromkeys(MESSAGES.columns), {"network": "x", "message_kind": "original", "visibility": "public"}
    rows = [
        {"message_id": name, "author_id": "ann", "author_role": "customer", "account_id": name, "text": "hello?"}
        for name in ("help", "other")
    ]
    root = workspace_of(tmp_path / "workspace", [[empty | common | row | {"created_at": MONDAY} for row in rows]])
    lake = lake_of(root, 1)
    for name in ("help", "other"):
        assert lake.scan("messages", [name]).collect()["message_id"].to_list() == [name]
    assert lake.manifest["accounts"] == [["help"], ["other"]]


def test_real_conversations_are_the_same_in_partitions(tmp_path, shared):
    """Five thousand public tweets to 76 accounts (shared/data/twcs), in three exports of which each two share records."""
    said = stage("messages", "twcs", shared / "data/twcs/twcs.csv").table
    parts = [said.slice(first, 2_500).to_dicts() for first in (0, 1_250, 2_500)]
    root = workspace_of(tmp_path / "workspace", parts)
    whole = set_aside(lake_of(root, 10_000), root)
    apart = lake_of(root, 400)
    # 7,500 records by 400, those that stand twice not yet taken out.
    assert len(apart.manifest["accounts"]) == 19
    require_same(whole, apart, root)
