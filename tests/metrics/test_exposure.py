"""What is given away in public: whose turns count, once each, per 1,000 conversations."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from careworth.marts.periods import Cut
from careworth.metrics.exposure import KIND_NAMES, exposure_rows
from careworth.results import pick, to_metric_values

MONDAY = datetime(2024, 1, 1, 9, tzinfo=UTC)
CUT = Cut(date(2024, 1, 1), date(2024, 2, 1), MONDAY + timedelta(days=31), ZoneInfo("UTC"))

CONVERSATIONS = {
    "thread_id": pl.String(),
    "customer_id": pl.String(),
    "account_id": pl.String(),
    "conversation_id": pl.String(),
    "started_at": pl.Datetime("us", "UTC"),
}
TURNS = {
    **{name: dtype for name, dtype in CONVERSATIONS.items() if name != "started_at"},
    "first_message_id": pl.String(),
    "start_at": pl.Datetime("us", "UTC"),
    "author_role": pl.String(),
    "visibility": pl.String(),
    "exposed_kinds": pl.List(pl.String()),
    "asks_for_data": pl.Boolean(),
}


def conversations(*days: int) -> pl.DataFrame:
    """One conversation per day on which it began, named a, b, c and so on."""
    rows = [
        {"thread_id": n, "customer_id": n, "account_id": "help", "conversation_id": n, "started_at": MONDAY + timedelta(days=day)}
        for n, day in zip("abcdef", days, strict=False)
    ]
    return pl.DataFrame(rows, schema=CONVERSATIONS)


def turn(number: int, of: str, role: str = "customer", kinds: tuple[str, ...] | None = (), **other) -> dict:
    """One public turn of conversation `of`."""
    return {
        "thread_id": of,
        "customer_id": of,
        "account_id": "help",
        "conversation_id": of,
        "first_message_id": str(number),
        "start_at": MONDAY,
        "author_role": role,
        "visibility": "public",
        "exposed_kinds": None if kinds is None else list(kinds),
        "asks_for_data": None if role == "customer" else False,
    } | other


def values(own: pl.DataFrame, *turns: dict) -> pl.DataFrame:
    rows = exposure_rows(own, pl.DataFrame(list(turns), schema=TURNS), CUT)
    return to_metric_values(rows, "test", CUT.start, CUT.end)


def test_a_turn_counts_once_and_under_each_of_its_kinds():
    """By hand: of three customers' turns two give something away, one of them two things."""
    table = values(conversations(0), turn(1, "a", kinds=("phone", "email")), turn(2, "a", kinds=("phone",)), turn(3, "a"))
    row = pick(table, "Q8", "customer_exposures")
    assert (row["value"], row["n"], row["denominator"]) == (2, 3, "public turns of customers")
    by_kind = {kind: pick(table, "Q8", "customer_exposures", f"kind={kind}")["value"] for kind in KIND_NAMES}
    assert by_kind == {"card": 0, "email": 1, "phone": 2, "reference": 0, "address": 0}


def test_what_the_brand_posts_itself_and_what_is_private_is_no_exposure():
    public, private = {"kinds": ("phone",)}, {"kinds": ("phone",), "visibility": "private"}
    unstated = {"kinds": ("phone",), "visibility": None}
    table = values(
        conversations(0), turn(1, "a", "agent", **public), turn(2, "a", **private), turn(3, "a", **unstated), turn(4, "a")
    )
    row = pick(table, "Q8", "customer_exposures")
    assert (row["value"], row["n"]) == (0, 1)


def test_only_agents_public_requests_for_data_count():
    """By hand: one of two agents' public turns asks; a bot's and one in private do not count."""
    asks = {"asks_for_data": True}
    table = values(
        conversations(0),
        turn(1, "a", "agent", **asks),
        turn(2, "a", "agent"),
        turn(3, "a", "bot", **asks),
        turn(4, "a", "agent", visibility="private", **asks),
    )
    row = pick(table, "Q8", "brand_requests")
    assert (row["value"], row["n"], row["grade"], row["low"]) == (1, 2, "B", None)


def test_per_1000_conversations_has_the_exact_poisson_interval():
    """By hand: 1 in 2 is 500 per 1,000; Garwood's interval of a count of 1 is 0.0253 to 5.5716, here times 500."""
    row = pick(values(conversations(0, 1), turn(1, "a", kinds=("card",))), "Q8", "per_1000")
    assert (row["value"], row["n"], row["denominator"]) == (500, 2, "conversations")
    assert (row["low"], row["high"]) == (pytest.approx(12.66, abs=0.01), pytest.approx(2785.8, abs=0.1))


def test_none_exposed_is_zero_with_an_upper_bound():
    """Garwood's upper bound of a count of 0 is 3.6889; of 2 conversations that is 1,844 per 1,000."""
    row = pick(values(conversations(0, 1), turn(1, "a")), "Q8", "per_1000")
    assert (row["value"], row["low"], row["high"]) == (0, 0, pytest.approx(1844.4, abs=0.1))


def test_an_exposure_belongs_to_the_week_in_which_its_conversation_began():
    """By hand: one of two conversations of the first week, although its turn came three weeks later; none of one after."""
    late = MONDAY + timedelta(days=21)
    table = values(conversations(0, 1, 8), turn(1, "a", kinds=("card",), start_at=late))
    weeks = table.filter(variant="per_1000", slice="week").sort("period_start")
    assert weeks["value"].to_list() == [500, 0, None, None]
    assert weeks["reason"].to_list() == [None, None, "no conversations", "no conversations"]


def test_turns_after_the_cut_off_and_of_other_conversations_are_not_seen():
    late = {"kinds": ("card",), "start_at": CUT.as_of + timedelta(seconds=1)}
    row = pick(values(conversations(0), turn(1, "a", **late), turn(2, "z", kinds=("card",))), "Q8", "per_1000")
    assert (row["value"], row["n"]) == (0, 1)


def test_a_turn_addressed_to_two_accounts_counts_once():
    """One message opens a conversation with each account; both carry its id."""
    both = pl.concat([conversations(0), conversations(0).with_columns(account_id=pl.lit("stay"))])
    table = values(both, turn(1, "a", kinds=("card",)), turn(1, "a", kinds=("card",), account_id="stay"))
    assert pick(table, "Q8", "customer_exposures")["value"] == 1
    assert pick(table, "Q8", "per_1000")["n"] == 2


def test_what_was_never_read_counts_as_nothing_given_away():
    row = pick(values(conversations(0), turn(1, "a", kinds=None)), "Q8", "customer_exposures")
    assert (row["value"], row["n"]) == (0, 1)


def test_without_conversations_there_are_reasons_not_zeros():
    table = values(conversations())
    assert table["value"].null_count() == table.height
    assert set(table["reason"]) == {"no conversations", "no public turns of customers", "no public turns of agents"}
