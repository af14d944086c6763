"""The lake: built once, rebuilt when something changed, and never taken as whole when it is not."""

import pytest

from careworth.config import load_workspace
from careworth.errors import ConfigError, SourceError
from careworth.lake import open_lake
from careworth.study import open_study
from tests.test_config import CAMPAIGN, WORKSPACE
from tests.test_staging import GOOD, HEADER

REPLY = "2,north,False,Tue Oct 31 22:20:47 +0000 2017,@115712 It is on its way,,1.0\n"


@pytest.fixture
def root(tmp_path):
    """A workspace with one question and one answer."""
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "workspace.toml").write_text(WORKSPACE)
    (tmp_path / "campaigns/spring.toml").write_text(CAMPAIGN + 'accounts = ["north"]\n')
    (tmp_path / "twcs.csv").write_text(HEADER + GOOD + REPLY)
    return tmp_path


def build_time(root) -> int:
    """When the lake's turns were written, in nanoseconds."""
    (turns,) = (root / "lake").glob("*/turns.parquet")
    return turns.stat().st_mtime_ns


def test_a_lake_is_built_once(root):
    workspace = load_workspace(root)
    open_lake(workspace)
    before = build_time(root)
    open_lake(workspace)
    assert build_time(root) == before


def test_a_changed_source_rebuilds_the_lake(root):
    workspace = load_workspace(root)
    assert open_lake(workspace).table("messages").height == 2
    (root / "twcs.csv").write_text(HEADER + GOOD)
    assert open_lake(workspace).table("messages").height == 1


def test_a_lake_without_its_manifest_is_built_again(root):
    workspace = load_workspace(root)
    open_lake(workspace)
    (root / "lake/manifest.json").unlink()
    before = build_time(root)
    open_lake(workspace)
    assert build_time(root) > before


def test_the_manifest_counts_every_record_and_names_no_folder(root):
    lake = open_lake(load_workspace(root))
    assert lake.funnel == {"read": 2, "accepted": 2, "excluded:no_counterpart": 0}
    assert str(root) not in (root / "lake/manifest.json").read_text()


def test_a_lake_keeps_no_text_in_its_turns(root):
    assert "text" not in open_lake(load_workspace(root)).table("turns").columns


def test_a_table_that_is_not_connected_is_refused_or_empty(root):
    lake = open_lake(load_workspace(root))
    assert lake.table_or_empty("orders").is_empty()
    with pytest.raises(SourceError, match="'orders' is not connected"):
        lake.table("orders")


def test_a_file_without_messages_is_refused(root):
    (root / "twcs.csv").write_text(HEADER)
    with pytest.raises(SourceError, match="no message was accepted"):
        open_lake(load_workspace(root))


def test_an_account_that_is_not_in_the_data_is_refused(root):
    (root / "campaigns/spring.toml").write_text(CAMPAIGN + 'accounts = ["nort"]\n')
    with pytest.raises(ConfigError, match="no conversation with account 'nort'; did you mean 'north'"):
        open_study(str(root), "spring").conversations()


def test_a_campaign_without_accounts_needs_the_accounts_table(root):
    (root / "campaigns/spring.toml").write_text(CAMPAIGN.replace('brand = "north"', 'brand = "Northern Lines"'))
    with pytest.raises(ConfigError, match="name the campaign's accounts"):
        open_study(str(root), "spring").conversations()


def test_a_campaign_whose_brand_is_itself_an_account_needs_no_accounts_table(root):
    (root / "campaigns/spring.toml").write_text(CAMPAIGN)
    assert open_study(str(root), "spring").accounts == ["north"]
