"""Who follows, who writes and how often, and how many could see it (A1, A2, A3, A6)."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.volume import is_care
from careworth.metrics.windows import during, last_day, trailing, trailing_days
from careworth.results import Row, value_row
from careworth.stats import Estimate, quantile_estimate

#: A count of followers older than this says nothing about the day asked for.
FRESH_DAYS = 31

ACCOUNTS = "accounts with a count of followers"
OVERLAP = "one person may follow several of the accounts"
ACTIVE = "customers who wrote in the last 30 days"
NO_FOLLOWERS = "no count of followers is connected for that day"


def follower_rows(accounts: pl.DataFrame, cut: Cut) -> list[Row]:
    """A1: followers at the end and their growth since the campaign's start, per network; context, no success.

    Followers of several networks are never added up, since nobody knows which are the same people.
    """
    counted = _followers_at(accounts, last_day(cut)).join(
        _followers_at(accounts, cut.start).select("account_id", at_start="followers"), on="account_id", how="left", validate="1:1"
    )
    if counted.is_empty():
        return [value_row("A1", "followers", None, "count", n=0, denominator=ACCOUNTS, reason=NO_FOLLOWERS)]
    return [row for place, part in _by_network(counted) for row in (_follower_row(part, place), _growth_row(part, place))]


def followers_now(accounts: pl.DataFrame, cut: Cut) -> int | None:
    """Followers of all the accounts together at the campaign's end, people on several counted on each; None if unknown."""
    counted = _followers_at(accounts, last_day(cut))
    return int(counted["followers"].sum()) if counted.height else None


def _followers_at(accounts: pl.DataFrame, day: date) -> pl.DataFrame:
    """The latest snapshot of each account on or before `day`; none where that is too old."""
    near = accounts.filter(pl.col("followers") >= 0, pl.col("snapshot_date").is_between(day - timedelta(days=FRESH_DAYS), day))
    latest = near.sort("snapshot_date", "account_id").unique("account_id", keep="last", maintain_order=True)
    return latest.select("account_id", "network", "followers").sort("network", "account_id")


def _by_network(table: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each network's rows with the name of its slice; a single network is also all there is."""
    networks = table["network"].drop_nulls().unique().sort().to_list()
    if len(networks) == 1:
        yield "all", table.filter(network=networks[0])
    yield from ((f"network={name}", table.filter(network=name)) for name in networks)


def _follower_row(part: pl.DataFrame, place: str) -> Row:
    reason = OVERLAP if part.height > 1 else None
    labels = {"n": part.height, "denominator": ACCOUNTS, "slice": place, "reason": reason}
    return value_row("A1", "followers", int(part["followers"].sum()), "count", **labels)


def _growth_row(part: pl.DataFrame, place: str) -> Row:
    known = part.drop_nulls("at_start")
    start, end = int(known["at_start"].sum()), int(known["followers"].sum())
    labels = {"n": start, "denominator": "followers at the campaign's start", "slice": place}
    if not start:
        return value_row("A1", "net_growth", None, "ratio", reason="nobody is known to have followed at the start", **labels)
    young = part.height - known.height
    reason = f"{young} accounts without a count at the start are left out" if young else None
    return value_row("A1", "net_growth", end / start - 1, "ratio", reason=reason, **labels)


def active_rows(turns: pl.DataFrame, accounts: pl.DataFrame, cut: Cut) -> list[Row]:
    """A2: customers who wrote to the accounts in the last 30 days, per network, and per follower.

    Reactions and clicks name nobody, so they make nobody active here.
    """
    active = _active(turns, cut)
    if active.is_empty():
        return [value_row("A2", "active_users", None, "count", n=0, denominator=ACTIVE, reason=f"no {ACTIVE}")]
    followers = _followers_at(accounts, last_day(cut))
    return [row for place, part in _by_network(active) for row in _active_pair(part, place, followers, cut)]


def _active(turns: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    return turns.filter(pl.col("author_role") == "customer", trailing("start_at", cut)).drop_nulls("customer_id")


def _active_pair(part: pl.DataFrame, place: str, followers: pl.DataFrame, cut: Cut) -> list[Row]:
    people, network = part["customer_id"].n_unique(), part["network"].first()
    follow = int(followers.filter(network=network)["followers"].sum())
    share = people / follow if follow else None
    reason = "who writes need not follow, so this may exceed 100 %" if follow else f"on {network} {NO_FOLLOWERS}"
    where = {"slice": place, "period": trailing_days(cut)}
    return [
        value_row("A2", "active_users", people, "count", n=people, denominator=ACTIVE, **where),
        value_row("A2", "active_share", share, "share", n=follow, denominator="followers at the end", reason=reason, **where),
    ]


def interaction_rows(turns: pl.DataFrame, conversations: pl.DataFrame, cut: Cut) -> list[Row]:
    """A3: turns per active customer in 30 days, and each channel's three claims to be the top one.

    A mean would show only the few who write most. The three counts of a channel rank differently, so all three stand
    side by side, over the same days: the last 30 of the campaign, or all of it where it is shorter.
    """
    counts = _active(turns, cut).group_by("network", "customer_id").len()["len"].to_numpy()
    shares = {"interactions_median": 0.5, "interactions_p90": 0.9}
    spread = [_frequency_row(counts, variant, share, cut) for variant, share in shares.items()]
    return [*spread, *_channel_rows(turns, conversations, cut)]


def _frequency_row(counts: np.ndarray, variant: str, share: float, cut: Cut) -> Row:
    labels = {"n": len(counts), "denominator": ACTIVE, "period": trailing_days(cut)}
    if not len(counts):
        return value_row("A3", variant, None, "count", reason=f"no {ACTIVE}", **labels)
    return value_row("A3", variant, quantile_estimate(counts, share), "count", **labels)


def _channel_rows(turns: pl.DataFrame, conversations: pl.DataFrame, cut: Cut) -> list[Row]:
    inside = (trailing("start_at", cut) & during("start_at", cut), trailing("started_at", cut) & during("started_at", cut))
    said, care = turns.filter(inside[0]), conversations.filter(inside[1], is_care())
    people = said.filter(author_role="customer").unique(["network", "customer_id", "channel"])
    claims = {
        "rank_by_active_users": (people, "customers who wrote", "A"),
        "rank_by_care": (care, "care conversations", "B"),
        "rank_by_agent_turns": (said.filter(author_role="agent"), "turns by a person of the brand", "A"),
    }
    period = (max(cut.start, trailing_days(cut)[0]), trailing_days(cut)[1])
    channels = said["channel"].drop_nulls().unique().sort().to_list()
    return [
        _claim_row(variant, channel, *claim) | {"period_start": period[0], "period_end": period[1]}
        for variant, claim in claims.items()
        for channel in channels
    ]


def _claim_row(variant: str, channel: str, counted: pl.DataFrame, denominator: str, grade: str) -> Row:
    count = counted.filter(channel=channel).height
    labels = {"n": counted.height, "denominator": denominator, "grade": grade, "slice": f"channel={channel}"}
    return value_row("A3", variant, count, "count", **labels)


def reach_rows(turns: pl.DataFrame, accounts: pl.DataFrame, cut: Cut) -> list[Row]:
    """A6: followers of the accounts that answered in public, per network: who could have seen it at most.

    Grade C: a follower need not see an answer, others may, and who follows two accounts counts twice.
    """
    answers = turns.filter(pl.col("author_role") == "agent", pl.col("visibility") == "public", during("start_at", cut))
    if answers.is_empty():
        return [_reach_row("all", 0, None, "no public answer by a person")]
    followers = _followers_at(accounts, last_day(cut)).select("account_id", "followers")
    counted = answers.group_by("network", "account_id").len().join(followers, on="account_id", how="left", validate="m:1")
    return [_network_reach(place, part) for place, part in _by_network(counted)]


def _network_reach(place: str, part: pl.DataFrame) -> Row:
    unknown = part["followers"].null_count()
    if unknown == part.height:
        return _reach_row(place, int(part["len"].sum()), None, NO_FOLLOWERS)
    left_out = f"; {unknown} accounts without a count are left out" if unknown else ""
    reason = f"potential: not all followers see an answer, and {OVERLAP}{left_out}"
    return _reach_row(place, int(part["len"].sum()), int(part["followers"].sum()), reason)


def _reach_row(place: str, answers: int, reach: int | None, reason: str) -> Row:
    labels = {"n": answers, "denominator": "public answers by a person", "grade": "C", "slice": place}
    return value_row("A6", "potential_reach", Estimate(reach, None, None), "count", reason=reason, **labels)
