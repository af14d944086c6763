"""Which issues were settled without the contact centre, each once, and what became of those who had them (METRICS.md E4, C.9)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl

PEER, SELF_SERVICE, AGENT = "peer answer", "self-service", "social agent"

#: Who or what may have settled an issue; of two at the same instant the first is credited.
DESTINATIONS = (PEER, SELF_SERVICE, AGENT)

#: Channels of the contact centre to which a redirect causes a contact there.
ASSISTED = ("phone", "email")

#: Days after an issue was settled in which a call says that it was not.
AGAIN_DAYS = 7

ISSUE = ["conversation_id", "thread_id", "customer_id", "destination", "helped_at"]


def served_issues(
    conversations: pl.DataFrame, helped: pl.DataFrame | None = None, order: Sequence[str] = DESTINATIONS
) -> pl.DataFrame:
    """One row per issue that was settled in public or private messages, with the `destination` that helped last.

    What care resolved without sending the customer elsewhere is the social agent's. Each issue is there once, so that it
    spares one contact at most.

    Parameters
    ----------
    helped : DataFrame, optional
        Further helpful touches, any number per issue: conversation_id, thread_id, customer_id, destination, helped_at.
    order : sequence of str
        The destinations that count, the first preferred where two helped at the same instant.
    """
    resolved = conversations.filter((pl.col("outcome") == "resolved") & ~pl.col("is_redirected_away").fill_null(False))
    own = resolved.with_columns(destination=pl.lit(AGENT), helped_at="outcome_at").select(ISSUE)
    every = own if helped is None else pl.concat([own, helped.select(ISSUE)])
    rank = pl.col("destination").replace_strict(list(order), range(len(order)), default=None, return_dtype=pl.Int64)
    known = every.with_columns(rank=rank).drop_nulls(["conversation_id", "rank"])
    last = known.sort("helped_at", "rank", descending=[False, True], nulls_last=False, maintain_order=True)
    return last.unique("conversation_id", keep="last").select(ISSUE).sort("conversation_id")


def sent_away(conversations: pl.DataFrame) -> pl.DataFrame:
    """The conversations in which the brand sent the customer to the contact centre: conversation_id and channel."""
    away = pl.col("is_redirected_away") & pl.col("redirect").is_in(ASSISTED)
    return conversations.filter(away).select("conversation_id", channel="redirect")


def survey_answers(surveys: pl.DataFrame, issues: pl.DataFrame, kind: str) -> tuple[int, int]:
    """How many said yes, the top of the scale, and how many answered a question of `kind` about one of these issues."""
    asked = surveys.filter((pl.col("kind") == kind) & pl.col("score").is_not_null())
    about = asked.join(issues.select("thread_id", "customer_id").unique(), on=["thread_id", "customer_id"], how="semi")
    return int((about["score"] >= about["scale_max"].fill_null(1)).sum()), about.height


def seen_again(
    issues: pl.DataFrame, contacts: pl.DataFrame, people: pl.DataFrame, as_of: datetime, days: int = AGAIN_DAYS
) -> tuple[int, int]:
    """How many were seen at the contact centre within so many days after they were helped, of those who may be joined.

    Parameters
    ----------
    contacts : DataFrame
        The table `contacts`; without rows nobody can be seen, so nobody counts.
    people : DataFrame
        `alias_value` with the `customer_id` that it may be joined to (P7); an alias of several customers is left out.
    """
    window = timedelta(days=days)
    calls = contacts.select(person="customer_id", started_at="started_at").drop_nulls().sort("started_at")
    known = people.select(customer_id="alias_value", person="customer_id").unique().unique("customer_id", keep="none")
    mature = issues.filter(pl.col("helped_at") <= as_of - window).join(known, on="customer_id", validate="m:1")
    if calls.is_empty():
        return 0, 0
    near = mature.sort("helped_at").join_asof(
        calls,
        left_on="helped_at",
        right_on="started_at",
        by="person",
        strategy="forward",
        tolerance=window,
        check_sortedness=False,
        coalesce=False,
    )
    return near["started_at"].count(), near.height
