"""What is older than the workspace keeps is in no table of the lake, and the funnel counts it."""

from datetime import UTC, datetime

import polars as pl
import pytest

from careworth.config import load_workspace
from careworth.errors import ConfigError, SourceError
from careworth.lake import open_lake, retention
from careworth.lake.parts import PERSONAL
from careworth.lake.retention import HAPPENED_AT, first_instant_kept
from careworth.schemas import INSTANT, MESSAGES, TABLES, TOUCHPOINTS
from tests.studies import WORKSPACE
from tests.tables import at, message

TOUCHES = """[sources.touchpoints]
format = "canonical"
path = "touchpoints.parquet"
"""


@pytest.fixture
def root(tmp_path):
    """A workspace as of 31 January 2024 with a message and a touch on each of the first thirty days of the year, at nine."""
    said = [message(day + 1, "customer", day * 1440, in_reply_to_id=None) for day in range(30)]
    pl.DataFrame(said, schema=MESSAGES.columns).write_parquet(tmp_path / "messages.parquet")
    touch = dict.fromkeys(TOUCHPOINTS.columns) | {"person_key": "ann", "channel": "email"}
    touches = [touch | {"touch_id": f"{day}", "touched_at": at(day * 1440)} for day in range(30)]
    pl.DataFrame(touches, schema=TOUCHPOINTS.columns).write_parquet(tmp_path / "touchpoints.parquet")
    return tmp_path


def lake_of(root, days: str, as_of: str = "as_of = 2024-01-31T12:00:00Z\n"):
    """The lake of a workspace that keeps so many days."""
    (root / "workspace.toml").write_text(as_of + WORKSPACE + TOUCHES + f"[privacy]\nkeep_days = {days}\n")
    return open_lake(load_workspace(root))


def test_older_rows_are_left_out_and_counted(root):
    """By hand: ten days before 31 January is the 21st, whose midnight is the first instant kept: 21 to 30 January, ten rows."""
    lake = lake_of(root, "10")
    assert [lake.table(name).height for name in ("messages", "touchpoints")] == [10, 10]
    assert lake.table("messages")["created_at"].min() == datetime(2024, 1, 21, 9, tzinfo=UTC)
    assert lake.funnel == {"read": 30, "accepted": 10, "excluded:too_old": 20, "excluded:no_counterpart": 0}
    kept = [pl.read_parquet(path) for path in (root / "lake").rglob("*.parquet")]
    ids = {name for table in kept if "message_id" in table.columns for name in table["message_id"]}
    assert ids == {str(number) for number in range(21, 31)}


def test_everything_is_kept_unless_days_are_given(root):
    assert lake_of(root, "0").table("messages").height == 30


def test_without_a_cut_off_the_days_are_counted_from_today(root, monkeypatch):
    """By hand: the second lake is opened a day later, with nothing else changed."""

    class Clock(datetime):
        today = datetime(2024, 1, 31, 3, tzinfo=UTC)

        @classmethod
        def now(cls, zone=None):
            return cls.today

    monkeypatch.setattr(retention, "datetime", Clock)
    assert lake_of(root, "10", as_of="").table("messages").height == 10
    monkeypatch.setattr(Clock, "today", datetime(2024, 2, 1, 3, tzinfo=UTC))
    assert lake_of(root, "10", as_of="").table("messages").height == 9


def test_where_all_is_older_the_sources_are_refused(root):
    with pytest.raises(SourceError, match="no message was accepted"):
        lake_of(root, "10", as_of="as_of = 2024-03-01T12:00:00Z\n")


def test_fewer_than_no_days_are_refused(root):
    with pytest.raises(ConfigError, match="keep_days"):
        lake_of(root, "-1")


def test_every_table_of_what_people_did_has_its_instant():
    about_people = {name for name, table in TABLES.items() if PERSONAL & set(table.columns)}
    assert about_people - HAPPENED_AT.keys() == {"identity_links", "experiment_arms"}
    assert all(TABLES[name].columns[column] == INSTANT for name, column in HAPPENED_AT.items())


def test_the_first_instant_is_midnight_in_utc(root):
    lake_of(root, "1000")
    assert first_instant_kept(load_workspace(root)) == datetime(2021, 5, 6, tzinfo=UTC)
