"""Tables that need no format of their own: a user's mapping of what any tool exports, and real files reconciled."""

import csv
import gzip
import shutil
import tomllib
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from careworth.config import load_workspace
from careworth.lake import Lake, open_lake
from careworth.lake.parts import layout_of
from careworth.schemas import TABLES
from careworth.sources import Source
from careworth.staging import stage
from tests.test_config import WORKSPACE

FIXTURES = Path(__file__).parents[1] / "fixtures" / "generic"
MESSAGES = (
    "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
    "1,5,True,Tue Oct 31 22:10:47 +0000 2017,hello,,\n2,north,False,Tue Oct 31 22:11:47 +0000 2017,hi,,1\n"
)

OWN_TABLES = """
[sources.accounts]
format = "generic"
path = "followers.csv"
delimiter = ";"
date_format = "%d.%m.%Y"
decimal_comma = true
rejected_max = 0.5
constants = { brand = "Merrow" }
columns = { account_id = "Profil-ID", handle = "Profil", network = "Netzwerk", snapshot_date = "Stichtag", followers = "Fans" }
values = { network = { Instagram = "instagram", X = "x" } }

[sources.costs]
format = "generic"
path = "costs.csv"
amounts = "major"
rejected_max = 0.5
constants = { campaign_id = "spring-2025", currency = "EUR" }

[sources.costs.columns]
cost_id = "#"
category = "Account"
line = "Cost centre"
period_start = "From"
period_end = "Until"
amount_minor = "Booked"
low_minor = "Least"
high_minor = "Most"

[sources.costs.values.category]
"6000 Wages" = "people"
"6400 Software" = "technology"
"6800 Consulting" = "process"

[sources.unit_costs]
format = "generic"
path = "unit_costs.csv"
delimiter = ";"
date_format = "%d/%m/%Y"
amounts = "major"
decimal_comma = true
constants = { currency = "EUR", source = "controlling, 2025" }

[sources.unit_costs.columns]
channel = "Kanal"
valid_from = "gültig ab"
low_minor = "niedrig"
likely_minor = "wahrscheinlich"
high_minor = "hoch"

[sources.unit_costs.values.channel]
Telefon = "phone"
Chat = "chat"

[sources.surveys]
format = "generic"
path = "surveys.jsonl"
time_format = "epoch_milliseconds"
rejected_max = 0.5

[sources.surveys.columns]
survey_id = "response_id"
kind = "question"
thread_id = "conversation"
customer_id = "respondent"
offered_at = "sent"
responded_at = "answered"
score = "value"

[sources.surveys.values.kind]
"Would you have phoned?" = "intent_to_contact"
"How satisfied were you?" = "csat"

[sources.reviews]
format = "generic"
path = "reviews.csv"
zone = "America/New_York"
empty_words = ["n/a"]
rejected_max = 0.5
constants = { network = "google_play", scale_max = 5 }

[sources.reviews.columns]
review_id = "Review ID"
reviewed_at = "Date"
rating = "Stars"
author_id = "Author"
text = "Body"
account_id = "App"

[sources.events]
format = "generic"
path = "events.csv"
zone = "Europe/Amsterdam"
rejected_max = 0.5
columns = { event_id = "#", start_at = "start", end_at = "end", type = "kind", name = "what", campaign_id = "campaign" }
values = { type = { campaign = "campaign", "störung" = "outage" } }
"""

REAL_TABLES = """
[[sources.leads]]
format = "generic"
path = "olist_marketing_qualified_leads_dataset.csv"
zone = "UTC"
constants = { stage = "qualified", brand = "olist" }
columns = { lead_id = "mql_id", reached_at = "first_contact_date", source = "origin" }

[[sources.leads]]
format = "generic"
path = "olist_closed_deals_dataset.csv"
zone = "UTC"
constants = { stage = "won", is_won = true, brand = "olist" }
columns = { lead_id = "mql_id", reached_at = "won_date" }

[sources.ticket_events]
format = "generic"
path = "helpdesk_events.csv"
zone = "UTC"
columns = { event_id = "#", ticket_id = "CaseID", type = "ActivityID", happened_at = "CompleteTimestamp" }

[sources.tickets]
format = "generic"
path = "incidents_sample.csv.gz"
zone = "UTC"
time_format = "%d-%m-%Y %H:%M"
empty_words = ["?"]
version = "sys_mod_count"

[sources.tickets.columns]
ticket_id = "number"
customer_id = "caller_id"
channel = "contact_type"
status = "incident_state"
priority = "priority"
agent_id = "assigned_to"
opened_at = "opened_at"
resolved_at = "resolved_at"
closed_at = "closed_at"
reopen_count = "reopen_count"
made_sla = "made_sla"

[sources.posts]
format = "generic"
path = "facebook_page_posts.csv"
delimiter = ";"
constants = { account_id = "cosmetics" }

[sources.posts.columns]
post_id = "#"
content_type = "Type"
is_paid = "Paid"
impressions = "Total Impressions"
reach = "Total Reach"
engaged_users = "Engaged Users"
reactions = "like"
comments = "comment"
shares = "share"
"""
REAL_FILES = [
    "leads/olist_marketing_qualified_leads_dataset.csv",
    "leads/olist_closed_deals_dataset.csv",
    "tickets/helpdesk_events.csv",
    "tickets/incidents_sample.csv.gz",
    "audience/facebook_page_posts.csv",
]


def lake_of(folder: Path, tables: str, files: list[Path]) -> Lake:
    """The lake of a workspace with these tables and files, and two messages."""
    (folder / "workspace.toml").write_text(WORKSPACE + tables, encoding="utf-8")
    (folder / "twcs.csv").write_text(MESSAGES, encoding="utf-8")
    for path in files:
        shutil.copy(path, folder)
    return open_lake(load_workspace(folder))


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Lake:
    """The lake of six small exports of a user's own."""
    return lake_of(tmp_path_factory.mktemp("own"), OWN_TABLES, sorted(FIXTURES.iterdir()))


@pytest.fixture(scope="module")
def real(shared, tmp_path_factory) -> Lake:
    """The lake of real leads, tickets and posts."""
    return lake_of(tmp_path_factory.mktemp("real"), REAL_TABLES, [shared / "data" / name for name in REAL_FILES])


def funnel(lake: Lake, table: str) -> dict[str, int]:
    return lake.manifest["inputs"][table]["funnel"]


def records(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    """The records of a CSV file as Python's own reader sees them."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines(), delimiter=delimiter))


def utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


def full(table: str, *rows: dict) -> list[dict]:
    """The rows with null where they say nothing."""
    return [dict.fromkeys(TABLES[table].columns) | row for row in rows]


def test_follower_snapshots(own):
    """12.345 followers are twelve thousand; an empty cell is not zero; there is no 31 February."""
    help_desk = {"account_id": "17841400000000000001", "network": "instagram", "handle": "Merrow Hilfe", "brand": "Merrow"}
    other = {"account_id": "17841400000000000002", "network": "x", "handle": "Merrow", "brand": "Merrow"}
    february, march = {"snapshot_date": date(2025, 2, 28)}, {"snapshot_date": date(2025, 3, 31)}
    assert own.table("accounts").to_dicts() == full(
        "accounts",
        help_desk | february | {"followers": 12_345},
        help_desk | march | {"followers": 12_501},
        other | february | {"followers": 981},
        other | march,
    )
    assert funnel(own, "accounts") == {
        "read": 6,
        "accepted": 4,
        "rejected:duplicate_exact": 1,
        "rejected:snapshot_date_unparsed": 1,
    }


def test_costs(own):
    """Amounts in euros with commas between thousands; an account that the mapping does not know is no category."""
    march = {
        "campaign_id": "spring-2025",
        "period_start": date(2025, 3, 1),
        "period_end": date(2025, 4, 1),
        "currency": "EUR",
    }
    assert own.table("costs").to_dicts() == full(
        "costs",
        march | {"cost_id": "costs.csv#1", "category": "people", "line": "Social care team", "amount_minor": 1_240_050},
        march | {"cost_id": "costs.csv#2", "category": "technology", "line": "Inbox licence", "amount_minor": 89_000},
        march
        | {
            "cost_id": "costs.csv#3",
            "category": "process",
            "line": "Playbook (estimate)",
            "amount_minor": 150_000,
            "low_minor": 120_000,
            "high_minor": 210_000,
        },
    )
    assert funnel(own, "costs") == {"read": 4, "accepted": 3, "rejected:category_unparsed": 1}


def test_unit_costs(own):
    same = {"currency": "EUR", "source": "controlling, 2025"}
    january, july = {"valid_from": date(2025, 1, 1)}, {"valid_from": date(2025, 7, 1)}
    assert own.table("unit_costs").to_dicts() == full(
        "unit_costs",
        same | january | {"channel": "chat", "low_minor": 90, "likely_minor": 175, "high_minor": 260},
        same | january | {"channel": "phone", "low_minor": 210, "likely_minor": 385, "high_minor": 540},
        same | july | {"channel": "phone", "low_minor": 220, "likely_minor": 400, "high_minor": 560},
    )


def test_survey_answers(own):
    """The first id is larger than a float holds; a question without an answer has no score."""
    asked = {"thread_id": "t-1", "customer_id": "900719925474099312", "offered_at": utc(2025, 3, 1, 9)}
    assert own.table("surveys").to_dicts() == full(
        "surveys",
        asked
        | {
            "survey_id": "9007199254740993",
            "kind": "intent_to_contact",
            "responded_at": utc(2025, 3, 1, 10),
            "score": 1.0,
        },
        {
            "survey_id": "r-2",
            "kind": "intent_to_contact",
            "thread_id": "t-2",
            "customer_id": "42",
            "offered_at": utc(2025, 3, 1, 9, 1),
        },
        asked | {"survey_id": "r-3", "kind": "csat", "responded_at": utc(2025, 3, 1, 10, 1), "score": 4.5},
    )
    assert funnel(own, "surveys") == {
        "read": 5,
        "accepted": 3,
        "rejected:kind_unparsed": 1,
        "rejected:offered_at_unparsed": 1,
    }


def test_reviews(own):
    """What was written is kept to the blank; 02:30 on 9 March 2025 was no hour in New York."""
    app = {"network": "google_play", "account_id": "com.merrow.shop", "scale_max": 5.0}
    assert own.table("reviews").to_dicts() == full(
        "reviews",
        app
        | {
            "review_id": "gp-1",
            "author_id": "Zoë",
            "reviewed_at": utc(2025, 3, 2, 3, 15),
            "rating": 5.0,
            "text": "  Danke! 👍\nSecond line & <b>no tag</b>",
        },
        app | {"review_id": "gp-2", "reviewed_at": utc(2025, 3, 9, 6, 30), "rating": 1.0},
    )
    assert funnel(own, "reviews") == {
        "read": 4,
        "accepted": 2,
        "rejected:duplicate_exact": 1,
        "rejected:reviewed_at_unparsed": 1,
    }


def test_business_events(own):
    """Days begin at midnight in the zone of the file."""
    assert own.table("events").to_dicts() == full(
        "events",
        {
            "event_id": "events.csv#1",
            "start_at": utc(2025, 2, 28, 23),
            "end_at": utc(2025, 3, 31, 22),
            "type": "campaign",
            "name": "Spring care",
            "campaign_id": "spring-2025",
        },
        {
            "event_id": "events.csv#2",
            "start_at": utc(2025, 3, 15, 7),
            "end_at": utc(2025, 3, 15, 10, 30),
            "type": "outage",
            "name": "Checkout down ☹",
        },
    )
    assert funnel(own, "events") == {"read": 3, "accepted": 2, "rejected:start_at_unparsed": 1}


def test_leads_of_two_files_are_one_table(real):
    """shared/data/README.md: 8,000 leads, 1,350 of them social; 842 won, which all join, 75 of them social."""
    leads = real.table("leads")
    qualified, won = leads.filter(pl.col("stage") == "qualified"), leads.filter(pl.col("stage") == "won")
    joined = won.join(qualified, on="lead_id", how="inner", validate="1:1", suffix="_before")
    assert (qualified.height, won.height, joined.height) == (8_000, 842, 842)
    assert qualified.filter(pl.col("source") == "social").height == 1_350
    assert joined.filter(pl.col("source_before") == "social").height == 75
    assert funnel(real, "leads") == {"read": 8_842, "accepted": 8_842}


def test_leads_by_origin_are_those_of_the_file(real, shared):
    leads = real.table("leads").filter(pl.col("stage") == "qualified")
    ours = Counter(leads["source"].fill_null(""))
    assert ours == Counter(record["origin"] for record in records(shared / "data" / REAL_FILES[0]))
    assert leads["reached_at"].min() == utc(2017, 6, 14)


def test_a_day_without_a_midnight_begins_when_the_clock_does(shared):
    """São Paulo's clocks went from 23:59 to 01:00 on 15 October 2017, a day on which seven leads came."""
    source = Source.model_validate(tomllib.loads(REAL_TABLES)["sources"]["leads"][0] | {"zone": "America/Sao_Paulo"})
    path = shared / "data" / REAL_FILES[0]
    assert stage("leads", "generic", path, layout=layout_of(source, "leads", path, shared)).table.height == 8_000


def test_a_log_of_events_is_read_whole(real, shared):
    """shared/data/README.md: 13,710 events of 3,804 tickets; some are equal, and their place in the file keeps them apart."""
    events = real.table("ticket_events")
    assert (events.height, events["event_id"].n_unique(), events["ticket_id"].n_unique()) == (13_710, 13_710, 3_804)
    theirs = records(shared / "data" / REAL_FILES[2])
    assert Counter(events["type"]) == Counter(record["ActivityID"] for record in theirs)
    first, last = (extreme(record["CompleteTimestamp"] for record in theirs) for extreme in (min, max))
    assert (f"{events['happened_at'].min():%F %T}", f"{events['happened_at'].max():%F %T}") == (first, last)


INCIDENT = "number caller_id contact_type incident_state priority assigned_to opened_at resolved_at reopen_count made_sla".split()


def newest_incidents(path: Path) -> tuple[dict[str, dict[str, str]], set[str]]:
    """The newest row of each incident by sys_mod_count, and the incidents of which two different rows are the newest."""
    rows: dict[str, dict[int, set[tuple[str, ...]]]] = {}
    for record in records(path):
        versions = rows.setdefault(record["number"], {})
        versions.setdefault(int(record["sys_mod_count"]), set()).add(tuple(record[name] for name in INCIDENT))
    newest = {number: versions[max(versions)] for number, versions in rows.items()}
    certain = {number: dict(zip(INCIDENT, *latest, strict=True)) for number, latest in newest.items() if len(latest) == 1}
    return certain, set(newest) - set(certain)


def test_incidents_are_read_as_they_stood_last(real, shared):
    """shared/data/README.md: 5,998 rows. They are 890 incidents; of INC0000135 two different rows are the seventh change."""
    newest, contested = newest_incidents(shared / "data" / REAL_FILES[3])
    assert (len(newest), contested) == (889, {"INC0000135"})
    columns = ["number", "caller_id", "contact_type", "incident_state", "priority", "assigned_to"]
    theirs = {tuple(None if row[name] == "?" else row[name] for name in columns) for row in newest.values()}
    tickets = real.table("tickets")
    assert set(tickets.select("ticket_id", "customer_id", "channel", "status", "priority", "agent_id").rows()) == theirs
    assert Counter(tickets["status"]) == {"Closed": 889}
    assert funnel(real, "tickets") == {
        "read": 5_998,
        "accepted": 889,
        "rejected:duplicate_conflict": 2,
        "excluded:superseded": 5_107,
    }


def test_what_is_unknown_of_an_incident_is_empty(real, shared):
    """Of 29 nobody wrote when they were resolved, of 217 who has them; 494 kept the promise and 11 were opened again."""
    newest = newest_incidents(shared / "data" / REAL_FILES[3])[0].values()
    tickets = real.table("tickets")
    assert tickets["resolved_at"].null_count() == sum(row["resolved_at"] == "?" for row in newest) == 29
    assert tickets["agent_id"].null_count() == sum(row["assigned_to"] == "?" for row in newest) == 217
    assert tickets["reopen_count"].sum() == sum(int(row["reopen_count"]) for row in newest) == 11
    assert tickets["made_sla"].sum() == sum(row["made_sla"] == "TRUE" for row in newest) == 494
    opened = {row["number"]: datetime.strptime(row["opened_at"], "%d-%m-%Y %H:%M").replace(tzinfo=UTC) for row in newest}
    assert dict(tickets.select("ticket_id", "opened_at").iter_rows()) == opened


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("impressions", "Total Impressions"),
        ("reach", "Total Reach"),
        ("engaged_users", "Engaged Users"),
        ("reactions", "like"),
        ("comments", "comment"),
        ("shares", "share"),
        ("is_paid", "Paid"),
    ],
)
def test_posts_add_up_to_the_file(real, shared, ours, theirs):
    """shared/data/README.md: 500 posts. Empty cells stay unknown."""
    posts = real.table("posts")
    cells = [record[theirs] for record in records(shared / "data" / REAL_FILES[4], ";")]
    assert posts.height == len(cells) == 500
    assert posts[ours].sum() == sum(int(cell) for cell in cells if cell)
    assert posts[ours].null_count() == cells.count("")
