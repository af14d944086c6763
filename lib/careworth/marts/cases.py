"""Cases: tickets replayed from the log of their changes, and their state at any instant (METRICS.md F6, F8, F13, S17).

Help desks differ in what they log and in what they call it. This is what is understood; every other type is left alone and
counted (S17).

| type of event | changes | to |
| --- | --- | --- |
| captured | status, where it tells one | its `to_value` |
| status_change | status | its `to_value` |
| closed, reopened, handoff, merged | status | closed, open, open, merged, whatever its values say |
| assigned, unassigned | owner | its `to_value`, nobody |
| group_change, priority_change | team, priority | its `to_value` |
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

#: The field that each type of event changes.
FIELDS = {
    **dict.fromkeys(["captured", "status_change", "closed", "reopened", "handoff", "merged"], "status"),
    **{"assigned": "owner", "unassigned": "owner", "group_change": "team", "priority_change": "priority"},
}

#: Types that are statuses themselves; their values tell other things, such as the ticket that this one went into.
NAMED = {"closed": "closed", "reopened": "open", "handoff": "open", "merged": "merged"}

KINDS = {
    "open": "new open opened reopened active in_progress working assigned escalated",
    "pending": "pending hold on_hold snoozed waiting waiting_on_customer waiting_for_customer awaiting_user_info awaiting_vendor "
    "awaiting_problem awaiting_evidence",
    "resolved": "solved resolved completed done",
    "closed": "closed",
    "void": "deleted spam merged duplicate cancelled canceled",
}

#: What a status means: open, pending (the clock of a resolution stands), resolved, closed, or void (no case at all).
STATUS_KINDS = {word: kind for kind, words in KINDS.items() for word in words.split()}
DONE = ["resolved", "closed"]

#: Owners that are no persons by the looks of their ids: Salesforce's queues.
QUEUE = "^00G[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?$"

#: A field that was told to be empty; null is one that was not told.
EMPTY = ""
STATE = ("status", "owner", "team", "priority")

#: What is handed on as it is, and what only a log tells.
KEPT = "ticket_id opened_at made_sla has_log has_status first_resolved_at last_resolved_at reopened_at reopen_seconds".split()
LOGGED = "first_owner resolved_by owner_changes transfers active_seconds unowned_seconds pending_seconds paused_seconds".split()


def status_kind(status: pl.Expr, kinds: Mapping[str, str] = STATUS_KINDS) -> pl.Expr:
    """What a status means, one of `KINDS`; null where nobody said what the word means.

    Examples
    --------
    >>> pl.select(status_kind(pl.lit(pl.Series(["Solved", "On-hold", "In Prüfung"])))).to_series().to_list()
    ['resolved', 'pending', None]
    """
    word = status.str.strip_chars().str.to_lowercase().str.replace_all(r"[\s_-]+", "_")
    return word.replace_strict(dict(kinds), default=None, return_dtype=pl.String)


def state_at(events: pl.DataFrame, instants: pl.DataFrame) -> pl.DataFrame:
    """`instants` with each ticket's status, owner, team and priority at that time (F13), in the words of its help desk.

    A change holds from its own instant on; before the first one a field is what that change says it was. Null is unset or
    never told, and everything is null before the ticket was captured.

    Parameters
    ----------
    instants : DataFrame
        `ticket_id` and `at`; other columns are kept.
    """
    changes = _changes(events).sort("ticket_id", "at", "rank", "event_id")
    captured = changes.filter(type="captured").group_by("ticket_id").agg(captured_at=pl.col("at").min())
    asked = instants.with_row_index("row").join(captured, on="ticket_id", how="left").sort("at")
    for field in STATE:
        asked = asked.join_asof(_told(changes, field), on="at", by="ticket_id", check_sortedness=False)
    is_born = (pl.col("at") >= pl.col("captured_at")).fill_null(True)
    told = [pl.when(is_born & (pl.col(field) != EMPTY)).then(field).alias(field) for field in STATE]
    return asked.sort("row").with_columns(told).drop("row", "captured_at")


def _told(changes: pl.DataFrame, field: str) -> pl.DataFrame:
    own = changes.filter(field=field)
    told = own.select("ticket_id", "at", pl.col("value").fill_null(EMPTY).alias(field))
    first = own.unique("ticket_id", keep="first", maintain_order=True).filter(pl.col("type").is_in(["captured", *NAMED]).not_())
    since_ever = pl.lit(datetime.min.replace(tzinfo=UTC), told.schema["at"])
    before = first.select("ticket_id", since_ever.alias("at"), pl.col("before").alias(field))
    return pl.concat([before, told]).sort("at", maintain_order=True)


def replay(
    tickets: pl.DataFrame,
    events: pl.DataFrame,
    as_of: datetime,
    *,
    nobody: Sequence[str] = (),
    kinds: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """One row per ticket that was open by `as_of`: what its log tells of it, as known then; later events are not seen.

    Where a log holds no resolution, the ticket's own times stand in; a ticket without a log has no owners, pauses or
    transfers, and its first resolution is known only where it was not opened again (else its last stands for it, the latest
    that the first can have been). A status of unknown meaning counts as open.

    Parameters
    ----------
    nobody : sequence of str
        Owners that are no persons, such as bots and queues: what they have is unowned. Queues of Salesforce are known.
    kinds : mapping, optional
        What further words for a status mean, in small letters with underscores: `open`, `pending`, `resolved`, `closed`, `void`.

    Returns
    -------
    DataFrame
        `state` at `as_of` (one of `KINDS`); instants `*_at`; `reopen_seconds`, the shortest time from a resolution to the
        reopening after it; `active_seconds` (neither done nor pending), those of them that are `unowned_seconds`,
        `pending_seconds`, and `paused_seconds`, the pending ones before the first resolution; `owner_changes` from one person
        to another and `transfers` (instants at which owner or team changed); `has_log`; `gap`, the type of the first event
        that is missing (`no_events`: all are), and `is_complete` where there is none.
    """
    words = STATUS_KINDS | dict(kinds or {})
    cases = tickets.filter(pl.col("opened_at") <= as_of).with_row_index("case")
    changes = _changes(events).join(cases.select("ticket_id", "case"), on="ticket_id", validate="m:1")
    ordered = changes.sort("case", "at", "rank", "event_id").drop("ticket_id", "rank", "event_id").with_row_index("order", 1)
    seen = ordered.filter(pl.col("at") <= as_of)
    later = ordered.filter(pl.col("at") > as_of).select("case", has_later=True).unique()
    begun = cases.join(later, on="case", how="left", validate="1:1").join(_logged(seen, words), on="case", how="left")
    begun = begun.with_columns(pl.col("has_later", "has_log", "has_status", "has_opening").fill_null(False))
    steps = pl.concat([_first_steps(begun, words), _log_steps(seen, words), _last_steps(begun, as_of)], how="diagonal")
    summed = _summary(steps, begun, as_of, nobody)
    return begun.join(summed, on="case", how="left", validate="1:1").pipe(_conclude, words, as_of)


def _changes(events: pl.DataFrame) -> pl.DataFrame:
    is_silent = (pl.col("type") == "captured") & pl.col("to_value").is_null()
    named = pl.col("type").replace_strict(NAMED, default=None, return_dtype=pl.String)
    return events.filter(pl.col("type").is_in(list(FIELDS))).select(
        "ticket_id",
        "event_id",
        "type",
        at="happened_at",
        # Ids are mostly running numbers, which as texts sort by their length first.
        rank=pl.col("event_id").str.len_bytes(),
        field=pl.when(~is_silent).then(pl.col("type").replace_strict(FIELDS, return_dtype=pl.String)),
        value=pl.coalesce(named, pl.when(pl.col("type") != "unassigned").then("to_value")),
        before=pl.col("from_value"),
    )


def _logged(seen: pl.DataFrame, words: Mapping[str, str]) -> pl.DataFrame:
    """One row per ticket with a log: what each field was at first, the last status, and the first event that is missing."""
    told = seen.group_by("case").agg(
        has_log=True, is_captured=(pl.col("type") == "captured").any(), tells_before=pl.col("before").is_not_null().any()
    )
    by_field = seen.drop_nulls("field").sort("case", "field", maintain_order=True)
    first, last = (by_field.unique(["case", "field"], keep=end, maintain_order=True) for end in ("first", "last"))
    status = first.filter(field="status").select(
        "case", first_type="type", old_status=pl.when(pl.col("type") == "status_change").then("before"), has_status=True
    )
    owner = first.filter(field="owner").select("case", old_owner="before", has_owner=True)
    team = first.filter(field="team").select("case", old_team="before")
    ended = last.filter(field="status").select(
        "case", last_type="type", last_status="value", last_at="at", last_kind=status_kind(pl.col("value"), words)
    )
    for part in (status, owner, team, ended, _first_break(by_field.join(told, on="case"))):
        told = told.join(part, on="case", how="left", validate="1:1")
    # A first status that came from nothing is an opening, whatever it is called.
    from_nothing = pl.col("tells_before") & (pl.col("first_type") == "status_change") & pl.col("old_status").is_null()
    return told.with_columns(has_opening=pl.col("is_captured") | from_nothing.fill_null(False))


def _first_break(by_field: pl.DataFrame) -> pl.DataFrame:
    """The type of the first event of each ticket that does not begin where the one before it ended."""
    same = (pl.col("case") == pl.col("case").shift()) & (pl.col("field") == pl.col("field").shift())
    worded = ~pl.col("type").is_in(["captured", *NAMED]) & ~pl.col("type").shift().is_in(list(NAMED))
    differs = pl.col("before").fill_null(EMPTY) != pl.col("value").shift().fill_null(EMPTY)
    broken = by_field.filter(same & worded & differs & pl.col("tells_before"))
    missing = pl.col("type").replace({"unassigned": "assigned"})
    return broken.sort("case", "order").unique("case", keep="first", maintain_order=True).select("case", broken=missing)


def _first_steps(begun: pl.DataFrame, words: Mapping[str, str]) -> pl.DataFrame:
    # A log that reaches back to the opening and knows no owner but the ticket's last: it was opened with that one.
    kept = pl.when(pl.col("has_opening") & pl.col("has_owner").is_null() & ~pl.col("has_later")).then("agent_id")
    return begun.select(
        "case",
        at="opened_at",
        order=pl.lit(0, pl.UInt32),
        kind=status_kind(pl.col("old_status"), words).fill_null("open"),
        owner=pl.coalesce("old_owner", kept, pl.lit(EMPTY)),
        team=pl.col("old_team").fill_null(EMPTY),
    )


def _log_steps(seen: pl.DataFrame, words: Mapping[str, str]) -> pl.DataFrame:
    kind = status_kind(pl.col("value"), words).fill_null("open")
    told = [pl.when(field=name).then(pl.col("value").fill_null(EMPTY)).alias(name) for name in ("owner", "team")]
    return seen.filter(pl.col("field").is_in(["status", "owner", "team"])).select(
        "case", "at", "order", *told, kind=pl.when(field="status").then(kind)
    )


def _last_steps(begun: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """The resolution and the closing that the ticket tells of itself, where its log does not end in them."""
    kind, resolved_at = pl.col("last_kind").fill_null("open"), pl.coalesce("resolved_at", "closed_at")
    resolved = begun.filter(~kind.is_in(DONE)).with_columns(
        at=resolved_at, kind=pl.lit("resolved"), order=pl.lit(2**31, pl.UInt32)
    )
    closed = begun.filter(kind != "closed").with_columns(
        at="closed_at", kind=pl.lit("closed"), order=pl.lit(2**31 + 1, pl.UInt32)
    )
    is_new = (pl.col("at") <= as_of) & (pl.col("at") >= pl.col("last_at")).fill_null(True)
    return pl.concat([resolved, closed]).filter(is_new).select("case", "at", "order", "kind")


def _summary(steps: pl.DataFrame, begun: pl.DataFrame, as_of: datetime, nobody: Sequence[str]) -> pl.DataFrame:
    """One row per ticket: its spans between changes, added up."""
    spans = _spans(steps.join(begun.select("case", "opened_at"), on="case", validate="m:1"), as_of, nobody)
    at, seconds, is_active = pl.col("at"), pl.col("seconds"), ~pl.col("kind").is_in([*DONE, "pending", "void"])
    is_pending, changed = pl.col("kind") == "pending", pl.col("owner_changed") | pl.col("team_changed")
    return spans.group_by("case").agg(
        last=pl.col("kind").last(),
        first_assigned_at=at.filter(pl.col("person").is_not_null()).first(),
        first_owner=pl.col("person").first(ignore_nulls=True),
        first_resolved_at=at.filter("resolves").first(),
        last_resolved_at=at.filter("resolves").last(),
        resolved_by=pl.col("person").filter("resolves").last(),
        reopened_at=at.filter("reopens").first(),
        reopens=pl.col("reopens").sum().cast(pl.Int64),
        reopen_seconds=_seconds(at - pl.col("done_at")).filter("reopens").min(),
        last_closed_at=at.filter((pl.col("kind") == "closed") & (pl.col("kind").shift() != "closed").fill_null(True)).last(),
        active_seconds=seconds.filter(is_active).sum(),
        unowned_seconds=seconds.filter(is_active & pl.col("person").is_null()).sum(),
        pending_seconds=seconds.filter(is_pending).sum(),
        paused_seconds=seconds.filter(is_pending & pl.col("done_at").is_null()).sum(),
        owner_changes=pl.col("owner_changed").sum().cast(pl.Int64),
        transfers=at.filter(changed).n_unique().cast(pl.Int64),
    )


def _spans(steps: pl.DataFrame, as_of: datetime, nobody: Sequence[str]) -> pl.DataFrame:
    """One row per change with the state from then on, and how long it lasted."""
    since, owner = pl.col("since"), pl.col("owner")
    is_person = ~owner.is_in([EMPTY, *nobody]) & ~owner.str.contains(QUEUE)
    # Who becomes the owner at the instant of a resolution is who resolved it, in whatever order the two were written.
    comes_last = pl.col("kind").is_not_null() & (pl.col("order") > 0)
    ordered = steps.with_columns(since=pl.max_horizontal("at", "opened_at")).sort("case", "since", comes_last, "order")
    # The first step of each ticket tells every field, so that nothing is carried over from the ticket before.
    spans = ordered.with_columns(pl.col("kind", "owner", "team").forward_fill()).with_columns(
        is_done=pl.col("kind").is_in(DONE),
        person=pl.when(is_person).then(owner),
        group=pl.when(pl.col("team") != EMPTY).then("team"),
    )
    is_first = pl.col("order") == 0
    until = pl.when(~is_first.shift(-1, fill_value=True)).then(since.shift(-1)).otherwise(as_of)
    was_done = ~is_first & pl.col("is_done").shift(fill_value=False)
    spans = spans.with_columns(
        seconds=_seconds(until - since),
        resolves=pl.col("is_done") & ~was_done & ~is_first,
        reopens=~pl.col("is_done") & was_done & (pl.col("kind") != "void"),
    )
    done_at = pl.when("resolves").then("at").forward_fill().over("case")
    changes = {f"{word}_changed": _changed(value) for word, value in (("owner", "person"), ("team", "group"))}
    return spans.with_columns(done_at=done_at, **changes)


def _changed(name: str) -> pl.Expr:
    before = pl.col(name).forward_fill().shift().over("case")
    return (pl.col(name) != before).fill_null(False)


def _seconds(duration: pl.Expr) -> pl.Expr:
    return duration.dt.total_microseconds() / 1e6


def _conclude(replayed: pl.DataFrame, words: Mapping[str, str], as_of: datetime) -> pl.DataFrame:
    is_current = ~pl.col("has_later") & (pl.max_horizontal("resolved_at", "closed_at") <= as_of).fill_null(True)
    known = replayed.sort("case").with_columns(is_current=is_current, own_kind=status_kind(pl.col("status"), words))
    assigned_at = pl.col("first_assigned_at")
    told = {
        "state": _state(),
        "first_assigned_at": pl.when(pl.col("has_opening") | (assigned_at > pl.col("opened_at"))).then(assigned_at),
        "closed_at": pl.when(pl.col("last") == "closed").then("last_closed_at"),
        "reopen_count": pl.coalesce(pl.when("has_status").then("reopens"), pl.when("is_current").then("reopen_count")),
        "gap": _gap(),
    }
    logged = (pl.when("has_log").then(name).alias(name) for name in LOGGED)
    return known.select(*KEPT, *logged, **told).with_columns(is_complete=pl.col("gap").is_null())


def _state() -> pl.Expr:
    """What the log ends in; what the ticket says where the log tells no status, or where the ticket is no case at all."""
    is_told = pl.col("has_status") | pl.col("last").is_in(DONE)
    by_ticket = pl.col("is_current") & (~is_told | (pl.col("own_kind") == "void"))
    return pl.coalesce(pl.when(by_ticket).then("own_kind"), "last")


def _gap() -> pl.Expr:
    same_word = pl.col("status").str.to_lowercase() == pl.col("last_status").str.to_lowercase()
    same_kind = pl.col("own_kind") == pl.col("last_kind").fill_null("open")
    is_own_word = pl.col("last_status").is_not_null() & ~pl.col("last_type").is_in(list(NAMED))
    agrees = pl.when(is_own_word).then(same_word).otherwise(same_kind).fill_null(True)
    is_cut, is_short = ~pl.col("has_opening"), pl.col("is_current") & ~agrees
    missing = pl.when(is_cut).then(pl.lit("captured")).when(pl.col("broken").is_not_null()).then("broken")
    return pl.when(~pl.col("has_log")).then(pl.lit("no_events")).otherwise(missing.when(is_short).then(pl.lit("status_change")))
