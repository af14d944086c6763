"""Which handle is which customer, only as far as links are clear and consent allows it (METRICS.md P7)."""

from datetime import UTC, datetime
from typing import NamedTuple

import polars as pl

from careworth.schemas import TOUCHPOINTS

ALIAS = ["alias_type", "alias_value"]

#: The aliases under which people write to care.
AUTHORS = ["handle", "psid"]

#: What becomes of an alias at an instant, the best first: an alias that was seen several times is counted by its best.
JOINED, WITHOUT_CONSENT, AMBIGUOUS, UNMATCHED = range(4)

#: Stands for the beginning of what has none.
EARLIEST = datetime(1, 1, 1, tzinfo=UTC)


class Match(NamedTuple):
    """Who may be joined, and how many aliases were asked for, have one customer, lack consent, or have several customers.

    `people` has one row per alias and instant that may be joined, with its customer_id. The numbers count aliases.
    """

    people: pl.DataFrame
    aliases: int
    linked: int
    without_consent: int
    ambiguous: int

    @property
    def joined(self) -> int:
        """The aliases that may be joined, at one of their instants at least."""
        return self.linked - self.without_consent

    @property
    def unmatched(self) -> int:
        """The aliases that no link leads from."""
        return self.aliases - self.linked - self.ambiguous

    @property
    def rate(self) -> float | None:
        """Share (0-1) of the aliases that may be joined; None without any alias, where it is unknown and not zero."""
        return self.joined / self.aliases if self.aliases else None


def match_people(aliases: pl.DataFrame, links: pl.DataFrame) -> Match:
    """The customers behind aliases at the instants at which they were seen, and how many aliases lead to none.

    A link counts from `valid_from` until before `valid_to`, whatever its method; without one of them it is open on that side.
    An alias with links to several customers is left out. So is a customer with any link then, from whatever alias, that lacks
    consent: who refuses under one name is not joined under another.

    Parameters
    ----------
    aliases : DataFrame
        `alias_type`, `alias_value` and the instant `seen_at`. Rows without a type or value are no aliases; without an instant
        no link counts.
    links : DataFrame
        The table `identity_links`; only true in `consent` is consent.

    Examples
    --------
    >>> at = datetime(2025, 3, 1, tzinfo=UTC)
    >>> asked = pl.DataFrame({"alias_type": "handle", "alias_value": ["ann", "bob"], "seen_at": at})
    >>> always = pl.lit(None, pl.Datetime("us", "UTC"))
    >>> links = asked.select(*ALIAS, customer_id=pl.Series(["c1", "c2"]), consent=pl.Series([True, False]), valid_from=always)
    >>> match = match_people(asked, links.with_columns(valid_to=always))
    >>> match.people["customer_id"].to_list(), match.without_consent, match.rate
    (['c1'], 1, 0.5)
    """
    asked = aliases.select(*ALIAS, "seen_at").filter(_is_named(*ALIAS)).unique()
    known = links.filter(_is_named("customer_id"))
    judged = _judged(_sole_customers(asked, known), known)
    best = judged.group_by(ALIAS).agg(pl.col("fate").min())["fate"]
    joined, without_consent, ambiguous = ((best == fate).sum() for fate in (JOINED, WITHOUT_CONSENT, AMBIGUOUS))
    people = judged.filter(pl.col("fate") == JOINED).select(*ALIAS, "seen_at", "customer_id").sort(*ALIAS, "seen_at")
    return Match(people, len(best), joined + without_consent, without_consent, ambiguous)


def _is_named(*columns: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(columns).fill_null("") != "")


def _sole_customers(asked: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    # The number of customers that links lead to then, and the customer where it is one.
    begun = (pl.col("valid_from") <= pl.col("seen_at")) | pl.col("valid_from").is_null()
    ended = pl.col("valid_to") <= pl.col("seen_at")
    valid = asked.join(links, on=ALIAS).filter(begun, ~ended.fill_null(False))
    customers = valid.group_by(*ALIAS, "seen_at").agg(
        pl.col("customer_id").n_unique().alias("customers"), pl.col("customer_id").min()
    )
    return asked.join(customers, on=[*ALIAS, "seen_at"], how="left", validate="1:1")


def _judged(matched: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    refused = matched.sort("seen_at").join_asof(
        _refusals(links), left_on="seen_at", right_on="at", by="customer_id", check_sortedness=False
    )
    fate = (
        pl.when(pl.col("customers").is_null())
        .then(UNMATCHED)
        .when(pl.col("customers") > 1)
        .then(AMBIGUOUS)
        .when(pl.col("refusals") > 0)
        .then(WITHOUT_CONSENT)
        .otherwise(JOINED)
    )
    return refused.with_columns(fate=fate)


def _refusals(links: pl.DataFrame) -> pl.DataFrame:
    # One row per customer and instant at which the number of links without consent changes: a customer with thousands of
    # links and aliases, such as "guest", would make millions of pairs.
    begins, ends = pl.col("valid_from").fill_null(EARLIEST), pl.col("valid_to")
    refused = links.filter(~pl.col("consent").fill_null(False), (begins < ends).fill_null(True))
    changes = pl.concat(
        [
            refused.select("customer_id", at=begins, change=pl.lit(1)),
            refused.drop_nulls("valid_to").select("customer_id", at=ends, change=pl.lit(-1)),
        ]
    )
    steps = changes.group_by("customer_id", "at").agg(pl.col("change").sum()).sort("at")
    return steps.select("customer_id", "at", refusals=pl.col("change").cum_sum().over("customer_id"))


def list_reached(turns: pl.DataFrame, alias_type: str = "handle") -> pl.DataFrame:
    """One row per customer and instant at which an agent answered: what `match_people` is asked before `care_touches`."""
    reached = turns.filter(pl.col("author_role") == "agent")
    return reached.select(alias_type=pl.lit(alias_type), alias_value="customer_id", seen_at="start_at").unique(
        maintain_order=True
    )


def care_touches(turns: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """One touchpoint per turn of a human agent whose customer may be joined at its start.

    Parameters
    ----------
    turns : DataFrame
        As from `build_turns`; its `customer_id` is the author's handle or id. A column `conversation_id` is taken over.
    people : DataFrame
        As from `match_people`, asked with `list_reached`. Where a handle and an id of one name lead to two customers, neither
        is taken.

    Returns
    -------
    DataFrame
        The columns of the table `touchpoints`, in order of time; `campaign_id` and `cost_minor` are null.
    """
    authors = people.filter(pl.col("alias_type").is_in(AUTHORS)).group_by(customer_id="alias_value", start_at="seen_at")
    sole = authors.agg(person_key=pl.col("customer_id").min(), customers=pl.col("customer_id").n_unique()).filter(customers=1)
    answers = turns.filter(pl.col("author_role") == "agent").join(sole, on=["customer_id", "start_at"], validate="m:1")
    known = answers.with_columns(
        touch_id="care:" + pl.col("first_message_id"),
        touched_at="start_at",
        channel=pl.lit("care_social"),
        kind=pl.lit("care_reply"),
    )
    others = [pl.lit(None, dtype).alias(name) for name, dtype in TOUCHPOINTS.columns.items() if name not in known.columns]
    return known.with_columns(others).select(list(TOUCHPOINTS.columns)).sort("touched_at", "touch_id")
