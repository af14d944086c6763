"""What part channels play, how long ways are, and where they lead."""

import numpy as np
import polars as pl
import pytest

from careworth.attribution.events import journeys_of_events
from careworth.attribution.journeys import Journeys
from careworth.attribution.path_table import journeys_of_paths
from careworth.attribution.roles import channel_roles, path_lengths, time_lags, top_paths, transitions
from careworth.errors import ParameterError

DAY = 86_400


def table(*rows) -> Journeys:
    """Journeys of rows of path, conversions and nulls."""
    return journeys_of_paths(pl.DataFrame(rows, ["path", "total_conversions", "total_null"], orient="row"))


def test_roles_by_hand_strict_and_all_but_last():
    """By hand, of 3 + 2 + 1 conversions: `a b a` thrice, `b` twice, `a a b` once; `c` never converts.

    a is in 4, begins 4, stands strictly between in 1 (the second a of `a a b`), anywhere but last in 4, and completes 3.
    b is in 6, begins 2, stands strictly between in 3, anywhere but last in 3, and completes 3.
    """
    found = channel_roles(table(("a > b > a", 3, 1), ("b", 2, 0), ("a > a > b", 1, 0), ("c > a", 0, 5)))
    columns = "channel paths initiate assist assist_but_last complete".split()
    assert found.select(columns).rows() == [("a", 4, 4, 1, 4, 3), ("b", 6, 2, 3, 3, 3), ("c", 0, 0, 0, 0, 0)]
    assert found["assist_share"].to_list() == [0.25, 0.5, None]


def test_every_conversion_is_initiated_once_and_completed_once():
    draw = np.random.default_rng(2)
    rows = [(" > ".join(draw.choice(list("abcd"), draw.integers(1, 9))), int(draw.integers(0, 9)), 1) for _ in range(200)]
    journeys = table(*rows)
    found = channel_roles(journeys)
    assert found["initiate"].sum() == found["complete"].sum() == journeys.conversions.sum()
    assert found.select((pl.col("assist") <= pl.col("assist_but_last")).all()).item()


def test_path_lengths_count_touches():
    assert path_lengths(table(("a > b", 3, 1), ("c > c", 1, 0), ("a", 0, 4))).rows() == [
        (1, 0.0, 4.0, 0.0, 0.0),
        (2, 4.0, 1.0, 4.0, 1.0),
    ]


def test_time_lags_count_whole_days_from_the_first_touch_to_the_outcome():
    """The outcome of p comes 2 days and a second after the first touch; q's touches lie a day less a second apart."""
    rows = [("p", 0, "a", 0), ("p", DAY, "b", 0), ("p", 2 * DAY + 1, None, 1), ("q", 0, "a", 0), ("q", DAY - 1, "b", 0)]
    log = pl.DataFrame(rows, ["person", "time", "channel", "conversion"], orient="row")
    assert time_lags(journeys_of_events(log)).select("days", "conversions", "nulls").rows() == [(0, 0.0, 1.0), (2, 1.0, 0.0)]
    with pytest.raises(ParameterError, match="time of each touch is not known"):
        time_lags(table(("a", 1, 0)))


def test_top_paths_are_lists_summed_over_equal_journeys():
    found = top_paths(table(("a > b", 3, 1), ("b", 5, 0), ("a>b", 3, 0), ("a", 5, 2)), 3)
    assert found.select("path", "conversions", "nulls").rows() == [(["a", "b"], 6.0, 1.0), (["b"], 5.0, 0.0), (["a"], 5.0, 2.0)]


def test_a_sign_in_a_name_is_no_step():
    log = pl.DataFrame({"person": [1, 2, 2], "time": [1, 1, 2], "channel": ["a > b", "a", "b"], "conversion": [1, 0, 1]})
    assert sorted(top_paths(journeys_of_events(log))["path"].to_list()) == [["a", "b"], ["a > b"]]


def test_transitions_by_hand():
    """`a a b` thrice to the outcome and once to none; `b` twice to none: rows a, b, start; columns a, b, outcome, none."""
    found = transitions(table(("a > a > b", 3, 1), ("b", 0, 2)))
    assert found.counts.tolist() == [[4, 4, 0, 0], [0, 0, 3, 3], [4, 2, 0, 0]]
    assert found.shares()[2].tolist() == pytest.approx([2 / 3, 1 / 3, 0, 0])


def test_nothing_gives_empty_tables():
    nothing = table(("a", 1, 0))._replace(
        channels=(),
        touches=np.empty(0, np.int32),
        starts=np.array([0]),
        conversions=np.empty(0),
        nulls=np.empty(0),
        values=np.empty(0),
    )
    assert [len(of(nothing)) for of in (channel_roles, path_lengths, top_paths)] == [0, 0, 0]
    assert transitions(nothing).counts.shape == (1, 2)
