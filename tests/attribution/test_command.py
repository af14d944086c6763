"""`careworth attribute`: a file in, a list of credits or a text out."""

import json

import polars as pl
import pytest

from careworth.attribution.command import attribute_file, is_path_table
from careworth.attribution.model_names import model_named
from careworth.errors import ParameterError, SourceError

PATHS = "path,total_conversions,total_conversion_value,total_null\na > b,3,30,1\nb,1,10,5\n"
LOG = "customer_id,ts,channel,converted,revenue\np,1,a,0,\np,2,b,1,12.5\nq,1,b,0,\n,2,a,1,1\n"


@pytest.fixture
def paths(tmp_path):
    (tmp_path / "paths.csv").write_text(PATHS, encoding="utf-8")
    return tmp_path / "paths.csv"


@pytest.fixture
def log(tmp_path):
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    return tmp_path / "log.csv"


def rows(path, models, **options) -> list[dict]:
    """The objects of the JSON list."""
    return json.loads(attribute_file(path, models, as_json=True, **options))


def test_a_path_table_gives_a_list_of_credits(paths):
    """By hand: last gives b all 4 conversions and 40; linear half of 3 and 30 to each of a and b, and 1 and 10 to b."""
    found = rows(paths, "last,linear")
    told = [tuple(row[key] for key in ("model", "channel", "conversions", "value", "share")) for row in found]
    assert told == [
        ("last", "a", 0.0, 0.0, 0.0),
        ("last", "b", 4.0, 40.0, 1.0),
        ("linear", "a", 1.5, 15.0, 0.375),
        ("linear", "b", 2.5, 25.0, 0.625),
    ]
    assert {row["label"] for row in found} == {"attributed, not incremental"}


def test_an_event_log_is_known_by_its_columns_and_tells_how_many_people_are_known(log):
    """1 of 4 rows has no person; the outcome of p, worth 12.5, comes after a and b."""
    found = rows(log, "first")
    assert [(row["channel"], row["conversions"], row["value"]) for row in found] == [("a", 1.0, 12.5), ("b", 0.0, 0.0)]
    assert {row["match_share"] for row in found} == {0.75}
    text = attribute_file(log, "first")
    assert "identity match rate 75.0%" in text
    assert "1 of them without a person, 1 outcomes among these: in no journey" in text


ALL = "first,last,last-non-direct,linear,position,position:0.5/0/0.5,markov,markov:2,markov:2:reconnect,shapley,shapley:rate"


def test_every_model_goes_by_its_name_and_is_conserved(paths):
    found = pl.DataFrame(rows(paths, ALL), infer_schema_length=None)
    totals = found.group_by("model", maintain_order=True).agg(pl.col("conversions", "value", "share").sum())
    assert totals["model"].to_list() == ALL.split(",")
    assert totals["conversions"].to_list() == pytest.approx([4] * 11, rel=1e-9)
    assert totals["value"].to_list() == pytest.approx([40] * 11, rel=1e-9)


def test_time_decay_of_a_log(log):
    """A second apart, at a half-life of a second, the later touch weighs twice as much."""
    found = rows(log, f"time_decay:{1 / 86_400}")
    assert [row["conversions"] for row in found] == pytest.approx([1 / 3, 2 / 3])


def test_null_paths_are_ignored_when_asked(paths):
    """Without nulls every journey converts: b is in all, a in three of four, so Markov's effects are 1 and 3/4."""
    shares = {row["channel"]: row["share"] for row in rows(paths, "markov", no_null=True)}
    assert shares == pytest.approx({"a": 0.75 / 1.75, "b": 1 / 1.75})
    assert {row["channel"]: row["share"] for row in rows(paths, "markov")} != pytest.approx(shares)


def test_intervals_come_when_asked_and_again_the_same(paths):
    found = rows(paths, "linear,markov", bootstrap=50)
    assert all(row["low"] <= row["conversions"] <= row["high"] for row in found)
    assert all(row["share_low"] <= row["share"] <= row["share_high"] for row in found)
    assert found == rows(paths, "linear,markov", bootstrap=50)
    assert "95 % interval" in attribute_file(paths, "linear", bootstrap=50)


def test_columns_are_named_where_they_are_called_otherwise(tmp_path):
    (tmp_path / "log.csv").write_text("who,campaign,at,did\np,spring,1,visit\np,sale,2,lead\n", encoding="utf-8")
    columns = {"person": "who", "time": "at", "channel": "campaign", "conversion": "did"}
    found = rows(tmp_path / "log.csv", "last", columns=columns, outcome="lead")
    assert [(row["channel"], row["conversions"]) for row in found] == [("spring", 0.0), ("sale", 1.0)]
    with pytest.raises(ParameterError, match="neither an event log .* nor a path table .* who, campaign, at, did"):
        attribute_file(tmp_path / "log.csv", "last")
    with pytest.raises(ParameterError, match="no part 'customer'; columns are named for person, time"):
        attribute_file(tmp_path / "log.csv", "last", {"customer": "who"})


def test_nothing_converted_is_said_and_shares_are_unknown(tmp_path):
    (tmp_path / "paths.csv").write_text("path,total_conversions,total_null\na > b,0,4\n", encoding="utf-8")
    found = rows(tmp_path / "paths.csv", "first,markov,shapley,shapley:rate")
    assert {(row["conversions"], row["share"]) for row in found} == {(0.0, None)}
    assert all("nothing to credit" in row["reason"] for row in found)
    assert "unknown" in attribute_file(tmp_path / "paths.csv", "first")


@pytest.mark.parametrize("name", ["frist", "markov:1:null:more", "position:1/2", "time_decay:soon", "first:1", "shapley:a:b"])
def test_an_unknown_model_is_answered_with_the_list(name):
    with pytest.raises(ParameterError, match=f"no model '{name}'; the models are first, last, last_non_direct, linear"):
        model_named(name)


@pytest.mark.parametrize("name", ["markov:9", "markov:9x", "markov:1:gone", "shapley:chess"])
def test_an_order_removal_or_game_that_is_none_is_refused(paths, name):
    with pytest.raises(ParameterError, match="Give"):
        attribute_file(paths, name)


def test_no_models_no_rows_and_no_file_are_refused(tmp_path, paths):
    with pytest.raises(ParameterError, match="no model is asked for"):
        attribute_file(paths, " , ")
    (tmp_path / "empty.csv").write_text("path,total_conversions\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"empty\.csv has no journey"):
        attribute_file(tmp_path / "empty.csv", "first")
    with pytest.raises(SourceError, match="no file"):
        attribute_file(tmp_path / "absent.csv", "first")


def test_a_file_that_may_be_both_is_a_log_unless_its_path_is_named(tmp_path):
    line = "path,conversions,person,time,channel,conversion\na > b,1,p,1,a,1\n"
    (tmp_path / "both.csv").write_text(line, encoding="utf-8")
    assert not is_path_table(tmp_path / "both.csv")
    assert is_path_table(tmp_path / "both.csv", {"path": "path"})


def test_the_real_log_end_to_end(shared):
    """1,838 conversions worth 11,423.50, as counted in tests/attribution/test_events.py; every model adds up to them."""
    path = shared / "data/attribution/journeys.csv.gz"
    found = pl.DataFrame(rows(path, "first,last,linear,position,time_decay,markov:1,markov:3,shapley,shapley:rate"))
    totals = found.group_by("model").agg(pl.col("conversions", "value").sum())
    assert totals["conversions"].to_list() == pytest.approx([1_838] * 9, rel=1e-9)
    assert totals["value"].to_list() == pytest.approx([11_423.5] * 9, rel=1e-9)
