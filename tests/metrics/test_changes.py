"""What changed since the eight weeks before, in numbers worked by hand."""

import pytest

from careworth.metrics.changes import changes_rows
from careworth.metrics.windows import BASELINE_DAYS
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
    lost, found = (conversations(make(1, 0, opening_state=None)) for make in (conversation, answered))
    rows = values(changes_rows(lost, found, CUT, 24, 72), "by=opening_state")
    assert (rows["within_24h_change"], rows["within_24h_change_within"]) == (1, 1)
