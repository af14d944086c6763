"""What changed since the eight weeks before, in numbers worked by hand."""

import numpy as np
import polars as pl
import pytest

from careworth.metrics.changes import _mean_change, changes_rows, mean_change_of_one_mix
from careworth.metrics.windows import BASELINE_DAYS
from careworth.stats import restricted_mean_difference
from tests.metrics.cases import CUT, DAY, answered, conversation, conversations, row_of, values

#: Eight whole weeks, METRICS.md C.3.
WEEKS = 8

#: Long before the campaign; and of another year than the cut-off.
AGO = -20 * DAY


def praise(number: int, minutes: float, **other) -> dict:
    """A conversation that called for no answer and got none."""
    return conversation(number, minutes, **({"clock_at": None, "last_call_at": None, "opening_state": "praise"} | other))


def both_periods() -> tuple:
    """Before: one of three answered within a day, two resolved, one of the two answered thanked; after: see the tests."""
    before = conversations(
        answered(1, AGO, 60, thanks_count=2),
        answered(2, AGO, 30 * 60, opening_state="complaint"),
        conversation(3, AGO),
        praise(4, AGO),
    )
    after = conversations(
        answered(5, 0, DAY + 60, clock_at=60, thanks_count=1),
        answered(6, 0, 10, thanks_count=1, outcome="redirected"),
        conversation(7, 0, opening_state="complaint"),
        praise(8, 0),
        conversation(9, 60 * DAY - 60),
    )
    return before, after


def changed(response_hours: float = 24, window_hours: float = 72) -> list:
    """The rows of those two periods."""
    return changes_rows(*both_periods(), CUT, response_hours, window_hours)


def test_the_baseline_is_eight_whole_weeks():
    assert BASELINE_DAYS == 7 * WEEKS


@pytest.mark.parametrize("by", ["network", "opening_state"])
def test_three_shares_changed(by):
    """What each was before and after, by hand.

    Answered within a day: 1 of 3, then 2 of 3 (one exactly a day after it called); resolved: 2 of 3 care conversations, then 1
    of 3, a redirect being none; thanked: 1 of 2 answered, then 2 of 2. What is an hour old is in neither.
    """
    found = values(changed(), f"by={by}")
    assert found["within_24h_change"] == pytest.approx(2 / 3 - 1 / 3)
    assert found["resolved_change"] == pytest.approx(1 / 3 - 2 / 3)
    assert found["rate_change"] == pytest.approx(2 / 2 - 1 / 2)


def test_each_change_has_its_own_denominator():
    """By hand: three of each period needed a response and were care, two of each were answered."""
    rows = changed()
    counted = {name: row_of(rows, f"{name}_change", "by=network")["n"] for name in ("within_24h", "resolved", "rate")}
    assert counted == {"within_24h": 6, "resolved": 6, "rate": 4}
    assert {row["denominator"] for row in rows} == {
        "conversations that needed a response, two periods",
        "care conversations, two periods",
        "answered care conversations, two periods",
    }


def test_one_group_alone_has_no_mix():
    found = values(changed(), "by=network")
    assert (found["within_24h_change_within"], found["within_24h_change_mix"]) == (pytest.approx(1 / 3), 0)


def test_a_slow_promise_waits_for_its_own_window():
    """METRICS.md F16: within 100 hours cannot be judged after 80, though outcomes can after 72."""
    before, _ = both_periods()
    young = conversations(conversation(1, 60 * DAY - 80 * 60), answered(2, 0, 60))
    assert values(changes_rows(before, young, CUT, 100, 72), "by=network")["within_100h_change"] == pytest.approx(1 - 2 / 3)


def test_without_a_baseline_there_is_no_change():
    """METRICS.md C.12, rule 4."""
    rows = changes_rows(conversations(), both_periods()[1], CUT, 24, 72)
    assert {(row["value"], row["grade"]) for row in rows} == {(None, "X")}
    assert all("in one of the two periods" in row["reason"] for row in rows)


def test_what_was_not_read_is_a_group_of_its_own():
    """By hand: one without a state before and after, not answered, then answered: all of the change is within."""
    lost, found = (conversations(make(1, minutes, opening_state=None)) for make, minutes in ((conversation, AGO), (answered, 0)))
    rows = values(changes_rows(lost, found, CUT, 24, 72), "by=opening_state")
    assert (rows["within_24h_change"], rows["within_24h_change_within"]) == (1, 1)


def test_two_weeks_of_baseline_are_the_least():
    """METRICS.md R137: fourteen days before the campaign are enough, thirteen are not, whatever the metric."""
    for days, known in ((14, True), (13, False)):
        rows = changes_rows(conversations(answered(1, -days * DAY)), conversations(answered(2)), CUT, 24, 72)
        assert (rows[0]["value"] is not None) == known
        assert known or all(row["grade"] == "X" and "13 days before it" in row["reason"] for row in rows)


def test_times_to_an_answer_and_to_a_resolution_changed():
    """METRICS.md R059 by hand: answered and resolved after 60 minutes before and after 30 in the campaign, each of 20."""
    before = conversations(*(answered(n, AGO, 60 + n % 2) for n in range(20)))
    after = conversations(*(answered(n, 0, 30 + n % 2) for n in range(20)))
    rows = changes_rows(before, after, CUT, 24, 72)
    for metric_id in ("S2", "S5"):
        for place in ("by=none", "by=opening_state"):
            (row,) = [row for row in rows if (row["metric_id"], row["slice"]) == (metric_id, place)]
            assert (row["value"], row["high"] < 0) == (pytest.approx(-30), True)
            assert row["reason"].endswith("shorter than before")


def test_no_clear_change_is_not_called_shorter():
    """The same waits before and in the campaign: the interval spans zero."""
    before, after = (conversations(*(answered(n, at, 10 + n) for n in range(20))) for at in (AGO, 0))
    (row,) = [row for row in changes_rows(before, after, CUT, 24, 72) if (row["metric_id"], row["slice"]) == ("S5", "by=none")]
    assert (row["value"], row["low"] < 0 < row["high"]) == (pytest.approx(0), True)
    assert row["reason"].endswith("no clear change")


def test_another_mix_of_openings_is_no_change_of_time():
    """By hand: questions took 10 minutes and complaints 100, before as after; only there are more complaints now."""

    def of(questions: int, complaints: int) -> pl.DataFrame:
        quick = (answered(n, 0, 10 + n % 2) for n in range(questions))
        return conversations(*quick, *(answered(n, 0, 100 + n % 2, opening_state="complaint") for n in range(complaints)))

    def waits(part: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        return (part["first_reply_at"] - part["clock_at"]).dt.total_minutes().to_numpy(), np.ones(part.height, bool)

    held = mean_change_of_one_mix(of(80, 20), of(20, 80), "opening_state", 1440, waits)
    assert (held.value, held.low < 0 < held.high) == (pytest.approx(0), True)
    assert mean_change_of_one_mix(of(80, 9), of(9, 80), "opening_state", 1440, waits) == (None, None, None)


def test_many_cases_have_the_interval_of_the_bootstrap():
    """The two ways agree at 600 cases to a twentieth of the interval's length."""
    waits = [np.random.default_rng(seed).exponential(mean, 600) for seed, mean in ((1, 60), (2, 50))]
    before, after = ((each, np.ones(600, bool)) for each in waits)
    value, low, high = _mean_change(before, after, 1440)
    drawn = restricted_mean_difference(*after, *before, 1440)
    assert value == pytest.approx(drawn.value)
    assert (low, high) == (pytest.approx(drawn.low, abs=(high - low) / 20), pytest.approx(drawn.high, abs=(high - low) / 20))


def test_each_opening_weighs_by_its_cases_of_both_periods():
    """By hand: 40 questions became 10 minutes quicker and 120 complaints 50: (40 x -10 + 120 x -50) / 160 = -40."""

    def of(questions: int, complaints: int, quick: float, slow: float) -> pl.DataFrame:
        plain = (answered(n, 0, quick + n % 2) for n in range(questions))
        return conversations(*plain, *(answered(n, 0, slow + n % 2, opening_state="complaint") for n in range(complaints)))

    def waits(part: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        return (part["first_reply_at"] - part["clock_at"]).dt.total_minutes().to_numpy(), np.ones(part.height, bool)

    held = mean_change_of_one_mix(of(10, 80, 20, 90), of(30, 40, 10, 40), "opening_state", 1440, waits)
    assert held.value == pytest.approx(-40)
