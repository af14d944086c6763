"""Leads with a care touch before them (E6), and whether customers who were served bought again (E8)."""

from datetime import timedelta

import polars as pl

from careworth.marts.identity import AUTHORS, match_people
from careworth.marts.periods import Cut
from careworth.metrics.shares import share_row
from careworth.metrics.windows import during
from careworth.results import Row, value_row
from careworth.schemas import minor_units
from careworth.stats import Estimate, newcombe_interval

#: The channel of a touch by care.
CARE = "care_social"

LOOKBACK_DAYS, REPEAT_DAYS = 30, 90

LEADS = "leads of known persons"
TOUCHED = "leads with a care touch"
NOT_CAUSE = "attributed, not incremental"
NOT_RANDOM = "who is answered is not random: a comparison, not what answering did"

NO_LINKS = "no identity links are connected"
NO_PURCHASES = "no orders or won leads are connected"


def lead_rows(leads: pl.DataFrame, touchpoints: pl.DataFrame, cut: Cut, currency: str, days: float = LOOKBACK_DAYS) -> list[Row]:
    """E6: leads of the period with a care touch in the `days` before, those that care touched first, those won, their value.

    Grade B: a touch before a lead is no cause of it. Leads of one person closer together than `days` count once. `won` and
    `value` are as known at the cut-off; value is in the major unit of `currency`, and other currencies are left out.

    Parameters
    ----------
    leads, touchpoints : DataFrame
        The canonical tables; touchpoints with those of care, as a study gives them.
    """
    if (reason := _unknown_leads(leads, touchpoints)) is not None:
        units = {"leads": "count", "sourced": "count", "won": "count", "value": currency}
        return [value_row("E6", name, None, unit, n=0, denominator=LEADS, reason=reason) for name, unit in units.items()]
    found = list_leads(leads, cut, days)
    touched = with_care_touch(found, touchpoints, days).filter("is_touched")
    known = {"denominator": LEADS, "grade": "B", "reason": _lead_reason(leads, found, cut)}
    count = touched.height if found.height else None
    won = touched.filter("is_won")
    return [
        value_row("E6", "leads", count, "count", n=found.height, **known),
        _of_touched("sourced", touched.filter("is_sourced").height, "count", touched),
        _of_touched("won", won.height, "count", touched),
        _value_row(won, currency),
    ]


def _unknown_leads(leads: pl.DataFrame, touchpoints: pl.DataFrame) -> str | None:
    if leads.is_empty():
        return "no leads are connected"
    if touchpoints.is_empty():
        return "no touchpoints are connected"
    return "no lead says whose it is" if leads["person_key"].null_count() == leads.height else None


def _lead_reason(leads: pl.DataFrame, found: pl.DataFrame, cut: Cut) -> str:
    if found.is_empty():
        return f"no {LEADS} in the period"
    each = leads.group_by("lead_id").agg(pl.col("reached_at").min(), pl.col("person_key").is_null().all())
    nameless = each.filter(during("reached_at", cut))["person_key"].sum()
    return f"{NOT_CAUSE}; {nameless} leads of unknown persons left out" if nameless else NOT_CAUSE


def list_leads(leads: pl.DataFrame, cut: Cut, days: float = LOOKBACK_DAYS) -> pl.DataFrame:
    """One row per person and lead of the period as known at the cut-off; a person's next lead within `days` is the same."""
    stages = leads.filter(pl.col("reached_at") <= cut.as_of).sort("reached_at", "stage")
    facts = [
        pl.col("person_key").drop_nulls().first(),
        pl.col("reached_at").first().alias("created_at"),
        pl.col("is_won").fill_null(False).any(),
        pl.col("value_minor", "currency").filter(pl.col("value_minor").is_not_null()).last(),
    ]
    each = stages.group_by("lead_id").agg(facts).drop_nulls("person_key").sort("person_key", "created_at", "lead_id")
    pause = pl.col("created_at").diff().over("person_key")
    numbered = each.with_columns(matter=(pause > _days(days)).fill_null(True).cast(pl.Int64).cum_sum().over("person_key"))
    group = numbered.group_by("person_key", "matter", maintain_order=True)
    rows = group.agg(pl.col("lead_id", "created_at").first(), pl.col("is_won").any(), deals=_won_deals())
    return rows.filter(during("created_at", cut)).drop("matter")


def _won_deals() -> pl.Expr:
    return pl.struct("value_minor", "currency").filter(pl.col("is_won"))


def with_care_touch(leads: pl.DataFrame, touchpoints: pl.DataFrame, days: float = LOOKBACK_DAYS) -> pl.DataFrame:
    """`leads` with whether care touched the person in the `days` before (`is_touched`), and did so first (`is_sourced`)."""
    near = leads.select("lead_id", "person_key", "created_at").join(touchpoints, on="person_key")
    before = near.filter(pl.col("touched_at").is_between(pl.col("created_at") - _days(days), "created_at"))
    by_care = pl.col("channel") == CARE
    judged = before.sort("touched_at", "touch_id").group_by("lead_id").agg(is_touched=by_care.any(), is_sourced=by_care.first())
    joined = leads.join(judged, on="lead_id", how="left", validate="1:1", maintain_order="left")
    return joined.with_columns(pl.col("is_touched", "is_sourced").fill_null(False))


def _of_touched(variant: str, count: int, unit: str, touched: pl.DataFrame) -> Row:
    value, reason = (count, NOT_CAUSE) if touched.height else (None, f"no {TOUCHED}")
    return value_row("E6", variant, value, unit, n=touched.height, denominator=TOUCHED, grade="B", reason=reason)


def _value_row(won: pl.DataFrame, currency: str) -> Row:
    deals = won.select("deals").explode("deals", empty_as_null=False).unnest("deals")
    valued = deals.filter(currency=currency)
    total = int(valued["value_minor"].sum()) / minor_units(currency) if valued.height else None
    left_out = deals.height - valued.height
    reason = f"{NOT_CAUSE}; {left_out} without a value in {currency} left out" if left_out else NOT_CAUSE
    labels = {"n": valued.height, "denominator": f"won {TOUCHED} and a value in {currency}", "grade": "B"}
    why = reason if valued.height else f"no won {TOUCHED} and a value in {currency}"
    return value_row("E6", "value", total, currency, **labels, reason=why)


def _days(days: float) -> pl.Expr:
    return pl.duration(seconds=round(days * 86_400))


def people_behind(asked: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """One row per author and instant who may be joined: author_id, seen_at, person_key.

    Parameters
    ----------
    asked : DataFrame
        `author_id` and the instant `seen_at` at which the author wrote.
    links : DataFrame
        The table `identity_links`. Where a handle and an id of one name lead to two customers, neither is taken.
    """
    named = links.filter(pl.col("alias_type").is_in(AUTHORS)).select("alias_type", author_id="alias_value").unique()
    wanted = asked.select("author_id", "seen_at").unique().join(named, on="author_id").rename({"author_id": "alias_value"})
    people = match_people(wanted, links).people
    sole = people.group_by(author_id="alias_value", seen_at="seen_at").agg(
        person_key=pl.col("customer_id").min(), customers=pl.col("customer_id").n_unique()
    )
    return sole.filter(customers=1).drop("customers")


def list_purchases(orders: pl.DataFrame, leads: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row per purchase of a known person: person_key, bought_at; orders that were kept in part at least, and won leads.

    Parameters
    ----------
    orders, leads : DataFrame
        The canonical tables, of the campaign's brand.

    Examples
    --------
    >>> orders = pl.DataFrame({"person_key": ["ann", "bob", None], "net_minor": [900, 900, 900], "refund_minor": [0, 900, 0]})
    >>> list_purchases(orders.with_columns(ordered_at=pl.datetime(2025, 3, 1)))["person_key"].to_list()
    ['ann']
    """
    kept = orders.filter(pl.col("net_minor") > pl.col("refund_minor"))
    parts = [kept.select("person_key", bought_at="ordered_at")]
    if leads is not None:
        won = leads.filter(pl.col("is_won").fill_null(False))
        parts.append(
            won.group_by("lead_id").agg(pl.col("person_key").first(), bought_at=pl.col("reached_at").min()).drop("lead_id")
        )
    return pl.concat(parts).drop_nulls("person_key")


def repeat_purchase_rows(
    conversations: pl.DataFrame, links: pl.DataFrame, purchases: pl.DataFrame, cut: Cut, days: float = REPEAT_DAYS
) -> list[Row]:
    """E8: shares who bought within `days` after their conversation, of those served and of those never answered; difference.

    Grade C (METRICS.md C.5). Only customers who needed a response and may be joined count, each once, from the end of the
    first conversation of their group, and only if the whole window has passed. It is a purchase after the conversation,
    whether or not the orders reach back to an earlier one.

    Parameters
    ----------
    links : DataFrame
        The table `identity_links`.
    purchases : DataFrame
        As from `list_purchases`.
    """
    if (reason := unknown_buyers(links, purchases)) is not None:
        labels = {"n": 0, "denominator": "customers who needed a response and may be joined", "reason": reason}
        return [value_row("E8", name, None, "share", **labels) for name in ("served", "comparison", "difference")]
    judged = _buyers(conversations, links, purchases, cut, days)
    served, rest = judged.filter("is_served"), judged.filter(~pl.col("is_served"))
    shares = [
        share_row(served, "bought", "E8", "served", "customers served, joined and mature", grade="C"),
        share_row(rest, "bought", "E8", "comparison", "customers never answered, joined and mature", grade="C"),
    ]
    return [*(row | {"reason": row["reason"] or NOT_RANDOM} for row in shares), _difference_row(served, rest)]


def unknown_buyers(links: pl.DataFrame, purchases: pl.DataFrame) -> str | None:
    """Why nobody can be joined to a purchase; None where somebody may be."""
    if links.is_empty():
        return NO_LINKS
    return NO_PURCHASES if purchases.is_empty() else None


def _buyers(conversations: pl.DataFrame, links: pl.DataFrame, purchases: pl.DataFrame, cut: Cut, days: float) -> pl.DataFrame:
    needing = conversations.filter(pl.col("clock_at").is_not_null()).select(
        "last_at", author_id="customer_id", seen_at="started_at", is_served=pl.col("agent_turn_count") > 0
    )
    joined = needing.join(people_behind(needing, links), on=["author_id", "seen_at"], validate="m:1")
    # Whoever was answered at all is served, and counted from the first conversation in which that happened.
    each = joined.sort(~pl.col("is_served"), "last_at").unique("person_key", keep="first", maintain_order=True)
    mature = each.filter(pl.col("last_at") <= cut.as_of - timedelta(days=days))
    near = mature.select("person_key", "last_at").join(purchases, on="person_key")
    bought = near.filter(pl.col("bought_at") > pl.col("last_at"), pl.col("bought_at") <= pl.col("last_at") + _days(days))
    flags = bought.select("person_key", bought=pl.lit(True)).unique()
    return mature.join(flags, on="person_key", how="left", validate="1:1").with_columns(pl.col("bought").fill_null(False))


def _difference_row(served: pl.DataFrame, rest: pl.DataFrame) -> Row:
    labels = {"n": served.height + rest.height, "denominator": "customers joined and mature", "grade": "C"}
    if served.is_empty() or rest.is_empty():
        who = "served" if served.is_empty() else "never answered"
        return value_row("E8", "difference", None, "share", reason=f"no customers {who}, joined and mature", **labels)
    counts = int(served["bought"].sum()), served.height, int(rest["bought"].sum()), rest.height
    gap = Estimate(counts[0] / counts[1] - counts[2] / counts[3], *newcombe_interval(*counts))
    return value_row("E8", "difference", gap, "share", reason=NOT_RANDOM, **labels)
