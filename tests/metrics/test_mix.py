"""A change of a share, taken apart into its groups and their mix."""

import numpy as np
import polars as pl
import pytest

from careworth.metrics.mix import change_of, change_rows
from tests.metrics.cases import values


def test_each_part_better_and_the_whole_worse():
    """Simpson, by hand: 90 % and 20 % rise to 92 % and 24 % while the second group grows from a tenth to a half."""
    change = change_of(np.array([[90, 81], [10, 2]]), np.array([[50, 46], [50, 12]]))
    assert change.total == pytest.approx(58 / 100 - 83 / 100)
    assert change.within == pytest.approx((0.02 * 1.4 + 0.04 * 0.6) / 2)
    assert change.mix == pytest.approx((-0.4 * 1.82 + 0.4 * 0.44) / 2)


def test_a_group_that_is_new_is_all_mix():
    change = change_of(np.array([[10, 5], [0, 0]]), np.array([[10, 5], [10, 10]]))
    assert (change.within, change.mix) == (0, pytest.approx(0.25))


def test_nothing_changed():
    same = np.array([[10, 5], [20, 3]])
    assert change_of(same, same) == (0, 0, 0)


def period(**held: tuple[int, int]) -> pl.DataFrame:
    """Conversations by network: how many, and how many were answered."""
    rows = [{"network": name, "ok": number < yes} for name, (cases, yes) in held.items() for number in range(cases)]
    return pl.DataFrame(rows, schema={"network": pl.String, "ok": pl.Boolean})


def test_the_rows_add_up_and_have_intervals():
    before, after = period(x=(90, 81), facebook=(10, 2)), period(x=(50, 46), facebook=(50, 12))
    rows = change_rows(before, after, "ok", "network", "S1", "within_24h", "needing")
    found = values(rows, "by=network")
    assert found["within_24h_change"] == pytest.approx(found["within_24h_change_within"] + found["within_24h_change_mix"])
    assert all(row["low"] < row["value"] < row["high"] for row in rows)


def test_an_empty_period_has_no_change():
    rows = change_rows(period(), period(x=(5, 1)), "ok", "network", "S1", "ever", "needing")
    assert {row["grade"] for row in rows} == {"X"}


def test_the_rows_say_of_how_many_and_how_known():
    """By hand: 100 before and 50 after; the 2.5th and 97.5th percentile of resamples of a share of 0.5 that is all there is."""
    rows = change_rows(period(x=(100, 50)), period(x=(50, 25)), "ok", "network", "S1", "ever", "needing")
    assert {(row["n"], row["grade"], row["denominator"]) for row in rows} == {(150, "B", "needing, two periods")}
    total = next(row for row in rows if row["variant"] == "ever_change")
    half = 1.96 * (0.25 / 100 + 0.25 / 50) ** 0.5
    assert (total["low"], total["high"]) == (pytest.approx(-half, abs=0.015), pytest.approx(half, abs=0.015))


def test_a_group_without_a_name_is_counted():
    """By hand: ten unnamed before with five, ten after with ten: half of all, all of it within."""
    unnamed = period(x=(10, 5)).with_columns(network=pl.lit(None, pl.String))
    after = period(x=(10, 10)).with_columns(network=pl.lit(None, pl.String))
    found = values(change_rows(unnamed, after, "ok", "network", "S1", "ever", "needing"), "by=network")
    assert (found["ever_change"], found["ever_change_within"], found["ever_change_mix"]) == (0.5, 0.5, 0)


def test_a_group_that_went_away_is_all_mix():
    """By hand: x at 0.5 stays, y at 1 goes: from 15 of 20 to 5 of 10."""
    found = values(
        change_rows(period(x=(10, 5), y=(10, 10)), period(x=(10, 5)), "ok", "network", "S1", "ever", "n"), "by=network"
    )
    assert (found["ever_change"], found["ever_change_within"], found["ever_change_mix"]) == (-0.25, 0, -0.25)


def test_a_single_case_does_not_cost_the_interval():
    """Some resample draws it in neither period; then it counts for nothing, and the others still say how sure the change is."""
    rows = change_rows(period(x=(20, 10), rare=(1, 0)), period(x=(20, 15)), "ok", "network", "S1", "ever", "needing")
    assert all(row["low"] <= row["value"] <= row["high"] for row in rows)
    assert change_of(np.array([[10, 5], [0, 0]]), np.array([[10, 10], [0, 0]])) == (0.5, 0.5, 0)
