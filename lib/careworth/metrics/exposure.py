"""Personal data in public: what customers gave away there, and what the brand asked for there (Q8)."""

import polars as pl

from careworth.marts.pairs import PAIR
from careworth.marts.periods import Cut
from careworth.reading.exposure import KINDS
from careworth.results import Row, value_row
from careworth.stats import Estimate, poisson_interval

#: What can be given away, each counted on its own too.
KIND_NAMES = ("card", *KINDS)

CUSTOMERS, AGENTS = "public turns of customers", "public turns of agents"


def exposure_rows(conversations: pl.DataFrame, turns: pl.DataFrame, cut: Cut) -> list[Row]:
    """Q8: public turns in which customers gave data away, in which agents asked for some, and both per 1,000 conversations.

    Grade B, since patterns read them. A turn counts with the conversation that it belongs to, once however much it gives
    away; by kind it counts under each kind. A turn of unstated visibility is not taken for public.

    Parameters
    ----------
    conversations : DataFrame
        The campaign's conversations.
    turns : DataFrame
        Their labelled turns, with their `conversation_id`; turns of other conversations are left out.
    """
    counted = count_exposures(conversations, turns.filter(pl.col("start_at") <= cut.as_of))
    kinds = [(kind, f"kind={kind}") for kind in KIND_NAMES]
    return [
        _count_row(counted, "exposed", "customer_turns", "customer_exposures", CUSTOMERS),
        *(_count_row(counted, kind, "customer_turns", "customer_exposures", CUSTOMERS, slice=name) for kind, name in kinds),
        _count_row(counted, "requests", "agent_turns", "brand_requests", AGENTS),
        _rate_row(counted, "exposed"),
        *(_rate_row(counted, kind, slice=name) for kind, name in kinds),
        _rate_row(counted, "requests", slice="side=agent"),
        *(_rate_row(part, "exposed", slice="week", period=week) for week, part in cut.weeks(counted).items()),
    ]


def count_exposures(conversations: pl.DataFrame, turns: pl.DataFrame) -> pl.DataFrame:
    """One row per conversation: its public turns by side, those that give data away, in all and by kind, and the requests."""
    by_customer, by_agent = pl.col("author_role") == "customer", pl.col("author_role") == "agent"
    given = pl.col("exposed_kinds").list
    counts = {
        "customer_turns": by_customer,
        "agent_turns": by_agent,
        "exposed": by_customer & (given.len() > 0),
        "requests": by_agent & pl.col("asks_for_data"),
    } | {kind: by_customer & given.contains(kind) for kind in KIND_NAMES}
    # What is said to two accounts at once is a turn of two conversations: it counts with the first.
    keys = [*PAIR, "conversation_id"]
    read = turns.select(*keys, "first_message_id", "visibility", "author_role", "exposed_kinds", "asks_for_data")
    public = read.filter(pl.col("visibility") == "public").unique("first_message_id", keep="first", maintain_order=True)
    totals = public.group_by(keys).agg(seen.sum().cast(pl.Int64).alias(name) for name, seen in counts.items())
    joined = conversations.select(*keys, "started_at").join(totals, on=keys, how="left", validate="1:1")
    return joined.with_columns(pl.col(list(counts)).fill_null(0))


def _count_row(counted: pl.DataFrame, what: str, of: str, variant: str, denominator: str, **labels) -> Row:
    n = int(counted[of].sum())
    count, reason = (int(counted[what].sum()), None) if n else (None, f"no {denominator}")
    return value_row("Q8", variant, count, "count", n=n, denominator=denominator, grade="B", reason=reason, **labels)


def _rate_row(counted: pl.DataFrame, what: str, **labels) -> Row:
    known = {"n": counted.height, "denominator": "conversations", "grade": "B"} | labels
    if counted.is_empty():
        return value_row("Q8", "per_1000", None, "count/1000", reason="no conversations", **known)
    count, exposure = int(counted[what].sum()), counted.height / 1000
    return value_row("Q8", "per_1000", Estimate(count / exposure, *poisson_interval(count, exposure)), "count/1000", **known)
