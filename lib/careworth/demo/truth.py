"""What was planted, campaign by campaign, for scoring what the notebooks find."""

from datetime import timedelta

import polars as pl

from careworth.demo import world
from careworth.demo.journeys import EFFECTS
from careworth.demo.money import TRUE_CALL_COST
from careworth.demo.sales import Sales
from careworth.demo.world import Campaign, Handle

#: A conversation is mature when it began so long before the cut-off (workspace.toml, resolution_window_hours).
MATURITY = timedelta(hours=72)


def describe_truth(
    tables: dict[str, pl.DataFrame], conversations: pl.DataFrame, labels: pl.DataFrame, sales: Sales, seed: int
) -> dict:
    """The truth as plain numbers: the whole workspace, the incident, each channel and each campaign."""
    said = (
        tables["messages"]
        .select("message_id", "created_at", "author_role")
        .join(labels, on="message_id", validate="1:1", maintain_order="left")
    )
    return {
        "seed": seed,
        "messages": tables["messages"].height,
        "label_counts": _label_counts(labels),
        "incident": {
            "start": world.INCIDENT_START.isoformat(),
            "end": world.INCIDENT_END.isoformat(),
            "factor": world.INCIDENT_FACTOR,
        },
        "channels": {
            name: {"added_chance": effect, "caused_orders": sales.caused_by_channel[name]}
            for name, effect in sorted(EFFECTS.items())
        },
        "avoided_calls_in_the_year": int(conversations["is_avoided"].sum()),
        "campaigns": {
            handle.campaign.id: _campaign(handle, conversations, said, tables["costs"], sales)
            for handle in world.HANDLES.values()
        },
    }


def _label_counts(labels: pl.DataFrame) -> dict[str, dict[str, int]]:
    return {
        name: dict(labels.drop_nulls(name).group_by(name).len().sort(name).iter_rows())
        for name in ("thank_like_kind", "opening_state")
    }


def in_campaign(conversations: pl.DataFrame, handle: Handle) -> pl.DataFrame:
    """The conversations with the campaign's handle that began in the campaign."""
    start, end = world.instant(handle.campaign.start), world.instant(handle.campaign.end)
    return conversations.filter(
        (pl.col("handle") == handle.name) & pl.col("started_at").cast(pl.Int64).is_between(start, end, closed="left")
    )


def _campaign(handle: Handle, conversations: pl.DataFrame, said: pl.DataFrame, costs: pl.DataFrame, sales: Sales) -> dict:
    own, campaign = in_campaign(conversations, handle), handle.campaign
    return (
        _service(own, campaign) | _thanks(own, campaign, said) | _money(handle, own, costs.filter(campaign_id=campaign.id), sales)
    )


def _service(own: pl.DataFrame, campaign: Campaign) -> dict:
    needing = own.filter("needs_response")
    minutes = needing.select(
        pl.when(pl.col("first_agent_at").is_null()).then(float("inf")).otherwise(pl.col("wait") / world.MINUTE)
    ).to_series()
    median = minutes.median()
    care = own.filter(pl.col("needs_response") | pl.col("first_agent_at").is_not_null())
    is_open = (pl.col("outcome") == "open") | (pl.col("closed_at") > campaign.as_of)
    return {
        "as_of": campaign.as_of.isoformat(),
        "conversations": own.height,
        "needs_response": needing.height,
        "care_conversations": care.height,
        "first_response_median_minutes": round(median, 2) if median < float("inf") else None,
        "never_answered_share": round(needing["first_agent_at"].null_count() / needing.height, 5),
        "outcomes": dict(care.group_by("outcome").len().sort("outcome").iter_rows()),
        "open_at_as_of": care.filter(is_open).height,
        "settling_at_as_of": care.filter(~is_open & (pl.col("closed_at") > campaign.as_of - MATURITY)).height,
    }


def _thanks(own: pl.DataFrame, campaign: Campaign, said: pl.DataFrame) -> dict:
    seen = said.filter(pl.col("created_at") <= campaign.as_of).join(
        own.select("conversation_id"), on="conversation_id", how="semi"
    )
    by_conversation = (
        seen.sort("message_id")
        .group_by("conversation_id", maintain_order=True)
        .agg(
            is_answered=(pl.col("author_role") == "agent").any(),
            thanks_count=pl.col("is_genuine_thanks").sum(),
            closed=pl.col("is_genuine_thanks").filter(pl.col("author_role") == "customer").last(),
            state=pl.col("opening_state").drop_nulls().first(),
            started_at=pl.col("created_at").min(),
        )
    )
    answered = by_conversation.filter("is_answered").filter(pl.col("started_at") <= campaign.as_of - MATURITY)
    thanked, complaints = answered.filter(pl.col("thanks_count") > 0), answered.filter(state="complaint")
    return {
        "answered_mature": answered.height,
        "thanked_mature": thanked.height,
        "thank_you_count": int(answered["thanks_count"].sum()),
        "thank_you_rate": _share(thanked.height, answered.height),
        "complaints_answered_mature": complaints.height,
        "complaint_to_thanks_strict": _share(complaints.filter("closed").height, complaints.height),
        "complaint_to_thanks_loose": _share(complaints.filter(pl.col("thanks_count") > 0).height, complaints.height),
        "thank_like": dict(
            seen.drop_nulls("thank_like_kind").group_by("thank_like_kind").len().sort("thank_like_kind").iter_rows()
        ),
    }


def _money(handle: Handle, own: pl.DataFrame, costs: pl.DataFrame, sales: Sales) -> dict:
    resolved = own.filter(pl.col("outcome") == "resolved", pl.col("first_agent_at").is_not_null())
    avoided = int(own["is_avoided"].sum())
    cost = int(costs["amount_minor"].sum()) / 100
    extra = sales.incremental.get(handle.campaign.id)
    saved, margin = avoided * TRUE_CALL_COST, extra["margin"] if extra else 0.0
    is_connected = handle.brand == world.HOTELS
    return {
        "resolved": resolved.height,
        "would_have_phoned_share": _share(int(resolved["would_phone"].sum()), resolved.height),
        "recontact_share": _share(int(resolved["recontacts"].sum()), resolved.height),
        "avoided_calls": avoided,
        "true_cost_per_call": TRUE_CALL_COST,
        "avoided_cost": round(saved, 2),
        "incremental_orders": extra["orders"] if extra else None,
        "incremental_margin": extra["margin"] if extra else None,
        "cost": cost,
        "roi": round((saved + margin - cost) / cost, 4) if is_connected and cost else None,
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 5) if whole else None
