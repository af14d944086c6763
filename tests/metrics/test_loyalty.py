"""What customers do for the brand and each other: who counts, when, how often."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from careworth.marts.periods import Cut
from careworth.metrics.loyalty import (
    advocate_rows,
    behaviour_rows,
    capture_row,
    conversion_rows,
    find_requests,
    peer_answer_rows,
    read_customers,
)
from careworth.results import pick, to_metric_values
from careworth.schemas import IDENTITY_LINKS, MESSAGES, REVIEWS

INSTANT = pl.Datetime("us", "UTC")

#: Wednesday, and a year of which June is the campaign; the cut-off is mid-July.
START = datetime(2025, 1, 1, tzinfo=UTC)
CUT = Cut(date(2025, 6, 1), date(2025, 7, 1), datetime(2025, 7, 15, tzinfo=UTC), ZoneInfo("UTC"))

#: Days after New Year of the campaign's first and end day: 31 + 28 + 31 + 30 + 31, and 30 more.
FIRST, END = 151, 181

SECOND = 1 / 86_400
REQUEST = "recommendation_request"


def on(day: float) -> datetime:
    return START + timedelta(days=day)


def said(number: int, day: float, author: str = "ann", role: str = "peer", parent: int | None = None, **other) -> dict:
    """One public message."""
    return {
        "message_id": str(number),
        "network": "x",
        "author_id": author,
        "author_role": role,
        "created_at": on(day),
        "message_kind": "original",
        "visibility": "public",
        "in_reply_to_id": None if parent is None else str(parent),
    } | other


def messages(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=MESSAGES.columns)


def labels(*numbers_and_names: tuple[int, str], value: str = "yes") -> pl.DataFrame:
    rows = [(str(number), name, "rules", "1", value, None) for number, name in numbers_and_names]
    names = ["message_id", "label_name", "labeller", "version", "value"]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()) | {"score": pl.Float64()}, orient="row")


def behaviours(spoken: pl.DataFrame, told: pl.DataFrame, rates: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    return values(behaviour_rows(read_customers(spoken, told), rates, cut))


def requests_of(spoken: pl.DataFrame, told: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    return find_requests(read_customers(spoken, told), spoken, own)


def reviews(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=REVIEWS.columns)


def rated(number: int, day: float, author: str | None = "ann", rating: float = 5, scale_max: float = 5) -> dict:
    return {
        "review_id": str(number),
        "network": "x",
        "author_id": author,
        "reviewed_at": on(day),
        "rating": rating,
        "scale_max": scale_max,
    }


def values(rows) -> pl.DataFrame:
    return to_metric_values(rows, "test", CUT.start, CUT.end)


# --- E2 ---


def test_behaviours_of_the_period_have_their_own_denominators():
    """By hand: four messages, three of them between customers; one tip by a customer, two answers by peers."""
    table = values(
        behaviour_rows(
            read_customers(
                messages(said(1, FIRST, role="customer"), *(said(n, FIRST + n, f"p{n}") for n in (2, 3, 4))),
                labels((1, "tip"), (2, "peer_answer"), (3, "peer_answer"), (3, "language")),
            ),
            reviews(),
            CUT,
        )
    )
    found = {name: pick(table, "E2", name) for name in ("peer_answers", "tips", "recommendations", "defences")}
    assert {name: (row["value"], row["n"]) for name, row in found.items()} == {
        "peer_answers": (2, 3),
        "tips": (1, 4),
        "recommendations": (0, 4),
        "defences": (0, 3),
    }
    assert (found["tips"]["grade"], found["tips"]["denominator"]) == ("B", "messages of customers")


def test_only_the_days_of_the_campaign_count_and_nothing_after_the_cut_off():
    early = Cut(CUT.start, CUT.end, on(FIRST + 10), CUT.zone)
    said_at = [FIRST - SECOND, FIRST, FIRST + 10, FIRST + 10 + SECOND, END]
    spoken, told = (
        messages(*(said(n, day) for n, day in enumerate(said_at))),
        labels(*((n, "tip") for n in range(len(said_at)))),
    )
    counts = [pick(behaviours(spoken, told, reviews(), cut), "E2", "tips")["value"] for cut in (CUT, early)]
    assert counts == [3, 2]


def test_days_are_counted_in_the_companys_own_zone():
    """Half past ten in the evening of 31 May in London is June in Amsterdam."""
    there = Cut(CUT.start, CUT.end, CUT.as_of, ZoneInfo("Europe/Amsterdam"))
    spoken, told = messages(said(1, FIRST - 1.5 / 24)), labels((1, "tip"))
    counts = [pick(behaviours(spoken, told, reviews(), cut), "E2", "tips")["value"] for cut in (CUT, there)]
    assert counts == [None, 1]


def test_whole_weeks_have_their_own_counts():
    """June 2025 begins on a Sunday: its whole weeks begin on 2, 9, 16 and 23 June, the 30th is in July's."""
    spoken = messages(*(said(n, FIRST + day) for n, day in enumerate((0, 1, 7, 8))))
    table = behaviours(spoken, labels(*((n, "tip") for n in range(4))), reviews(), CUT)
    weeks = table.filter(variant="tips", slice="week").sort("period_start")
    assert weeks.select("period_start", "value", "n").rows() == [
        (date(2025, 6, 2), 2, 2),
        (date(2025, 6, 9), 1, 1),
        (date(2025, 6, 16), 0, 0),
        (date(2025, 6, 23), 0, 0),
    ]


def test_employees_spam_and_reshares_are_nobodys_behaviour():
    """By hand: of five tips only cem's is a customer's own; sam also writes as an agent and spy has been spam."""
    spoken = messages(
        said(1, FIRST, "sam"),
        said(2, 0, "sam", "agent"),
        said(3, FIRST, "spy"),
        said(4, 0, "spy", "spam"),
        said(5, FIRST, "bob", message_kind="reshare"),
        said(6, FIRST, "cem"),
        said(7, FIRST, "dee", "robot"),
    )
    row = pick(
        behaviours(spoken, labels(*((n, "tip") for n in (1, 3, 5, 6, 7))), reviews(), CUT),
        "E2",
        "tips",
    )
    assert (row["value"], row["n"]) == (1, 1)


def test_a_label_of_two_labellers_counts_once_and_a_no_not_at_all():
    spoken = messages(said(1, FIRST), said(2, FIRST))
    told = pl.concat([labels((1, "tip")), labels((1, "tip")).with_columns(version=pl.lit("2")), labels((2, "tip"), value="no")])
    assert pick(behaviours(spoken, told, reviews(), CUT), "E2", "tips")["value"] == 1


def test_ratings_are_counted_as_they_stand():
    row = pick(
        behaviours(messages(), labels(), reviews(rated(1, FIRST, None, 1), rated(2, END)), CUT),
        "E2",
        "ratings",
    )
    assert (row["value"], row["n"], row["denominator"], row["grade"]) == (1, 1, "reviews", "A")


def test_what_is_not_connected_or_not_read_has_a_reason():
    unread = behaviours(messages(said(1, FIRST)), labels(), reviews(rated(1, END)), CUT)
    alone = behaviours(messages(said(1, FIRST, role="customer")), labels((1, "tip")), reviews(), CUT)
    assert pick(unread, "E2", "tips")["reason"] == "no message was read"
    assert pick(unread, "E2", "ratings")["reason"] == "no reviews in the period"
    assert pick(alone, "E2", "defences")["reason"] == "no messages from customer to customer"
    assert pick(alone, "E2", "ratings")["reason"] == "no reviews are connected"
    assert unread["value"].null_count() == unread.height


# --- E1: 180 days before END is day 1, 90 days before is day 91 ---


def advocates(spoken: pl.DataFrame, told: pl.DataFrame, rates: pl.DataFrame | None = None, cut: Cut = CUT) -> pl.DataFrame:
    return values(advocate_rows(read_customers(spoken, told), reviews() if rates is None else rates, cut))


def test_one_recommendation_makes_an_advocate_and_an_answer_with_a_tip_does():
    """By hand: recommendation 3; answer 2 + tip 1 = 3; answer alone 2; threshold 3, halved 1.5, doubled 6."""
    spoken = messages(said(1, 100, "a"), said(2, 100, "b"), said(3, 100, "c"), said(4, 100, "d"))
    told = labels((1, "recommendation"), (2, "peer_answer"), (2, "tip"), (3, "peer_answer"), (4, "language"))
    table = advocates(spoken, told)
    row = pick(table, "E1", "advocates")
    assert (row["value"], row["n"], row["denominator"]) == (2, 4, "customers who wrote in the 90 days")
    assert [pick(table, "E1", "advocates", f"threshold={level}")["value"] for level in (1.5, 6)] == [3, 0]
    assert (row["period_start"], row["period_end"]) == (date(2025, 4, 2), date(2025, 7, 1))


def test_a_burst_on_one_day_counts_once_and_many_days_up_to_the_cap():
    """By hand: three tips on one day score 1; tips on three days 3, on five days 3 still, so not 6 but for a rating more."""
    burst = [said(n, 100 + n * SECOND, "a") for n in (1, 2, 3)]
    three, five = ([said(10 * n + day, 100 + day, name) for day in range(n)] for n, name in ((3, "b"), (5, "c")))
    spoken = messages(*burst, *three, *five)
    told = labels(*((int(number), "tip") for number in spoken["message_id"]))
    table = advocates(spoken, told)
    assert pick(table, "E1", "advocates")["value"] == 2
    assert pick(table, "E1", "advocates", "threshold=6")["value"] == 0


def test_good_ratings_count_and_bad_or_broken_ones_do_not():
    """By hand: 2 of an answer and 1 of a rating of 4 in 5 or 8 in 10; 3 in 5, 9 in 5 and no number are no praise."""
    ratings = {"a": (4, 5), "b": (8, 10), "c": (3, 5), "d": (9, 5), "e": (float("nan"), 5)}
    spoken = messages(*(said(n, 100, name) for n, name in enumerate(ratings)))
    rates = reviews(*(rated(n, 101, name, *given) for n, (name, given) in enumerate(ratings.items())), rated(9, 101, None))
    assert pick(advocates(spoken, labels(*((n, "peer_answer") for n in range(5))), rates), "E1", "advocates")["value"] == 2


def test_gained_lost_and_retained_add_up():
    """By hand: then a, b, c; now c, d: 1 gained, 2 lost, 1 retained, growth 2 / 3 - 1."""
    spoken = messages(
        said(1, 1, "a"), said(2, 50, "b"), said(3, 90.9, "c"), said(4, 91, "c"), said(5, END - SECOND, "d"), said(6, END, "e")
    )
    table = advocates(spoken, labels(*((n, "defence") for n in range(1, 7))))
    found = {name: pick(table, "E1", name)["value"] for name in ("advocates", "gained", "lost", "retained", "growth")}
    assert found == {"advocates": 2, "gained": 1, "lost": 2, "retained": 1, "growth": pytest.approx(-1 / 3)}
    assert [pick(table, "E1", name)["n"] for name in ("gained", "lost", "growth")] == [2, 3, 3]


def test_the_same_name_on_two_networks_is_two_customers():
    spoken = messages(said(1, 100, "a"), said(2, 100, "a", network="facebook"))
    assert pick(advocates(spoken, labels((1, "defence"), (2, "defence"))), "E1", "advocates")["value"] == 2


def test_a_campaign_that_still_runs_ends_with_the_cut_off():
    early = Cut(CUT.start, CUT.end, on(160), CUT.zone)
    spoken = messages(said(1, 160, "a"), said(2, 160 + SECOND, "b"), said(3, 70 - SECOND, "c"))
    assert pick(advocates(spoken, labels(*((n, "defence") for n in (1, 2, 3))), cut=early), "E1", "advocates")["value"] == 1


def test_messages_that_do_not_reach_back_give_no_growth():
    """By hand: 180 days before the end is 2 January; the messages begin on 11 April."""
    table = advocates(messages(said(1, 100, "a")), labels((1, "defence")))
    reason = "the messages reach back to 2025-04-11 only"
    assert (pick(table, "E1", "advocates")["value"], pick(table, "E1", "advocates")["reason"]) == (1, reason)
    assert [pick(table, "E1", name)["value"] for name in ("gained", "lost", "retained", "growth")] == [None] * 4
    assert pick(table, "E1", "growth")["reason"] == reason


def test_growth_from_none_is_not_defined():
    table = advocates(messages(said(1, 1, "a"), said(2, 100, "b")), labels((2, "defence")))
    growth = pick(table, "E1", "growth")
    assert (growth["value"], growth["reason"], growth["n"]) == (None, "no advocates 90 days before", 0)
    assert pick(table, "E1", "gained")["value"] == 1


@pytest.mark.parametrize(
    ("spoken", "told", "reason"),
    [
        (messages(), labels((1, "tip")), "no customer wrote in the 90 days"),
        (messages(said(1, 100)), labels(), "no message was read"),
    ],
)
def test_without_messages_or_labels_advocates_are_unknown(spoken, told, reason):
    table = advocates(spoken, told)
    assert (table.height, table["value"].null_count(), set(table["reason"])) == (7, 7, {reason})


# --- E3 ---


def question(number: int, day: float, reply_day: float | None = None, **other) -> dict:
    """A conversation that message `number` opened with a question in public."""
    return {
        "conversation_id": str(number),
        "customer_id": "ann",
        "visibility": "public",
        "opening_state": "question",
        "started_at": on(day),
        "clock_at": on(day),
        "first_reply_at": None if reply_day is None else on(reply_day),
        "agent_turn_count": 0 if reply_day is None else 1,
    } | other


def questions(*rows: dict) -> pl.DataFrame:
    instants = dict.fromkeys(["started_at", "clock_at", "first_reply_at"], INSTANT)
    texts = dict.fromkeys(["conversation_id", "customer_id", "visibility", "opening_state"], pl.String())
    return pl.DataFrame(list(rows), schema=texts | instants | {"agent_turn_count": pl.Int64()})


def answered(own: pl.DataFrame, *spoken: dict) -> dict:
    """Value and n of each slice of E3; every message from a peer is read as an answer."""
    told = labels(*((int(row["message_id"]), "peer_answer") for row in spoken if row["author_role"] == "peer"))
    table = values(peer_answer_rows(own, read_customers(messages(*spoken), told), CUT))
    return {row["slice"]: (row["value"], row["n"]) for row in table.iter_rows(named=True)}


def test_a_question_is_answered_by_a_peer_within_three_days():
    """By hand: in time; a second late; nobody; by herself: 1 of 4. F16: the one of the last three days is not counted."""
    as_of = (CUT.as_of - START).days
    own = questions(*(question(n, 160) for n in (1, 2, 3, 4)), question(5, as_of - 3 + SECOND))
    late, self_made = said(12, 163 + SECOND, "bob", parent=2), said(14, 161, "ann", parent=4)
    found = answered(own, said(11, 163, "bob", parent=1), said(21, 164, "cem", parent=1), late, self_made)
    assert found["all"] == (0.25, 4)


def test_a_peer_is_first_before_an_agent_or_without_one():
    """By hand: the agent came later, earlier, never: first in 2 of 3."""
    own = questions(question(1, 160, 162), question(2, 160, 160.5), question(3, 160))
    found = answered(own, *(said(10 + n, 161, "bob", parent=n) for n in (1, 2, 3)))
    assert (found["all"], found["before_agent"]) == ((1.0, 3), (pytest.approx(2 / 3), 3))


def test_only_questions_to_care_count_and_public_ones_apart():
    """By hand: one public question answered, one in private, one complaint, one that neither called for nor got an answer."""
    own = questions(
        question(1, 160),
        question(2, 160, visibility="private"),
        question(3, 160, opening_state="complaint"),
        question(4, 160, clock_at=None),
    )
    found = answered(own, said(11, 161, "bob", parent=1))
    assert (found["all"], found["visibility=public"]) == ((0.5, 2), (1.0, 1))


def test_a_question_to_two_accounts_is_two_questions_and_no_error():
    assert answered(questions(question(1, 160), question(1, 160)), said(11, 161, "bob", parent=1))["all"] == (1.0, 2)


def test_answers_are_unknown_where_peers_are_not_connected():
    table = values(
        peer_answer_rows(questions(question(1, 160)), read_customers(messages(said(1, 160, role="customer")), labels()), CUT)
    )
    assert (table["value"].null_count(), set(table["grade"]), set(table["n"])) == (3, {"X"}, {1})
    assert set(table["reason"]) == {"no messages from customer to customer are connected"}
    none = values(peer_answer_rows(questions(), read_customers(messages(said(1, 160)), labels((1, "tip"))), CUT))
    assert set(none["reason"]) == {"no mature questions of customers", "no mature questions of customers in public"}


# --- E7 ---


def turn(of: str, role: str, day: float, first: int) -> dict:
    pair = {"thread_id": of, "customer_id": of, "account_id": "help"}
    return pair | {"author_role": role, "start_at": on(day), "first_message_id": str(first)}


def turns(*rows: dict) -> pl.DataFrame:
    names = ["thread_id", "customer_id", "account_id", "author_role", "first_message_id"]
    return pl.DataFrame(list(rows), schema=dict.fromkeys(names, pl.String()) | {"start_at": INSTANT})


def test_a_request_is_captured_by_a_reply_or_by_the_next_turn_within_a_day():
    """By hand: reply in time, reply a second late, next turn in time, a bot, an agent before it, nobody: 2 of 6."""
    asks = [said(n, 160, f"p{n}", "customer") for n in range(1, 7)]
    others = [
        said(11, 161, "help", "agent", 1),
        said(12, 161 + SECOND, "help", "agent", 2),
        said(14, 160.1, "help", "bot", 4),
        said(15, 159, "help", "agent", 5),
    ]
    own = turns(turn("p3", "customer", 160, 3), turn("p3", "agent", 160.5, 13), turn("p6", "customer", 160, 6))
    requests = requests_of(messages(*asks, *others), labels(*((n, REQUEST) for n in range(1, 7))), own)
    row = capture_row(requests, CUT)
    assert (row["value"], row["n"], row["grade"]) == (pytest.approx(1 / 3), 6, "B")
    assert row["low"] == pytest.approx(0.0968, abs=1e-4)  # Wilson by hand for 2 of 6


def test_the_first_of_reply_and_turn_is_the_answer():
    spoken = messages(said(1, 160, "p", "customer"), said(2, 162, "help", "agent", 1))
    own = turns(turn("p", "customer", 160, 1), turn("p", "agent", 160.5, 9), turn("p", "agent", 162, 2))
    assert requests_of(spoken, labels((1, REQUEST)), own)["answered_at"].to_list() == [on(160.5)]


def test_requests_outside_the_campaign_or_of_the_last_day_do_not_count():
    early = Cut(CUT.start, CUT.end, on(170), CUT.zone)
    days = (FIRST - SECOND, FIRST, 169, 169 + SECOND)
    spoken = messages(*(said(n, day, f"p{n}", "customer") for n, day in enumerate(days)))
    requests = requests_of(spoken, labels(*((n, REQUEST) for n in range(4))), turns())
    assert (capture_row(requests, early)["value"], capture_row(requests, early)["n"]) == (0, 2)
    none = capture_row(requests_of(messages(), labels(), turns()), CUT)
    assert (none["value"], none["reason"]) == (None, "no mature requests for a recommendation")


def requests(**answer_days: float | None) -> pl.DataFrame:
    """One request of day 152 per author, answered on the given day."""
    rows = [
        {"message_id": name, "author_id": name, "asked_at": on(152), "answered_at": None if day is None else on(day)}
        for name, day in answer_days.items()
    ]
    texts = dict.fromkeys(["message_id", "author_id"], pl.String())
    return pl.DataFrame(rows, schema=texts | dict.fromkeys(["asked_at", "answered_at"], INSTANT))


def links(*names: str) -> pl.DataFrame:
    rows = [{"alias_type": "handle", "alias_value": name, "customer_id": name, "consent": True} for name in names]
    return pl.DataFrame(rows, schema=IDENTITY_LINKS.columns)


def bought(**days: float) -> pl.DataFrame:
    rows = [{"person_key": name, "bought_at": on(day)} for name, day in days.items()]
    return pl.DataFrame(rows, schema={"person_key": pl.String(), "bought_at": INSTANT})


def test_prospects_convert_within_thirty_days_of_asking():
    """By hand: of the answered a bought on the last day, b a second later, c never: 1 of 3.

    d had bought before and is no prospect, e may not be joined; f was answered too late and g never: 1 of 2 of these.
    """
    asked = requests(a=152, b=152, c=152, d=152, e=152, f=153 + SECOND, g=None)
    sold = bought(a=182, b=182 + SECOND, d=151, f=160)
    table = values(conversion_rows(asked, links(*"abcdfg"), sold, CUT))
    yes, no = (pick(table, "E7", "converted", slice) for slice in ("all", "not_answered"))
    assert [(row["value"], row["n"], row["grade"]) for row in (yes, no)] == [(pytest.approx(1 / 3), 3, "C"), (0.5, 2, "C")]
    assert yes["reason"] == "brands answer those who are about to buy: not what answering did"


def test_a_prospect_counts_once_and_only_after_thirty_days():
    """By hand: the cut-off is day 195, so day 165 is the last that counts; two requests of one person are one prospect."""
    both = pl.concat([requests(a=152), requests(a=152).with_columns(message_id=pl.lit("z"), asked_at=pl.lit(on(153)))])
    late = requests(b=166).with_columns(asked_at=pl.lit(on(165 + SECOND)))
    table = values(conversion_rows(pl.concat([both, late]), links("a", "b"), bought(a=160, b=170), CUT))
    assert (pick(table, "E7", "converted")["n"], pick(table, "E7", "converted", "not_answered")["n"]) == (1, 0)


def test_conversion_needs_links_and_purchases():
    for rows, reason in (
        (conversion_rows(requests(a=152), links(), bought(a=160), CUT), "no identity links are connected"),
        (conversion_rows(requests(a=152), links("a"), bought(), CUT), "no orders or won leads are connected"),
    ):
        table = values(rows)
        assert (table["value"].null_count(), set(table["reason"])) == (2, {reason})
