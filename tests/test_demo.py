"""The demo's year: large and varied enough, the same every time, whole, and true to what it says was planted."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from careworth.config import campaign_ids, load_campaign, load_workspace
from careworth.demo import write_demo_sources
from careworth.demo.dice import Dice, stream
from careworth.demo.phrasebook import PHRASES
from careworth.demo.texts import write_text
from careworth.files import sha256
from careworth.schemas import TABLES

#: Issue 2: at least 60,000 messages on four networks, public and private, and each of these voices among them.
MESSAGES_AT_LEAST = 60_000
NETWORKS = {"x", "facebook", "instagram", "whatsapp"}
ROLES = {"customer", "agent", "bot", "auto_reply", "brand_marketing", "peer", "spam"}
KINDS = {"original", "reply", "quote", "reshare"}

#: The demo company runs no help desk, no review page, no quality reviews, audits, rosters or sales team, and pays in euros alone;
#: of its calls there are sums alone.
DEMO_TABLES = [
    name
    for name in TABLES
    if name
    not in {"tickets", "ticket_events", "reviews", "qa_reviews", "maturity_answers", "staffing", "contacts", "leads"}
    | {"exchange_rates"}
]

#: workspace.toml: silence after which the customer's next message opens a new conversation, and the maturity window.
BOUNDARY_HOURS = {"private": 24, "public": 120}
MATURITY = timedelta(hours=72)


@pytest.fixture(scope="module")
def sources(demo) -> Path:
    """The folder of the demo's generated sources, full size."""
    return demo / "sources"


@pytest.fixture(scope="module")
def tables(sources) -> dict[str, pl.DataFrame]:
    """Every table that was written, by name."""
    return {path.stem: pl.read_parquet(path) for path in sources.glob("*.parquet")}


@pytest.fixture(scope="module")
def truth(sources) -> dict:
    """What the generator says it planted."""
    return json.loads((sources / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def said(tables) -> pl.DataFrame:
    """Each message of a conversation with its labels."""
    labelled = tables["messages"].join(tables["truth_labels"], on="message_id", validate="1:1")
    return labelled.filter(pl.col("conversation_id").is_not_null() & (pl.col("author_role") != "peer")).sort("message_id")


@pytest.fixture(scope="module")
def campaigns(demo) -> dict:
    """Each campaign's own file."""
    workspace = load_workspace(demo)
    return {each: load_campaign(workspace, each) for each in campaign_ids(workspace)}


def own_conversations(tables: dict, campaign, zone) -> pl.DataFrame:
    """The planted conversations of a campaign, found by its file's accounts and dates alone."""
    inside = pl.col("started_at").dt.convert_time_zone(zone.key).dt.date().is_between(campaign.start, campaign.end, closed="left")
    return tables["truth_conversations"].filter(inside & pl.col("account_id").is_in(campaign.accounts))


# --- size and variety ---


def test_there_are_enough_messages_on_all_networks_in_all_voices(tables):
    messages = tables["messages"]
    assert messages.height >= MESSAGES_AT_LEAST
    assert set(messages["network"]) == NETWORKS
    assert set(messages["author_role"]) == ROLES
    assert set(messages["message_kind"]) == KINDS
    assert set(messages["visibility"]) == {"public", "private"}


def test_about_an_eighth_is_not_english(tables):
    """Issue 2 asks for about 12 % in other languages; `LANGUAGES` gives 12 of 100."""
    conversations = tables["truth_conversations"]
    assert conversations.filter(pl.col("language") != "en").height / conversations.height == pytest.approx(0.12, abs=0.01)
    assert tables["messages"]["lang"].null_count() > 0


def test_customers_rarely_repeat_each_other(said):
    """Two in three openings occur once; the phrasebook alone has some hundreds of phrases, so the slots must do it."""
    openings = said.filter(pl.col("opening_state").is_in(["complaint", "question", "request"]))["text"]
    assert openings.n_unique() / len(openings) > 0.66
    assert len(PHRASES) > 200


def test_no_single_word_finds_the_thanks(said):
    """Half of the genuine thanks at most have 'thank', and among turns with thankful words a tenth are no thanks."""
    genuine = said.filter("is_genuine_thanks")["text"].str.to_lowercase()
    assert 0.3 < genuine.str.contains("thank").mean() < 0.6
    after_help = said.filter(
        pl.col("thank_like_kind").is_in(["genuine", "advance", "declined", "sarcastic", "other_person", "quoted"])
    )
    assert 0.07 < 1 - after_help["is_genuine_thanks"].mean() < 0.13


def test_genuine_thanks_come_only_from_customers_whom_a_person_has_answered(said):
    answered = (pl.col("author_role") == "agent").cast(pl.Int64).cum_sum().over("conversation_id") > 0
    thanks = said.with_columns(answered=answered).filter("is_genuine_thanks")
    assert thanks["answered"].all()
    assert set(thanks["author_role"]) == {"customer"}


def test_no_message_has_an_unfilled_slot(tables):
    assert tables["messages"].filter(pl.col("text").str.contains(r"[{}#]|^\s*$|  ")).is_empty()


@pytest.mark.parametrize("language", ["en", "nl", "de", "es", "fr", "it", "pt"])
def test_every_phrase_can_be_written(language):
    dice = Dice(stream(1, "test"))
    for kind in sorted(kind for each, kind in PHRASES if each == language):
        assert "{" not in "".join(write_text(kind, language, dice, is_brand=False) for _ in range(20))


# --- the same every time ---


def hashes(folder: Path) -> dict[str, str]:
    """The hash of each file by its name."""
    return {path.name: sha256(path) for path in folder.iterdir()}


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """A twentieth of the demo."""
    folder = tmp_path_factory.mktemp("small")
    write_demo_sources(folder, seed=2025, scale=0.05)
    return folder


@pytest.mark.parametrize(("hash_seed", "threads"), [("1", "1"), ("99", "2")])
def test_another_process_writes_the_same_bytes(small, tmp_path, hash_seed, threads):
    code = "import sys, pathlib, careworth.demo as d; d.write_demo_sources(pathlib.Path(sys.argv[1]), 2025, 0.05)"
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "POLARS_MAX_THREADS": threads}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "again")], env=environment, check=True)
    assert hashes(tmp_path / "again") == hashes(small)


def test_another_seed_writes_another_year(small, tmp_path):
    write_demo_sources(tmp_path, seed=2026, scale=0.05)
    fixed = {"unit_costs.parquet", "costs.parquet", "events.parquet"}
    same = {name for name, value in hashes(tmp_path).items() if hashes(small)[name] == value}
    assert same == fixed


def test_writing_leaves_nothing_but_the_tables_and_the_truth(small):
    truth = {"truth.json", "truth_labels.parquet", "truth_conversations.parquet"}
    assert {path.name for path in small.iterdir()} == {f"{name}.parquet" for name in DEMO_TABLES} | truth


def test_streams_of_different_concerns_are_independent():
    assert stream(1, "orders").random() == stream(1, "orders").random()
    assert stream(1, "orders").random() != stream(1, "texts").random()


# --- whole ---


@pytest.mark.parametrize("name", DEMO_TABLES)
def test_each_table_is_as_the_schema_says(tables, name):
    table, schema = tables[name], TABLES[name]
    assert dict(table.schema) == schema.columns
    assert table.height > 0
    assert table.select(pl.struct(schema.key).n_unique()).item() == table.height
    assert sum(table[column].null_count() for column in schema.required) == 0


def test_replies_answer_messages_that_came_before(tables):
    messages = tables["messages"]
    parents = messages.select(in_reply_to_id="message_id", parent_at="created_at")
    replies = messages.drop_nulls("in_reply_to_id").join(parents, on="in_reply_to_id", how="left")
    assert replies["parent_at"].null_count() == 0
    assert (replies["parent_at"] <= replies["created_at"]).all()


def test_no_planted_conversation_falls_apart_at_a_boundary(said):
    """METRICS.md F3: a customer's message after 24 h (private) or 120 h (public) of silence opens a new conversation."""
    silence = pl.col("created_at").diff().over("conversation_id").dt.total_minutes() / 60
    longest = (
        said.with_columns(silence=silence).filter(author_role="customer").group_by("visibility").agg(pl.col("silence").max())
    )
    for visibility, hours in longest.iter_rows():
        assert hours < BOUNDARY_HOURS[visibility]


def test_two_conversations_in_one_private_thread_are_a_day_apart(tables):
    private = tables["truth_conversations"].filter(pl.col("thread_id").str.starts_with("t-")).sort("thread_id", "started_at")
    pause = private.select(pl.col("started_at") - pl.col("ended_at").shift().over("thread_id")).to_series().drop_nulls()
    assert len(pause) > 500
    assert pause.min() > timedelta(hours=BOUNDARY_HOURS["private"])


def test_only_merrow_hotels_has_orders_but_the_books_have_both_brands(tables):
    assert set(tables["orders"]["brand"]) == {"Merrow Hotels"}
    assert set(tables["control_totals"]["brand"]) == {"Merrow Hotels", "Merrow Residences"}


def test_orders_and_books_differ_by_less_than_two_percent_each_month(tables):
    month = pl.col("ordered_at").dt.convert_time_zone("Europe/Amsterdam").dt.date().dt.month_start()
    net = (pl.col("net_minor") - pl.col("refund_minor")).sum()
    ours = tables["orders"].group_by("brand", period_start=month).agg(ours=net)
    both = tables["control_totals"].filter(brand="Merrow Hotels").join(ours, on=["brand", "period_start"], how="left")
    gap = both.select((pl.col("ours") / pl.col("net_minor") - 1).abs()).to_series()
    assert len(gap) == 12
    assert 0 < gap.max() < 0.02


def test_arms_are_random_halves(tables):
    """Equal to a person within each experiment, and no earlier or later assigned than the other: |z| < 4."""
    for (_,), part in tables["experiment_arms"].partition_by("experiment_id", as_dict=True).items():
        arms = {name: each["assigned_at"].cast(pl.Int64) for (name,), each in part.partition_by("arm", as_dict=True).items()}
        treatment, control = arms["treatment"], arms["control"]
        assert abs(len(treatment) - len(control)) <= 1
        error = (treatment.var() / len(treatment) + control.var() / len(control)) ** 0.5
        assert abs(treatment.mean() - control.mean()) < 4 * error


def test_each_campaign_file_is_valid_and_has_one_goal_too_late_somewhere(campaigns):
    assert sorted(campaigns) == ["booking-outage", "city-concierge", "spring-help-line", "summer-escape"]
    late = {each.id for each in campaigns.values() for goal in each.goals if goal.registered_on > each.start}
    assert late == {"booking-outage", "spring-help-line"}
    assert all(any(goal.registered_on < each.start for goal in each.goals) for each in campaigns.values())


def test_accounts_know_each_account_of_each_campaign(tables, campaigns):
    known = dict(tables["accounts"].select("account_id", "brand").unique().iter_rows())
    assert {known[account] for each in campaigns.values() for account in each.accounts} == {"Merrow Hotels", "Merrow Residences"}


# --- true ---


def test_truth_counts_conversations_and_outcomes_as_the_tables_do(tables, truth, campaigns, demo):
    zone = load_workspace(demo).zone
    for campaign in campaigns.values():
        own, planted = own_conversations(tables, campaign, zone), truth["campaigns"][campaign.id]
        care = own.filter(pl.col("needs_response") | pl.col("first_agent_at").is_not_null())
        assert datetime.fromisoformat(planted["as_of"]) == campaign.as_of
        assert planted["conversations"] == own.height
        assert planted["needs_response"] == own.filter("needs_response").height
        assert planted["outcomes"] == dict(care.group_by("outcome").len().iter_rows())


def test_truth_counts_thanks_as_messages_and_labels_do(tables, truth, said, campaigns, demo):
    zone = load_workspace(demo).zone
    for campaign in campaigns.values():
        own = own_conversations(tables, campaign, zone).filter(pl.col("started_at") <= campaign.as_of - MATURITY)
        seen = said.filter(pl.col("created_at") <= campaign.as_of).join(own, on="conversation_id", how="semi")
        answered = set(seen.filter(author_role="agent")["conversation_id"])
        thanked = set(seen.filter("is_genuine_thanks")["conversation_id"])
        planted = truth["campaigns"][campaign.id]
        assert thanked <= answered
        assert (planted["answered_mature"], planted["thanked_mature"]) == (len(answered), len(thanked))
        assert planted["thank_you_rate"] == pytest.approx(len(thanked) / len(answered), abs=1e-5)
        assert 0.15 < planted["thank_you_rate"] < 0.25


def test_truth_knows_the_median_wait_with_the_unanswered_counted(tables, truth, said, campaigns, demo):
    """The median over needs-response conversations, an unanswered one being infinitely long."""
    first_agent = said.filter(author_role="agent").group_by("conversation_id").agg(answered_at=pl.col("created_at").min())
    for campaign in campaigns.values():
        needing = own_conversations(tables, campaign, load_workspace(demo).zone).filter("needs_response")
        waited = needing.join(first_agent, on="conversation_id", how="left").select(
            (pl.col("answered_at") - pl.col("started_at")).dt.total_seconds().truediv(60).fill_null(float("inf"))
        )
        planted = truth["campaigns"][campaign.id]
        assert planted["first_response_median_minutes"] == pytest.approx(waited.to_series().median(), abs=0.02)
        assert planted["never_answered_share"] == pytest.approx((waited.to_series() == float("inf")).mean(), abs=1e-5)


def test_truth_of_money_follows_from_its_parts(truth, tables):
    """METRICS.md M9: (gains - cost) / cost, with gains = avoided calls x true cost per call + incremental margin."""
    for name, planted in truth["campaigns"].items():
        cost = tables["costs"].filter(campaign_id=name)["amount_minor"].sum() / 100
        gains = planted["avoided_calls"] * planted["true_cost_per_call"] + (planted["incremental_margin"] or 0)
        assert planted["cost"] == pytest.approx(cost)
        if planted["roi"] is not None:
            assert planted["roi"] == pytest.approx((gains - cost) / cost, abs=1e-4)
    assert truth["campaigns"]["booking-outage"]["roi"] is None


def test_the_stories_differ(truth):
    """The brief: the help line pays about a fifth, the promotion is around zero, the concierge sells."""
    stories = truth["campaigns"]
    assert stories["spring-help-line"]["roi"] == pytest.approx(0.2, abs=0.08)
    assert -0.3 < stories["summer-escape"]["roi"] < 0.05
    assert stories["city-concierge"]["incremental_orders"] > 100
    assert 0.05 < stories["city-concierge"]["open_at_as_of"] / stories["city-concierge"]["conversations"] < 0.25


def test_surveys_are_truthful_random_samples_of_resolved_conversations(tables, truth, campaigns, demo):
    """The share of yes among answers lies within four standard errors of the planted share."""
    planted_shares = {"intent_to_contact": "would_have_phoned_share", "recontact": "recontact_share"}
    zone = load_workspace(demo).zone
    for campaign in campaigns.values():
        own = own_conversations(tables, campaign, zone).filter(outcome="resolved").rename({"customer": "customer_id"})
        for kind, planted in planted_shares.items():
            asked = tables["surveys"].filter(kind=kind).join(own, on=["thread_id", "customer_id"], how="semi")
            answers, share = asked["score"].drop_nulls(), truth["campaigns"][campaign.id][planted]
            assert 0.2 < len(answers) / asked.height < 0.6
            assert abs(answers.mean() - share) < 4 * (share * (1 - share) / len(answers)) ** 0.5


def test_calls_fall_by_the_avoided_ones(sources, truth, monkeypatch, tmp_path):
    """Without the avoided calls taken away, the same draws give that many more calls."""
    from careworth.demo import phone

    conversations = pl.read_parquet(sources / "truth_conversations.parquet")
    fell = phone.build_contact_intervals(conversations, 2025, 1.0)["offered"].sum()
    demand = phone.avoided_calls(conversations, 2025)
    assert demand.height == truth["avoided_calls_in_the_year"] == conversations["is_avoided"].sum()
    usual = phone.build_contact_intervals(conversations.with_columns(is_avoided=pl.lit(False)), 2025, 1.0)["offered"].sum()
    # Only those who would have rung on the morning after the last night of the year are not among its calls.
    assert 0 <= demand.height - (usual - fell) < 5


def test_the_incident_multiplies_complaints_about_bookings(tables, truth):
    """Planted: eight times the usual complaints. Five weekdays of about 5 a day give 4 standard errors of a third."""
    start, end = (datetime.fromisoformat(truth["incident"][key]) for key in ("start", "end"))
    stay = tables["truth_conversations"].filter((pl.col("handle") == "MerrowStay") & (pl.col("state") == "complaint"))
    during = pl.col("started_at").is_between(start, end, closed="left")
    four_weeks = pl.col("started_at").is_between(start - timedelta(days=28), start, closed="left")
    daily = {name: stay.filter(where).height for name, where in (("during", during), ("before", four_weeks))}
    factor = daily["during"] / ((end - start) / timedelta(days=1)) / (daily["before"] / 28)
    assert factor == pytest.approx(truth["incident"]["factor"], rel=0.35)
    assert (stay.filter(during)["topic"] == "booking").mean() > 0.8


def test_no_channel_is_said_to_cause_more_orders_than_there_are(truth, tables):
    channels = truth["channels"]
    assert set(channels) == set(tables["touchpoints"]["channel"])
    assert channels["email"]["caused_orders"] == 0
    assert 0 < channels["care_social"]["caused_orders"] < tables["orders"].height
