"""CPU seconds and memory of every metric of a year and of three million messages, and of S1, S2 and Q1 beside plain pandas.

`python tests/benchmarks/metrics.py`; each measurement is a process of its own on one thread, and reading texts is no part of
it. The goals: under 5 s for the demo's year, under 60 s and 6 GiB for three million messages, a tenth of pandas' time.
"""

import argparse
import os
import resource
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from time import process_time

import numpy as np
import polars as pl

from careworth import changes, metrics, scorecard
from careworth.config import campaign_ids, load_campaign, load_workspace
from careworth.lake import Lake
from careworth.marts.conversations import build_clocks, select_campaign
from careworth.marts.pairs import PAIR, pair_number
from careworth.metrics.quality import thank_you_row
from careworth.metrics.service import first_response_row, response_rate_row
from careworth.results import Row
from careworth.study import Study, open_study

DEMO = Path(__file__).parents[2] / "data" / "demo"

#: As in the notebooks.
RESPONSE_HOURS, WINDOW_HOURS, BOUNDARIES = 24.0, 72.0, (24, 48, 72, 120)

#: Of so many runs the fastest counts, for us and for pandas.
RUNS = 3

#: The ids that differ between two copies of the demo, by table.
IDS = {
    "messages": ["message_id", "in_reply_to_id", "native_thread_id"],
    "turns": ["first_message_id", "thread_id", "customer_id"],
    "message_labels": ["message_id"],
    "surveys": ["survey_id", "thread_id", "customer_id"],
    "identity_links": ["alias_value", "customer_id"],
}

MANY = "everything"


def main() -> None:
    """Print the year, the many messages and the peer."""
    parser = argparse.ArgumentParser()
    parser.add_argument("messages", type=int, nargs="?", default=3_000_000)
    least = parser.parse_args().messages
    os.environ |= {name: "1" for name in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    with tempfile.TemporaryDirectory() as folder:
        year, many = Path(folder) / "year", Path(folder) / "many"
        busiest = apart(prepare_year, year)
        print(apart(metrics_line, year, busiest), flush=True)
        print(apart(metrics_line, year, MANY), flush=True)
        print(apart(peer_lines, year), flush=True)
        apart(repeat_lake, year, many, least)
        print(apart(metrics_line, many, MANY), flush=True)
        print(apart(peer_lines, many), flush=True)


def apart(work: Callable, *arguments: object) -> object:
    """What the work gives in a process of its own, so that neither memory nor what is kept there reaches the next."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def prepare_year(root: Path) -> str:
    """Copy the demo with its lake built and a campaign over all of it; the id of its own campaign of most messages."""
    shutil.copytree(DEMO, root)
    ids = campaign_ids(load_workspace(root))
    studies = [open_study(str(root), campaign) for campaign in ids]
    counts = {study.campaign.id: study.own_turns["message_count"].sum() for study in studies}
    write_campaign(root, studies[0].turns)
    return max(counts, key=counts.__getitem__)


def write_campaign(root: Path, turns: pl.DataFrame) -> None:
    """A campaign over all days and accounts of these turns."""
    accounts = turns["account_id"].unique().sort().to_list()
    start, end = (turns["start_at"].min().date(), turns["start_at"].max().date() + timedelta(days=1))
    text = f"""id = "{MANY}"\nname = "{MANY}"\ntype = "benchmark"\nbrand = "Merrow Hotels"\nstart = {start}\nend = {end}
currency = "EUR"\nowner = "nobody"\nstrategy = "measured"\naccounts = {accounts}\n"""
    (root / "campaigns" / f"{MANY}.toml").write_text(text)


def repeat_lake(year: Path, many: Path, least: int) -> None:
    """A workspace of at least so many messages: copies of the year, each of other customers and a day later than the last."""
    lake = open_study(str(year), MANY).lake
    copies = -(-least // lake.table("messages").height)
    (many / "campaigns").mkdir(parents=True)
    shutil.copy(year / "workspace.toml", many)
    shutil.copytree(lake.folder, many / "tables")
    for name in IDS:
        repeated = pl.concat([one_copy(name, lake.table(name), number) for number in range(copies)])
        (repeated.sort(PAIR, maintain_order=True).with_columns(pair_number()) if name == "turns" else repeated).write_parquet(
            many / "tables" / f"{name}.parquet"
        )
    write_campaign(many, pl.read_parquet(many / "tables" / "turns.parquet", columns=["account_id", "start_at"]))


def one_copy(name: str, table: pl.DataFrame, number: int) -> pl.DataFrame:
    """The table with other ids and so many days later; brand accounts and agents stay who they are."""
    told = [pl.format("{}~{}", pl.lit(number), pl.col(column)).alias(column) for column in IDS[name]]
    if name == "messages":
        is_customer = pl.col("author_role").is_in(["customer", "peer", "spam"])
        author = pl.when(is_customer).then(pl.format("{}~{}", pl.lit(number), "author_id")).otherwise("author_id")
        told.append(author.alias("author_id"))
    return table.with_columns(*told, pl.selectors.datetime() + timedelta(days=number))


def study_of(root: Path, campaign: str) -> Study:
    """The study of a prepared workspace; the repeated one has tables and no sources."""
    tables = root / "tables"
    if not tables.is_dir():
        return open_study(str(root), campaign)
    settings = load_workspace(root)
    count, last = pl.read_parquet(tables / "messages.parquet", columns=["created_at"]).select(pl.len(), pl.all().max()).row(0)
    manifest = {
        "outputs": {path.stem: {} for path in tables.glob("*.parquet")},
        "inputs": {"messages": {"funnel": {"read": count}}},
        "excluded": {},
        "flagged": {},
        "last_message_at": last.isoformat(),
    }
    return Study(settings, load_campaign(settings, campaign), Lake(tables, manifest))


def metrics_line(root: Path, campaign: str) -> str:
    """Messages, rows, CPU seconds with the reading of the tables, and the peak of this process."""
    study = study_of(root, campaign)
    rows, seconds = timed(lambda: notebook_rows(study))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    days = (study.campaign.end - study.campaign.start).days
    return (
        f"{campaign}: {study.own_turns['message_count'].sum():,} messages of conversations in {days} days, of "
        f"{study.lake.table('messages').height:,} in the lake; {len(rows):,} rows in {seconds:.1f} CPU s, peak {peak:.2f} GiB"
    )


def notebook_rows(study: Study) -> list[Row]:
    """Every row of notebooks 02_metrics and 05_changes; their charts and tables for show are left out."""
    conversations, cut, errors = study.conversations(window_hours=WINDOW_HOURS), study.cut, study.errors
    weekly = [
        *metrics.volume_rows(conversations, cut),
        *metrics.funnel_rows(study.lake.funnel, conversations),
        *metrics.sentiment_rows(conversations, cut, errors),
        *metrics.error_rows(errors),
        *metrics.response_rate_rows(conversations, cut, RESPONSE_HOURS),
        *metrics.first_response_rows(conversations, cut),
        *metrics.resolution_rows(conversations, cut, WINDOW_HOURS),
        *metrics.thank_you_rows(conversations, cut, WINDOW_HOURS, errors),
    ]
    by_hours = {hours: study.clocks(hours) for hours in BOUNDARIES}
    boundaries = metrics.boundary_rows(by_hours, cut, RESPONSE_HOURS)
    blocks = scorecard.scorecard_rows(study, RESPONSE_HOURS, WINDOW_HOURS)
    trends = changes.trend_rows(study, study.to_values(weekly + blocks))
    moved = [changes.effect_rows, changes.event_rows, changes.link_rows, changes.warning_rows, changes.capacity]
    return weekly + boundaries + blocks + trends + [row for rows in moved for row in rows(study)]


def peer_lines(root: Path) -> str:
    """CPU seconds of S1, S2 and Q1 from the same labelled turns, ours and pandas', once both gave the same numbers."""
    if find_spec("pandas") is None:
        return "pandas: not installed (pip install pandas lifelines), nothing to compare"
    study = study_of(root, MANY)
    turns = study.turns
    frame = turns.to_pandas()
    ours, our_seconds = fastest(lambda: our_three(turns, study))
    theirs, their_seconds = fastest(lambda: pandas_three(frame, study))
    apart_by = {name: (ours[name], theirs[name]) for name in ours if abs(ours[name] - theirs[name]) > 1e-6}
    assert not apart_by, apart_by
    curve = "lifelines" if find_spec("lifelines") else "a loop by time"
    return (
        f"S1, S2 and Q1 of {turns.height:,} turns, the same numbers: ours {our_seconds:.2f} CPU s, pandas with {curve} "
        f"{their_seconds:.2f} CPU s, {their_seconds / our_seconds:.1f} times ours"
    )


def our_three(turns: pl.DataFrame, study: Study) -> dict[str, float]:
    """The three as the product computes them: from turns to conversations to the rows of S1, S2 and Q1, with their intervals."""
    hours = study.workspace.boundaries
    built = build_clocks(turns, study.as_of, hours.private_hours, hours.public_hours)
    own = select_campaign(built, *study.period, [], [])
    rows = {
        "answered": response_rate_row(own, study.cut, RESPONSE_HOURS),
        "median": first_response_row(own, study.cut),
        "thanked": thank_you_row(own, study.cut, WINDOW_HOURS),
    }
    return {name: row["value"] for name, row in rows.items()}


def pandas_three(turns, study: Study) -> dict[str, float]:
    """The three in plain pandas: flags and sums by group, no row visited by itself."""
    import pandas as pd

    as_of, (starts_at, ends_at) = pd.Timestamp(study.as_of), study.period
    cases = cases_of(number_conversations(turns[turns["start_at"] <= as_of].copy(), study))
    cases = cases[(cases["started_at"] >= starts_at) & (cases["started_at"] < ends_at)]
    needing = cases[cases["clock_at"].notna()]
    old = needing[needing["started_at"] <= as_of - pd.Timedelta(hours=RESPONSE_HOURS)]
    waited = needing["reply_at"].fillna(as_of) - needing["clock_at"]
    # Whole seconds, as ours.
    minutes, replied = waited.dt.total_seconds() / 60, needing["reply_at"].notna()
    helped = cases[cases["helped_at"].notna() & (cases["started_at"] <= as_of - pd.Timedelta(hours=WINDOW_HOURS))]
    return {
        "answered": float(((old["reply_at"] - old["clock_at"]) <= pd.Timedelta(hours=RESPONSE_HOURS)).mean()),
        "median": median_wait(minutes, replied),
        "thanked": float(helped["thanks"].mean()),
    }


def cases_of(table):
    """One row per conversation: when it began, called, was answered and helped, and whether thanks followed."""
    key = [*PAIR, "number"]
    by_agent, by_customer = table["author_role"] == "agent", table["author_role"] == "customer"
    nth = by_customer.astype(int).groupby([table[name] for name in key]).cumsum()
    later = table["opening_state"].isin(["complaint", "question", "request"]) & (table["says_thanks"] == False)  # noqa: E712 null too
    calls = by_customer & (table["needs_response"] == True) & ((nth == 1) | later)  # noqa: E712 null is no call
    table["call_at"], table["agent_at"] = table["start_at"].where(calls), table["start_at"].where(by_agent)
    table["customer_at"] = table["start_at"].where(by_customer)
    groups = table.groupby(key)
    table["clock_at"], table["helped_at"] = groups["call_at"].transform("min"), groups["agent_at"].transform("min")
    table["reply_at"] = table["agent_at"].where(table["agent_at"] >= table["clock_at"])
    table["thanks"] = by_customer & (table["says_thanks"] == True) & (table["start_at"] > table["helped_at"])  # noqa: E712
    return table.groupby(key).agg(
        started_at=("customer_at", "first"),
        clock_at=("clock_at", "first"),
        reply_at=("reply_at", "min"),
        helped_at=("helped_at", "first"),
        thanks=("thanks", "max"),
    )


def number_conversations(turns, study: Study):
    """The turns with the number of their conversation, without those before a customer opened one."""
    by_customer = turns["author_role"] == "customer"
    pairs = [turns[name] for name in PAIR]
    silence = turns["start_at"] - turns.groupby(PAIR)["end_at"].shift()
    hours = study.workspace.boundaries
    limit = turns["visibility"].map({"private": hours.private_hours}).fillna(hours.public_hours)
    is_first = by_customer & (by_customer.astype(int).groupby(pairs).cumsum() == 1)
    opens = is_first | (by_customer & (silence.dt.total_seconds() > limit * 3600))
    turns["number"] = opens.astype(int).groupby(pairs).cumsum()
    return turns[turns["number"] > 0].copy()


def median_wait(minutes, replied) -> float:
    """Kaplan-Meier median by lifelines, else by a loop over the times."""
    try:
        from lifelines import KaplanMeierFitter
    except ImportError:
        return looped_median(minutes.to_numpy(), replied.to_numpy())
    return float(KaplanMeierFitter().fit(minutes, replied).median_survival_time_)


def looped_median(minutes, replied) -> float:
    """The first time by which at least half were answered, those still waiting counted until then."""
    # At the same minute who was answered comes before who still waits.
    order = np.lexsort((~replied, minutes))
    minutes, replied, waiting = minutes[order], replied[order], 1.0
    for place, (time, was_replied) in enumerate(zip(minutes, replied, strict=True)):
        waiting *= 1 - was_replied / (len(minutes) - place)
        if waiting <= 0.5 + 1e-12:
            return float(time)
    return float("nan")


def fastest(work: Callable) -> tuple[dict, float]:
    """What the work gives, and its CPU seconds in the fastest run."""
    runs = [timed(work) for _ in range(RUNS)]
    return runs[0][0], min(seconds for _, seconds in runs)


def timed(work: Callable) -> tuple:
    """What the work gives, and its CPU seconds, threads included."""
    started = process_time()
    return work(), process_time() - started


if __name__ == "__main__":
    main()
