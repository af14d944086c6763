"""Tickets replayed from their logs: small logs by hand, and two real ones beside a loop over dictionaries."""

import csv
import gzip
from collections import Counter
from datetime import UTC, datetime
from itertools import groupby, pairwise

import numpy as np
import polars as pl
import pytest

from careworth.marts.cases import replay, state_at
from careworth.schemas import TICKET_EVENTS, TICKETS
from tests.tables import at

LATE = at(100 * 1440)
#: Monday 09:00, as everywhere in these tests.
HOUR, DAY = 60, 1440


def tickets_of(*rows: dict) -> pl.DataFrame:
    """These tickets; `1`, opened on Monday at nine, where nothing else is said."""
    return pl.DataFrame([{"ticket_id": "1", "opened_at": at(0)} | row for row in rows], schema=TICKETS.columns)


def events_of(*rows: tuple) -> pl.DataFrame:
    """Events of ticket `1`: minutes, type, and the values before and after where there are any."""
    told = [
        {"event_id": str(number), "ticket_id": "1", "happened_at": at(row[0])} | dict(zip(NAMES, row[1:], strict=False))
        for number, row in enumerate(rows, 1)
    ]
    return pl.DataFrame(told, schema=TICKET_EVENTS.columns)


NAMES = ("type", "from_value", "to_value", "ticket_id", "event_id")


def replayed(*rows: tuple, as_of: datetime = LATE, ticket: dict | None = None, **options) -> dict:
    """What the replay tells of ticket `1` with these events."""
    return replay(tickets_of(ticket or {}), events_of(*rows), as_of, **options).row(0, named=True)


def changes(*words: str, step: int = HOUR) -> list[tuple]:
    """A log that begins with the first word and then changes to the others, an hour apart."""
    told = [(step * number, "status_change", *pair) for number, pair in enumerate(pairwise(words), 1)]
    return [(0, "captured", None, words[0]), *told]


def test_first_and_full_resolution_of_a_reopened_ticket():
    """METRICS.md F.12: created 09:00, reply 09:11, resolved 09:30, reopened 09:45, resolved 10:15: 11, 30 and 75 minutes."""
    log = [(0, "captured", None, "open"), (11, "assigned", None, "ann"), (30, "status_change", "open", "resolved")]
    case = replayed(*log, (45, "status_change", "resolved", "open"), (75, "status_change", "open", "resolved"))
    instants = [case[name] for name in ("first_assigned_at", "first_resolved_at", "reopened_at", "last_resolved_at")]
    assert instants == [at(11), at(30), at(45), at(75)]
    assert (case["reopen_count"], case["reopen_seconds"], case["state"], case["gap"]) == (1, 900, "resolved", None)


def test_after_a_reopening_the_wait_begins_at_the_reopening():
    """METRICS.md F.11 (a): a bot has it Monday 09:00 to 09:05, reopened Friday 14:00, a person at 14:10: ten minutes."""
    friday = 4 * DAY + 5 * HOUR
    log = [(0, "captured", None, "pending"), (5, "status_change", "pending", "resolved"), (friday, "reopened")]
    case = replayed(*log, (friday + 10, "assigned", None, "ann"))
    assert (case["reopened_at"], case["unowned_seconds"], case["pending_seconds"]) == (at(friday), 600, 300)


def test_a_bots_answer_two_weeks_ago_is_no_part_of_the_wait():
    """METRICS.md F.11 (b): customer 12 December 16:20:14, bot 16:20:17, back on the 26th 22:25:45, a person 07:36:53."""
    back = 20_525 + 31 / 60
    log = [(0, "captured", None, "new"), (3 / 60, "status_change", "new", "snoozed"), (back, "status_change", "snoozed", "open")]
    case = replayed(*log, (back + 33_068 / 60, "assigned", None, "ann"))
    assert case["unowned_seconds"] == pytest.approx(3 + 33_068)


def test_a_handoff_begins_the_wait_without_a_word_of_the_customer():
    """METRICS.md F.11 (c): with the bot until minute 20, handed off, a person at minute 32: 12 minutes, not 32."""
    case = replayed((0, "captured", None, "pending"), (20, "handoff", "bot", "tier 2"), (32, "assigned", None, "ann"))
    assert (case["unowned_seconds"], case["pending_seconds"], case["state"], case["gap"]) == (720, 1200, "open", None)


def test_what_happens_later_is_not_seen():
    log = changes("new", "open", "solved", "open", "solved")
    before, after = (replayed(*log, as_of=at(minutes), ticket={"status": "solved"}) for minutes in (119, 120))
    assert (before["state"], before["first_resolved_at"], before["gap"]) == ("open", None, None)
    assert (after["state"], after["first_resolved_at"], after["gap"]) == ("resolved", at(120), None)
    assert replay(tickets_of({}), events_of(*log), at(-1)).is_empty()


def test_pauses_are_counted_before_the_first_resolution_and_in_all():
    """By hand: pending 60 to 120 and 240 to 300 minutes, solved at 180: 60 minutes paused, 120 pending, 180 active."""
    case = replayed(*changes("new", "pending", "open", "solved", "on-hold", "open"), as_of=at(360))
    assert [case[f"{name}_seconds"] / HOUR for name in ("paused", "pending", "active")] == [60, 120, 180]


def test_closing_what_is_solved_is_no_second_resolution():
    case = replayed(*changes("new", "solved", "closed"))
    assert (case["last_resolved_at"], case["closed_at"], case["state"], case["reopen_count"]) == (at(60), at(120), "closed", 0)


def test_a_transfer_is_a_change_of_owner_or_team_from_one_to_another():
    """By hand: nobody to ann is none, ann to ben and to cat by way of nobody are two, the team's with ben's is the same one."""
    log = [(0, "captured", None, "new"), (0, "group_change", None, "north"), (1, "assigned", None, "ann")]
    log += [(2, "assigned", "ann", "ben"), (2, "group_change", "north", "south"), (3, "unassigned", "ben", None)]
    case = replayed(*log, (4, "assigned", None, "cat"), (5, "group_change", "south", "north"), (6, "closed"))
    assert (case["owner_changes"], case["transfers"]) == (2, 3)
    assert (case["first_owner"], case["resolved_by"], case["unowned_seconds"]) == ("ann", "cat", 120)


def test_who_takes_a_ticket_and_resolves_it_in_one_go_resolved_it():
    case = replayed((0, "captured", None, "new"), (5, "status_change", "new", "solved"), (5, "assigned", None, "ann"))
    assert (case["resolved_by"], case["first_assigned_at"], case["unowned_seconds"]) == ("ann", at(5), 300)


def test_bots_and_queues_own_nothing():
    queue, log = "00G30000001xYzAEAU", [(0, "captured", None, None), (1, "assigned", None, "robot")]
    log += [(2, "assigned", "robot", "00G30000001xYzAEAU"), (4, "assigned", queue, "ann"), (5, "status_change", "New", "Closed")]
    case = replayed(*log, nobody=["robot"])
    assert (case["first_owner"], case["first_assigned_at"], case["owner_changes"], case["gap"]) == ("ann", at(4), 0, None)
    assert case["unowned_seconds"] == 240


def test_an_owner_from_before_the_first_change_is_the_first():
    """Zendesk does not tell the assignee of a new ticket; the first change tells whom it took it from."""
    log = [(0, "captured", None, "new"), (30, "assigned", "ann", "ben")]
    case = replayed(*log, as_of=at(60))
    assert (case["first_owner"], case["first_assigned_at"], case["owner_changes"], case["unowned_seconds"]) == (
        "ann",
        at(0),
        1,
        0,
    )
    cut_off = replayed(*log[1:], as_of=at(60))
    assert (cut_off["first_owner"], cut_off["first_assigned_at"], cut_off["gap"]) == ("ann", None, "captured")
    assert replayed(log[0], ticket={"agent_id": "eve"})["first_owner"] == "eve"


@pytest.mark.parametrize(
    ("log", "status", "gap"),
    [
        (changes("new", "open", "solved"), "solved", None),
        (changes("new", "open", "solved"), "Solved", None),
        (changes("new", "open", "solved"), None, None),
        (changes("new", "open", "solved"), "closed", "status_change"),
        (changes("new", "open", "solved")[1:], "solved", "captured"),
        ([(0, "status_change", None, "new"), *changes("new", "open")[1:]], "open", None),
        ([changes("new", "open", "solved")[0], changes("new", "open", "solved")[2]], "solved", "status_change"),
        ([(0, "captured"), (1, "assigned", None, "a"), (2, "assigned", "b", "c"), (3, "closed")], "closed", "assigned"),
        ([(0, "captured"), (1, "assigned", None, "a"), (3, "unassigned", "c", None)], None, "assigned"),
        (
            [(0, "captured"), (1, "priority_change", "low", "high"), (2, "priority_change", "low", "high")],
            None,
            "priority_change",
        ),
        ([(0, "captured"), (1, "assigned", None, "a"), (2, "assigned", None, "b"), (3, "status_change", None, "x")], "x", None),
        ([(0, "captured"), (1, "closed", "north", "77"), (2, "reopened", "south", "78")], "active", None),
        ([(0, "captured")], "closed", "status_change"),
        ([], "solved", "no_events"),
        ([(0, "note", "a", "b")], "solved", "no_events"),
    ],
)
def test_the_first_missing_event_is_named_by_its_type(log, status, gap):
    """METRICS.md S17. The eleventh tells no value before (Intercom), so nothing can be missing but the opening and the end."""
    case = replayed(*log, ticket={"status": status})
    assert (case["gap"], case["is_complete"]) == (gap, gap is None)


def test_the_last_state_is_not_compared_with_a_ticket_that_is_younger():
    log = changes("new", "open", "solved")
    assert replayed(*log, as_of=at(90), ticket={"status": "solved"})["gap"] is None


def test_a_ticket_without_a_log_tells_its_own_times():
    told = {"status": "Closed", "resolved_at": at(50), "closed_at": at(70), "reopen_count": 2, "agent_id": "ann"}
    case = replayed(ticket=told)
    assert [case[name] for name in ("first_resolved_at", "last_resolved_at", "closed_at")] == [at(50), at(50), at(70)]
    assert (case["state"], case["reopen_count"], case["reopened_at"]) == ("closed", 2, None)
    assert [case[name] for name in ("first_owner", "transfers", "unowned_seconds", "pending_seconds")] == [None] * 4
    earlier = replayed(ticket=told, as_of=at(49))
    assert (earlier["state"], earlier["last_resolved_at"], earlier["reopen_count"]) == ("open", None, None)


def test_a_ticket_done_at_no_known_time_is_done_all_the_same():
    case = replayed(ticket={"status": "resolved"})
    assert (case["state"], case["first_resolved_at"]) == ("resolved", None)
    assert replayed(ticket={"status": "snoozed"})["state"] == "pending"
    assert replayed(ticket={"status": "in Prüfung"})["state"] == replayed(ticket={})["state"] == "open"


def test_a_log_that_ends_early_is_helped_out_by_the_ticket():
    case = replayed(*changes("new", "open"), ticket={"status": "Geschlossen", "closed_at": at(90)})
    assert (case["state"], case["first_resolved_at"], case["closed_at"], case["gap"]) == (
        "closed",
        at(90),
        at(90),
        "status_change",
    )
    reopened = replayed(*changes("new", "solved", "open"), ticket={"status": "open", "resolved_at": at(60)})
    assert (reopened["state"], reopened["reopen_count"]) == ("open", 1)


def test_a_resolution_before_the_last_change_is_not_put_into_the_log():
    case = replayed(*changes("new", "open", "pending"), ticket={"status": "pending", "resolved_at": at(90)})
    assert (case["state"], case["first_resolved_at"], case["reopen_count"]) == ("pending", None, 0)


def test_what_is_no_case_is_void():
    assert replayed(*changes("new", "solved"), ticket={"status": "deleted"})["state"] == "void"
    merged = replayed(*changes("new", "solved"), (90, "merged", None, "4711"))
    assert (merged["state"], merged["reopen_count"]) == ("void", 0)


def test_words_of_ones_own_may_be_added():
    log = changes("neu", "in Prüfung", "Erledigt")
    assert replayed(*log)["state"] == "open"
    assert replayed(*log, kinds={"erledigt": "resolved"})["first_resolved_at"] == at(120)


def test_events_at_one_instant_keep_the_order_of_their_numbers():
    """As texts, "10" comes before "9"."""
    second = (5, "status_change", "open", "solved", "1", "10")
    log = [(0, "captured", None, "new", "1", "8"), second, (5, "status_change", "new", "open", "1", "9")]
    case = replayed(*log)
    assert (case["state"], case["gap"], case["reopen_count"]) == ("resolved", None, 0)


def test_events_before_the_opening_take_no_time():
    case = replayed((-5, "captured", None, "new"), (-3, "status_change", "new", "solved"), (10, "reopened"), as_of=at(30))
    assert (case["active_seconds"], case["first_resolved_at"], case["reopen_seconds"]) == (1200, at(-3), 780)


def test_tickets_do_not_lend_each_other_their_state():
    """The first is solved and owned; the second has an unknown past and nobody."""
    log = [
        *changes("new", "solved"),
        (30, "assigned", None, "ann"),
        (0, "captured", None, None, "2"),
        (9, "reopened", None, None, "2"),
    ]
    both = replay(tickets_of({}, {"ticket_id": "2"}), events_of(*log), at(60))
    assert both.select("first_owner", "reopen_count", "first_resolved_at", "unowned_seconds").row(1) == (None, 0, None, 3600)


def test_no_ticket_and_no_event_give_empty_tables_of_the_same_columns():
    whole, none = replay(tickets_of({}), events_of((0, "captured")), LATE), replay(tickets_of(), events_of(), LATE)
    assert (none.height, none.schema) == (0, whole.schema)
    assert replay(tickets_of({}), events_of(), LATE).schema == whole.schema


def test_the_state_at_an_instant_is_the_state_of_that_time():
    """METRICS.md F13: as it was then, from the instant of the change on, whoever has it now."""
    log = [*changes("new", "open", "solved"), (30, "assigned", "ann", "ben"), (90, "unassigned", "ben", None)]
    log += [(45, "priority_change", "low", "high"), (45, "group_change", None, "north")]
    instants = pl.DataFrame(
        {"ticket_id": ["1"] * 5 + ["2"], "at": [at(m) for m in (120, -1, 0, 45, 90, 0)], "note": list("abcdef")}
    )
    states = state_at(events_of(*log), instants.with_columns(pl.col("at").cast(TICKET_EVENTS.columns["happened_at"])))
    assert states.drop("at", "ticket_id").rows() == [
        ("a", "solved", None, "north", "high"),
        ("b", None, None, None, None),
        ("c", "new", "ann", None, "low"),
        ("d", "new", "ben", "north", "high"),
        ("e", "open", None, "north", "high"),
        ("f", None, None, None, None),
    ]


def test_of_two_changes_at_one_instant_the_later_number_holds():
    log = [(0, "captured", None, "new", "1", "8"), (5, "status_change", "open", "solved", "1", "10")]
    asked = pl.DataFrame({"ticket_id": ["1"], "at": [at(5)]}, schema_overrides={"at": TICKET_EVENTS.columns["happened_at"]})
    assert state_at(events_of(*log, (5, "status_change", "new", "open", "1", "9")), asked)["status"].item() == "solved"


# --- the same once more, written as a loop ---

CLOSED_KINDS = {"resolved", "closed"}


def looped(events: list[dict], opened_at: datetime, as_of: datetime, kind_of: dict[str, str]) -> dict:
    """What a ticket's log tells, event by event; the first one is its opening."""
    kind, owner, last_owner, team, since = "open", None, None, None, opened_at
    found = Counter(reopen_count=0, owner_changes=0) | {"first_owner": None, "first_resolved_at": None, "last_resolved_at": None}
    seconds, moved = Counter(), set()
    for event in [event for event in events if event["happened_at"] <= as_of] + [{"type": "end", "happened_at": as_of}]:
        now = max(event["happened_at"], opened_at)
        seconds["pending" if kind == "pending" else "done" if kind in CLOSED_KINDS else "active"] += (now - since).total_seconds()
        seconds["unowned"] += (now - since).total_seconds() * (kind == "open" and owner is None)
        since, to = now, event.get("to_value")
        if event["type"] in ("captured", "status_change"):
            new = kind_of.get(to, "open")
            if new in CLOSED_KINDS and kind not in CLOSED_KINDS:
                found["first_resolved_at"] = found["first_resolved_at"] or event["happened_at"]
                found["last_resolved_at"] = event["happened_at"]
            found["reopen_count"] += kind in CLOSED_KINDS and new not in CLOSED_KINDS
            kind = new
        elif event["type"] == "assigned":
            found["first_owner"] = found["first_owner"] or to
            if to and last_owner and to != last_owner:
                found["owner_changes"] += 1
                moved.add(event["happened_at"])
            owner, last_owner = to, to or last_owner
        elif event["type"] == "group_change":
            if team and to and to != team:
                moved.add(event["happened_at"])
            team = to or team
    times = {f"{name}_seconds": seconds[name] for name in ("active", "pending", "unowned")}
    return dict(found) | times | {"transfers": len(moved), "state": kind}


def assert_replay_is_the_loop(tickets: pl.DataFrame, events: pl.DataFrame, as_of: datetime, kind_of: dict[str, str]) -> int:
    """Compare every ticket; the number of tickets compared."""
    logs = {name: list(rows) for name, rows in groupby(events.iter_rows(named=True), lambda event: event["ticket_id"])}
    told = {row["ticket_id"]: row for row in replay(tickets, events, as_of, kinds=kind_of).iter_rows(named=True)}
    expected = {
        name: looped(logs[name], opened_at, as_of, kind_of)
        for name, opened_at in tickets.select("ticket_id", "opened_at").iter_rows()
        if opened_at <= as_of
    }
    assert {name: {key: told[name][key] for key in row} for name, row in expected.items()} == expected
    return len(expected)


def as_tables(tickets: list[dict], events: list[dict]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Canonical tables with numbered events."""
    numbered = [event | {"event_id": str(number)} for number, event in enumerate(events)]
    return pl.DataFrame(tickets, schema=TICKETS.columns), pl.DataFrame(numbered, schema=TICKET_EVENTS.columns)


@pytest.fixture(scope="module")
def helpdesk(shared) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A real event log; its activities stand for statuses, and its last one, 6, for a resolution."""
    with (shared / "data/tickets/helpdesk_events.csv").open() as file:
        rows = list(csv.DictReader(file))
    tickets, events = [], []
    for name, own in groupby(rows, lambda row: row["CaseID"]):
        before = None
        for row in own:
            instant = datetime.fromisoformat(row["CompleteTimestamp"]).replace(tzinfo=UTC)
            word = f"activity {row['ActivityID']}"
            kind = "status_change" if before else "captured"
            if not before:
                tickets.append({"ticket_id": name, "opened_at": instant})
            events.append({"ticket_id": name, "happened_at": instant, "type": kind, "from_value": before, "to_value": word})
            before = word
        tickets[-1]["status"] = before
    return as_tables(tickets, events)


HELPDESK_KINDS = {"activity 6": "resolved", "activity_6": "resolved", "activity 8": "pending", "activity_8": "pending"}


def test_a_real_event_log_replays_as_a_loop_replays_it(helpdesk):
    """shared/data/README.md: 13,710 events, 3,804 tickets; the whole of it and a cut-off in its middle."""
    assert (helpdesk[0].height, helpdesk[1].height) == (3804, 13710)
    assert assert_replay_is_the_loop(*helpdesk, datetime(2013, 1, 1, tzinfo=UTC), HELPDESK_KINDS) == 3804
    assert assert_replay_is_the_loop(*helpdesk, datetime(2011, 6, 1, tzinfo=UTC), HELPDESK_KINDS) > 1000


def test_every_log_of_the_help_desk_is_complete_until_an_event_is_lost(helpdesk):
    tickets, events = helpdesk
    late = datetime(2013, 1, 1, tzinfo=UTC)
    assert replay(tickets, events, late)["is_complete"].all()
    lost = events.filter(pl.col("event_id").cast(pl.Int64) % 5 != 0)
    # A loss goes unseen where the event said nothing new, so that the log still fits together.
    repeated = events.filter(pl.col("from_value") == pl.col("to_value"))["event_id"]
    touched = set(events.join(lost, on="event_id", how="anti").filter(~pl.col("event_id").is_in(repeated.implode()))["ticket_id"])
    broken = set(replay(tickets, lost, late).filter(~pl.col("is_complete"))["ticket_id"])
    assert (broken <= set(events["ticket_id"]), len(touched - broken) / len(touched) < 0.02) == (True, True)


def instant_of(text: str) -> datetime | None:
    """An instant of the incident file, day first; `?` is none."""
    return None if text == "?" else datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def incidents(shared) -> tuple[pl.DataFrame, pl.DataFrame, list[dict]]:
    """A real log of a ServiceNow desk: its tickets, what changed from row to row, and each ticket's last row as it stands."""
    with gzip.open(shared / "data/tickets/incidents_sample.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    fields = {"incident_state": "status_change", "assigned_to": "assigned", "assignment_group": "group_change"}
    tickets, events, lasts = [], [], []
    for name, own in groupby(rows, lambda row: row["number"]):
        before = dict.fromkeys(fields)
        for row in sorted(own, key=lambda row: instant_of(row["sys_updated_at"])):
            for field, kind in fields.items():
                value = None if row[field] == "?" else row[field]
                if value != before[field]:
                    told = {"ticket_id": name, "happened_at": instant_of(row["sys_updated_at"]), "type": kind}
                    is_first = field == "incident_state" and before[field] is None
                    events.append(
                        told | {"from_value": before[field], "to_value": value} | ({"type": "captured"} if is_first else {})
                    )
                before[field] = value
        tickets.append({"ticket_id": name, "opened_at": instant_of(row["opened_at"]), "status": row["incident_state"]})
        tickets[-1] |= {"made_sla": row["made_sla"] == "TRUE", "reopen_count": int(row["reopen_count"])}
        lasts.append(row)
    return *as_tables(tickets, events), lasts


INCIDENT_KINDS = {"Resolved": "resolved", "Closed": "closed"} | dict.fromkeys(
    ["Awaiting User Info", "Awaiting Problem", "Awaiting Vendor", "Awaiting Evidence"], "pending"
)


def test_real_incidents_replay_as_a_loop_replays_them(incidents):
    tickets, events, _ = incidents
    assert assert_replay_is_the_loop(tickets, events, datetime(2017, 1, 1, tzinfo=UTC), INCIDENT_KINDS) == 890
    assert assert_replay_is_the_loop(tickets, events, datetime(2016, 3, 3, tzinfo=UTC), INCIDENT_KINDS) > 100


def test_the_replay_agrees_with_what_the_incidents_say_of_themselves(incidents):
    """The file's own resolved_at, closed_at and reopen_count, which the log does not hold; it was cut by minutes and rows."""
    tickets, events, lasts = incidents
    table = replay(tickets, events, datetime(2017, 1, 1, tzinfo=UTC), kinds=INCIDENT_KINDS)
    told = {row["ticket_id"]: row for row in table.iter_rows(named=True)}
    own = [(told[row["number"]], row) for row in lasts]
    dated = [pair for pair in own if pair[1]["resolved_at"] != "?"]
    assert len(own) - sum(case["reopen_count"] == int(row["reopen_count"]) for case, row in own) <= 1
    assert sum(case["last_resolved_at"] == instant_of(row["resolved_at"]) for case, row in dated) / len(dated) > 0.97
    assert sum(case["closed_at"] == instant_of(row["closed_at"]) for case, row in own) / len(own) > 0.99
    assert table["is_complete"].all()


def test_a_million_events_are_replayed_into_one_row_for_each_ticket():
    """As many as a large help desk writes in a year, in any order."""
    generator, count = np.random.default_rng(1), 1_000_000
    kinds = np.array(["captured", "status_change", "assigned", "group_change"])
    words = np.array(["new", "open", "pending", "solved", "closed"])
    events = pl.DataFrame(
        {
            "event_id": pl.int_range(count, eager=True).cast(pl.String),
            "ticket_id": pl.Series(generator.integers(0, count // 5, count)).cast(pl.String),
            "seconds": generator.integers(0, 7_000_000, count),
            "type": kinds[generator.integers(0, 4, count)],
            "from_value": words[generator.integers(0, 5, count)],
            "to_value": words[generator.integers(0, 5, count)],
        }
    ).with_columns(happened_at=pl.lit(at(0)).cast(TICKET_EVENTS.columns["happened_at"]) + pl.duration(seconds="seconds"))
    tickets = pl.concat([tickets_of(), pl.DataFrame({"ticket_id": events["ticket_id"].unique()})], how="diagonal")
    table = replay(tickets.with_columns(opened_at=pl.lit(at(0)).cast(TICKETS.columns["opened_at"])), events, LATE)
    assert table.height == tickets.height
