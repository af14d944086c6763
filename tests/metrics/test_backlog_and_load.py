"""Backlog at any instant, agents and their load, wording, bots, demand and the shift of tone."""

from zoneinfo import ZoneInfo

import polars as pl
import pytest

from careworth.marts.periods import Cut
from careworth.metrics.agents import load_rows, ownership_rows, personal_rows, typing_rows
from careworth.metrics.backlog import backlog_rows, backlog_series, waiting_at
from careworth.metrics.bots import bot_rows
from careworth.metrics.demand import demand_rows
from careworth.metrics.tone_shift import tone_shift_rows
from careworth.misreading import Counts, Errors
from tests.metrics.cases import CUT, DAY, answered, at, conversation, conversations, row_of, values, waits

NO_ERRORS = Errors({}, is_own=False)


def test_the_backlog_of_an_instant_does_not_know_what_came_after():
    table = waits((1, 0, 100, True), (2, 50, None, True), (3, 90, 95, True), (4, 200, 300, True))
    assert waiting_at(table, at(92))["age_minutes"].to_list() == [92, 42, 2]
    assert waiting_at(table, at(100)).height == 1


def test_backlog_age_flow_and_the_missed():
    """By hand: of three waits one ended, two are 60 and 50 days old; an answer after eight days is a miss too."""
    table = waits((1, 0, None, True), (2, 10 * DAY, None, True), (3, 0, 9, True))
    late = answered(4, 0, 8 * DAY)
    found = values(backlog_rows(table, conversations(conversation(1), answered(3, 0, 9), late), CUT))
    assert (found["open"], found["net_flow"], found["age_median"]) == (2, 2, 55 * DAY)
    assert (found["age_oldest"], row_of(backlog_rows(waits(), conversations(), CUT), "age_oldest")["grade"]) == (60 * DAY, "X")
    assert found["missed"] == pytest.approx(2 / 3)


def test_each_week_begins_with_what_was_left():
    rows = backlog_series(waits((1, 0, None, True), (2, 8 * DAY, 9 * DAY, True)), CUT)
    assert [row["value"] for row in rows] == [0, 1, 1, 1]


def test_typed_minutes_say_that_they_are_an_assumption():
    row = row_of(typing_rows(conversations(answered(1, agent_character_count=300))), "typed_minutes_median")
    assert (row["value"], row["grade"]) == (2.0, "C")


def test_ownership_by_hand():
    table = conversations(answered(1, agent_count=2, owner_change_count=3), answered(2), answered(3, agent_count=0))
    found = values(ownership_rows(table))
    assert found["unowned_share"] == pytest.approx(1 / 3)
    assert (found["participants_mean"], found["owner_changes_mean"]) == (1.5, 1.5)


def answers(*wordings: int | None, agents: int = 1) -> pl.DataFrame:
    """Answers with these wordings by so many agents in turn."""
    names = [f"agent{number % agents}" for number in range(len(wordings))]
    return pl.DataFrame({"author_role": "agent", "wording": wordings, "agent_id": names})


def test_an_answer_is_unique_if_no_other_has_its_wording():
    assert values(personal_rows(answers(7, 7, 8, 9)))["unique_share"] == 0.5


def test_load_needs_five_agents():
    """METRICS.md C.8: five for any value of agents."""
    table = conversations(answered(1), answered(2))
    few, enough = (load_rows(answers(*range(8), agents=count), table, 100) for count in (4, 5))
    assert row_of(few, "conversations_per_agent")["grade"] == "X"
    assert values(enough) == {"conversations_per_agent": 0.4, "active_users_per_agent": 0.4, "followers_per_agent": 20}


def bot(number: int, **other) -> dict:
    """A conversation that a bot answered after a minute."""
    return conversation(number, 0, **({"bot_turn_count": 1, "first_bot_at": 1} | other))


def test_a_bot_contains_what_nobody_calls_for_again():
    """By hand: one contained, one who called again, one who came back the next day, one with a person."""
    table = conversations(
        bot(1),
        bot(2, last_call_at=30),
        bot(3, customer_id="ann"),
        conversation(4, DAY, customer_id="ann"),
        bot(5, agent_turn_count=1, first_reply_at=21),
    )
    found = values(bot_rows(table, CUT))
    assert (found["uptake"], found["containment"]) == (0.8, 0.25)
    assert row_of(bot_rows(table, CUT), "handoff_median")["reason"] == "not reached"


def test_the_wait_for_a_person_after_a_bot():
    assert values(bot_rows(conversations(bot(1, agent_turn_count=1, first_reply_at=21)), CUT))["handoff_median"] == 20


def test_demand_by_hand():
    """Three of four called for an answer; two per thousand orders is 3 of 1,500."""
    praise = conversation(4, clock_at=None, last_call_at=None, opening_state="praise")
    table = conversations(conversation(1), answered(2, opening_state="complaint"), conversation(3), praise)
    found = values(demand_rows(table, CUT, NO_ERRORS, 1_500))
    assert (found["care_share"], found["rate"], found["contact_rate"]) == (0.75, 0.75, 2.0)
    assert (found["complaint"], found["question"], found["praise"], found["request"]) == (0.25, 0.5, 0.25, 0.0)


@pytest.mark.parametrize(("orders", "says"), [(None, "no orders are connected"), (0, "no orders in the period")])
def test_no_orders_give_no_contact_rate(orders, says):
    assert row_of(demand_rows(conversations(conversation(1)), CUT, NO_ERRORS, orders), "contact_rate")["reason"] == says


def toned(number: int, first: str, last: str, **other) -> dict:
    """A conversation of two customer turns with these tones."""
    return conversation(number, opening_sentiment=first, closing_sentiment=last, **({"customer_turn_count": 2} | other))


def test_the_shift_stands_beside_that_of_the_unanswered():
    """By hand: answered -1 to +1 and 0 to 0; unanswered -1 to 0; one wrote once and has none."""
    table = conversations(
        toned(1, "negative", "positive", agent_turn_count=1),
        toned(2, "neutral", "neutral", agent_turn_count=1),
        toned(3, "negative", "neutral"),
        toned(4, "negative", "negative", customer_turn_count=1, agent_turn_count=1),
        toned(5, "unscored", "neutral", agent_turn_count=1),
    )
    rows = tone_shift_rows(table, CUT, 72)
    found = values(rows)
    assert (found["improved"], found["unchanged"], found["mean_shift"], found["mean_shift_unanswered"]) == (0.5, 0.5, 1.0, 1.0)
    assert found["missing_share"] == 0.5
    assert values(rows, "from=negative,to=positive") == {"moved": 1.0}


def test_typing_is_of_the_answered_alone():
    """By hand: 300, 600 and 1,500 characters are 2, 4 and 10 minutes: mean 16 / 3, median 4; who got no answer is no case."""
    typed = [answered(number, agent_character_count=count) for number, count in enumerate((300, 600, 1_500))]
    rows = typing_rows(conversations(*typed, conversation(9)))
    assert (values(rows)["typed_minutes_mean"], values(rows)["typed_minutes_median"]) == (pytest.approx(16 / 3), 4)
    assert row_of(rows, "typed_minutes_mean")["n"] == 3


def test_nobody_typed():
    rows = typing_rows(conversations(conversation(1)))
    assert {(row["value"], row["grade"], row["n"]) for row in rows} == {(None, "X", 0)}


def test_who_got_no_answer_is_owned_by_nobody_and_no_case():
    """By hand: two answered, one by an agent who is not told apart."""
    rows = ownership_rows(conversations(answered(1), answered(2, agent_count=0), conversation(3)))
    assert (values(rows)["unowned_share"], row_of(rows, "unowned_share")["n"]) == (0.5, 2)
    assert (row_of(rows, "participants_mean")["n"], values(rows)["participants_mean"]) == (1, 1)


def test_no_owner_has_no_mean():
    rows = ownership_rows(conversations(answered(1, agent_count=0)))
    assert (row_of(rows, "participants_mean")["value"], row_of(rows, "participants_mean")["grade"]) == (None, "X")


def test_load_counts_agents_and_different_customers():
    """Three care conversations of two customers for five agents, by hand.

    A bot and an answer without a name are no agents; praise that nobody answered is no care.
    """
    praise = conversation(4, clock_at=None, last_call_at=None)
    table = conversations(answered(1, customer_id="ann"), answered(2, customer_id="ann"), conversation(3), praise)
    others = pl.DataFrame({"author_role": ["bot", "agent"], "wording": [1, 2], "agent_id": ["bot1", None]})
    turns = pl.concat([answers(*range(5), agents=5), others], how="vertical_relaxed")
    rows = load_rows(turns, table, None)
    assert (values(rows)["conversations_per_agent"], values(rows)["active_users_per_agent"]) == (3 / 5, 2 / 5)
    unknown = row_of(rows, "followers_per_agent")
    assert (unknown["value"], unknown["n"], unknown["reason"]) == (None, 5, "no accounts are connected")


def test_what_customers_wrote_is_no_answer():
    """By hand: of three answers two are of one wording and one is signed; customers' and bots' words are not looked at."""
    roles, names = ["agent", "agent", "agent", "customer", "bot"], ["a", None, None, None, "b"]
    rows = personal_rows(pl.DataFrame({"author_role": roles, "wording": [7, 7, 9, 7, 8], "agent_id": names}))
    assert values(rows) == {"unique_share": pytest.approx(1 / 3), "signed_share": pytest.approx(1 / 3)}
    assert row_of(rows, "signed_share")["n"] == 3


def test_nobody_answered():
    rows = personal_rows(answers().cast({"author_role": pl.String}))
    assert {(row["value"], row["n"]) for row in rows} == {(None, 0)}


def test_a_wait_is_open_from_its_first_instant_on():
    table = waits((1, 50, 100, True))
    assert [waiting_at(table, at(minute)).height for minute in (49, 50, 99, 100)] == [0, 1, 1, 0]


def test_nine_in_ten_waits_are_younger():
    """By hand: ages 10, 20, ... 110 minutes; the tenth of eleven is 100."""
    table = waits(*((number, 60 * DAY - 10 * number, None, True) for number in range(1, 12)))
    found = values(backlog_rows(table, conversations(), CUT))
    assert (found["age_p90"], found["age_median"]) == (pytest.approx(100), 60)


def test_what_began_after_the_cut_off_is_not_open():
    found = backlog_rows(waits((1, 61 * DAY, None, True)), conversations(), CUT)
    assert (values(found)["open"], row_of(found, "age_median")["reason"]) == (0, "no open waits")


@pytest.mark.parametrize(("wait", "missed"), [(7 * DAY, 0), (7 * DAY + 1, 1)])
def test_an_answer_on_the_seventh_day_is_no_miss(wait, missed):
    assert values(backlog_rows(waits(), conversations(answered(1, 0, wait)), CUT))["missed"] == missed


def test_a_call_can_be_missed_only_a_week_later():
    """METRICS.md F16. Praise of long ago, in which the customer asked something an hour before the cut-off, is not missed yet."""
    rows = backlog_rows(waits(), conversations(conversation(1, 0, clock_at=60 * DAY - 60), conversation(2, 55 * DAY)), CUT)
    assert (row_of(rows, "missed")["value"], row_of(rows, "missed")["n"]) == (None, 0)
    exactly = backlog_rows(waits(), conversations(conversation(1, 53 * DAY)), CUT)
    assert (row_of(exactly, "missed")["value"], row_of(exactly, "missed")["n"]) == (1, 1)


def test_what_needed_no_answer_was_not_missed():
    praise = conversation(2, clock_at=None, last_call_at=None)
    assert row_of(backlog_rows(waits(), conversations(answered(1), praise), CUT), "missed")["n"] == 1


def test_a_week_begins_at_midnight_of_the_campaigns_zone():
    """By hand: Monday 8 January in Auckland begins on Sunday at 11:00 UTC, which is minute 6 days + 2 hours after Monday nine."""
    auckland = Cut(CUT.start, CUT.end, CUT.as_of, ZoneInfo("Pacific/Auckland"))
    rows = backlog_series(waits((1, 0, 6 * DAY + 150, True)), auckland)
    assert [row["value"] for row in rows][:2] == [0, 1]
    assert [row["value"] for row in backlog_series(waits((1, 0, 6 * DAY + 150, True)), CUT)][:2] == [0, 0]


@pytest.mark.parametrize(("hours", "contained"), [(72, 0), (72.1, 1)])
def test_who_comes_back_within_72_hours_was_not_contained(hours, contained):
    """The bot's conversation ended at minute 100."""
    table = conversations(bot(1, customer_id="ann", last_at=100), conversation(2, 100 + 60 * hours, customer_id="ann"))
    assert values(bot_rows(table, CUT))["containment"] == contained


def test_thanks_in_between_do_not_hide_that_the_customer_called_again():
    thanks = conversation(2, DAY, customer_id="ann", clock_at=None, last_call_at=None)
    table = conversations(bot(1, customer_id="ann"), thanks, conversation(3, 2 * DAY, customer_id="ann"))
    assert values(bot_rows(table, CUT))["containment"] == 0


def test_a_matter_of_before_is_no_return():
    table = conversations(conversation(1, -DAY, customer_id="ann"), bot(2, customer_id="ann"))
    assert values(bot_rows(table, CUT))["containment"] == 1


def test_a_call_at_the_bots_own_instant_is_what_it_answered():
    assert values(bot_rows(conversations(bot(1, first_bot_at=0)), CUT))["containment"] == 1


def test_containment_waits_three_days_and_is_of_the_bots_own():
    rows = bot_rows(conversations(bot(1), bot(2, started_at=60 * DAY - 71 * 60), conversation(3)), CUT)
    assert (row_of(rows, "containment")["n"], row_of(rows, "uptake")["n"]) == (1, 3)


def test_a_bots_answer_to_praise_is_uptake_but_no_handoff():
    rows = bot_rows(conversations(bot(1, clock_at=None, last_call_at=None)), CUT)
    assert (values(rows)["uptake"], row_of(rows, "handoff_median")["n"]) == (1, 0)


def test_a_person_alone_is_no_handoff():
    rows = bot_rows(conversations(bot(1, agent_turn_count=1, first_reply_at=21), answered(2, 0, 500)), CUT)
    assert (values(rows)["handoff_median"], row_of(rows, "handoff_median")["n"]) == (20, 1)


def test_no_conversation_at_all():
    rows = [
        *bot_rows(conversations(), CUT),
        *demand_rows(conversations(), CUT, GOOD_READER, 10),
        *tone_shift_rows(conversations(), CUT, 72),
    ]
    rows += [*backlog_rows(waits(), conversations(), CUT), *ownership_rows(conversations())]
    assert {row["value"] for row in rows if row["unit"] == "share"} == {None}
    assert all(row["reason"] for row in rows if row["value"] is None)


#: A reader that finds 8 of 10 and leaves 18 of 20 alone.
GOOD_READER = Errors({"needs_response:yes": Counts(8, 2, 2, 18), "opening_state:question": Counts(8, 2, 2, 18)}, is_own=False)


def test_care_is_what_called_or_was_answered_and_need_what_called():
    """By hand: of four one called, one was answered without, two neither; of two networks."""
    quiet = {"clock_at": None, "last_call_at": None, "opening_state": None}
    table = conversations(conversation(1), answered(2, **quiet), conversation(3, **quiet), conversation(4, network="y", **quiet))
    rows = demand_rows(table, CUT, NO_ERRORS, 1_000)
    found = values(rows)
    assert (found["care_share"], found["rate"], found["contact_rate"]) == (0.5, 0.25, 2)
    assert (values(rows, "network=x"), values(rows, "network=y")) == (
        {"rate": 1 / 3, "question_count": 1},
        {"rate": 0, "question_count": 0},
    )
    assert found["question"] == 0.25


def test_the_contact_rate_has_the_interval_of_a_count():
    """Exact Poisson for 2, METRICS.md C.1's method: 0.242 to 7.225 for the 1,000 orders."""
    row = row_of(demand_rows(conversations(conversation(1), conversation(2)), CUT, NO_ERRORS, 1_000), "contact_rate")
    assert (round(row["low"], 3), round(row["high"], 3), row["n"]) == (0.242, 7.225, 1_000)


def test_need_and_intent_stand_beside_themselves_corrected():
    """By hand, sensitivity 0.8 and specificity 0.9: 3 of 4 are (0.75 + 0.9 - 1) / 0.7 = 0.929, 2 of 4 are 0.4 / 0.7 = 0.571."""
    others = {"clock_at": None, "last_call_at": None, "opening_state": "other"}
    table = conversations(conversation(1), conversation(2), conversation(3, opening_state="request"), conversation(4, **others))
    found = values(demand_rows(table, CUT, GOOD_READER, None))
    assert (round(found["rate_corrected"], 3), round(found["question_corrected"], 3)) == (0.929, 0.571)
    assert "request_corrected" not in found


def test_every_whole_week_has_its_share_of_need():
    """January 2024 has four whole weeks; seen late enough, all of them count."""
    rows = demand_rows(
        conversations(conversation(1), conversation(2, 22 * DAY)),
        Cut(CUT.start, CUT.end, at(28 * DAY), CUT.zone),
        NO_ERRORS,
        None,
    )
    assert [row["n"] for row in rows if row["slice"] == "week"] == [1, 0, 0, 1]


def test_a_shift_needs_two_turns_both_tones_and_three_days():
    """By hand: worsened -2; once written, no last tone, and an hour old are no shifts, two of these missing."""
    table = conversations(
        toned(1, "positive", "negative", agent_turn_count=1),
        toned(2, "negative", "positive", agent_turn_count=1, customer_turn_count=1),
        toned(3, "negative", None, agent_turn_count=1),
        toned(4, "negative", "positive", agent_turn_count=1) | {"started_at": at(60 * DAY - 60)},
        toned(5, "negative", "positive", customer_turn_count=1),
    )
    rows = tone_shift_rows(table, CUT, 72)
    found = values(rows)
    assert (found["worsened"], found["improved"], found["unchanged"], found["mean_shift"]) == (1, 0, 0, -2)
    assert (found["missing_share"], row_of(rows, "missing_share")["n"]) == (pytest.approx(2 / 3), 3)
    assert (found["improved_unanswered"], row_of(rows, "improved_unanswered")["n"]) == (None, 0)
    assert (values(rows, "from=positive,to=negative"), values(rows, "from=negative,to=positive")) == (
        {"moved": 1},
        {"moved": None},
    )


def test_unanswered_shifts_are_of_the_unanswered_alone():
    table = conversations(toned(1, "negative", "positive", agent_turn_count=1), toned(2, "negative", "negative"))
    found = values(tone_shift_rows(table, CUT, 72))
    assert [found[f"{name}_unanswered"] for name in ("unchanged", "improved", "worsened")] == [1, 0, 0]
    assert (found["improved"], found["unchanged"]) == (1, 0)


def test_handed_over_is_what_a_person_answered_after_the_bot():
    """METRICS.md R095 by hand: of four a bot answered, one a person answered after it, one before it, two nobody did."""
    after, before = (bot(number, agent_turn_count=1, last_agent_at=at) for number, at in ((1, 21), (2, 0.5)))
    rows = bot_rows(conversations(after, before, bot(3), bot(4), answered(5)), CUT)
    assert (values(rows)["handoff_rate"], row_of(rows, "handoff_rate")["n"]) == (0.25, 4)
    assert row_of(bot_rows(conversations(answered(1)), CUT), "handoff_rate")["grade"] == "X"


def test_questions_by_network_and_for_every_thousand_orders():
    """METRICS.md R169 by hand: ten of ten on x, five of ten on facebook; 15 questions for 500 orders are 30 for 1,000."""
    quiet = [conversation(number, network="facebook", opening_state=None) for number in range(15, 20)]
    asked = [conversation(number, network="x" if number < 10 else "facebook") for number in range(15)]
    rows = demand_rows(conversations(*asked, *quiet), CUT, NO_ERRORS, 500)
    assert (values(rows, "network=x")["question"], values(rows, "network=facebook")["question"]) == (1, 0.5)
    assert values(rows, "network=facebook")["question_count"] == 5
    assert values(rows)["questions_per_1000_orders"] == 30
    assert row_of(demand_rows(conversations(*asked), CUT, NO_ERRORS, None), "questions_per_1000_orders")["grade"] == "X"
