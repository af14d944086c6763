"""What is measured on tickets and their logs: denominators, censoring, maturity, and two real logs counted again by hand."""

import csv
import gzip
from datetime import UTC, date, datetime
from itertools import groupby
from statistics import mean
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from careworth.marts.periods import Cut
from careworth.metrics.cases import case_rows
from careworth.results import pick, to_metric_values
from careworth.schemas import TICKET_EVENTS, TICKETS
from tests.tables import at

DAY = 1440
#: January 2024; the cut-off is 9:00 on 31 January, thirty days after the first of these tickets is opened.
CUT = Cut(date(2024, 1, 1), date(2024, 2, 1), at(30 * DAY), ZoneInfo("UTC"))
TICKET = "source=tickets"


def measured(tickets: list[dict], events: list[tuple] = (), cut: Cut = CUT, **options) -> pl.DataFrame:
    """The rows on these tickets and events (ticket, minutes, type, value before, value after)."""
    names = ("ticket_id", "happened_at", "type", "from_value", "to_value")
    told = [dict(zip(names, event, strict=False)) for event in events]
    log = [event | {"event_id": str(n), "happened_at": at(event["happened_at"])} for n, event in enumerate(told)]
    rows = case_rows(
        pl.DataFrame([{"opened_at": at(0)} | ticket for ticket in tickets], schema=TICKETS.columns),
        pl.DataFrame(log, schema=TICKET_EVENTS.columns),
        cut,
        **options,
    )
    return to_metric_values(rows, "test", cut.start, cut.end)


def value(table: pl.DataFrame, metric_id: str, variant: str, slice: str = TICKET) -> float | None:
    """The value of one row."""
    return pick(table, metric_id, variant, slice)["value"]


def done(name: str, minutes: float, **other) -> dict:
    """A ticket without a log that was resolved after so many minutes."""
    return {"ticket_id": name, "status": "resolved", "resolved_at": at(minutes)} | other


def history(name: str, *changes: tuple) -> list[tuple]:
    """A log of a ticket that began as new; each change is minutes, type, before, after."""
    return [(name, 0, "captured", None, "new"), *((name, *change) for change in changes)]


def test_open_tickets_are_censored_in_the_time_to_resolution():
    """By hand: 10, 20, 30 minutes, two open for 30 days: half are resolved by minute 30; the resolved alone would say 20."""
    tickets = [done("1", 10), done("2", 20), done("3", 30), {"ticket_id": "4"}, {"ticket_id": "5", "status": "pending"}]
    table = measured(tickets)
    row = pick(table, "S5", "median", TICKET)
    assert (row["value"], row["n"], row["unit"], row["grade"]) == (30, 5, "minutes", "A")
    assert (value(table, "S5", "p90"), pick(table, "S5", "p90", TICKET)["reason"]) == (None, "not reached")


def test_the_first_and_the_full_resolution_have_their_own_medians():
    """METRICS.md F.12: 30 minutes to the first resolution, 75 to the last; open again, the full one is censored."""
    log = history("1", (30, "status_change", "new", "solved"), (45, "status_change", "solved", "open"))
    closed = measured([{"ticket_id": "1"}], [*log, ("1", 75, "status_change", "open", "solved")])
    assert (value(closed, "S5", "median"), value(closed, "S5", "full_median")) == (30, 75)
    still_open = measured([{"ticket_id": "1"}], log)
    assert (value(still_open, "S5", "median"), value(still_open, "S5", "full_median")) == (30, None)


def test_pauses_leave_the_paused_median_alone():
    """By hand (F6): pending from minute 10 to 40, solved at 60, pending again later: 60 minutes, 30 of them paused."""
    log = history("1", (10, "status_change", "new", "pending"), (40, "status_change", "pending", "open"))
    log += [("1", 60, "status_change", "open", "solved"), ("1", 70, "status_change", "solved", "pending")]
    table = measured([{"ticket_id": "1"}, done("2", 5)], log)
    row = pick(table, "S5", "paused_median", TICKET)
    assert (row["value"], row["n"], row["denominator"]) == (30, 1, "tickets with a log")


def test_tickets_done_at_an_unknown_or_impossible_time_are_left_out_and_counted():
    tickets = [done("1", 20), done("2", -5), {"ticket_id": "3", "status": "closed"}]
    table = measured(tickets)
    row = pick(table, "S5", "median", TICKET)
    assert (row["value"], row["n"], row["reason"][:18]) == (20, 1, "2 are left out, do")
    assert value(table, "S6", "resolved") == 1


def test_a_reopened_ticket_without_a_log_is_said_to_be_a_guess():
    row = pick(measured([done("1", 20, reopen_count=1)]), "S5", "median", TICKET)
    assert (row["value"], "opened again without a log (1)" in row["reason"]) == (20, True)


def test_the_resolution_rate_is_of_mature_tickets_of_the_campaign():
    """By hand: of two mature ones one is resolved for good, one was opened again; one is a day old, one from December."""
    tickets = [
        {"ticket_id": "1"},
        {"ticket_id": "2"},
        done("3", 29 * DAY + 1, opened_at=at(29 * DAY)),
        done("4", 0, opened_at=at(-DAY)),
    ]
    log = [*history("1", (30, "closed")), *history("2", (30, "status_change", "new", "solved"), (60, "reopened"))]
    table = measured(tickets, log)
    row = pick(table, "S6", "resolved", TICKET)
    assert (row["value"], row["n"], row["denominator"]) == (1, 2, "mature tickets")
    assert value(table, "S6", "stayed_resolved") == 0.5
    assert value(measured(tickets, log, window_hours=24), "S6", "stayed_resolved") == pytest.approx(2 / 3)


def test_a_reopening_counts_within_seven_days_of_a_resolution_that_is_as_old():
    """By hand: after 7 days to the minute, a minute more, never, and one resolved 6 days before the cut-off: 1 of 3."""
    log = []
    for name, minutes in (("1", 7 * DAY), ("2", 7 * DAY + 1), ("3", None), ("4", 1)):
        solved = 24 * DAY if name == "4" else 10
        log += history(name, (solved, "status_change", "new", "solved"))
        log += [(name, solved + minutes, "reopened")] if minutes else []
    row = pick(measured([{"ticket_id": name} for name in "1234"], log), "S9", "rate", TICKET)
    assert (round(row["value"], 4), row["n"], row["low"] < row["value"] < row["high"]) == (0.3333, 3, True)


def test_the_backlog_is_of_all_tickets_and_flow_is_of_the_campaigns_days():
    """By hand: open are one of December (31 days old) and one of 11 January (20 days); 3 arrived, 2 were completed: +1."""
    tickets = [
        {"ticket_id": "1", "opened_at": at(-DAY)},
        done("2", 60, opened_at=at(-DAY)),
        {"ticket_id": "3", "opened_at": at(10 * DAY), "status": "pending"},
        done("4", 60),
        {"ticket_id": "5", "status": "deleted"},
        {"ticket_id": "6", "opened_at": at(31 * DAY)},
        done("7", -DAY, opened_at=at(-2 * DAY)),
        done("8", 31 * DAY),
    ]
    table = measured(tickets)
    flow = [value(table, "S10", name) for name in ("open", "arrivals", "completions", "net_flow")]
    assert flow == [3, 3, 2, 1]
    assert [value(table, "S10", name) / DAY for name in ("age_median", "age_p90")] == [30, pytest.approx(30.8)]
    assert (value(table, "S17", "left_out"), pick(table, "S10", "open", TICKET)["low"]) == (1, None)


def test_the_queue_ends_with_an_owner_and_a_ticket_done_without_one_never_had_one():
    """By hand: owned after 4 and 12 minutes, one solved by itself after 1, one still waiting: 2 of 4 by minute 12."""
    log = [*history("1", (4, "assigned", None, "ann")), *history("2", (12, "assigned", None, "ben")), *history("4")]
    log += history("3", (1, "status_change", "new", "solved"))
    row = pick(measured([{"ticket_id": name} for name in "1234"], log), "S15", "queue_median", TICKET)
    assert (row["value"], row["n"]) == (12, 4)


def test_tickets_done_without_an_owner_do_not_hasten_the_queue():
    """By hand: one of three ever had an owner, after 12 minutes; with the others censored at minute 1 all would have by then."""
    log = history("1", (12, "assigned", None, "ann"))
    log += [*history("2", (1, "status_change", "new", "solved")), *history("3", (1, "closed"))]
    row = pick(measured([{"ticket_id": name} for name in "123"], log), "S15", "queue_median", TICKET)
    assert (row["value"], row["reason"], row["n"]) == (None, "not reached", 3)


def test_routing_is_right_where_the_first_owner_resolved():
    """By hand: ann solved hers, ben's went to cat, dan's is open, nobody had the fourth: 1 of 3; one transfer on four."""
    log = history("1", (4, "assigned", None, "ann"), (9, "status_change", "new", "solved"))
    log += history("2", (4, "assigned", None, "ben"), (5, "assigned", "ben", "cat"), (9, "status_change", "new", "solved"))
    log += [*history("3", (4, "assigned", None, "dan")), *history("4", (9, "closed"))]
    table = measured([{"ticket_id": name} for name in "1234"], log)
    row = pick(table, "S15", "routing_accuracy", TICKET)
    assert (round(row["value"], 4), row["n"], row["denominator"]) == (0.3333, 3, "mature tickets that had an owner")
    for metric_id, variant in (("S15", "transfers_mean"), ("S16", "owner_changes_mean")):
        mean_row = pick(table, metric_id, variant, TICKET)
        assert (mean_row["value"], mean_row["n"]) == (0.25, 4)


def test_unowned_time_is_a_share_of_the_time_to_act():
    """By hand: 10 of 40 and 20 of 20 minutes until solved, thrice each: 90 of 180, not the mean of 0.25 and 1."""
    log = []
    for name in "135":
        log += history(name, (10, "assigned", None, "ann"), (40, "status_change", "new", "solved"))
        log += history(str(int(name) + 1), (20, "status_change", "new", "solved"))
    row = pick(measured([{"ticket_id": name} for name in "123456"], log), "S16", "unowned_share", TICKET)
    assert (row["value"], row["n"], 0 <= row["low"] < 0.5 < row["high"] <= 1) == (0.5, 6, True)


def test_means_of_enough_tickets_have_an_interval():
    """By hand: every other of ten tickets went from ann to ben: half a change per ticket."""
    log = []
    for number in range(10):
        log += history(str(number), (1, "assigned", None, "ann"), *([(2, "assigned", "ann", "ben")] if number % 2 else []))
    table = measured([{"ticket_id": str(number)} for number in range(10)], log)
    for metric_id, variant in (("S15", "transfers_mean"), ("S16", "owner_changes_mean")):
        row = pick(table, metric_id, variant, TICKET)
        assert (row["value"], row["n"], 0 < row["low"] < 0.5 < row["high"] < 1) == (0.5, 10, True)


def test_no_change_at_all_is_a_mean_of_zero_and_all_unowned_a_share_of_one():
    log = [event for number in range(9) for event in history(str(number), (5, "closed"))]
    table = measured([{"ticket_id": str(number)} for number in range(9)], log)
    row = pick(table, "S16", "unowned_share", TICKET)
    assert (value(table, "S15", "transfers_mean"), row["value"], row["high"]) == (0, 1, 1)


def test_incomplete_trails_are_counted_by_what_is_missing():
    log = [*history("1", (9, "closed")), ("2", 5, "status_change", "new", "open"), ("2", 6, "like", None, None)]
    table = measured([{"ticket_id": "1"}, {"ticket_id": "2"}, {"ticket_id": "3"}], [*log, ("9", 5, "closed")])
    row = pick(table, "S17", "complete", TICKET)
    assert (round(row["value"], 4), row["n"]) == (0.3333, 3)
    gaps = table.filter(metric_id="S17", variant="incomplete").select("slice", "value").rows()
    assert gaps == [("gap=captured", 1), ("gap=no_events", 1)]
    ignored = table.filter(metric_id="S17", variant="ignored_events").select("slice", "value", "n").rows()
    assert ignored == [("type=like", 1, 5), ("unknown_ticket", 1, 5)]


def test_many_unknown_types_share_one_row():
    log = [("1", 1, f"type {number}") for number in range(30)] + [("1", 1, "type 7")]
    ignored = measured([{"ticket_id": "1"}], log).filter(variant="ignored_events")
    assert (ignored.height, ignored["value"].sum(), ignored["value"].max()) == (11, 31, 20)


def test_a_promise_counts_once_it_is_kept_or_broken():
    """By hand (S4): kept and resolved, broken and resolved, broken and open; open and not yet broken is not counted: 1 of 3."""
    tickets = [done("1", 9, made_sla=True), done("2", 9, made_sla=False), {"ticket_id": "3", "made_sla": False}]
    table = measured([*tickets, {"ticket_id": "4", "made_sla": True}, done("5", 9)])
    row = pick(table, "S4", "attainment", TICKET)
    assert (round(row["value"], 4), row["n"]) == (0.3333, 3)


def test_nothing_connected_gives_reasons_not_zeros():
    none, no_log = measured([]), measured([done("1", 10)])
    assert (none["value"].null_count(), none["reason"].unique().to_list()) == (
        none.height,
        ["no tickets of a help desk are connected"],
    )
    by_log = no_log.filter(pl.col("metric_id").is_in(["S9", "S15", "S16"]) | (pl.col("variant") == "complete"))
    assert (by_log.height, by_log["reason"].unique().to_list()) == (7, ["no log of what happened to the tickets is connected"])
    assert value(no_log, "S6", "resolved") == 1


def test_every_row_names_its_denominator_and_says_why_it_has_no_value():
    table = measured([{"ticket_id": "1", "opened_at": at(-DAY)}], [("1", 5, "captured")])
    assert table.filter(pl.col("denominator").is_null() | pl.col("n").is_null()).is_empty()
    assert table.filter(pl.col("value").is_null() & pl.col("reason").is_null()).is_empty()
    assert set(table.filter(pl.col("value").is_not_null())["grade"]) == {"A"}


# --- real logs, counted again ---


def reached(waits: list[tuple[float, bool]], share: float) -> float | None:
    """The time by which this share ended, by the textbook's product over the times at which something ended."""
    left = 1.0
    for time in sorted({minutes for minutes, ended in waits if ended}):
        at_risk = sum(minutes >= time for minutes, _ in waits)
        left *= 1 - sum(ended and minutes == time for minutes, ended in waits) / at_risk
        if 1 - left >= share - 1e-12:
            return time
    return None


@pytest.fixture(scope="module")
def helpdesk(shared) -> list[tuple[str, list[tuple[datetime, str]]]]:
    """Each ticket of a real event log with its instants and activities; the last activity, 6, stands for a resolution."""
    with (shared / "data/tickets/helpdesk_events.csv").open() as file:
        rows = list(csv.DictReader(file))
    told = [
        (row["CaseID"], datetime.fromisoformat(row["CompleteTimestamp"]).replace(tzinfo=UTC), row["ActivityID"]) for row in rows
    ]
    return [(name, [step[1:] for step in own]) for name, own in groupby(told, lambda step: step[0])]


def helpdesk_tables(cases: list) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The canonical tables of those tickets."""
    tickets = [{"ticket_id": name, "opened_at": steps[0][0]} for name, steps in cases]
    events = []
    for name, steps in cases:
        before = None
        for instant, activity in steps:
            kind, number = "status_change" if before else "captured", str(len(events))
            told = {"event_id": number, "ticket_id": name, "happened_at": instant, "type": kind}
            events.append(told | {"from_value": before, "to_value": activity})
            before = activity
    return pl.DataFrame(tickets, schema=TICKETS.columns), pl.DataFrame(events, schema=TICKET_EVENTS.columns)


def test_a_real_event_log_measured_again_by_counting(helpdesk):
    """Every figure once more in plain Python, at a cut-off in the middle of the log, in the help desk's year 2011."""
    cut = Cut(date(2011, 1, 1), date(2012, 1, 1), datetime(2011, 10, 1, tzinfo=UTC), ZoneInfo("Europe/Rome"))
    table = to_metric_values(case_rows(*helpdesk_tables(helpdesk), cut, kinds={"6": "resolved"}), "test", cut.start, cut.end)
    seen = [[step for step in steps if step[0] <= cut.as_of] for _, steps in helpdesk]
    seen = [steps for steps in seen if steps]
    ours = [steps for steps in seen if steps[0][0].astimezone(cut.zone).date() >= cut.start]
    waits, reopened, old = [], 0, 0
    for steps in ours:
        solved = [instant for instant, activity in steps if activity == "6"]
        waits.append((((solved or [cut.as_of])[0] - steps[0][0]).total_seconds() / 60, bool(solved)))
        pairs = [(a, b) for a, b in zip(steps, steps[1:], strict=False)]
        # From the first of several 6 in a row to what follows.
        since, gaps = None, []
        for (first, activity), (second, after) in pairs:
            since = (since or first) if activity == "6" else None
            if activity == "6" and after != "6":
                gaps.append((second - since).total_seconds())
        if solved and (cut.as_of - solved[0]).total_seconds() >= 7 * 86_400:
            old, reopened = old + 1, reopened + any(gap <= 7 * 86_400 for gap in gaps)
    mature = [steps for steps in ours if (cut.as_of - steps[0][0]).total_seconds() >= 72 * 3600]
    ages = [(cut.as_of - steps[0][0]).total_seconds() / 60 for steps in seen if steps[-1][1] != "6"]
    expected = {
        ("S5", "median"): reached(waits, 0.5),
        ("S5", "p90"): reached(waits, 0.9),
        ("S6", "resolved"): mean(any(activity == "6" for _, activity in steps) for steps in mature),
        ("S6", "stayed_resolved"): mean(steps[-1][1] == "6" for steps in mature),
        ("S9", "rate"): reopened / old,
        ("S10", "open"): len(ages),
        ("S10", "age_median"): np.median(ages),
        ("S10", "age_p90"): np.quantile(ages, 0.9),
        ("S10", "arrivals"): len(ours),
    }
    assert {key: value(table, *key) for key in expected} == pytest.approx(expected)
    assert pick(table, "S9", "rate", TICKET)["n"] == old > 300


def test_real_incidents_keep_their_promises_as_often_as_their_file_says(shared):
    """Of 890 incidents the last rows' made_sla, resolved_at and closed_at, counted by dictionaries alone."""
    with gzip.open(shared / "data/tickets/incidents_sample.csv.gz", "rt") as file:
        rows = {row["number"]: row for row in csv.DictReader(file)}
    when = {name: {key: _day_first(row[key]) for key in ("opened_at", "resolved_at", "closed_at")} for name, row in rows.items()}
    tickets = [
        {"ticket_id": name, "status": row["incident_state"], "made_sla": row["made_sla"] == "TRUE"}
        | {"reopen_count": int(row["reopen_count"])}
        | when[name]
        for name, row in rows.items()
    ]
    cut = Cut(date(2016, 2, 1), date(2017, 1, 1), datetime(2017, 3, 1, tzinfo=UTC), ZoneInfo("UTC"))
    values = case_rows(pl.DataFrame(tickets, schema=TICKETS.columns), pl.DataFrame(schema=TICKET_EVENTS.columns), cut)
    table = to_metric_values(values, "test", cut.start, cut.end)
    done_rows = [row for row in rows.values() if row["incident_state"] in ("Resolved", "Closed") or row["closed_at"] != "?"]
    judged = [row for row in done_rows if row["made_sla"] in ("TRUE", "FALSE")]
    kept = sum(row["made_sla"] == "TRUE" for row in judged)
    row = pick(table, "S4", "attainment", TICKET)
    assert (row["n"], row["value"]) == (len(judged), pytest.approx(kept / len(judged)))
    waits = [((told["resolved_at"] or told["closed_at"]) - told["opened_at"]).total_seconds() / 60 for told in when.values()]
    assert value(table, "S5", "median") == sorted(waits)[(len(waits) - 1) // 2]


def _day_first(text: str) -> datetime | None:
    return None if text == "?" else datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=UTC)
