"""What may be shared: no number of fewer than ten people, and none that the numbers beside it would give away."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import lil_array

from careworth.config import Privacy
from careworth.report import render_email, render_executive, render_index, render_report, write_model
from careworth.report.what_if import read_model
from careworth.results import share_estimate, to_metric_values, value_row
from careworth.schemas import METRIC_VALUES
from careworth.stats import Estimate
from careworth.suppression import people, suppressed
from tests.sample_values import END, PROVENANCE, START, WEEKS, WORKSPACE, campaign, complete, table

FEW = "fewer than 10 people stand behind it"
BESIDE = "a smaller group beside it would follow from it"


def counts(*sizes: int, key: str = "network", total: int | None = None, first: str = "c") -> list[dict]:
    """Counts of conversations by some key that add up to their total."""
    labels = {"denominator": "conversations", "unit": "count"}
    cells = [value_row("V1", "messages", size, n=size, slice=f"{key}={first}{k}", **labels) for k, size in enumerate(sizes)]
    whole = sum(sizes) if total is None else total
    return [*cells, value_row("V1", "messages", whole, n=whole, **labels)]


def shared(*rows: list[dict], smallest_group: int = 10) -> dict[str, float | None]:
    """The value of each slice once the small ones are hidden."""
    return dict(suppressed(table(*rows), smallest_group).select("slice", "value").iter_rows())


def values_of(*sizes: int) -> list[float | None]:
    """The values of cells of such sizes, in their order, once the small ones are hidden."""
    told = shared(counts(*sizes))
    return [told[f"network=c{k}"] for k in range(len(sizes))]


def test_a_small_cell_takes_the_next_smallest_with_it():
    """By hand: 3 is below ten; 20 is the next smallest, so that 143 - 120 = 23 says only how many both are."""
    assert values_of(3, 120, 20) == [None, 120, None]


def test_two_small_cells_hide_each_other_only_if_they_are_ten_together():
    """By hand: 4 + 6 = 10 could be 0 and 10; 2 + 3 = 5 tells that neither is more than five, so 40 goes too."""
    assert values_of(4, 6, 50) == [None, None, 50]
    assert values_of(2, 3, 50, 40) == [None, None, 50, None]


def test_nothing_is_hidden_where_nobody_is_alone():
    assert values_of(10, 11, 500) == [10, 11, 500]


def test_zero_is_shown_and_hides_nothing():
    """By hand: nobody stands behind the zero; 9 needs another, and the zero is none."""
    assert values_of(0, 9, 30, 40) == [0, None, None, 40]
    assert values_of(0, 30) == [0, 30]


def test_of_equal_cells_the_name_decides_which_goes():
    assert values_of(5, 30, 30) == [None, None, 30]


def test_the_boundary_is_the_smallest_group_itself():
    assert shared(counts(7, 30, 40), smallest_group=7)["network=c0"] == 7
    assert shared(counts(7, 30, 40), smallest_group=8)["network=c0"] is None


def test_shares_and_means_go_by_those_of_whom_they_were_taken():
    rows = [
        value_row("S1", "ever", share_estimate(3, 9), "share", n=9, denominator="conversations"),
        value_row("S1", "within_1h", share_estimate(3, 10), "share", n=10, denominator="conversations"),
        value_row("S2", "median", Estimate(5, 2, 9), "minutes", n=9, denominator="conversations"),
        value_row("S16", "participants_mean", 1.2, "count", n=12, denominator="answered conversations"),
    ]
    hidden = suppressed(table(rows), 10)
    assert dict(hidden.select("variant", "value").iter_rows()) == {
        "ever": None,
        "within_1h": 0.3,
        "median": None,
        "participants_mean": 1.2,
    }
    first = hidden.filter(variant="ever").row(0, named=True)
    assert [first[name] for name in ("low", "high", "n", "grade", "reason")] == [None, None, None, "X", FEW]
    assert first["denominator"] == "conversations"


@pytest.mark.parametrize(
    "denominator", ["days", "weeks ahead", "cost lines", "simulated outcomes", "EUR of cost", "records read"]
)
def test_days_lines_and_outcomes_are_no_people(denominator):
    rows = [value_row("M1", "total", 4.0, "EUR", n=3, denominator=denominator)]
    assert shared(rows) == {"all": 4.0}


def test_a_denominator_that_nobody_foresaw_counts_people():
    assert shared([value_row("M1", "total", 4.0, "EUR", n=3, denominator="somebody's cousins")]) == {"all": None}
    assert shared([value_row("M1", "total", 4.0, "EUR", n=3)]) == {"all": None}


def test_a_mean_of_days_tells_of_as_many_as_came_on_all_of_them():
    """By hand: 1.2 calls on each of 7 days are 8.4 people; 1.5 are 10.5."""
    told = {"unit": "count/day", "n": 7, "denominator": "days"}
    rows = [value_row("E4", "contacts_observed", calls, slice=f"series=s{calls}", **told) for calls in (1.2, 1.5, 90.0)]
    assert shared(rows) == {"series=s1.2": None, "series=s1.5": None, "series=s90.0": 90.0}


def test_a_week_is_a_cell_of_its_series():
    sizes = [300, 4, 40, 50]
    rows = [
        value_row("V1", "messages", size, "count", n=size, denominator="messages", slice="week", period=week)
        for size, week in zip(sizes, WEEKS, strict=False)
    ]
    hidden = suppressed(table(rows), 10)
    assert hidden["value"].to_list() == [300, None, None, 50]
    assert hidden["reason"].to_list() == [None, FEW, BESIDE, None]


def test_advocates_lost_gained_and_kept_go_together():
    """By hand: of 40 advocates, 15 gained and 25 kept, and of 28 before, 3 lost: 28 - 25 would tell the 3."""
    told = {"unit": "count", "denominator": "advocates"}
    moves = {"advocates": (40, 900), "gained": (15, 40), "retained": (25, 28), "lost": (3, 28)}
    rows = [value_row("E1", name, value, n=n, **told) for name, (value, n) in moves.items()]
    hidden = suppressed(table(rows), 10)
    assert dict(hidden.select("variant", "value").iter_rows()) == {
        "advocates": 40,
        "gained": None,
        "retained": None,
        "lost": None,
    }


def test_a_group_of_which_no_median_is_known_is_hidden_too():
    row = value_row("S5", "median", None, "minutes", n=4, denominator="conversations", reason="not reached")
    assert suppressed(table([row]), 10).select("n", "reason").row(0) == (None, FEW)


def test_what_was_concluded_from_few_goes_and_what_people_decided_stays():
    few = {"n": 6, "denominator": "conversations"}
    rows = [
        value_row("P8", "ignores", 0.2, "share", slice="action=start", reason="Answering. Rule: 95 in 100 (S1.ever)", **few),
        value_row("P8", "ignores", 0.2, "share", slice="decided", reason="decided on 2025-05-01: hire", **few),
        value_row("P8", "measure_next", 0.4, "ratio", slice="action=start", reason="Measuring. Rule: most (M11)"),
        value_row("E10", "S1.ever", 0.2, "share", slice="value", reason="not met", **few),
        value_row("E10", "S1.ever", 0.9, "share", slice="target", grade="C", reason="registered"),
        value_row("E10", "S1.ever", 0.3, "share", slice="baseline", **few),
        value_row("E10", "E4.avoided_contacts", 4, "count", slice="target", grade="C", reason="registered"),
    ]
    hidden = suppressed(table(rows), 10)
    assert sorted(hidden.select("variant", "slice", "value", "reason").iter_rows()) == [
        ("E4.avoided_contacts", "target", 4.0, "registered"),
        ("S1.ever", "target", 0.9, "registered"),
        ("S1.ever", "value", None, FEW),
        ("ignores", "decided", None, "decided on 2025-05-01: hire"),
        ("measure_next", "action=start", 0.4, "Measuring. Rule: most (M11)"),
    ]


def test_no_rows_are_no_rows():
    nothing = pl.DataFrame(schema=METRIC_VALUES.columns)
    assert suppressed(nothing, 10).equals(nothing)


def test_hiding_twice_hides_no_more_and_the_order_stays():
    once = suppressed(table(counts(2, 3, 50, 40)), 10)
    assert suppressed(once, 10).equals(once)
    assert once.select(METRIC_VALUES.key).equals(table(counts(2, 3, 50, 40)).select(METRIC_VALUES.key))


SIZES = st.lists(st.one_of(st.integers(0, 12), st.integers(0, 200)), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(sizes=SIZES, smallest_group=st.integers(5, 20))
def test_every_hidden_cell_could_be_anything_from_none_to_ten(sizes, smallest_group):
    """The promise: with the total T known, a hidden cell lies anywhere in [0, T - shown], which is at least the smallest group.

    Where the total is small itself, it is hidden too and nothing bounds the cells.
    """
    told = shared(counts(*sizes), smallest_group=smallest_group)
    total = told.pop("all")
    hidden = [name for name, value in told.items() if value is None]
    assert all(value is None or value == 0 or value >= smallest_group for value in told.values())
    if hidden and total is not None:
        assert len(hidden) >= 2
        assert total - sum(value for value in told.values() if value) >= smallest_group
    assert (total is None) == (0 < sum(sizes) < smallest_group)


def test_no_linear_program_narrows_a_hidden_cell_of_a_thousand_tables():
    """1,000 random tables of one total told by two keys; as one program, since the tables do not touch each other.

    For each hidden cell its least and its most are sought, given the total where it is shown, both sums, the shown cells and
    that nobody is counted below zero. A total that is hidden is itself unknown. Seed 1; HiGHS of scipy.
    """
    tables = [_unknowns(each) for each in _random_tables(1_000)]
    ends = [_solved(tables, at, sign) for at in range(max(len(each["cells"]) for each in tables)) for sign in (1, -1)]
    spans = [most - least for least, most in zip(ends[::2], ends[1::2], strict=True)]
    widths = np.array([span for at, each in enumerate(tables) for span in (row[at] for row in spans) if not np.isnan(span)])
    assert len(widths) > 2_000
    assert widths.min() >= 10


def _random_tables(number: int) -> list[tuple[list[int], list[int]]]:
    chance = np.random.default_rng(1)

    def cut(total: int) -> list[int]:
        shares = chance.dirichlet(np.full(chance.integers(2, 7), 0.6))
        return chance.multinomial(total, shares).tolist()

    return [(cut(total), cut(total)) for total in chance.integers(1, 150, number).tolist()]


def _unknowns(sizes: tuple[list[int], list[int]]) -> dict:
    first, second = sizes
    told = shared(counts(*first, key="network")[:-1], counts(*second, key="topic"))
    families = [[(name, told[name]) for name in told if name.startswith(f"{key}=")] for key in ("network", "topic")]
    cells = [(name, at) for at, family in enumerate(families) for name, value in family if value is None]
    return {"total": told["all"], "cells": cells, "shown": [sum(value or 0 for _, value in family) for family in families]}


def _solved(tables: list[dict], at: int, sign: int) -> np.ndarray:
    """The least (sign 1) or most (sign -1) of the hidden cell number `at` of each table; NaN where it has none such."""
    starts = np.cumsum([0, *(len(each["cells"]) + 1 for each in tables)])
    rows, sums = lil_array((2 * len(tables), starts[-1])), np.zeros(2 * len(tables))
    goal, bounds = np.zeros(starts[-1]), [(0, 1_000)] * starts[-1]
    for number, each in enumerate(tables):
        own = starts[number]  # the total, then the hidden cells
        bounds[own] = (each["total"], each["total"]) if each["total"] is not None else (0, 1_000)
        for family in (0, 1):
            rows[2 * number + family, own] = -1
            sums[2 * number + family] = -each["shown"][family]
        for place, (_, family) in enumerate(each["cells"]):
            rows[2 * number + family, own + 1 + place] = 1
        if at < len(each["cells"]):
            goal[own + 1 + at] = sign
    found = linprog(goal, A_eq=rows.tocsr(), b_eq=sums, bounds=bounds)
    assert found.success
    places = [starts[number] + 1 + at if at < len(each["cells"]) else -1 for number, each in enumerate(tables)]
    return np.array([found.x[place] if place >= 0 else np.nan for place in places])


@settings(max_examples=60, deadline=None)
@given(smallest_group=st.sampled_from([5, 10, 300, 1_000, 3_400, 10_000, 1_000_000]))
def test_every_page_can_be_made_of_what_is_left(smallest_group):
    values = suppressed(complete(), smallest_group)
    whole = (values, campaign(), WORKSPACE, PROVENANCE)
    index = render_index([{"campaign": campaign(), "values": values, "failure": None, "link": None}], WORKSPACE)
    for page in (render_report(*whole), render_executive(*whole), render_email(*whole), index):
        assert page.startswith("<!doctype html>")


def test_a_report_says_why_a_small_number_is_missing():
    few = [value_row("Q2", "strict", share_estimate(1, 4), "share", n=4, denominator="answered mature complaints", grade="B")]
    page = render_report(suppressed(table(few), 10), campaign(), WORKSPACE, PROVENANCE)
    assert FEW in page
    assert "25 %" not in page


def test_a_model_that_rests_on_few_is_not_handed_over(tmp_path):
    model = {"inputs": [{"n": 6, "denominator": "customers asked", "name": "share who would have phoned"}]}
    write_model(tmp_path, model, 10)
    assert read_model(tmp_path) is None
    write_model(tmp_path, model, 6)
    assert read_model(tmp_path) == model


def test_the_smallest_group_is_ten_and_never_below_five():
    assert Privacy().smallest_group == 10
    with pytest.raises(ValueError, match="greater than or equal to 5"):
        Privacy(smallest_group=4)


def test_all_numbers_of_the_demo_keep_the_promise(demo_reports):
    """Every count, rate and mean in every table of the demo that is shared, by its own n and by the words of its denominator."""
    paths = sorted(demo_reports.glob("*/metric_values.parquet"))
    assert len(paths) == 4
    for path in paths:
        known = pl.read_parquet(path).filter(pl.col("value").is_not_null() | pl.col("n").is_not_null())
        assert known.filter(people(10).is_between(0, 10, closed="none")).is_empty()
        persons = known.filter(pl.col("denominator").str.contains("customer|conversation|message|person|people|answer"))
        assert persons.filter(pl.col("n").is_between(1, 9)).is_empty()
        assert to_metric_values([], "x", START, END).schema == known.schema
