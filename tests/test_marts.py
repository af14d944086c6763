"""Threads, turns and conversations: small messages in, known shapes out."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from careworth.marts.conversations import build_clocks, build_conversations, select_campaign
from careworth.marts.signatures import signature, wording
from careworth.marts.threads import assign_threads, exclusions, pair_messages
from careworth.marts.waits import build_waits
from careworth.schemas import MESSAGES
from tests.tables import at, conversations_of, message, turns_of


def test_parts_of_one_reply_are_one_turn():
    """METRICS.md F2: consecutive messages of one side within ten minutes."""
    turns = turns_of(message(1, "customer", 0), message(2, "agent", 5, "1/2 Sorry."), message(3, "agent", 6, "2/2 Look again."))
    assert turns.select("author_role", "message_count").rows() == [("customer", 1), ("agent", 2)]


def test_the_second_part_of_a_reply_belongs_to_the_same_customer():
    pairs = pair_messages(
        assign_threads(
            pl.DataFrame([message(1, "customer", 0), message(2, "agent", 5), message(3, "agent", 20)], schema=MESSAGES.columns)
        )
    )
    assert pairs["customer_id"].to_list() == ["ann", "ann", "ann"]


def test_two_customers_in_one_thread_are_two_conversations():
    """METRICS.md F3: pile-ons in one public thread are separate conversations per customer."""
    conversations = conversations_of(
        message(1, "customer", 0),
        message(2, "customer", 1, author_id="bob", in_reply_to_id="1"),
        message(3, "agent", 9, in_reply_to_id="2"),
    )
    assert conversations.select("customer_id", pl.col("first_reply_at").is_not_null()).sort("customer_id").rows() == [
        ("ann", False),
        ("bob", True),
    ]


def test_a_customer_who_asks_two_brands_has_a_conversation_with_each_that_answers():
    question = message(1, "customer", 0, "@north @south where is my bag?", account_id=None)
    answers = [
        message(2, "agent", 3, account_id="north", author_id="north", in_reply_to_id="1"),
        message(3, "agent", 5, account_id="south", author_id="south", in_reply_to_id="1"),
    ]
    conversations = conversations_of(question, *answers)
    assert conversations["account_id"].sort().to_list() == ["north", "south"]
    assert conversations["first_reply_at"].null_count() == 0


def test_an_unanswered_question_goes_to_the_account_that_it_mentions():
    answered = [message(1, "customer", 0, account_id=None), message(2, "agent", 5)]
    asking = message(9, "customer", 60, "@help are you open?", account_id=None, in_reply_to_id=None, author_id="bob")
    conversations = conversations_of(*answered, asking)
    assert conversations.filter(customer_id="bob")["account_id"].to_list() == ["help"]


def test_an_account_that_is_called_by_a_number_is_known_by_its_handle():
    """X API v2 names accounts by number, customers by handle."""
    asking = message(9, "customer", 0, "@HelpDesk are you open?", account_id=None, in_reply_to_id=None)
    handles = pl.DataFrame({"handle": ["helpdesk", None], "account_id": ["150001", "7"]})
    pairs = pair_messages(assign_threads(pl.DataFrame([asking], schema=MESSAGES.columns)), handles)
    assert pairs["account_id"].to_list() == ["150001"]


def test_an_answer_in_the_networks_own_thread_needs_no_reply_link():
    """Khoros tells public conversations by their number and no message's parent."""
    thread = {"native_thread_id": "K-17", "in_reply_to_id": None}
    conversations = conversations_of(message(1, "customer", 0, **thread), message(2, "agent", 5, **thread))
    assert conversations["first_reply_at"].to_list() == [at(5)]


def test_a_reply_cycle_ends_and_keeps_its_messages():
    cycle = [message(1, "customer", 0, in_reply_to_id="2"), message(2, "agent", 5)]
    assert conversations_of(*cycle)["message_count"].to_list() == [2]


def test_the_result_does_not_depend_on_the_order_of_rows():
    messages = [
        message(1, "customer", 0),
        message(2, "agent", 5),
        message(3, "customer", 9, "thanks!"),
        message(4, "customer", 4, author_id="bob", in_reply_to_id="1"),
    ]
    assert turns_of(*messages).equals(turns_of(*reversed(messages)))


def test_spam_reshares_peers_and_marketing_are_counted_and_left_out():
    table = pl.DataFrame(
        [
            message(1, "customer", 0),
            message(2, "spam", 1),
            message(3, "customer", 2, message_kind="reshare"),
            message(4, "peer", 3),
            message(5, "brand_marketing", 4),
        ],
        schema=MESSAGES.columns,
    )
    assert exclusions(table) == {"brand_marketing": 1, "peer": 1, "reshare": 1, "spam": 1}
    assert pair_messages(assign_threads(table))["message_id"].to_list() == ["1"]


def test_a_bot_does_not_stop_the_clock():
    """METRICS.md F1: only a person's turn does; the variant with bots stands beside it."""
    conversations = conversations_of(message(1, "customer", 0), message(2, "bot", 0.1), message(3, "agent", 30))
    assert conversations.select("first_reply_at", "first_any_reply_at").row(0) == (at(30), at(0.1))


def test_a_reopened_matter_is_timed_from_the_reopening_turn():
    """METRICS.md F.11 (a): Monday 09:00, bot 09:05, back on Friday 14:00, agent 14:10: ten minutes, not five days."""
    friday = 4 * 1440 + 300
    conversations = conversations_of(
        message(1, "customer", 0, visibility="private"),
        message(2, "bot", 5, visibility="private"),
        message(3, "customer", friday, visibility="private"),
        message(4, "agent", friday + 10, visibility="private"),
        hours=24,
    )
    waits = conversations.select((pl.col("first_reply_at") - pl.col("clock_at")).dt.total_minutes()).to_series()
    assert waits.to_list() == [None, 10]


def test_a_human_reply_after_a_bot_and_a_second_question_is_timed_from_the_second():
    """METRICS.md F.11 (b): the wait is 33,068 s from 26 December, not 1,268,404 s from the 12th."""
    conversations = conversations_of(
        message(1, "customer", 0),
        message(2, "bot", 0.05),
        message(3, "customer", 20_525.5, in_reply_to_id="2"),
        message(4, "agent", 20_525.5 + 33_068 / 60),
    )
    last = conversations.sort("started_at").row(-1, named=True)
    assert (last["first_reply_at"] - last["clock_at"]).total_seconds() == 33_068


def test_a_late_answer_belongs_to_the_question_that_it_answers():
    conversations = conversations_of(message(1, "customer", 0), message(2, "agent", 9 * 1440))
    assert (conversations.height, conversations["first_reply_at"].to_list()) == (1, [at(9 * 1440)])


def test_a_brand_message_before_the_customer_writes_is_no_reply():
    conversations = conversations_of(
        message(1, "agent", 0, "Tell us what you think!"), message(2, "customer", 60), message(3, "agent", 65)
    )
    assert conversations["first_reply_at"].to_list() == [at(65)]


def test_thanks_after_an_answer_close_the_conversation_and_do_not_reopen_it():
    conversations = conversations_of(
        message(1, "customer", 0), message(2, "agent", 5, "It is on its way."), message(3, "customer", 8, "Great, thank you!")
    )
    assert conversations.select("closing_is_thanks", "thanks_count", "outcome", "outcome_at").row(0) == (
        True,
        1,
        "resolved",
        at(5),
    )


def test_thanks_in_the_opening_turn_do_not_qualify():
    conversations = conversations_of(message(1, "customer", 0, "thanks for cancelling my booking"), message(2, "agent", 5))
    assert conversations["thanks_count"].to_list() == [0]


def test_thanks_after_a_bot_only_do_not_qualify():
    conversations = conversations_of(message(1, "customer", 0), message(2, "bot", 1), message(3, "customer", 2, "thank you"))
    assert conversations["thanks_count"].to_list() == [0]


def outcome(*texts: str, as_of=None) -> str:
    """The outcome of a conversation whose turns alternate, customer first."""
    turns = [message(k, "customer" if k % 2 else "agent", 20 * k, text) for k, text in enumerate(texts, 1)]
    return conversations_of(*turns, as_of=as_of)["outcome"].item()


def test_how_a_conversation_ends_is_read_from_its_last_turns():
    assert outcome("my key fails") == "open"
    assert outcome("my key fails", "The desk has a new one for you.") == "resolved"
    assert outcome("my key fails", "Please DM us your room number.") == "redirected"
    assert outcome("my key fails", "Which room are you in?") == "withdrawn"
    assert outcome("my key fails", "The desk has a new one.", "It still fails, nobody helps") == "open"


def test_a_case_that_has_not_been_silent_long_enough_is_open():
    assert outcome("my key fails", "The desk has a new one for you.", as_of=at(60)) == "open"


def test_nothing_after_the_cut_off_is_seen():
    conversations = conversations_of(message(1, "customer", 0), message(2, "agent", 90), as_of=at(60))
    assert conversations["first_reply_at"].to_list() == [None]


def resolved(*messages: dict, as_of=None) -> tuple:
    """When the only conversation was first and last resolved and when it was reopened."""
    names = ("first_resolved_at", "last_resolved_at", "reopened_at")
    return conversations_of(*messages, as_of=as_of).select(names).row(0)


ASKED, ANSWERED = message(1, "customer", 0), message(2, "agent", 11, "Done, your refund is on its way.")
DAY = 1440


def test_silence_for_the_window_resolves_from_the_last_answer_on():
    assert resolved(ASKED, ANSWERED, message(3, "agent", 50, "It arrives tomorrow.")) == (at(50), at(50), None)


def test_thanks_resolve_at_the_answer_before_them():
    """METRICS.md S5: or a thanks-only turn."""
    thanks = message(3, "customer", 20, "thank you so much!")
    assert resolved(ASKED, ANSWERED, thanks, message(4, "agent", 22, "You are welcome!"), as_of=at(60))[0] == at(11)


def test_a_call_within_the_window_means_that_the_answer_before_did_not_resolve():
    again = message(3, "customer", 60, "still nothing here, where is it?")
    assert resolved(ASKED, ANSWERED, again, message(4, "agent", 75, "Now it is."))[0] == at(75)


def test_a_call_after_thanks_reopens():
    """METRICS.md F.12: created 09:00, resolved 09:30, reopened 09:45, resolved 10:15 (first resolution 30, full 75 minutes)."""
    messages = [
        ASKED,
        message(2, "agent", 30, "We sent it."),
        message(3, "customer", 31, "thank you!"),
        message(4, "customer", 45, "it is still not working, why?"),
        message(5, "agent", 75, "Please try once more now."),
    ]
    assert resolved(*messages) == (at(30), at(75), at(45))


def test_thanks_alone_reopen_nothing():
    """METRICS.md F8."""
    assert resolved(ASKED, ANSWERED, message(3, "customer", 4 * DAY, "thanks, it is here now!"))[2] is None


def test_a_call_eight_days_later_is_a_new_matter():
    late = message(3, "customer", 8 * DAY + 11, "where is my other parcel?")
    assert resolved(ASKED, ANSWERED, late) == (at(11), at(11), None)


def test_a_redirect_resolves_nothing():
    """METRICS.md F17."""
    assert resolved(ASKED, message(2, "agent", 5, "Please send us a DM with your booking number."))[0] is None


def test_the_clock_of_a_resolution_stops_while_the_customer_is_asked():
    """METRICS.md F6: from an agent's question until the customer's next turn."""
    conversation = conversations_of(
        ASKED,
        message(2, "agent", 10, "Which order is it?"),
        message(3, "customer", 70, "it is order 1234567, please check"),
        message(4, "agent", 80, "Found it, refunded."),
    )
    assert conversation.select("paused_seconds", "customer_turns_until", "agent_turns_until").row(0) == (3600, 2, 2)


def waits_of(*messages: dict, as_of=None, hours: float = 120) -> list[tuple]:
    """Since when and until when customers waited."""
    waits = build_waits(turns_of(*messages), as_of or at(30 * DAY), hours, hours)
    return waits.select("waiting_since", "answered_at", "is_first").rows()


def test_calls_before_an_answer_are_one_wait_from_the_first():
    """METRICS.md S3."""
    hurried = message(2, "customer", 20, "hello? where is it?")
    assert waits_of(ASKED, hurried, message(3, "agent", 45, "Here.")) == [(at(0), at(45), True)]


def test_a_bot_ends_no_wait_and_after_long_silence_a_new_one_begins():
    """Chatwoot's case, METRICS.md F.11 (b): 33,068 seconds for a person from the second call, not 1,268,404 from the first."""
    first, second = datetime(2023, 12, 12, 16, 20, 14, tzinfo=UTC), datetime(2023, 12, 26, 22, 25, 45, tzinfo=UTC)
    waits = waits_of(
        ASKED | {"created_at": first},
        message(2, "bot", 0, "We received your message.") | {"created_at": first + timedelta(seconds=3)},
        message(3, "customer", 0, "is anybody there? where is my refund?") | {"created_at": second},
        message(4, "agent", 0, "Sorry!") | {"created_at": datetime(2023, 12, 27, 7, 36, 53, tzinfo=UTC)},
        as_of=datetime(2024, 1, 31, tzinfo=UTC),
    )
    assert (waits[0][1], (waits[1][1] - waits[1][0]).total_seconds()) == (None, 33_068)


def test_an_answer_is_a_wait_of_its_own_for_each_call_after_it():
    again = message(3, "customer", 60, "still nothing, where is it?")
    assert waits_of(ASKED, ANSWERED, again) == [(at(0), at(11), True), (at(60), None, False)]


def test_an_agent_without_an_id_is_told_by_the_signature():
    """METRICS.md S16: initials give the owner."""
    answers = [message(2, "agent", 5, "On it. ^MV"), message(3, "agent", 60, "Done. /KB"), message(4, "agent", 90, "Bye. ^MV")]
    conversation = conversations_of(ASKED, *answers)
    assert conversation.select("agent_id", "agent_count", "owner_change_count").row(0) == ("help^MV", 2, 2)


#: An answer that settles, and the window after which silence resolves it: 72 hours, see `conversations_of`.
SETTLED, WINDOW = message(2, "agent", 11, "Done, your refund is on its way."), 72 * 60


@pytest.mark.parametrize(("minute", "found"), [(WINDOW + 11, at(11)), (WINDOW + 10, None)])
def test_silence_resolves_when_the_window_is_over_and_not_before(minute, found):
    assert resolved(ASKED, SETTLED, as_of=at(minute))[0] == found


@pytest.mark.parametrize(("minute", "found"), [(WINDOW + 12, at(11)), (WINDOW + 11, None)])
def test_a_call_resolves_what_was_before_only_after_the_window(minute, found):
    """72 hours after minute 11 is minute 4,331; the call is later or just then, and is not answered."""
    again = message(3, "customer", minute, "still nothing here, where is it?")
    assert resolved(ASKED, SETTLED, again)[0] == found


def test_a_call_after_the_window_in_the_same_conversation_reopens():
    """Four days later, within the five of one conversation and the seven of a reopening."""
    again = message(3, "customer", 4 * DAY, "where is my refund? it is not here")
    assert resolved(ASKED, SETTLED, again) == (at(11), at(11), at(4 * DAY))


def test_a_call_in_a_conversation_of_its_own_reopens_too():
    """METRICS.md F8: six days later is another conversation, but the same matter."""
    again = message(3, "customer", 6 * DAY, "where is my refund? it is not here")
    first, second = conversations_of(ASKED, SETTLED, again).sort("started_at").select("reopened_at").to_series()
    assert (first, second) == (at(6 * DAY), None)


@pytest.mark.parametrize(("minute", "found"), [(7 * DAY + 11, True), (7 * DAY + 12, False)])
def test_a_matter_reopens_for_seven_days(minute, found):
    again = message(3, "customer", minute, "where is my refund? it is not here")
    reopened = conversations_of(ASKED, SETTLED, again).sort("started_at")["reopened_at"][0]
    assert (reopened is not None) is found


def test_thanks_belong_to_the_last_answer_before_them():
    """By hand: two answers, then thanks: the second resolved."""
    table = [ASKED, SETTLED, message(3, "agent", 40, "It arrives tomorrow."), message(4, "customer", 50, "thank you so much!")]
    assert resolved(*table, as_of=at(60)) == (at(40), at(40), None)


def test_thanks_after_a_new_call_do_not_resolve_what_was_before_it():
    again = message(3, "customer", 30, "still nothing here, where is it?")
    answer, thanks = message(4, "agent", 45, "Sent once more."), message(5, "customer", 50, "thank you so much!")
    assert resolved(ASKED, SETTLED, again, answer, thanks, as_of=at(60))[0] == at(45)


def test_thanks_after_a_call_that_nobody_answered_are_for_nothing():
    """Called again at 30, and thanks at 45 without any answer between: neither is resolved."""
    again, thanks = (
        message(3, "customer", 30, "still nothing here, where is it?"),
        message(4, "customer", 45, "thank you so much!"),
    )
    assert resolved(ASKED, SETTLED, again, thanks)[0] is None


def test_a_question_that_nobody_answered_resolves_nothing():
    assert resolved(ASKED, message(2, "agent", 11, "Which order is it?"))[0] is None


def test_a_question_that_was_answered_may_resolve():
    """The customer told the number, which calls for nothing, and called no more."""
    question = message(2, "agent", 11, "We sent it again. Which address is it?")
    assert resolved(ASKED, question, message(3, "customer", 20, "1234567"))[0] == at(11)


def test_an_answer_after_a_late_call_does_not_undo_the_first():
    """By hand: settled at 11, called again after the window, answered: resolved first at 11 and last at the second answer."""
    again = message(3, "customer", 4 * DAY, "where is my refund? it is not here")
    answer = message(4, "agent", 4 * DAY + 9, "Sent once more.")
    assert resolved(ASKED, SETTLED, again, answer) == (at(11), at(4 * DAY + 9), at(4 * DAY))


def counted(*messages: dict, as_of=None) -> tuple:
    """Seconds that the clock paused and turns until the first resolution."""
    names = ("paused_seconds", "customer_turns_until", "agent_turns_until")
    return conversations_of(*messages, as_of=as_of).select(names).row(0)


def test_who_is_asked_twice_pauses_once():
    """By hand: asked at 10 and 30, answered at 70: an hour, and not the 100 minutes of both together."""
    asked = [message(2, "agent", 10, "Which order is it?"), message(3, "agent", 30, "Could you tell us which order it is?")]
    told = [message(4, "customer", 70, "it is order 1234567, please check"), message(5, "agent", 80, "Found it, refunded.")]
    assert counted(ASKED, *asked, *told) == (3600, 2, 3)


def test_an_unanswered_question_pauses_until_the_cut_off():
    """By hand: from minute 10 to 40; unresolved, so all of its turns count."""
    assert counted(ASKED, message(2, "agent", 10, "Which order is it?"), as_of=at(40)) == (1800, 1, 1)


def test_what_the_agent_adds_does_not_end_the_pause():
    """METRICS.md F6: until the customer's next turn; by hand from 10 to 70."""
    asked, added = message(2, "agent", 10, "Which order is it?"), message(3, "agent", 30, "We are here until nine.")
    told = [message(4, "customer", 70, "it is order 1234567, please check"), message(5, "agent", 80, "Found it, refunded.")]
    assert counted(ASKED, asked, added, *told)[0] == 3600


def test_a_question_that_is_still_being_written_at_the_cut_off_pauses_nothing():
    """Two parts at 10 and 15, seen at 12."""
    parts = [message(2, "agent", 10, "Sorry!"), message(3, "agent", 15, "Which order is it?")]
    assert counted(ASKED, *parts, as_of=at(12))[0] == 0


def test_a_customers_question_pauses_nothing():
    assert counted(ASKED, message(2, "agent", 30, "It is on its way."))[0] == 0


def test_a_pause_after_the_resolution_is_none_of_it():
    """By hand: resolved at 11 by thanks; what was asked at 40 came later."""
    thanks = message(3, "customer", 20, "thank you so much!")
    later = message(4, "agent", 40, "Would you rate us?")
    assert counted(ASKED, SETTLED, thanks, later) == (0, 1, 1)


def test_a_call_just_at_the_cut_off_is_seen():
    """The cut-off defaults to the last message's own instant."""
    assert conversations_of(ASKED, as_of=at(0)).height == 1


def test_as_of_before_everything_there_is_nothing():
    assert conversations_of(ASKED, SETTLED, as_of=at(-1)).is_empty()
    assert waits_of(ASKED, SETTLED, as_of=at(-1)) == []


@pytest.mark.parametrize(("minute", "count"), [(5 + 120 * 60, 1), (6 + 120 * 60, 2)])
def test_silence_counts_from_the_end_of_the_last_turn(minute, count):
    """A turn of two parts at 0 and 5 minutes: 120 hours of silence begin with the second."""
    parts = [message(1, "customer", 0), message(2, "customer", 5, "it was order 7")]
    assert conversations_of(*parts, message(3, "customer", minute, "where is my other refund?")).height == count


def test_private_and_public_have_boundaries_of_their_own():
    """METRICS.md F3: 24 hours in private, five days in public; thirty hours of silence divide only the one."""
    for visibility, count in (("private", 2), ("public", 1)):
        told = [message(number, "customer", minute, visibility=visibility) for number, minute in ((1, 0), (2, 30 * 60))]
        assert build_conversations(turns_of(*told), at(30 * DAY), 24, 120, 72).height == count
        assert build_waits(turns_of(*told), at(30 * DAY), 24, 120).height == count


def test_what_the_brand_wrote_first_is_no_part_of_the_conversation():
    conversation = conversations_of(message(1, "agent", 0, "Tell us what you think!"), message(2, "customer", 60))
    assert conversation.select("message_count", "agent_turn_count", "last_agent_at").row(0) == (1, 0, None)


def test_an_automatic_reply_is_no_person_but_an_answer_of_some_kind():
    """METRICS.md F1."""
    automatic = message(2, "auto_reply", 1, "We received your message.")
    names = ("first_reply_at", "first_any_reply_at", "bot_turn_count", "first_bot_at", "first_agent_at")
    later = message(3, "bot", 20, "Did you try our help pages?")
    assert conversations_of(ASKED, automatic, later).select(names).row(0) == (None, at(1), 2, at(1), None)


def test_a_later_remark_that_asks_for_nothing_calls_nobody():
    remark = message(3, "customer", 20, "ok")
    assert waits_of(ASKED, SETTLED, remark) == [(at(0), at(11), True)]


def test_thanks_at_the_instant_of_the_answer_are_not_for_it():
    conversation = conversations_of(ASKED, SETTLED, message(3, "customer", 11, "thank you!"))
    assert conversation["thanks_count"].item() == 0


def test_the_first_and_the_last_tone_are_the_customers():
    """METRICS.md Q3: opening and closing sentiment, of customers only."""
    told = [message(1, "customer", 0, "the shower is broken, awful"), message(2, "agent", 5, "Great, fixed!")]
    conversation = conversations_of(*told, message(3, "customer", 8, "thank you, lovely stay!"))
    assert conversation.select("opening_sentiment", "closing_sentiment").row(0) == ("negative", "positive")


PHONE, PRIVATE = "Please call us on 0800 123 4567.", "Please DM us your room number."


def test_a_move_to_a_direct_message_is_no_move_away():
    """METRICS.md S12: soft on the same network, hard to the phone."""
    names = ("is_redirected", "is_redirected_away")
    assert conversations_of(ASKED, message(2, "agent", 5, PRIVATE)).select(names).row(0) == (True, False)
    assert conversations_of(ASKED, message(2, "agent", 5, PHONE)).select(names).row(0) == (True, True)


def test_who_was_sent_away_was_sent_when_that_was_said():
    """S14: the direct message at minute 5 is no move away; the telephone at minute 90 is."""
    told = [message(2, "agent", 5, PRIVATE), message(3, "agent", 90, PHONE), message(4, "agent", 120, PHONE)]
    assert conversations_of(ASKED, *told)["redirected_at"].item() == at(90)
    assert conversations_of(ASKED, told[0], message(3, "agent", 60, PRIVATE))["redirected_at"].item() == at(5)


def test_only_what_agents_wrote_is_their_typing():
    """By hand: "Fixed." has six characters."""
    assert conversations_of(ASKED, message(2, "agent", 5, "Fixed."))["agent_character_count"].item() == 6


def test_changes_of_hand_are_counted_and_returns_too():
    """By hand: MV, KB, MV, MV: two people and two changes."""
    signed = [
        message(number, "agent", 30 * number, f"On it. ^{who}") for number, who in ((2, "MV"), (3, "KB"), (4, "MV"), (5, "MV"))
    ]
    assert conversations_of(ASKED, *signed).select("agent_count", "owner_change_count").row(0) == (2, 2)


def test_the_call_at_the_instant_of_the_last_answer_has_been_answered():
    """Equal instants: who is answered then waits no longer."""
    table = conversations_of(ASKED, message(2, "agent", 0, "Done, your refund is on its way."))
    assert table.select("outcome", "first_reply_at").row(0) == ("resolved", at(0))


@pytest.mark.parametrize(("minute", "ends"), [(WINDOW + 11, "resolved"), (WINDOW + 10, "open")])
def test_an_outcome_is_settled_when_the_window_is_over(minute, ends):
    assert conversations_of(ASKED, SETTLED, as_of=at(minute))["outcome"].item() == ends


def test_thanks_settle_at_once_even_after_a_question():
    table = [
        ASKED,
        message(2, "agent", 11, "Done. Is there anything else?"),
        message(3, "customer", 20, "no, thank you so much!"),
    ]
    assert conversations_of(*table, as_of=at(30))["outcome"].item() == "resolved"


def test_a_customer_who_answered_the_question_did_not_withdraw():
    told = [message(2, "agent", 11, "Which room are you in?"), message(3, "customer", 20, "1234567")]
    assert conversations_of(ASKED, *told)["outcome"].item() != "withdrawn"


def test_the_campaign_holds_what_began_within_it():
    """Its first instant is in, its last one is not."""
    table = conversations_of(*(message(number, "customer", minute, **ALONE, author_id=f"g{number}") for number, minute in STARTS))
    found = select_campaign(table, at(0), at(60), [], [])
    assert found["conversation_id"].sort().to_list() == ["2", "3"]


ALONE = {"in_reply_to_id": None}
STARTS = ((1, -1), (2, 0), (3, 59), (4, 60))


def test_a_campaign_holds_its_own_accounts_and_networks():
    one = {"account_id": "north", "author_id": "ann"} | ALONE
    other = {"account_id": "south", "author_id": "bob", "network": "facebook"} | ALONE
    table = conversations_of(message(1, "customer", 0, **one), message(2, "customer", 0, **other))
    for accounts, networks, found in ((["north"], [], ["1"]), ([], ["facebook"], ["2"]), (["north"], ["facebook"], [])):
        assert select_campaign(table, at(0), at(60), accounts, networks)["conversation_id"].to_list() == found


def test_waits_of_two_customers_are_apart():
    """Each is answered by the reply to it; the third by none; the conversation is that of the customer's first message."""
    others = [message(number, "customer", number, author_id=f"g{number}", in_reply_to_id="1") for number in (2, 3)]
    turns = turns_of(ASKED, *others, message(4, "agent", 9, in_reply_to_id="2"))
    waits = build_waits(turns, at(30 * DAY), 120, 120).sort("waiting_since")
    assert waits.select("conversation_id", "answered_at").rows() == [("1", None), ("2", at(9)), ("3", None)]


def test_a_wait_names_its_own_conversation_after_the_brand_wrote_first():
    first = message(1, "agent", 0, "Tell us what you think!")
    turns = turns_of(first, message(2, "customer", 60), message(3, "customer", 9 * DAY, "where is my other refund?"))
    waits = build_waits(turns, at(30 * DAY), 120, 120)
    assert waits.select("conversation_id", "is_first").rows() == [("2", True), ("3", True)]


def test_an_answer_after_the_cut_off_ends_no_wait():
    assert waits_of(ASKED, SETTLED, as_of=at(5)) == [(at(0), None, True)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("On its way! ^mv", "MV"),
        ("Sorry! -Jen", "JEN"),
        ("Sorry! - Jen 1/2", "JEN"),
        ("Thanks *KB (2/2)", "KB"),
        ("Thanks /KB https://t.co/x", "KB"),
        ("^MV", "MV"),
        ("open all day and/or night", None),
        ("either and/or", None),
        ("we are open 9-5", None),
        ("it costs 5 ^x", None),
        ("", None),
        (None, None),
    ],
)
def test_signatures_by_hand(text, name):
    assert pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(signature()).item() == name


def same_wording(one: str | None, other: str | None) -> bool:
    """Whether two messages are of one template."""
    return pl.DataFrame({"text": [one, other]}, schema={"text": pl.String}).select(wording()).to_series().n_unique() == 1


def test_a_template_is_the_same_whomever_it_is_for():
    assert same_wording("@ann Sorry, DM us! ^MV", "@bob SORRY - dm us? -Kim")
    assert same_wording("Order 123 left, see https://t.co/a", "Order 456 left, see https://t.co/b #late")
    assert not same_wording("Sorry, DM us!", "Sorry, call us!")
    assert same_wording(None, "")


def test_hostile_turns_give_no_error():
    """Replies before questions, all at one instant, unknown roles, and no text at all."""
    table = [
        message(1, "agent", 0, in_reply_to_id="2"),
        message(2, "customer", 0, None, in_reply_to_id="1"),
        message(3, "unknown", 0, None),
        message(4, "agent", -50, None, in_reply_to_id="2"),
        message(5, "customer", 0, "", lang=None),
    ]
    assert conversations_of(*table).height == build_conversations(turns_of(*table), at(0), 24, 120, 72).height == 1


def test_a_customer_with_ten_thousand_conversations():
    """One every six days: each is a conversation, each but the last is reopened by the next."""
    count = 10_000
    turn = turns_of(ASKED)
    turns = pl.concat([turn] * count).with_columns(
        start_at=pl.lit(at(0)) + pl.duration(days=6 * pl.int_range(count)),
        end_at=pl.lit(at(0)) + pl.duration(days=6 * pl.int_range(count)),
        first_message_id=pl.int_range(count).cast(pl.String),
    )
    last = at(6 * count * DAY)
    assert build_conversations(turns, last, 120, 120, 72).height == build_waits(turns, last, 120, 120).height == count


def test_an_answer_to_praise_is_no_answer_to_the_question_after_it():
    """By hand: praised at 0, thanked for it at 5, asked at 60, answered at 90: half an hour."""
    told = [message(1, "customer", 0, "lovely stay, great hotel!"), message(2, "agent", 5, "We are glad!")]
    conversation = conversations_of(*told, message(3, "customer", 60), message(4, "agent", 90, "It is on its way."))
    assert conversation.select("clock_at", "first_reply_at", "first_agent_at").row(0) == (at(60), at(90), at(5))


def test_a_later_request_calls():
    """METRICS.md V3: questions, requests and complaints."""
    request = message(3, "customer", 60, "please send me a new key")
    assert waits_of(ASKED, SETTLED, request) == [(at(0), at(11), True), (at(60), None, False)]


def test_the_last_answer_is_the_last():
    again = message(3, "customer", 30, "still nothing here, where is it?")
    conversation = conversations_of(ASKED, SETTLED, again, message(4, "agent", 45, "Sent once more."))
    assert conversation.select("last_agent_at", "outcome", "outcome_at").row(0) == (at(45), "resolved", at(45))


def test_silence_begins_after_the_last_part():
    """Two parts at 11 and 16 minutes: 72 hours after the first it is still open."""
    second = message(3, "agent", 16, "It takes two days.")
    assert conversations_of(ASKED, SETTLED, second, as_of=at(WINDOW + 15))["outcome"].item() == "open"
    assert conversations_of(ASKED, SETTLED, second, as_of=at(WINDOW + 16))["outcome"].item() == "resolved"


def test_clocks_are_the_conversations_with_fewer_columns():
    """METRICS.md F3: the boundary rows read S1 and S2 from these."""
    messages = [ASKED, message(2, "bot", 1), ANSWERED | {"message_id": "3"}, message(4, "customer", 9 * DAY)]
    turns, cut = turns_of(*messages), at(30 * DAY)
    clocks = build_clocks(turns, cut, 120, 120)
    assert clocks.equals(build_conversations(turns, cut, 120, 120, 72).select(clocks.columns))
    assert clocks.height == 2
