"""A workspace whose every name and text attacks the reader."""

import json
import shutil
import tomllib
import zlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from careworth.demo import write_demo_sources
from careworth.schemas import TABLES
from tests.studies import table

ROOT = Path(__file__).parents[1]

#: What to put where text is expected, by name; BEACON stands for the address of a server that counts its visitors.
PAYLOADS: dict[str, str] = json.loads((ROOT / "tests/reference/payloads.json").read_text(encoding="utf-8"))

SPRING = "spring-help-line"

#: Words that Careworth acts upon; in other columns, and everywhere else, every word becomes a payload.
VOCABULARY = {"author_role", "message_kind", "visibility", "currency", "campaign_id", "arm", "category", "alias_type", "method"}
KNOWN = {"phone", "care_social", "intent_to_contact", "recontact", "email", "en", "launch", "holiday", "completed"}
KNOWN |= {"percent", "points", "margin"}

#: The books' own words of a campaign and of a workspace that may be anything.
FREE = {"name", "owner", "strategy", "staffing", "type", "by", "decision", "source", "unit", "approved_by", "text"}
FREE |= {"roi_definition"}


def payloads(beacon: str) -> list[str]:
    """Every payload, with the address of the beacon in it."""
    return [each.replace("BEACON", beacon) for each in PAYLOADS.values()]


def poisoned(word: str, beacon: str) -> str:
    """The word with one of the payloads behind it; the same word gets the same one everywhere."""
    if word in KNOWN:
        return word
    attacks = payloads(beacon)
    return f"{word} {attacks[zlib.crc32(word.encode()) % len(attacks)]}"


def write_hostile_workspace(root: Path, beacon: str) -> Path:
    """The demo with a fiftieth of its year, tables that it lacks, and payloads in all names and texts, also of its files."""
    clean = root.with_name("clean")
    shutil.copytree(ROOT / "data/demo", clean, ignore=shutil.ignore_patterns("lake", "sources"))
    write_demo_sources(clean / "sources", scale=0.02)
    tables = {name: pl.read_parquet(clean / f"sources/{name}.parquet") for name in _settings(clean, "workspace.toml")["sources"]}
    tables |= further_tables(tables["messages"])
    (root / "sources").mkdir(parents=True)
    places = {name: _write(poison(each, beacon), root, name, beacon) for name, each in tables.items()}
    _write_themes(tables["messages"], root / "sources/themes.csv", beacon)
    _write_settings(clean, root, places, beacon)
    shutil.rmtree(clean)
    return root


def poison(rows: pl.DataFrame, beacon: str) -> pl.DataFrame:
    """The table with a payload behind each of its words, those left out that Careworth acts upon."""
    texts = [name for name in rows.columns if rows.schema[name] == pl.String and name not in VOCABULARY]
    words = {word for name in texts for word in rows[name].drop_nulls().unique()}
    hostile = {word: poisoned(word, beacon) for word in words}
    return rows.with_columns(pl.col(texts).replace(hostile))


def further_tables(messages: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Tables that the demo has not: forty rows each, so that their slices are large enough to be shown."""
    asked = messages.filter((pl.col("author_role") == "customer") & pl.col("created_at").is_between(_at(70), _at(140))).head(40)
    people = list(asked.select("message_id", "author_id", "account_id", "native_thread_id", "created_at").iter_rows(named=True))
    return {
        "reviews": table("reviews", *[_review(k, each) for k, each in enumerate(people)]),
        "tickets": table("tickets", *[_ticket(k, each) for k, each in enumerate(people)]),
        "qa_reviews": table("qa_reviews", *[_checked(k, each) for k, each in enumerate(people)]),
        "contacts": table("contacts", *[_contact(k, each) for k, each in enumerate(people)]),
        "leads": table("leads", *[_lead(k, each) for k, each in enumerate(people)]),
        "maturity_answers": table("maturity_answers", *[_answer(k) for k in range(4)]),
        "staffing": table("staffing", *[_shift(k) for k in range(24)]),
        "exchange_rates": table("exchange_rates", *[_rate(k) for k in range(12)]),
    }


def _at(day: int, hour: int = 9) -> datetime:
    return datetime(2025, 1, 1, hour, tzinfo=UTC) + timedelta(days=day)


def _review(k: int, asked: dict) -> dict:
    whose = {name: asked[name] for name in ("account_id", "author_id")}
    return whose | {
        "review_id": f"review {k}",
        "network": "map service",
        "reviewed_at": asked["created_at"],
        "rating": 1.0 + k % 5,
        "scale_max": 5.0,
        "text": f"Stars {k}",
    }


def _ticket(k: int, asked: dict) -> dict:
    opened = asked["created_at"]
    return {
        "ticket_id": f"ticket {k}",
        "thread_id": asked["native_thread_id"],
        "customer_id": asked["author_id"],
        "channel": "desk",
        "status": "solved",
        "priority": "urgent",
        "agent_id": "agent02",
        "opened_at": opened,
        "first_reply_at": opened + timedelta(hours=1),
        "resolved_at": opened + timedelta(hours=5),
    }


def _checked(k: int, asked: dict) -> dict:
    return {
        "review_id": f"check {k}",
        "conversation_id": asked["message_id"],
        "reviewer": f"reviewer {k % 2}",
        "criterion": f"criterion {k % 2}",
        "score": k % 3 / 2,
        "weight": 1.0,
        "reviewed_at": asked["created_at"],
    }


def _contact(k: int, asked: dict) -> dict:
    started = asked["created_at"]
    return {
        "contact_id": f"contact {k}",
        "channel": "phone",
        "customer_id": asked["author_id"],
        "queue": "guest_care",
        "agent_id": "agent02",
        "started_at": started,
        "connected_at": started + timedelta(seconds=20),
        "ended_at": started + timedelta(seconds=400),
        "talk_seconds": 380,
    }


def _lead(k: int, asked: dict) -> dict:
    return {
        "lead_id": f"lead {k // 2}",
        "stage": ("met", "won")[k % 2],
        "reached_at": asked["created_at"],
        "person_key": asked["author_id"],
        "brand": "Merrow Hotels",
        "source": "fair",
        "is_won": True,
        "value_minor": 10_000,
        "currency": "EUR",
    }


def _answer(k: int) -> dict:
    return {"answered_on": date(2025, 3, 1), "questionnaire": "ours", "dimension": f"aim {k}", "level": 1 + k}


def _shift(k: int) -> dict:
    staff = {"staff": "front", "lead": "Kim", "role": "agent", "skills": "dutch"}
    return staff | {"weekday": 1, "hour": k, "staffed_hours": 2.0, "valid_from": date(2025, 1, 1)}


def _rate(k: int) -> dict:
    pair = {"from_currency": "USD", "to_currency": "EUR", "rate": 0.9, "source": "bank"}
    return pair | {"date": date(2025, 1 + k, 1)}


def _write(rows: pl.DataFrame, root: Path, name: str, beacon: str) -> str:
    # A file's name cannot hold a slash, and stars and brackets in a path stand for other names.
    attack = payloads(beacon)[list(TABLES).index(name) % len(PAYLOADS)]
    place = f"sources/{name} {attack.translate(dict.fromkeys(map(ord, '/*?[]{}:' + chr(92))))}.parquet"
    rows.write_parquet(root / place)
    return place


def _write_themes(messages: pl.DataFrame, path: Path, beacon: str) -> None:
    ids = messages.filter(pl.col("author_role") == "customer")["message_id"].head(17 * 12)
    rows = [
        {"message_id": poisoned(each, beacon), "theme": poisoned(f"theme {k % 17}", beacon), "coder": poisoned("coder", beacon)}
        for k, each in enumerate(ids)
    ]
    pl.DataFrame(rows).write_csv(path)


def _settings(root: Path, name: str) -> dict:
    return tomllib.loads((root / name).read_text(encoding="utf-8"))


def _write_settings(clean: Path, root: Path, places: dict[str, str], beacon: str) -> None:
    settings = _poisoned_settings(_settings(clean, "workspace.toml"), beacon) | {"currency": "EUR"}
    settings["sources"] = {name: {"format": "canonical", "path": place} for name, place in places.items()}
    settings["reading"] = {"themes": "sources/themes.csv"}
    settings["roi"]["draws"] = 1_000
    settings["privacy"] = {"smallest_group": 5}
    (root / "workspace.toml").write_text(_as_toml(settings), encoding="utf-8")
    (root / "campaigns").mkdir()
    for path in sorted((clean / "campaigns").iterdir()):
        own = _poisoned_settings(_settings(clean, f"campaigns/{path.name}"), beacon)
        told = own | (_stated(beacon) if path.stem == SPRING else {})
        (root / "campaigns" / path.name).write_text(_as_toml(told), encoding="utf-8")


def _stated(beacon: str) -> dict:
    # What a company states of its own: every word of it is printed somewhere.
    def word(text: str) -> str:
        return " ".join([text, *payloads(beacon)])

    gain = {"kind": "margin", "low": 40, "likely": 60, "high": 90, "count": 25}
    share = {"low": 0.05, "likely": 0.1, "high": 0.2}
    return {
        "benefits": [gain | {each: word(f"benefit's {each}") for each in ("name", "source", "unit", "approved_by")}],
        "assumptions": [share | {"name": "would_have_phoned", "source": word("week of listening in")}],
        "decided": [{"rule": "sends_away", "decision": word("Keep sending."), "on": date(2025, 6, 20), "by": word("the board")}],
    }


def _poisoned_settings(given: object, beacon: str, key: str = "") -> object:
    if isinstance(given, dict):
        named = {(poisoned(name, beacon) if key == "calendars" else name): (name, each) for name, each in given.items()}
        return {name: _poisoned_settings(each, beacon, was) for name, (was, each) in named.items()}
    if isinstance(given, list):
        return [_poisoned_settings(each, beacon, key) for each in given]
    if key in ("series", "controls"):
        kind, _, queue = given.partition(":")
        return f"{kind}:{poisoned(queue, beacon)}"
    if not isinstance(given, str) or given in KNOWN:
        return given
    if key in FREE:
        return " ".join([given, *payloads(beacon)])
    return poisoned(given, beacon) if key in ("brand", "accounts", "calendar") else given


def _as_toml(settings: dict) -> str:
    # Every value in one line: JSON's strings are TOML's too, so long as all beyond ASCII is escaped.
    return "".join(f"{json.dumps(name)} = {_inline(value)}\n" for name, value in settings.items())


def _inline(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)} = {_inline(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value)
