"""What is said in public after care: which posts count, whose tone, and after what."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from careworth.marts.periods import Cut
from careworth.marts.threads import assign_threads
from careworth.metrics.sharing import list_tones, sharing_rows, spillover_rows
from careworth.results import pick, to_metric_values
from careworth.schemas import MESSAGES

INSTANT = pl.Datetime("us", "UTC")
START = datetime(2025, 1, 1, tzinfo=UTC)
CUT = Cut(date(2025, 1, 1), date(2025, 2, 1), START + timedelta(days=40), ZoneInfo("UTC"))
SECOND = 1 / 86_400


def on(day: float) -> datetime:
    return START + timedelta(days=day)


def values(rows) -> pl.DataFrame:
    return to_metric_values(rows, "test", CUT.start, CUT.end)


def ended(customer: str, day: float, answers: int = 1, **other) -> dict:
    """A public conversation in the thread of its customer's name, answered and resolved on that day."""
    return {
        "conversation_id": customer,
        "thread_id": customer,
        "customer_id": customer,
        "account_id": "help",
        "network": "x",
        "visibility": "public",
        "started_at": on(day),
        "clock_at": on(day),
        "last_at": on(day),
        "outcome": "resolved",
        "outcome_at": on(day),
        "agent_turn_count": answers,
    } | other


def conversations(*rows: dict) -> pl.DataFrame:
    texts = ["conversation_id", "thread_id", "customer_id", "account_id", "network", "visibility", "outcome"]
    instants = dict.fromkeys(["started_at", "clock_at", "last_at", "outcome_at"], INSTANT)
    schema = dict.fromkeys(texts, pl.String()) | instants | {"agent_turn_count": pl.Int64()}
    return pl.DataFrame(list(rows), schema=schema)


def post(customer: str, day: float, sentiment: str = "neutral", **other) -> dict:
    return {
        "customer_id": customer,
        "account_id": "help",
        "network": "x",
        "author_role": "customer",
        "visibility": "public",
        "turn": 1,
        "needs_response": False,
        "start_at": on(day),
        "sentiment": sentiment,
    } | other


def turns(*rows: dict) -> pl.DataFrame:
    texts = dict.fromkeys(["customer_id", "account_id", "network", "author_role", "visibility", "sentiment"], pl.String())
    return pl.DataFrame(list(rows), schema=texts | {"turn": pl.Int64(), "needs_response": pl.Boolean(), "start_at": INSTANT})


def shared(own: pl.DataFrame, *posts: dict) -> dict:
    table = values(sharing_rows(own, turns(*posts), CUT))
    return {name: (pick(table, "Q11", name)["value"], pick(table, "Q11", name)["n"]) for name in ("any", "positive", "negative")}


def test_served_customers_who_post_within_seven_days_share():
    """By hand: a at once and praising, b on the seventh day in anger, c a second later, d before the end: 2 of 4."""
    own = conversations(*(ended(name, 10) for name in "abcd"))
    posts = [post("a", 10 + SECOND, "positive"), post("b", 17, "negative"), post("c", 17 + SECOND), post("d", 10)]
    assert shared(own, *posts) == {"any": (0.5, 4), "positive": (0.25, 4), "negative": (0.25, 4)}


def test_one_customer_with_two_conversations_and_two_posts_counts_once():
    """By hand: she is one of one, both pleased and angry."""
    own = conversations(ended("a", 5), ended("a", 10, conversation_id="a2", thread_id="a2"))
    found = shared(own, post("a", 6, "positive"), post("a", 7, "negative"))
    assert found == {"any": (1.0, 1), "positive": (1.0, 1), "negative": (1.0, 1)}


@pytest.mark.parametrize(
    "other",
    [
        {"needs_response": True},
        {"needs_response": None},
        {"visibility": "private"},
        {"turn": 2},
        {"author_role": "agent"},
        {"account_id": "rival"},
        {"network": "facebook"},
        {"start_at": CUT.as_of + timedelta(seconds=1)},
    ],
)
def test_a_new_matter_an_answer_and_what_is_not_public_is_no_sharing(other):
    own = conversations(ended("a", 33))
    assert shared(own, post("a", 34))["any"] == (1.0, 1)
    assert shared(own, post("a", 34, **other))["any"] == (0.0, 1)


def test_only_the_served_count_and_only_after_their_seven_days():
    """By hand: the cut-off is day 40: a ended on day 33, b a second later; c was never answered."""
    own = conversations(ended("a", 33), ended("b", 33 + SECOND), ended("c", 10, 0))
    assert shared(own, post("c", 11))["any"] == (0.0, 1)


def test_nobody_served_gives_a_reason():
    table = values(sharing_rows(conversations(), turns(), CUT))
    assert (table["value"].null_count(), set(table["reason"])) == (3, {"no served customers, mature"})


# --- E12 ---


def said(number: str, day: float, thread: str | None, role: str = "peer") -> dict:
    return {
        "message_id": number,
        "network": "x",
        "author_id": f"author {number}",
        "author_role": role,
        "created_at": on(day),
        "message_kind": "reply",
        "native_thread_id": thread,
    }


def messages(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=MESSAGES.columns)


def tones(value: str = "positive", version: str = "1", **scores: float | None) -> pl.DataFrame:
    rows = [(name, "sentiment", "care", version, value, score) for name, score in scores.items()]
    texts = dict.fromkeys(["message_id", "label_name", "labeller", "version", "value"], pl.String())
    return pl.DataFrame(rows, schema=texts | {"score": pl.Float64()}, orient="row")


def after(own: pl.DataFrame, spoken: pl.DataFrame, told: pl.DataFrame) -> dict:
    table = values(spillover_rows(own, assign_threads(spoken), told, CUT, window_hours=72))
    return {name: pick(table, "E12", name) for name in ("resolved", "unresolved")}


def test_the_tone_of_others_after_a_resolution_and_after_none():
    """By hand: resolved (0.5 + 0.1 + 0.9) / 3 = 0.5, pooled and not by thread; unresolved -0.4."""
    own = conversations(ended("a", 5), ended("b", 5), ended("c", 5, outcome="open", outcome_at=None))
    spoken = messages(said("m1", 6, "a"), said("m2", 7, "a"), said("m3", 6, "b"), said("m4", 6, "c"))
    found = after(own, spoken, tones(m1=0.5, m2=0.1, m3=0.9, m4=-0.4))
    assert [(row["value"], row["n"]) for row in found.values()] == [(pytest.approx(0.5), 3), (pytest.approx(-0.4), 1)]
    assert found["resolved"]["grade"] == "B"
    assert found["resolved"]["reason"].startswith("an association")


def test_messages_of_one_conversation_are_not_independent():
    """Ten messages each in six conversations of tones -0.5 to 0.5: six numbers are known, not sixty.

    Student's interval of six means: s = 0.3742, 0 -+ 2.571 x 0.3742 / sqrt(6) = 0.393; of sixty messages it would be 0.089.
    """
    own = conversations(*(ended(name, 5) for name in "abcdef"))
    scores = {f"{name}{n}": -0.5 + 0.2 * place for place, name in enumerate("abcdef") for n in range(10)}
    row = after(own, messages(*(said(number, 6, number[0]) for number in scores)), tones(**scores))["resolved"]
    assert (row["value"], row["n"]) == (pytest.approx(0), 60)
    assert 0.25 < row["high"] < 0.6
    assert -0.6 < row["low"] < -0.25


def test_what_was_said_before_the_end_or_elsewhere_or_later_is_not_heard():
    """By hand: only m4 counts; at the very end of it, before it, in another thread, after the cut-off and by an agent no."""
    spoken = messages(
        said("m1", 5, "a"),
        said("m2", 4, "a"),
        said("m3", 6, "z"),
        said("m4", 6, "a"),
        said("m5", 40 + SECOND, "a"),
        said("m6", 6, "a", "agent"),
    )
    row = after(conversations(ended("a", 5)), spoken, tones(m1=-1, m2=-1, m3=-1, m4=0.2, m5=-1, m6=-1))["resolved"]
    assert (row["value"], row["n"]) == (pytest.approx(0.2), 1)


def test_a_message_belongs_to_the_conversation_that_ended_last_before_it():
    """By hand: m1 follows the unresolved one, m2 both, so it goes with the resolved one that ended later."""
    own = conversations(ended("a", 5, outcome="redirected"), ended("b", 7, thread_id="a"))
    found = after(own, messages(said("m1", 6, "a"), said("m2", 8, "a")), tones(m1=-0.5, m2=0.5))
    assert [(row["value"], row["n"]) for row in found.values()] == [(0.5, 1), (-0.5, 1)]


def test_threads_are_put_together_from_reply_links():
    spoken = messages(said("a", 5, None, "customer"), said("m1", 6, None) | {"in_reply_to_id": "a"}, said("m2", 6, None))
    assert after(conversations(ended("a", 5)), spoken, tones(m1=0.3, m2=-1))["resolved"]["value"] == 0.3


def test_private_matters_chatter_and_those_too_young_to_judge_do_not_count():
    own = conversations(
        ended("a", 5, visibility="private"), ended("b", 5, 0, clock_at=None), ended("c", 37 + SECOND), ended("d", 37)
    )
    spoken = messages(*(said(f"m{n}", 38, name) for n, name in enumerate("abcd")))
    assert after(own, spoken, tones(m0=1, m1=1, m2=1, m3=0.1))["resolved"]["n"] == 1


def test_only_the_last_reading_of_a_tone_counts_and_no_broken_one():
    spoken = messages(*(said(f"m{n}", 6, "a") for n in range(4)))
    told = pl.concat([tones(m0=-1.0, m1=float("nan"), m2=None), tones(version="2", m0=0.5), tones(value="unscored", m3=0.0)])
    assert list_tones(spoken, told).rows() == [("m0", 0.5)]


def test_tone_that_nobody_read_is_unknown_and_not_neutral():
    found = after(conversations(ended("a", 5)), messages(said("m1", 6, "a")), tones())
    assert {(row["value"], row["grade"], row["reason"]) for row in found.values()} == {
        (None, "X", "the tone of what other customers write is not read")
    }
    spoken = messages(said("m1", 6, "a"))
    assert after(conversations(), spoken, tones(m1=0.5))["resolved"]["reason"].startswith("no messages of other customers")
