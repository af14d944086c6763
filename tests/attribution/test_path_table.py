"""From a path table to journeys, and the published heuristics of ChannelAttribution's data."""

import json

import polars as pl
import pytest

from careworth.attribution.path_table import journeys_of_paths
from careworth.attribution.rules import rule_credits
from careworth.errors import ParameterError, SourceError


def paths(*rows) -> pl.DataFrame:
    """A path table of rows of path, conversions, value and nulls."""
    return pl.DataFrame(rows, ["path", "total_conversions", "total_conversion_value", "total_null"], orient="row")


def spelled(journeys) -> list[list[str]]:
    """The channels of each journey."""
    bounds = zip(journeys.starts[:-1], journeys.starts[1:], strict=True)
    return [[journeys.channels[i] for i in journeys.touches[begin:end]] for begin, end in bounds]


@pytest.mark.parametrize("rule", ["first", "last", "linear"])
def test_the_heuristics_are_those_of_channelattribution(shared, rule):
    """path_data_reference.json: 10,000 paths, 19,785 conversions, value 74,802.971587, 68,602 nulls; whole numbers exactly."""
    folder = shared / "data/attribution"
    journeys = journeys_of_paths(folder / "path_data.csv")
    published = json.loads((folder / "path_data_reference.json").read_text())["heuristic_channelattribution"]
    credits = rule_credits(journeys, rule)
    for found, name, tolerance in (
        (credits.conversions, "conversions", 0 if rule != "linear" else 1e-9),
        (credits.values, "value", 1e-9),
    ):
        expected = [published[f"{rule}_touch_{name}"][channel] for channel in journeys.channels]
        assert found.tolist() == pytest.approx(expected, rel=tolerance, abs=0)
    assert (journeys.conversions.sum(), journeys.nulls.sum(), len(journeys.conversions)) == (19_785, 68_602, 10_000)
    assert journeys.values.sum() == pytest.approx(74_802.971587, abs=1e-6)


def test_paths_are_split_at_the_separator_without_blanks_and_empty_names():
    journeys = journeys_of_paths(paths((" a>b > a ", 1, 2.0, 3), (">b>> c d >", 0, 0.0, 1)))
    assert spelled(journeys) == [["a", "b", "a"], ["b", "c d"]]
    assert (journeys.channels, journeys.nulls.tolist()) == (("a", "b", "c d"), [3.0, 1.0])


@pytest.mark.parametrize(("separator", "path"), [(" > ", "a>b"), ("->", "a -> b"), ("|", "a|b"), (" ", "a b"), (".", "a.b")])
def test_any_sign_may_separate(separator, path):
    assert spelled(journeys_of_paths(paths((path, 1, 1.0, 0)), separator=separator)) == [["a", "b"]]


@pytest.mark.parametrize("name", ["null", "(start)", "(conversion)", "čaj ☕", "None"])
def test_a_channel_may_have_any_name(name):
    assert spelled(journeys_of_paths(paths((f"{name} > b", 1, 1.0, 0)))) == [[name, "b"]]


def test_without_values_each_conversion_is_worth_one_and_without_nulls_every_journey_converted():
    journeys = journeys_of_paths(paths(("a", 4, 1.0, 9)).select("path", "total_conversions"))
    assert (journeys.values.tolist(), journeys.nulls.tolist()) == ([4.0], [0.0])


def test_columns_go_by_the_names_given(tmp_path):
    (tmp_path / "ways.csv").write_text("way;n;lost\na > b;2;1\n", encoding="utf-8")
    journeys = journeys_of_paths(tmp_path / "ways.csv", {"path": "way", "conversions": "n", "nulls": "lost"})
    assert (spelled(journeys), journeys.conversions.tolist(), journeys.nulls.tolist()) == ([["a", "b"]], [2.0], [1.0])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("", 1, 1.0, 0), "column 'path', row 2: '' names no channel"),
        ((" > ", 1, 1.0, 0), "names no channel"),
        ((None, 1, 1.0, 0), "row 2: nothing names no channel"),
        (("b", -1, 1.0, 0), "column 'total_conversions', row 2: -1 is no count"),
        (("b", None, 1.0, 0), "row 2: nothing is no count"),
        (("b", 1, float("nan"), 0), "row 2: nan is no value"),
        (("b", 1, float("inf"), 0), "row 2: inf is no value"),
        (("b", 0, 5.0, 2), "row 2: 5.0 is the value of a path without conversions"),
        (("b", 1, 1.0, -2), "column 'total_null', row 2: -2 is no count"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_its_row(row, said):
    with pytest.raises(SourceError, match=said):
        journeys_of_paths(paths(("a", 1, 1.0, 0), row))


def test_a_missing_column_an_unknown_part_and_an_empty_separator_are_refused():
    with pytest.raises(ParameterError, match="no column 'total_conversions'; its columns are path"):
        journeys_of_paths(pl.DataFrame({"path": ["a"]}))
    with pytest.raises(ParameterError, match="a path table has no person"):
        journeys_of_paths(paths(("a", 1, 1.0, 0)), {"person": "p"})
    with pytest.raises(ParameterError, match="the separator is empty"):
        journeys_of_paths(paths(("a", 1, 1.0, 0)), separator="")


def test_a_refund_is_a_negative_value_and_no_rows_are_no_journeys():
    assert journeys_of_paths(paths(("a", 1, -5.0, 0))).values.tolist() == [-5.0]
    assert journeys_of_paths(paths(("a", 1, -5.0, 0)).clear()).starts.tolist() == [0]
