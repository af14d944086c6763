"""How tickets were handled, by the help desk's own states: S4-S6, S9, S10 and S15-S17 with the slice `source=tickets`.

Times, rates and owners are of the tickets that were opened in the campaign (F9); what is open and what was completed is of all
tickets, by the day of the event. Tickets that are no cases (deleted, merged, spam) are left out and counted.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from careworth.marts.cases import DONE, FIELDS, replay
from careworth.marts.periods import Cut
from careworth.metrics.shares import share_row
from careworth.metrics.windows import during
from careworth.results import Row, value_row
from careworth.stats import Estimate, cumulative_incidence, kaplan_meier, mean_estimate, ratio_of_sums, time_reached

SOURCE = {"slice": "source=tickets"}
REOPEN_DAYS = 7

#: So many types of ignored events have a row of their own.
MOST_CAUSES = 10

NO_TICKETS = "no tickets of a help desk are connected"
NO_EVENTS = "no log of what happened to the tickets is connected"

IS_DONE = pl.col("state").is_in(DONE)


def case_rows(
    tickets: pl.DataFrame,
    events: pl.DataFrame,
    cut: Cut,
    window_hours: float = 72.0,
    *,
    nobody: Sequence[str] = (),
    kinds: Mapping[str, str] | None = None,
) -> list[Row]:
    """S4, S5, S6, S9, S10, S15, S16 and S17 of tickets; rates of what was opened at least `window_hours` before the cut-off.

    Parameters
    ----------
    nobody, kinds
        Owners that are no persons, and what further statuses mean; see `careworth.marts.cases.replay`.
    """
    replayed = replay(tickets, events, cut.as_of, nobody=nobody, kinds=kinds)
    every = replayed.filter(pl.col("state") != "void")
    cases = every.filter(during("opened_at", cut))
    mature = cut.mature(cases.with_columns(started_at="opened_at"), window_hours)
    by_state = [
        *sla_rows(cases),
        *resolution_time_rows(cases, cut),
        *resolved_rows(mature),
        *backlog_rows(every, cut),
        _count_row("S17", "left_out", replayed.height - every.height, replayed.height, "tickets"),
    ]
    by_log = [
        *paused_rows(cases, cut),
        *reopen_rows(cases, cut),
        *routing_rows(cases, mature, cut),
        *owner_rows(cases, mature),
        *trail_rows(cases),
        *ignored_rows(tickets, events),
    ]
    if tickets.is_empty():
        return _unknown(by_state + by_log, NO_TICKETS)
    return by_state + (_unknown(by_log, NO_EVENTS) if events.is_empty() else by_log)


def _unknown(rows: list[Row], reason: str) -> list[Row]:
    return [row | {"value": None, "low": None, "high": None, "grade": "X", "reason": reason} for row in rows]


def _count_row(metric_id: str, variant: str, count: int, n: int, denominator: str, slice: str = SOURCE["slice"]) -> Row:
    return value_row(metric_id, variant, count, "count", n=n, denominator=denominator, slice=slice)


def sla_rows(cases: pl.DataFrame) -> list[Row]:
    """S4: share whose promise was kept, by the help desk's own word; one still open counts once the promise is broken."""
    judged = cases.filter((pl.col("made_sla") & IS_DONE) | ~pl.col("made_sla"))
    return [share_row(judged, "made_sla", "S4", "attainment", "tickets with a promise kept or broken", **SOURCE)]


def resolution_time_rows(cases: pl.DataFrame, cut: Cut) -> list[Row]:
    """S5: Kaplan-Meier median and 90th percentile to the first resolution, and to the last of tickets that stayed resolved."""
    first = _waits(cases, pl.col("first_resolved_at"), cut)
    full = _waits(cases, pl.when(IS_DONE).then("last_resolved_at"), cut)
    guessed = cases.filter(
        ~pl.col("has_status") & (pl.col("reopen_count") > 0) & pl.col("first_resolved_at").is_not_null()
    ).height
    note = f"of tickets opened again without a log ({guessed}) the last resolution stands for the first" if guessed else None
    missing = cases.height - first.height
    return [
        _time_row("S5", "median", first, 0.5, "tickets", missing, note),
        _time_row("S5", "p90", first, 0.9, "tickets", missing, note),
        _time_row("S5", "full_median", full, 0.5, "tickets", cases.height - full.height),
    ]


def paused_rows(cases: pl.DataFrame, cut: Cut) -> list[Row]:
    """S5: the median to the first resolution without the time in which the ticket waited for the customer or others (F6)."""
    told = cases.filter(pl.col("has_log") & (pl.col("has_status") | ~IS_DONE))
    waits = _waits(told, pl.col("first_resolved_at"), cut, pl.col("paused_seconds"))
    return [_time_row("S5", "paused_median", waits, 0.5, "tickets with a log", told.height - waits.height)]


def _waits(cases: pl.DataFrame, ended_at: pl.Expr, cut: Cut, paused_seconds: pl.Expr | None = None) -> pl.DataFrame:
    """One row per ticket: `minutes` from its opening to `ended_at` or the cut-off, and whether it ended.

    Tickets that are done nobody knows when, or before they were opened, have no such time.
    """
    seconds = (ended_at.fill_null(cut.as_of) - pl.col("opened_at")).dt.total_microseconds() / 1e6
    paused = pl.lit(0.0) if paused_seconds is None else paused_seconds.fill_null(0.0)
    timed = cases.filter(ended_at.is_not_null() | ~IS_DONE)
    waits = timed.select(minutes=seconds / 60, paused=paused / 60, ended=ended_at.is_not_null())
    # What lies before the opening cannot have been paused; rounding may leave a hair less than nothing.
    return waits.filter(pl.col("minutes") >= 0).select("ended", minutes=(pl.col("minutes") - pl.col("paused")).clip(0))


def _time_row(
    metric_id: str, variant: str, waits: pl.DataFrame, share: float, denominator: str, missing: int = 0, note: str | None = None
) -> Row:
    left_out = f"{missing} are left out, done at a time that is unknown or before they were opened" if missing else None
    labels = {"n": waits.height, "denominator": denominator, **SOURCE}
    if waits.is_empty():
        return value_row(metric_id, variant, None, "minutes", reason=left_out or f"no {denominator}", **labels)
    estimate = time_reached(kaplan_meier(waits["minutes"].to_numpy(), waits["ended"].to_numpy()), share)
    reason = "not reached" if estimate.value is None else "; ".join(filter(None, [left_out, note])) or None
    return value_row(metric_id, variant, estimate, "minutes", reason=reason, **labels)


def resolved_rows(mature: pl.DataFrame) -> list[Row]:
    """S6: share that was resolved at some time, and that is resolved at the cut-off."""
    flagged = mature.with_columns(resolved=IS_DONE | pl.col("first_resolved_at").is_not_null(), stayed_resolved=IS_DONE)
    return [share_row(flagged, name, "S6", name, "mature tickets", **SOURCE) for name in ("resolved", "stayed_resolved")]


def reopen_rows(cases: pl.DataFrame, cut: Cut) -> list[Row]:
    """S9: share opened again within seven days of a resolution, of tickets whose first resolution is at least as old (F8).

    A help desk opens a ticket again for a mere thank-you too; that is for the conversations to tell.
    """
    resolved = cases.filter("has_status").with_columns(started_at="first_resolved_at")
    old = cut.mature(resolved, 24 * REOPEN_DAYS)
    flagged = old.with_columns(reopened=(pl.col("reopen_seconds") <= 86_400 * REOPEN_DAYS).fill_null(False))
    return [share_row(flagged, "reopened", "S9", "rate", f"tickets resolved {REOPEN_DAYS} days ago or earlier", **SOURCE)]


def backlog_rows(every: pl.DataFrame, cut: Cut) -> list[Row]:
    """S10: tickets open at the cut-off and their age, and arrivals less completions in the campaign; complete counts."""
    still_open = every.filter(~IS_DONE)
    minutes = still_open.select((cut.as_of - pl.col("opened_at")).dt.total_microseconds() / 6e7).to_series()
    arrived = every.filter(during("opened_at", cut)).height
    completed = every.filter(IS_DONE & during("last_resolved_at", cut)).height
    return [
        _count_row("S10", "open", still_open.height, every.height, "tickets"),
        _age_row("age_median", minutes, 0.5),
        _age_row("age_p90", minutes, 0.9),
        _count_row("S10", "arrivals", arrived, every.height, "tickets"),
        _count_row("S10", "completions", completed, every.height, "tickets"),
        _count_row("S10", "net_flow", arrived - completed, every.height, "tickets"),
    ]


def _age_row(variant: str, minutes: pl.Series, share: float) -> Row:
    age, reason = minutes.quantile(share, "linear"), None if len(minutes) else "no open tickets"
    return value_row("S10", variant, age, "minutes", n=len(minutes), denominator="open tickets", reason=reason, **SOURCE)


def routing_rows(cases: pl.DataFrame, mature: pl.DataFrame, cut: Cut) -> list[Row]:
    """S15: time to the first owner, transfers per ticket, and the share that its first owner resolved."""
    owned = mature.filter(pl.col("first_owner").is_not_null()).with_columns(
        routed_well=(pl.col("resolved_by") == pl.col("first_owner")).fill_null(False) & IS_DONE
    )
    return [
        _queue_row(cases.filter("has_log"), cut),
        _mean_row("S15", "transfers_mean", mature, "transfers"),
        share_row(owned, "routed_well", "S15", "routing_accuracy", "mature tickets that had an owner", **SOURCE),
    ]


def _queue_row(logged: pl.DataFrame, cut: Cut) -> Row:
    # Done without ever having an owner competes with getting one; nobody knows since when an owner came with a cut log.
    known = logged.filter(pl.col("first_assigned_at").is_not_null() | pl.col("first_owner").is_null())
    ended_at = pl.coalesce("first_assigned_at", "first_resolved_at")
    cause = pl.when(pl.col("first_assigned_at").is_not_null()).then(1).when(ended_at.is_not_null()).then(2).otherwise(0)
    waits = known.select(seconds=(ended_at.fill_null(cut.as_of) - pl.col("opened_at")).dt.total_seconds(), cause=cause)
    waits = waits.filter(pl.col("seconds") >= 0)
    labels = {"n": waits.height, "denominator": "tickets with a log", **SOURCE}
    if waits.is_empty():
        return value_row("S15", "queue_median", None, "minutes", reason="no tickets with a log", **labels)
    estimate = time_reached(cumulative_incidence(waits["seconds"].to_numpy() / 60, waits["cause"].to_numpy()), 0.5)
    reason = "not reached" if estimate.value is None else None
    return value_row("S15", "queue_median", estimate, "minutes", reason=reason, **labels)


def owner_rows(cases: pl.DataFrame, mature: pl.DataFrame) -> list[Row]:
    """S16: share of the time in which somebody should have acted that nobody owned, and changes of owner per ticket."""
    logged = cases.filter("has_log")
    share = ratio_of_sums(logged["unowned_seconds"].to_numpy(), logged["active_seconds"].to_numpy())
    # The bootstrap does not know that no more than all of the time can be unowned.
    share = share._replace(high=None if share.high is None else min(share.high, 1.0))
    reason = "no ticket with a log was open for any time" if share.value is None else None
    labels = {"n": logged.height, "denominator": "open time of tickets with a log", "reason": reason, **SOURCE}
    return [
        value_row("S16", "unowned_share", share, "share", **labels),
        _mean_row("S16", "owner_changes_mean", mature, "owner_changes"),
    ]


def _mean_row(metric_id: str, variant: str, mature: pl.DataFrame, column: str) -> Row:
    counts = mature[column].drop_nulls().to_numpy()
    mean = mean_estimate(counts) if len(counts) else Estimate(None, None, None)
    reason = None if len(counts) else "no mature tickets with a log"
    labels = {"n": len(counts), "denominator": "mature tickets with a log", "reason": reason, **SOURCE}
    return value_row(metric_id, variant, mean, "count", **labels)


def trail_rows(cases: pl.DataFrame) -> list[Row]:
    """S17: share whose log can be replayed without a gap, and the rest by the first event that is missing."""
    gaps = cases["gap"].drop_nulls().value_counts().sort("gap")
    return [
        share_row(cases, "is_complete", "S17", "complete", "tickets", **SOURCE),
        *(_count_row("S17", "incomplete", count, cases.height, "tickets", f"gap={gap}") for gap, count in gaps.iter_rows()),
    ]


def ignored_events(tickets: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """One row per `cause` and its `count`: types that `replay` does not understand, and events of unknown tickets."""
    orphans = ~pl.col("ticket_id").is_in(tickets["ticket_id"].implode())
    unknown = pl.when(~pl.col("type").is_in(list(FIELDS))).then(pl.format("type={}", "type"))
    cause = pl.coalesce(unknown, pl.when(orphans).then(pl.lit("unknown_ticket")))
    return events.select(cause=cause).drop_nulls().group_by("cause").agg(count=pl.len()).sort("cause")


def ignored_rows(tickets: pl.DataFrame, events: pl.DataFrame) -> list[Row]:
    """S17: events that say nothing here, by type, and those of tickets that are not connected; rare types together."""
    ranked = ignored_events(tickets, events).sort("count", "cause", descending=[True, False]).with_row_index()
    cause = pl.when(pl.col("index") < MOST_CAUSES).then("cause").otherwise(pl.lit("other types"))
    named = ranked.group_by(cause, maintain_order=True).agg(pl.col("count").sum())
    return [
        _count_row("S17", "ignored_events", count, events.height, "ticket events", slice) for slice, count in named.iter_rows()
    ]
