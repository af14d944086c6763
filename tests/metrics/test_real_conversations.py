"""Real public conversations (shared/data/twcs): what is measured agrees with a count in plain Python over the same turns.

The count reads METRICS.md anew (F1, F3, F4, F7, F17, S1-S3, S5, S8, S10, S12); it shares nothing with the library but the turns
and what was read from each.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from math import ceil
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from careworth.marts.conversations import build_conversations
from careworth.marts.pairs import PAIR
from careworth.marts.periods import Cut
from careworth.marts.threads import assign_threads, pair_messages
from careworth.marts.turns import build_turns, label_turns
from careworth.marts.waits import build_waits
from careworth.metrics.backlog import backlog_rows
from careworth.metrics.redirection import redirect_rows
from careworth.metrics.resolving import turn_count_rows
from careworth.metrics.service import first_response_rows, response_rate_rows
from careworth.metrics.waiting import next_response_rows
from careworth.misreading import Errors
from careworth.staging import stage
from tests.metrics.cases import row_of

WINDOW, RESPONSE = timedelta(hours=72), timedelta(hours=24)
SILENCE = {"private": timedelta(hours=24), "public": timedelta(hours=120)}
ASKING = {"complaint", "question", "request"}

#: After the last message, and in the middle of the busiest days, when much is open.
CUT_OFFS = [datetime(2018, 1, 1, tzinfo=UTC), datetime(2017, 11, 2, 12, tzinfo=UTC)]


@pytest.fixture(scope="module")
def turns(shared) -> pl.DataFrame:
    """The labelled turns of the real file."""
    messages = stage("messages", "twcs", shared / "data/twcs/twcs.csv").table
    return label_turns(build_turns(pair_messages(assign_threads(messages))))


@pytest.fixture(scope="module", params=CUT_OFFS, ids=["all", "midway"])
def cut(request) -> Cut:
    """October and November 2017, as known at a cut-off."""
    return Cut(date(2017, 10, 1), date(2017, 12, 1), request.param, ZoneInfo("UTC"))


@pytest.fixture(scope="module")
def measured(turns, cut) -> dict:
    """Conversations and waits by the library."""
    conversations = build_conversations(turns, cut.as_of, 24, 120, 72)
    return {"conversations": conversations, "waits": build_waits(turns, cut.as_of, 24, 120)}


@pytest.fixture(scope="module")
def counted(turns, cut) -> list[dict]:
    """The same conversations as dicts, in plain Python."""
    seen = [row for row in turns.iter_rows(named=True) if row["start_at"] <= cut.as_of]
    pairs = [list(group) for _, group in groupby(seen, key=lambda row: [row[name] for name in PAIR])]
    return [told(part, cut.as_of) for pair in pairs for part in parts(pair)]


def parts(pair: list[dict]) -> list[list[dict]]:
    """One pair's turns by conversation: a customer opens one at first, and after silence."""
    found, before = [], None
    for turn in pair:
        late = before is not None and turn["start_at"] - before["end_at"] > SILENCE[turn["visibility"]]
        if turn["author_role"] == "customer" and (not found or late):
            found.append([])
        if found:
            found[-1].append(turn)
        before = turn
    return found


def told(part: list[dict], as_of: datetime) -> dict:
    """What is counted of one conversation."""
    customers = [turn for turn in part if turn["author_role"] == "customer"]
    agents = [turn for turn in part if turn["author_role"] == "agent"]
    for turn in part:
        turn["calls"] = turn in customers and calls(turn, is_first=turn is customers[0])
        turn["thanks"] = turn in customers and bool(turn["says_thanks"]) and any(a["start_at"] < turn["start_at"] for a in agents)
    clock = min((turn["start_at"] for turn in part if turn["calls"]), default=None)
    replies = [turn["start_at"] for turn in agents if clock is not None and turn["start_at"] >= clock]
    settled = [turn["end_at"] for number, turn in enumerate(part) if turn in agents and settles(part, number, as_of)]
    first = min(settled, default=None)
    sent = [turn for turn in part if turn["redirect"] is not None]
    return {
        "started_at": customers[0]["start_at"],
        "clock": clock,
        "reply": min(replies, default=None),
        "waits": waits(part),
        "is_care": clock is not None or bool(agents),
        "is_answered": bool(agents),
        "resolved_at": first,
        "agent_turns": sum(first is None or turn["end_at"] <= first for turn in agents),
        "customer_turns": sum(first is None or turn["end_at"] <= first for turn in customers),
        "sent": bool(sent),
        "sent_away": any(turn["redirect_is_soft"] is False for turn in sent),
    }


def calls(turn: dict, is_first: bool) -> bool:
    """Whether a customer's turn calls for an answer."""
    if is_first:
        return turn["needs_response"] is True
    return turn["needs_response"] is True and turn["opening_state"] in ASKING and not turn["says_thanks"]


def waits(part: list[dict]) -> list[dict]:
    """Each call that nobody called before since the last answer, and when a person answered."""
    found, is_waiting = [], False
    for turn in part:
        if turn["author_role"] == "agent":
            if is_waiting:
                found[-1]["until"] = turn["start_at"]
            is_waiting = False
        elif turn["calls"] and not is_waiting:
            found.append({"since": turn["start_at"], "until": None})
            is_waiting = True
    return found


def settles(part: list[dict], number: int, as_of: datetime) -> bool:
    """Whether an agent's turn resolved: thanked for, or followed by silence; a redirect resolves nothing."""
    turn, after = part[number], part[number + 1 :]
    if turn["redirects"]:
        return False

    def first(holds) -> datetime:
        return min((each["start_at"] for each in after if holds(each)), default=None)

    call, thanks = first(lambda each: each["calls"]), first(lambda each: each["thanks"])
    answer = first(lambda each: each["author_role"] == "agent")
    if thanks is not None and all(other is None or thanks < other for other in (call, answer)):
        return True
    if turn["asks"] and first(lambda each: each["author_role"] == "customer") is None:
        return False
    if call is None:
        return answer is None and max(each["end_at"] for each in part) + WINDOW <= as_of
    return call - turn["end_at"] > WINDOW and (answer is None or call < answer)


def reached(cases: list[tuple[float, bool]], share: float) -> float | None:
    """The product-limit estimate of Kaplan and Meier (1958): the first time by which that share had the event."""
    still, at_risk = 1.0, len(cases)
    for time, group in groupby(sorted(cases), key=lambda case: case[0]):
        ended = [event for _, event in group]
        still *= 1 - sum(ended) / at_risk
        at_risk -= len(ended)
        if 1 - still >= share - 1e-12:
            return time
    return None


def test_the_two_see_the_same_conversations(measured, counted):
    assert measured["conversations"].height == len(counted) > 500


def test_ever_answered(measured, counted, cut):
    """S1: of those that called for an answer and began a day ago or longer."""
    mature = [each for each in counted if each["clock"] is not None and each["started_at"] <= cut.as_of - RESPONSE]
    answered = sum(each["reply"] is not None for each in mature)
    row = row_of(response_rate_rows(measured["conversations"], cut, 24), "ever")
    assert (row["n"], row["value"]) == (len(mature), answered / len(mature))


def test_the_median_of_the_answered_alone(measured, counted, cut):
    """S2: with n waits, the one of rank n / 2, rounded up."""
    seconds = sorted((each["reply"] - each["clock"]).total_seconds() for each in counted if each["reply"] is not None)
    row = row_of(first_response_rows(measured["conversations"], cut), "median_replied_only")
    assert (row["n"], row["value"]) == (len(seconds), pytest.approx(seconds[ceil(len(seconds) / 2) - 1] / 60))


def test_later_waits(measured, counted, cut):
    """S3: how many, and their median with the unanswered censored at the cut-off."""
    later = [wait for each in counted for wait in each["waits"][1:]]
    cases = [((((wait["until"] or cut.as_of) - wait["since"]).total_seconds() / 60), wait["until"] is not None) for wait in later]
    row = row_of(next_response_rows(measured["waits"], cut), "median")
    assert (row["n"], row["value"]) == (len(later), pytest.approx(reached(cases, 0.5)))


def test_turns_until_resolution(measured, counted):
    """S8: medians and nine in ten, of agents and customers; what is not resolved is censored."""
    care = [each for each in counted if each["is_care"]]
    rows = turn_count_rows(measured["conversations"])
    for side in ("agent", "customer"):
        cases = [(each[f"{side}_turns"], each["resolved_at"] is not None) for each in care]
        for name, share in (("median", 0.5), ("p90", 0.9)):
            row = row_of(rows, f"{side}_turns_{name}")
            assert (row["n"], row["value"]) == (len(care), reached(cases, share))


def test_redirects(measured, counted, cut):
    """S12: of the answered care conversations that began three days ago or longer."""
    mature = [each for each in counted if each["is_answered"] and each["started_at"] <= cut.as_of - WINDOW]
    sent, away = sum(each["sent"] for each in mature), sum(each["sent_away"] for each in mature)
    rows = redirect_rows(measured["conversations"], cut, 72, Errors({}, is_own=False))
    for name, count in (("rate", sent), ("hard", away), ("soft", sent - away)):
        row = row_of(rows, name)
        assert (row["n"], round(row["value"] * row["n"])) == (len(mature), count)
    assert sent > away > 0


def test_open_waits(measured, counted, cut):
    """S10: who still waited at the cut-off."""
    still = sum(wait["until"] is None for each in counted for wait in each["waits"])
    assert row_of(backlog_rows(measured["waits"], measured["conversations"], cut), "open")["value"] == still > 0
