"""Who writes to whom (A4), who comes back (A7), and who answers other customers (A8)."""

from datetime import timedelta
from math import ceil

import polars as pl

from careworth.marts.pairs import PAIR_NUMBER
from careworth.marts.periods import Cut
from careworth.metrics.shares import share_row
from careworth.metrics.windows import TRAILING_DAYS, during, midnight
from careworth.results import Row, share_estimate, value_row
from careworth.stats import top_share

PAIRS = "pairs of a customer and an account"
ANSWERS = "answers of customers to other customers"
RETURN_COHORT = "customers of the campaign, each seen for 30 days"
NO_LINKS = "no message says which message it answers, so who answers whom is not known"

PEOPLE = ["customer", "peer"]


def topology_rows(turns: pl.DataFrame, answers: pl.DataFrame | None, cut: Cut) -> list[Row]:
    """A4: messages from customers to the brand, from its people to them, among customers, and the pairs with both ways.

    Bots and automatic replies are nobody (F1). Quotes and reshares are no answers. Of messages among customers, those
    in threads of the accounts count: `answers`, as from `peer_answers`.
    """
    said = turns.filter(during("start_at", cut))
    ways = {"customer_to_brand": "customer", "brand_to_customer": "agent"}
    counts = {name: int(said.filter(author_role=role)["message_count"].sum()) for name, role in ways.items()}
    rows = [value_row("A4", name, count, "count", n=count, denominator="messages") for name, count in counts.items()]
    return [*rows, _among_customers_row(answers), _reciprocity_row(said)]


def peer_answers(turns: pl.DataFrame, messages: pl.DataFrame, cut: Cut) -> pl.DataFrame | None:
    """The campaign's messages by which one customer answers another, in threads of the accounts; None without reply links.

    Parameters
    ----------
    messages : DataFrame
        With the `thread_id` of each.
    """
    if messages["in_reply_to_id"].null_count() == messages.height:
        return None
    by_people = messages.filter(pl.col("author_role").is_in(PEOPLE))
    answered = by_people.select(in_reply_to_id="message_id", answered="author_id")
    linked = by_people.filter(~pl.col("message_kind").is_in(["quote", "reshare", "system"]), during("created_at", cut)).join(
        answered, on="in_reply_to_id", validate="m:1"
    )
    theirs = linked.filter(pl.col("author_id") != pl.col("answered"))
    return theirs.join(turns.select("thread_id"), on="thread_id", how="semi")


def _among_customers_row(answers: pl.DataFrame | None) -> Row:
    if answers is None:
        return value_row("A4", "customer_to_customer", None, "count", n=0, denominator="messages", reason=NO_LINKS)
    return value_row("A4", "customer_to_customer", answers.height, "count", n=answers.height, denominator="messages")


def _reciprocity_row(said: pl.DataFrame) -> Row:
    sides = {side: (pl.col("author_role") == side).any() for side in ("customer", "agent")}
    # By thread first: numbers are gathered faster than names.
    threads = said.group_by(PAIR_NUMBER).agg(pl.col("customer_id", "account_id").first(), **sides)
    pairs = threads.filter(pl.any_horizontal(*sides)).group_by("customer_id", "account_id").agg(pl.col(*sides).any())
    return share_row(pairs.with_columns(both_ways=pl.all_horizontal(*sides)), "both_ways", "A4", "reciprocity", PAIRS)


def return_rows(conversations: pl.DataFrame, cut: Cut) -> list[Row]:
    """A7: share of customers who opened another conversation within 30 days of their first, and without complaints.

    Customers whose 30 days have not passed within the campaign are too young to judge (F16). Who comes back to complain
    is no closer to the brand, so the second row leaves conversations that opened as complaints out.
    """
    known = conversations.filter(during("started_at", cut)).drop_nulls("customer_id")
    rows = known.select("network", "customer_id", "started_at", is_content=pl.col("opening_state").ne_missing("complaint"))
    return [_return_row(rows, cut, "all"), _return_row(rows.filter("is_content"), cut, "opening=no complaint")]


def _return_row(known: pl.DataFrame, cut: Cut, place: str) -> Row:
    span = timedelta(days=TRAILING_DAYS)
    latest = min(midnight(cut.end, cut), cut.as_of) - span
    # The first two suffice: whoever comes back within the days does so with the second.
    starts = pl.col("started_at").sort()
    people = known.group_by("network", "customer_id").agg(
        first=pl.col("started_at").min(), second=starts.get(1, null_on_oob=True)
    )
    judged = people.filter(pl.col("first") <= latest).with_columns(
        again=(pl.col("second") - pl.col("first") <= span).fill_null(False)
    )
    return share_row(judged, "again", "A7", "returning_customers", RETURN_COHORT, slice=place)


def community_rows(turns: pl.DataFrame, answers: pl.DataFrame | None, cut: Cut) -> list[Row]:
    """A8: share of the people who wrote in the accounts' threads who answered another customer, and how few did most of it.

    Members who only read are seen nowhere, so the share is of those who write. `answers` are as from `peer_answers`.
    """
    if answers is None or answers.is_empty():
        why = NO_LINKS if answers is None else f"no {ANSWERS}"
        labels = {"n": 0, "denominator": ANSWERS, "reason": why}
        return [value_row("A8", name, None, "share", **labels) for name in ("contributors_share", "top_percent_share")]
    writers = turns.filter(pl.col("author_role") == "customer", during("start_at", cut)).select(
        "network", author_id="customer_id"
    )
    helpers = answers.group_by("network", "author_id").len()
    people = pl.concat([writers, helpers.select(writers.columns)]).unique().height
    return [_contributors_row(helpers.height, people), _top_row(helpers)]


def _contributors_row(helpers: int, people: int) -> Row:
    labels = {"n": people, "denominator": "people who wrote in the accounts' threads"}
    return value_row("A8", "contributors_share", share_estimate(helpers, people), "share", **labels)


def _top_row(helpers: pl.DataFrame) -> Row:
    top, count = ceil(helpers.height / 100), int(helpers["len"].sum())
    share = top_share(helpers["len"].to_numpy(), 0.01)
    reason = f"the busiest 1 % of {helpers.height:,} helpers: {top:,} {'person' if top == 1 else 'people'}"
    return value_row("A8", "top_percent_share", share, "share", n=count, denominator=ANSWERS, reason=reason)
