"""Who follows, writes, comes back, and is answered by whom (A1-A8): real posts of a page, and small worlds by hand."""

from datetime import UTC, date, datetime, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from careworth.marts.periods import Cut
from careworth.marts.threads import assign_threads
from careworth.metrics.audience import active_rows, follower_rows, interaction_rows, reach_rows
from careworth.metrics.posts import click_rows, engagement_rows
from careworth.metrics.topology import community_rows, peer_answers, return_rows, topology_rows
from careworth.metrics.windows import trailing, trailing_days
from careworth.results import pick, to_metric_values
from careworth.schemas import ACCOUNTS, CLICKS, INSTANT, MESSAGES, POSTS

#: June, looked at in August: all of its days have passed.
CUT = Cut(date(2024, 6, 1), date(2024, 7, 1), datetime(2024, 8, 1, tzinfo=UTC), ZoneInfo("UTC"))

TURN = {
    "thread_id": pl.String(),
    "customer_id": pl.String(),
    "account_id": pl.String(),
    "pair_number": pl.UInt32(),
    "author_role": pl.String(),
    "network": pl.String(),
    "channel": pl.String(),
    "visibility": pl.String(),
    "message_count": pl.Int64(),
    "start_at": INSTANT,
}
CONVERSATION = {
    "customer_id": pl.String(),
    "network": pl.String(),
    "channel": pl.String(),
    "opening_state": pl.String(),
    "started_at": INSTANT,
    "clock_at": INSTANT,
    "agent_turn_count": pl.Int64(),
}


def june(day: float) -> datetime:
    """Midnight of that day of June 2024, or of one before or after."""
    return datetime(2024, 6, 1, tzinfo=UTC) + timedelta(days=day - 1)


def table(schema, *rows: dict) -> pl.DataFrame:
    """These rows with every column of the schema."""
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def turn(customer: str, day: float, role: str = "customer", **other) -> dict:
    """One public turn of a customer or to them, on x."""
    same = {"thread_id": f"t-{customer}", "account_id": "help", "network": "x", "channel": "public_post", "visibility": "public"}
    numbered = {"customer_id": customer, "pair_number": crc32(customer.encode())}
    return same | numbered | {"author_role": role, "message_count": 1, "start_at": june(day)} | other


def conversation(customer: str, day: float, state: str = "question") -> dict:
    """One conversation that called for an answer."""
    named = {"customer_id": customer, "network": "x", "channel": "dm", "opening_state": state}
    return named | {"started_at": june(day), "clock_at": june(day), "agent_turn_count": 1}


def snapshot(account: str, day: date, followers: int | None, network: str = "x") -> dict:
    """One day's count of an account's followers."""
    return {"account_id": account, "snapshot_date": day, "network": network, "followers": followers}


def values(rows) -> pl.DataFrame:
    """The rows as a table of one campaign."""
    return to_metric_values(rows, "test", CUT.start, CUT.end)


def value(rows, metric_id: str, variant: str, place: str = "all") -> float | None:
    """The value of one row."""
    return pick(values(rows), metric_id, variant, place)["value"]


# --- A1 ---


def test_followers_grow_from_the_start_to_the_end_by_the_latest_counts():
    """By hand: 100 on 31 May, 130 on 30 June; the count of 2 July is later than the campaign: 130 / 100 - 1 = 0.3."""
    days = [(date(2024, 5, 31), 100), (date(2024, 6, 30), 130), (date(2024, 7, 2), 999)]
    rows = follower_rows(table(ACCOUNTS.columns, *(snapshot("help", day, count) for day, count in days)), CUT)
    assert value(rows, "A1", "followers") == 130
    assert value(rows, "A1", "net_growth", "network=x") == pytest.approx(0.3)


def test_followers_of_two_networks_are_never_one_number():
    two = [snapshot("a", date(2024, 6, 30), 100), snapshot("b", date(2024, 6, 30), 50, "facebook")]
    found = values(follower_rows(table(ACCOUNTS.columns, *two), CUT)).filter(variant="followers")
    assert dict(found.select("slice", "value").iter_rows()) == {"network=facebook": 50, "network=x": 100}


def test_an_account_without_a_count_at_the_start_grows_by_an_unknown_share():
    rows = follower_rows(table(ACCOUNTS.columns, snapshot("new", date(2024, 6, 20), 40)), CUT)
    growth = pick(values(rows), "A1", "net_growth")
    assert (growth["value"], growth["grade"], "at the start" in growth["reason"]) == (None, "X", True)


@pytest.mark.parametrize(("day", "known"), [(date(2024, 5, 31), True), (date(2024, 5, 30), False)])
def test_a_count_of_followers_older_than_31_days_is_none(day, known):
    """31 days before the campaign's end, 1 July, is 31 May."""
    row = pick(values(follower_rows(table(ACCOUNTS.columns, snapshot("help", day, 7)), CUT)), "A1", "followers")
    assert (row["value"] is not None) is known


@pytest.mark.parametrize("count", [None, -1])
def test_a_missing_or_impossible_count_of_followers_is_unknown(count):
    rows = follower_rows(table(ACCOUNTS.columns, snapshot("help", date(2024, 6, 30), count)), CUT)
    assert [(row["value"], row["grade"]) for row in rows] == [(None, "X")]


# --- A2, A3 ---


def test_active_are_the_different_customers_of_the_last_thirty_days():
    """By hand: ann twice and bob once from 1 June on; eve wrote on 31 May, the answer is no customer's: 2 of 200 followers."""
    said = [turn("ann", 1), turn("ann", 9), turn("bob", 30.5), turn("eve", 0.5), turn("zoe", 5, "agent"), turn("max", 31)]
    rows = active_rows(table(TURN, *said), table(ACCOUNTS.columns, snapshot("help", date(2024, 6, 30), 200)), CUT)
    assert (value(rows, "A2", "active_users"), value(rows, "A2", "active_share")) == (2, 0.01)
    assert (rows[0]["period_start"], rows[0]["period_end"]) == (date(2024, 6, 1), date(2024, 7, 1))


def test_without_followers_there_are_active_users_but_no_share():
    rows = active_rows(table(TURN, turn("ann", 9)), table(ACCOUNTS.columns), CUT)
    assert value(rows, "A2", "active_users") == 1
    share = pick(values(rows), "A2", "active_share")
    assert (share["value"], "no count of followers" in share["reason"]) == (None, True)


def test_the_last_message_at_the_cut_off_itself_is_known():
    """The cut-off defaults to the last message's own instant."""
    early = Cut(CUT.start, CUT.end, june(10), CUT.zone)
    rows = active_rows(table(TURN, turn("ann", 10), turn("bob", 10.001)), table(ACCOUNTS.columns), early)
    assert value(rows, "A2", "active_users") == 1


def test_thirty_days_are_counted_on_the_wall_clock():
    """Amsterdam turned its clocks on 31 March 2024, so 30 days before 15 April 00:00 (UTC+2) is 16 March 00:00 (UTC+1)."""
    spring = Cut(date(2024, 3, 1), date(2024, 4, 15), datetime(2024, 5, 1, tzinfo=UTC), ZoneInfo("Europe/Amsterdam"))
    instants = pl.DataFrame({"at": [datetime(2024, 3, 15, 22, 59, tzinfo=UTC), datetime(2024, 3, 15, 23, 0, tzinfo=UTC)]})
    assert instants.select(trailing("at", spring)).to_series().to_list() == [False, True]
    assert trailing_days(spring) == (date(2024, 3, 16), date(2024, 4, 15))


def test_the_median_and_the_ninetieth_percentile_of_what_customers_write():
    """By hand: ten customers write 1, 1, 1, 1, 2, 2, 2, 3, 4 and 40 times: 2, and a tenth of the way from 4 to 40."""
    counts = [1, 1, 1, 1, 2, 2, 2, 3, 4, 40]
    said = [turn(f"c{number}", 2 + k / 8) for number, count in enumerate(counts) for k in range(count)]
    rows = interaction_rows(table(TURN, *said), table(CONVERSATION), CUT)
    assert (value(rows, "A3", "interactions_median"), value(rows, "A3", "interactions_p90")) == (2, pytest.approx(7.6))
    median = pick(values(rows), "A3", "interactions_median")
    assert median["n"] == 10
    assert median["low"] <= 2 <= median["high"]


def test_a_channel_is_ranked_in_three_ways():
    """By hand: two write in public and are answered once; one writes privately, whose matter takes three answers."""
    public = [turn("ann", 5), turn("ann", 5.5), turn("bob", 6), turn("ann", 7, "agent")]
    private = [turn("eve", 8, channel="dm"), *(turn("eve", day, "agent", channel="dm") for day in (9, 10, 11))]
    rows = interaction_rows(table(TURN, *public, *private), table(CONVERSATION, conversation("eve", 8)), CUT)
    claims = ["rank_by_active_users", "rank_by_care", "rank_by_agent_turns"]
    assert [value(rows, "A3", claim, "channel=public_post") for claim in claims] == [2, 0, 1]
    assert [value(rows, "A3", claim, "channel=dm") for claim in claims] == [1, 1, 3]


# --- A4, A7 returns, A8 ---


def said_by(number: int, author: str, role: str, answers: int | None, kind: str = "reply", day: float = 5) -> dict:
    """One message of a thread that ann opened."""
    linked = {"in_reply_to_id": None if answers is None else str(answers), "message_kind": kind, "native_thread_id": "t-ann"}
    who = {"message_id": str(number), "author_id": author, "author_role": role, "network": "x", "account_id": "help"}
    return who | linked | {"created_at": june(day)}


TALK = [
    said_by(1, "ann", "customer", None, "original"),
    said_by(2, "kim", "peer", 1),  # a customer answers a customer
    said_by(3, "ann", "customer", 2),  # and is answered
    said_by(4, "ann", "customer", 3),  # who answers herself answers nobody
    said_by(5, "lee", "peer", 1, "quote"),  # a quote is no answer
    said_by(6, "help", "agent", 1),
    said_by(7, "ann", "customer", 6),  # she answers the brand
    said_by(8, "kim", "peer", 99),  # nobody knows whom
    said_by(9, "kim", "peer", 1, day=40),  # after the campaign
]


def answers(turns: pl.DataFrame) -> pl.DataFrame:
    return peer_answers(turns, assign_threads(table(MESSAGES.columns, *TALK)), CUT)


def test_messages_go_three_ways():
    """By hand: four by ann and one by bob; one to ann and one unasked to zed; kim and ann answer each other; 1 of 3 mutual."""
    turns = table(TURN, turn("ann", 5, message_count=4), turn("ann", 5, "agent"), turn("bob", 6), turn("bob", 6, "bot"))
    turns = pl.concat([turns, table(TURN, turn("zed", 7, "agent"))])
    rows = topology_rows(turns, answers(turns), CUT)
    ways = ["customer_to_brand", "brand_to_customer", "customer_to_customer", "reciprocity"]
    assert [value(rows, "A4", way) for way in ways] == [5, 2, 2, pytest.approx(1 / 3)]


def test_talk_in_another_brands_threads_is_not_ours():
    turns = table(TURN, turn("bob", 6))
    rows = topology_rows(turns, answers(turns), CUT)
    assert value(rows, "A4", "customer_to_customer") == 0


def test_without_reply_links_nobody_knows_who_answers_whom():
    alone = table(MESSAGES.columns, said_by(1, "ann", "customer", None), said_by(2, "kim", "peer", None))
    turns = table(TURN, turn("ann", 5))
    row = pick(values(topology_rows(turns, peer_answers(turns, alone, CUT), CUT)), "A4", "customer_to_customer")
    assert (row["value"], "which message it answers" in row["reason"]) == (None, True)
    assert [row["value"] for row in community_rows(turns, peer_answers(turns, alone, CUT), CUT)] == [None, None]


def test_few_answer_the_others():
    """By hand: ann and kim each answer one of the other; ann, bob and kim write: 2 of 3; the busiest one wrote 1 of 2."""
    turns = table(TURN, turn("ann", 5), turn("bob", 6))
    rows = community_rows(turns, answers(turns), CUT)
    assert value(rows, "A8", "contributors_share") == pytest.approx(2 / 3)
    top = pick(values(rows), "A8", "top_percent_share")
    assert (top["value"], top["n"], "2 helpers: 1 person" in top["reason"]) == (0.5, 2, True)


def test_who_comes_back_within_thirty_days_returns():
    """By hand: ann after 30 days yes, bob after 31 no, eve too late to judge; ann's second is a complaint."""
    long = Cut(date(2024, 6, 1), date(2024, 8, 1), CUT.as_of, CUT.zone)
    open_twice = [conversation("ann", 1), conversation("ann", 31, "complaint"), conversation("bob", 1), conversation("bob", 32)]
    rows = return_rows(table(CONVERSATION, *open_twice, conversation("eve", 33)), long)
    whole = pick(values(rows), "A7", "returning_customers")
    assert (whole["value"], whole["n"]) == (0.5, 2)
    assert value(rows, "A7", "returning_customers", "opening=no complaint") == 0


def test_a_campaign_of_less_than_thirty_days_sees_nobody_return():
    short = Cut(date(2024, 6, 1), date(2024, 6, 21), CUT.as_of, CUT.zone)
    rows = return_rows(table(CONVERSATION, conversation("ann", 1), conversation("ann", 9)), short)
    assert [(row["value"], row["grade"]) for row in rows] == [(None, "X")] * 2


# --- A5 ---


def post(number: int, impressions: int | None, link: str | None = "shop", day: float = 3, **other) -> dict:
    """One post of the brand."""
    own = {"post_id": f"p{number}", "account_id": "help", "published_at": june(day), "impressions": impressions}
    return own | {"link_id": link} | other


def click(number: int, person: str | None, day: float = 4, **other) -> dict:
    """One click on the link to the shop."""
    return {"click_id": str(number), "clicked_at": june(day), "link_id": "shop", "person_key": person, "is_bot": False} | other


def test_people_who_click_are_counted_once_and_bots_never():
    """By hand: ann twice and bob click, one nobody, one bot: 2 people; 4 clicks on 200 impressions are 0.02."""
    clicks = [click(1, "ann"), click(2, "ann"), click(3, "bob"), click(4, None), click(5, "robot", is_bot=True)]
    rows = click_rows(table(POSTS.columns, post(1, 150), post(2, 50)), table(CLICKS.columns, *clicks), CUT)
    people = pick(values(rows), "A5", "clickers")
    assert (people["value"], people["n"], people["reason"][:8]) == (2, 4, "1 clicks")
    assert value(rows, "A5", "click_rate") == 0.02


def test_clicks_without_people_are_not_people():
    rows = click_rows(table(POSTS.columns, post(1, 100)), table(CLICKS.columns, click(1, None)), CUT)
    people = pick(values(rows), "A5", "clickers")
    assert (people["value"], "people are not available" in people["reason"]) == (None, True)
    assert value(rows, "A5", "click_rate") == 0.01


def test_a_click_counts_for_its_post_and_not_for_its_own_day():
    """By hand: a click in July on June's post counts; one on May's post does not, nor one later than the cut-off."""
    posts = table(POSTS.columns, post(1, 100), post(2, 100, day=-9), post(3, 0), post(4, None))
    clicks = [click(1, None, 45), click(2, None, 4, post_id="p2"), click(3, None, 99), click(4, None, 5, post_id="p1")]
    assert value(click_rows(posts, table(CLICKS.columns, *clicks), CUT), "A5", "click_rate") == 0.02


@pytest.mark.parametrize(("posts", "clicks"), [([], [click(1, "ann")]), ([post(1, 100)], [])])
def test_without_posts_or_clicks_there_is_no_click_rate(posts, clicks):
    rows = click_rows(table(POSTS.columns, *posts), table(CLICKS.columns, *clicks), CUT)
    rate = pick(values(rows), "A5", "click_rate")
    assert (rate["value"], rate["grade"], rate["reason"] is None) == (None, "X", False)


# --- A6 ---


def test_reach_is_of_the_accounts_that_answered_in_public():
    """By hand: help answers in public, shop in private, care not at all: 300 followers."""
    said = [turn("ann", 5, "agent"), turn("bob", 6, "agent", account_id="shop", visibility="private"), turn("eve", 7)]
    counts = [snapshot(name, date(2024, 6, 30), count) for name, count in (("help", 300), ("shop", 50), ("care", 9))]
    row = pick(values(reach_rows(table(TURN, *said), table(ACCOUNTS.columns, *counts), CUT)), "A6", "potential_reach")
    assert (row["value"], row["n"], row["grade"], "potential" in row["reason"]) == (300, 1, "C", True)


def test_reach_is_unknown_without_followers_or_answers():
    nothing, asked = table(ACCOUNTS.columns), table(TURN, turn("ann", 5))
    for turns, why in ((asked, "no public answer"), (table(TURN, turn("ann", 5, "agent")), "no count of followers")):
        row, *_ = reach_rows(turns, nothing, CUT)
        assert (row["value"], row["grade"], why in row["reason"]) == (None, "X", True)


# --- A7 engagement ---


def engaged(number: int, impressions: int, reactions: int | None, comments: int | None, shares: int | None, **other) -> dict:
    """One post with what people did."""
    return post(number, impressions, reactions=reactions, comments=comments, shares=shares, **other)


def test_engagement_is_what_people_did_per_impression():
    """By hand: 10 + 2 + 3 and 5 + 0 + 0 of 100 + 300 impressions: 20 / 400 = 0.05, not the mean of 0.15 and 0.0167."""
    posts = [engaged(1, 100, 10, 2, 3, is_paid=True), engaged(2, 300, 5, 0, 0, is_paid=False), engaged(3, 900, 9, 9, 9, day=40)]
    rows = engagement_rows(table(POSTS.columns, *posts), CUT)
    assert value(rows, "A7", "engagement_rate") == 0.05
    assert value(rows, "A7", "engagement_rate", "reach=paid") == 0.15
    assert value(rows, "A7", "engagement_rate", "reach=organic") == pytest.approx(5 / 300)


def test_what_no_post_counts_is_named_and_a_post_that_lacks_a_count_left_out():
    """By hand: shares are never counted, the second post has no comments: (10 + 2) / 100."""
    posts = [engaged(1, 100, 10, 2, None), engaged(2, 300, 5, None, None)]
    row = pick(values(engagement_rows(table(POSTS.columns, *posts), CUT)), "A7", "engagement_rate")
    assert (row["value"], row["n"]) == (0.12, 100)
    assert row["reason"] == "shares are not connected; 1 posts that lack a count are left out"


@pytest.mark.parametrize("posts", [[], [engaged(1, 0, 1, 1, 1)], [engaged(1, 100, None, None, None)]])
def test_without_impressions_or_deeds_there_is_no_engagement(posts):
    (row,) = engagement_rows(table(POSTS.columns, *posts), CUT)
    assert (row["value"], row["grade"]) == (None, "X")


def test_engagement_of_a_real_page_agrees_with_plain_sums(shared):
    """500 posts of a cosmetics brand in 2014 (UCI, CC BY 4.0); summed here line by line without polars."""
    path = shared / "data/audience/facebook_page_posts.csv"
    header, *lines = path.read_text(encoding="utf-8-sig").splitlines()
    records = [dict(zip(header.split(";"), line.split(";"), strict=True)) for line in lines]
    whole = [each for each in records if all(each[name] for name in ("like", "comment", "share"))]
    deeds = sum(int(each[name]) for each in whole for name in ("like", "comment", "share"))
    impressions = sum(int(each["Total Impressions"]) for each in whole)
    read = pl.read_csv(path, separator=";")
    posts = read.select(
        post_id=pl.int_range(pl.len()).cast(pl.String),
        account_id=pl.lit("page"),
        published_at=pl.lit(june(5)).cast(INSTANT),
        is_paid=pl.col("Paid") == 1,
        impressions="Total Impressions",
        reactions="like",
        comments="comment",
        shares="share",
    )
    rows = engagement_rows(posts, CUT)
    row = pick(values(rows), "A7", "engagement_rate")
    assert (row["value"], row["n"]) == (pytest.approx(deeds / impressions, rel=1e-12), impressions)
    assert row["reason"] == f"{len(records) - len(whole)} posts that lack a count are left out"
    # A large-sample interval of a ratio of sums, worked out here by itself, is about as wide.
    ratio = deeds / impressions
    spread = [sum(int(e[n]) for n in ("like", "comment", "share")) - ratio * int(e["Total Impressions"]) for e in whole]
    half = 1.96 * (np.var(spread) * len(whole)) ** 0.5 / impressions
    assert (row["high"] - row["low"]) / 2 == pytest.approx(half, rel=0.15)
    parts = [pick(values(rows), "A7", "engagement_rate", f"reach={name}")["n"] for name in ("paid", "organic")]
    assert 0 < impressions - sum(parts) < 0.05 * impressions  # one post does not say whether it was paid for
