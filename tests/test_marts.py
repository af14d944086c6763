"""Threads, turns and conversations: small messages in, known shapes out."""

import polars as pl

from careworth.marts.threads import assign_threads, exclusions, pair_messages
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
