"""Full and paused time to resolution, first contact, reopening, turns."""

import pytest

from careworth.marts.periods import Cut
from careworth.metrics.resolving import first_contact_rows, resolution_time_rows, turn_count_rows
from tests.metrics.cases import CUT, DAY, answered, at, conversation, conversations, row_of, values


def test_full_time_runs_to_the_last_resolution():
    """METRICS.md F.12: first resolution 30, full 75 minutes."""
    table = conversations(answered(1, 0, 30, last_resolved_at=75, reopened_at=45))
    assert values(resolution_time_rows(table, CUT))["full_median"] == 75


def test_pauses_are_taken_off():
    table = conversations(answered(1, 0, 80, paused_seconds=3600))
    assert values(resolution_time_rows(table, CUT))["paused_median"] == 20


def test_the_restricted_mean_counts_the_open_up_to_its_horizon():
    """By hand: one resolved after 24 hours, one never: (24 + 72) / 2 hours."""
    table = conversations(answered(1, 0, DAY), conversation(2))
    assert values(resolution_time_rows(table, CUT))["restricted_mean"] == pytest.approx(48 * 60)


def test_the_redirected_are_censored_where_they_were_sent_away():
    """By hand: sent away after 10 minutes, so only one of the two was at risk when the other was resolved after 20."""
    moved = conversation(1, 0, outcome="redirected", outcome_at=10, agent_turn_count=1)
    assert values(resolution_time_rows(conversations(moved, answered(2, 0, 20)), CUT))["full_median"] == 20


def test_first_contact_is_one_answer_and_no_return_within_a_week():
    """By hand: of four resolved ones one came back, one needed two answers, one returned nine days later, one never."""
    table = conversations(
        answered(1, 0, 10, customer_id="ann"),
        conversation(2, 2 * DAY, customer_id="ann"),
        answered(3, 0, 10, agent_turns_until=2, agent_turn_count=2),
        answered(4, 0, 10, customer_id="bob"),
        conversation(5, 9 * DAY, customer_id="bob"),
        answered(6, 0, 10),
    )
    found = values(first_contact_rows(table, CUT))
    assert found["first_contact"] == 0.5
    assert found["one_touch"] == found["zendesk_one_touch"] == 0.75


def test_thanks_that_come_later_do_not_break_first_contact():
    """METRICS.md S7: a customer who writes again without calling for an answer has not come back."""
    thanks = conversation(2, 2 * DAY, customer_id="ann", clock_at=None, last_call_at=None)
    assert values(first_contact_rows(conversations(answered(1, 0, 10, customer_id="ann"), thanks), CUT))["first_contact"] == 1


def test_what_was_resolved_within_the_last_week_is_not_judged_yet():
    table = conversations(answered(1, 55 * DAY, 10))
    assert row_of(first_contact_rows(table, CUT), "first_contact")["n"] == 0


def test_reopened_is_a_share_of_the_resolved():
    table = conversations(answered(1, 0, 10, reopened_at=50), answered(2), answered(3), answered(4), conversation(5))
    rows = first_contact_rows(table, CUT)
    assert (values(rows)["rate"], row_of(rows, "rate")["n"]) == (0.25, 4)


def test_stayed_resolved_is_stricter_than_resolved():
    table = conversations(answered(1, 0, 10, reopened_at=50), answered(2), conversation(3))
    assert values(first_contact_rows(table, CUT))["stayed_resolved"] == pytest.approx(1 / 3)


def test_turns_until_resolution_censor_what_is_not_resolved():
    """By hand: resolved after 1, 2 and 4 turns, one open after 3: half had been resolved by 2."""
    turns = [answered(number, 0, 10, agent_turns_until=count) for number, count in ((1, 1), (2, 2), (3, 4))]
    found = values(turn_count_rows(conversations(*turns, conversation(4, agent_turn_count=3, agent_turns_until=3))))
    assert (found["agent_turns_median"], found["agent_turns_p90"]) == (2, 4)


def test_nothing_came_in():
    rows = (
        resolution_time_rows(conversations(), CUT) + first_contact_rows(conversations(), CUT) + turn_count_rows(conversations())
    )
    assert {row["grade"] for row in rows} == {"X"}


#: A conversation that called for nothing and got no answer: no care.
IDLE = {"clock_at": None, "last_call_at": None}


def test_times_are_of_care_alone_from_its_start():
    """By hand: begun at 0, called at 20, resolved at 50; what was no care is not counted."""
    table = conversations(answered(1, 0, 50, clock_at=20), conversation(2, **IDLE), conversation(3, **IDLE))
    rows = resolution_time_rows(table, CUT)
    assert (values(rows)["full_median"], row_of(rows, "full_median")["n"]) == (50, 1)
    assert values(rows)["restricted_mean"] == 50


def test_pauses_are_of_the_first_resolution():
    """By hand: first resolved after 40 minutes of which 10 paused; resolved once more after 90."""
    table = conversations(answered(1, 0, 40, last_resolved_at=90, paused_seconds=600))
    found = values(resolution_time_rows(table, CUT))
    assert (found["paused_median"], found["full_median"], found["restricted_mean"]) == (30, 90, 40)


def test_the_redirected_are_at_risk_no_longer():
    """By hand: sent away after 10; of the two left one is resolved after 20. Censored at the cut-off it would be one of three."""
    moved = conversation(1, 0, outcome="redirected", outcome_at=10, agent_turn_count=1)
    found = values(resolution_time_rows(conversations(moved, answered(2, 0, 20), answered(3, 0, 30)), CUT))
    assert (found["full_median"], found["paused_median"]) == (20, 20)


def test_a_pause_longer_than_the_matter_leaves_no_negative_time():
    assert values(resolution_time_rows(conversations(answered(1, 0, 10, paused_seconds=3600)), CUT))["paused_median"] == 0


def test_a_matter_that_is_open_again_has_no_full_time_yet():
    """By hand: the one that was reopened and is open is censored at the cut-off, so only half are done with after 30."""
    reopened = answered(1, 0, 10, outcome="open", outcome_at=None)
    assert values(resolution_time_rows(conversations(reopened, answered(2, 0, 30)), CUT))["full_median"] == 30
    assert row_of(resolution_time_rows(conversations(reopened), CUT), "full_median")["reason"] == "not reached"


@pytest.mark.parametrize(("days", "value"), [(7, 0), (7.01, 1)])
def test_a_return_counts_for_seven_days_from_the_resolution(days, value):
    table = conversations(answered(1, 0, 10, customer_id="ann"), conversation(2, 10 + days * DAY, customer_id="ann"))
    assert values(first_contact_rows(table, CUT))["first_contact"] == value


def test_thanks_do_not_hide_the_return_after_them():
    thanks = conversation(2, DAY, customer_id="ann", **IDLE)
    table = conversations(answered(1, 0, 10, customer_id="ann"), thanks, conversation(3, 2 * DAY, customer_id="ann"))
    assert values(first_contact_rows(table, CUT))["first_contact"] == 0


def test_a_matter_that_was_reopened_was_not_done_with_at_once():
    found = values(first_contact_rows(conversations(answered(1, 0, 10, reopened_at=50)), CUT))
    assert (found["first_contact"], found["one_touch"]) == (0, 1)


def test_one_touch_by_three_tools():
    """By hand: answered once before it was resolved but twice in all; resolved after two turns of the customer; never answered.

    METRICS.md S7: Zendesk's is fewer than two answers, none included; Freshdesk's is resolved in the first response.
    """
    twice = answered(1, 0, 10, agent_turn_count=2)
    urged = answered(2, 0, 10, customer_turns_until=2)
    alone = answered(3, 0, 10, agent_turn_count=0, agent_turns_until=0)
    found = values(first_contact_rows(conversations(twice, urged, alone), CUT))
    assert found["one_touch"] == pytest.approx(2 / 3)
    assert found["zendesk_one_touch"] == pytest.approx(2 / 3)
    assert found["freshdesk_first_response"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(("minute", "n"), [(53 * DAY, 1), (53 * DAY + 1, 0)])
def test_a_resolution_is_judged_a_week_later(minute, n):
    """METRICS.md F16."""
    table = conversations(answered(1, 0, minute))
    assert row_of(first_contact_rows(table, CUT), "first_contact")["n"] == n


def test_a_week_is_shown_when_its_own_week_has_passed():
    """By hand: seen on 29 January, the week from the 15th is over since the 22nd, that from the 22nd is not judged yet."""
    seen = Cut(CUT.start, CUT.end, at(28 * DAY), CUT.zone)
    rows = first_contact_rows(conversations(answered(1, 0, 10), answered(2, 21 * DAY, 10)), seen)
    assert [row["period_start"].day for row in rows if row["slice"] == "week"] == [1, 8, 15]


def test_stayed_resolved_waits_a_week_and_the_horizon_and_counts_only_the_resolved():
    """By hand: 10 days before the cut-off counts, a minute later does not; redirected and come back are not resolved for good."""
    edge = answered(1, 50 * DAY, 10)
    rows = first_contact_rows(conversations(edge, answered(2, 50 * DAY + 1, 10)), CUT)
    assert (row_of(rows, "stayed_resolved")["value"], row_of(rows, "stayed_resolved")["n"]) == (1, 1)
    left = conversations(
        answered(1, 0, 10, outcome="redirected"),
        answered(2, 0, 10, customer_id="ann"),
        answered(3, DAY, 10, customer_id="ann"),
    )
    assert values(first_contact_rows(left, CUT))["stayed_resolved"] == pytest.approx(1 / 3)


def test_first_contact_by_network_and_of_care_alone():
    table = conversations(answered(1), answered(2, network="y", agent_turns_until=2), answered(3, agent_turn_count=0, **IDLE))
    rows = first_contact_rows(table, CUT)
    assert (values(rows, "network=x"), values(rows, "network=y")) == ({"first_contact": 1}, {"first_contact": 0})
    assert row_of(rows, "first_contact")["n"] == 2


def test_turns_of_customers_are_not_those_of_agents():
    """By hand: three turns of the customer, one of the agent; what is no care has none."""
    rows = turn_count_rows(conversations(answered(1, customer_turns_until=3), conversation(2, **IDLE)))
    assert (values(rows)["customer_turns_median"], values(rows)["agent_turns_median"]) == (3, 1)
    assert row_of(rows, "agent_turns_median")["n"] == 1


def test_turns_of_both_sides_until_the_resolution():
    """METRICS.md R106 by hand: 2, 3 and 5 turns; the unresolved has had four so far and counts as at least that."""
    sides = ((1, 1), (2, 1), (3, 2))
    done = [answered(n, customer_turns_until=own, agent_turns_until=theirs) for n, (own, theirs) in enumerate(sides)]
    rows = turn_count_rows(conversations(*done, conversation(9, customer_turns_until=4)))
    assert (values(rows)["total_turns_median"], values(rows)["total_turns_p90"]) == (3, 5)
