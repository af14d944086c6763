"""From an event log to journeys: order, ties, outcomes, window, sessions, people, and what is refused."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from careworth.attribution.events import journeys_of_events
from careworth.errors import ParameterError, SourceError

DAY = 86_400


def log(*rows, **columns) -> pl.DataFrame:
    """An event log of rows of person, time, channel, conversion and value."""
    names = ["person", "time", "channel", "conversion", "value"]
    return pl.DataFrame(rows, names[: len(rows[0])], orient="row").with_columns(**columns)


def told(journeys) -> list[tuple]:
    """Each journey as its channels, its conversions and its value."""
    bounds = zip(journeys.starts[:-1], journeys.starts[1:], strict=True)
    paths = [tuple(journeys.channels[i] for i in journeys.touches[begin:end]) for begin, end in bounds]
    return list(zip(paths, journeys.conversions.tolist(), journeys.values.tolist(), strict=True))


def naive(rows: list[tuple], lookback: float | None, session: float | None) -> list[tuple]:
    """The same by the definition, one person and event at a time: person, touches with their times, end, outcome, value."""
    found = []
    for person in {row[0] for row in rows if row[0] is not None}:
        touched = []
        mine = sorted((row for row in rows if row[0] == person), key=lambda row: (row[1], row[3]))  # sorted() keeps ties' order
        for row in mine:
            _, time, channel, outcome, value = row
            if channel is not None:
                if touched and session is not None and touched[-1][0] == channel and time - touched[-1][1] <= session:
                    touched.pop()
                touched.append((channel, time))
            if outcome or row is mine[-1]:
                kept = [touch for touch in touched if lookback is None or touch[1] >= time - lookback]
                found += [(person, tuple(kept), time, outcome, value if outcome else 0.0)] if kept else []
                touched = []
    return sorted(found, key=repr)


def as_naive(journeys) -> list[tuple]:
    """Journeys in the shape of `naive`."""
    people = journeys.people.tolist() if journeys.persons is None else journeys.persons.gather(journeys.people).to_list()
    touches = list(zip([journeys.channels[i] for i in journeys.touches], journeys.seconds.tolist(), strict=True))
    bounds = zip(journeys.starts[:-1].tolist(), journeys.starts[1:].tolist(), strict=True)
    paths = [tuple(touches[begin:end]) for begin, end in bounds]
    outcomes = map(int, journeys.conversions)
    return sorted(zip(people, paths, journeys.ended.tolist(), outcomes, journeys.values.tolist(), strict=True), key=repr)


@pytest.mark.parametrize("seed", range(24))
def test_journeys_are_those_of_the_definition(seed):
    """Against the independent `naive`: ties, outcomes without a channel, unknown people, wide, negative and text ids."""
    draw = np.random.default_rng(seed)
    count, span = int(draw.integers(1, 300)), int(draw.choice([3, 60, 100_000]))
    people = draw.integers(0, 1 + count // 8, count)
    ids = [people, people * 7_000_000_000_000 - 5, [f"person {i}" for i in people]][seed % 3]
    table = pl.DataFrame({"person": ids, "time": draw.integers(0, span, count), "channel": draw.choice(list("abé>"), count)})
    table = table.with_columns(conversion=pl.Series(draw.integers(0, 2, count)), value=pl.Series(draw.normal(size=count)))
    if seed % 2:
        table = table.with_columns(
            channel=pl.when((pl.col("conversion") == 1) & (pl.col("time") % 2 == 0)).then(None).otherwise("channel"),
            person=pl.when(pl.col("time") % 5 == 0).then(None).otherwise("person"),
        )
    lookback, session = [(None, None), (20, None), (None, 7), (900, 60)][seed % 4]
    options = {"lookback_days": lookback and lookback / DAY, "session_minutes": session and session / 60}
    assert as_naive(journeys_of_events(table, **options)) == naive(table.rows(), lookback, session)


def test_a_journey_ends_with_each_outcome_and_what_follows_begins_a_new_one():
    journeys = journeys_of_events(log(("p", 3, "c", 1, 5.0), ("p", 1, "a", 0, 0.0), ("p", 4, "d", 0, 0.0), ("p", 2, "b", 1, 7.0)))
    assert told(journeys) == [(("a", "b"), 1.0, 7.0), (("c",), 1.0, 5.0), (("d",), 0.0, 0.0)]
    assert journeys.nulls.tolist() == [0.0, 0.0, 1.0]


def test_in_the_same_second_rows_keep_their_order_and_an_outcome_closes_after_all_touches():
    journeys = journeys_of_events(log(("p", 9, "c", 1, 2.0), ("p", 9, "b", 0, 0.0), ("p", 9, "a", 0, 0.0), ("p", 9, "d", 1, 3.0)))
    assert told(journeys) == [(("b", "a", "c"), 1.0, 2.0), (("d",), 1.0, 3.0)]


def test_times_below_a_second_are_kept_apart():
    times = [datetime(2026, 1, 1, 12, 0, 0, part, UTC) for part in (900_000, 100_000, 500_000)]
    journeys = journeys_of_events(log(("p", 0, "c", 1, 1.0), ("p", 0, "a", 0, 0.0), ("p", 0, "b", 0, 0.0), time=pl.Series(times)))
    assert told(journeys) == [(("a", "b", "c"), 1.0, 1.0)]
    assert np.diff(journeys.seconds).round(6).tolist() == [0.4, 0.4]


def test_times_that_need_too_many_bits_are_ordered_all_the_same():
    """Nanoseconds over 140 years take 62 bits, and 40 channels 6 more: ranks stand in, and the window still counts days."""
    days = [-70 * 365, 70 * 365, 70 * 365 - 5]
    times = pl.Series([day * DAY * 1_000_000_000 + 1 for day in days]).cast(pl.Datetime("ns"))
    table = log(("p", 0, "old", 0, 0.0), ("p", 0, "c", 1, 1.0), ("p", 0, "b", 0, 0.0), time=times)
    others = [table.with_columns(channel=pl.lit(f"{i}"), conversion=pl.lit(0), person=pl.lit("q")) for i in range(40)]
    journeys = journeys_of_events(pl.concat([*others, table], how="vertical_relaxed"), lookback_days=5)
    assert told(journeys)[-1] == (("b", "c"), 1.0, 1.0)


def test_times_too_far_apart_for_their_unit_are_refused():
    times = pl.Series([-(2**62), 1]).cast(pl.Datetime("ns"))
    with pytest.raises(SourceError, match="further apart than can be counted"):
        journeys_of_events(log(("p", 0, "a", 0), ("p", 0, "b", 0), time=times))


def test_a_touch_as_old_as_the_window_counts_and_an_older_one_does_not():
    rows = ("p", 0, "old", 0), ("p", 1, "just", 0), ("p", 1 + 2 * DAY, "now", 1)
    journeys = journeys_of_events(log(*rows), lookback_days=2)
    assert (told(journeys), journeys.intake.too_old) == ([(("just", "now"), 1.0, 1.0)], 1)


def test_a_session_is_one_touch_until_another_channel_or_too_long_a_gap():
    rows = [
        ("p", minute * 60, channel, 0) for minute, channel in ((0, "a"), (30, "a"), (60, "a"), (91, "a"), (92, "b"), (93, "a"))
    ]
    journeys = journeys_of_events(log(*rows), session_minutes=30)
    assert (told(journeys), journeys.intake.merged) == ([(("a", "a", "b", "a"), 0.0, 0.0)], 2)
    assert journeys.seconds.tolist() == [3600, 5460, 5520, 5580]


def test_an_outcome_without_a_channel_is_no_touch_and_one_without_a_path_is_counted():
    journeys = journeys_of_events(log(("p", 1, "a", 0), ("p", 2, None, 1), ("q", 1, None, 1)))
    assert (told(journeys), journeys.intake.pathless) == ([(("a",), 1.0, 1.0)], 1)


def test_rows_without_a_person_are_counted_and_in_no_journey():
    """1 of 4 rows has no person: the match rate is 3 / 4."""
    journeys = journeys_of_events(log(("p", 1, "a", 1), (None, 1, "b", 1), ("p", 5, "b", 0), ("q", 1, "a", 0)))
    intake = journeys.intake
    assert (intake.events, intake.outcomes, intake.nameless_events, intake.nameless_outcomes) == (4, 2, 1, 1)
    assert (intake.match_share, len(told(journeys))) == (0.75, 3)


def test_people_are_called_as_in_the_log():
    for first in (5, -3, 10**15):
        journeys = journeys_of_events(log((first + 1, 1, "a", 0), (first, 1, "a", 0)))
        assert journeys.people.tolist() == [first, first + 1]


def test_a_repeated_row_is_dropped_only_when_asked():
    table = log(("p", 1, "a", 0), ("p", 1, "a", 0), ("p", 2, "b", 1))
    assert told(journeys_of_events(table))[0][0] == ("a", "a", "b")
    once = journeys_of_events(table, drop_repeats=True)
    assert (told(once)[0][0], once.intake.repeated, once.intake.events) == (("a", "b"), 1, 3)


def test_any_outcome_and_any_grouping():
    """R132 and R133: the outcome that is named, credited to the campaign that is named as the channel."""
    kinds = ["visit", "thank-you", "visit", "order"]
    table = log(("p", 1, "a", 0), ("p", 2, "b", 0), ("p", 3, "a", 0), ("p", 4, "b", 0)).with_columns(
        kind=pl.Series(kinds), campaign=pl.Series(["spring", "spring", "sale", "sale"])
    )
    columns = {"conversion": "kind", "channel": "campaign"}
    assert told(journeys_of_events(table, columns, outcome="thank-you")) == [
        (("spring", "spring"), 1.0, 1.0),
        (("sale", "sale"), 0.0, 0.0),
    ]
    with pytest.raises(SourceError, match="never says 'lead'; it says 'visit', 'thank-you', 'order'"):
        journeys_of_events(table, columns, outcome="lead")


def test_outcomes_that_stand_apart():
    touches = pl.DataFrame({"person": [1, 1, 2], "time": [1, 5, 1], "channel": ["a", "b", "a"]})
    orders = pl.DataFrame({"person": [1, 3], "time": [3, 1], "value": [9.5, 1.0]})
    journeys = journeys_of_events(touches, outcomes=orders)
    assert told(journeys) == [(("a",), 1.0, 9.5), (("b",), 0.0, 0.0), (("a",), 0.0, 0.0)]
    assert journeys.intake.pathless == 1


def test_one_person_with_ten_thousand_touches_in_any_order():
    draw = np.random.default_rng(1)
    times = draw.integers(0, 4_000, 10_000)
    table = pl.DataFrame({"person": 1, "time": times, "channel": draw.choice(list("abc"), 10_000), "conversion": 0})
    journeys = journeys_of_events(table)
    ordered = table.with_row_index().sort("time", "index")
    assert [journeys.channels[i] for i in journeys.touches] == ordered["channel"].to_list()
    assert journeys.seconds.tolist() == ordered["time"].to_list()


@pytest.mark.parametrize("name", ["null", "(start)", "(conversion)", "", "a > b", "čaj ☕", "None", "nan", " "])
def test_a_channel_may_have_any_name(name):
    assert told(journeys_of_events(log(("p", 1, name, 0), ("p", 2, "b", 1)))) == [((name, "b"), 1.0, 1.0)]


def test_refunds_count_with_their_negative_value():
    assert told(journeys_of_events(log(("p", 1, "a", 1, 20.0), ("p", 2, "a", 1, -20.0)))) == [
        (("a",), 1.0, 20.0),
        (("a",), 1.0, -20.0),
    ]


def test_nothing_gives_no_journeys():
    journeys = journeys_of_events(log(("p", 1, "a", 0)).clear())
    assert (journeys.starts.tolist(), journeys.channels, journeys.intake.match_share) == ([0], (), None)


ISO = [
    "2026-01-31T12:00:00Z",
    "2026-01-31 13:00:00+01:00",
    "2026-01-31T12:00",
    "2026-01-31T12:00:00.000",
    "2026-01-31 07:00:00-0500",
]


def test_times_as_texts_are_read_with_their_offset():
    """All five are noon in UTC on 2026-01-31, which is 1,769,860,800 seconds after 1970 began."""
    table = pl.DataFrame({"person": range(5), "time": ISO, "channel": "a", "conversion": "no"})
    assert set(journeys_of_events(table).seconds.tolist()) == {1_769_860_800}


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_dates_and_instants_of_any_unit_are_seconds(unit):
    table = log(("p", 0, "a", 0), time=pl.lit(datetime(2026, 1, 31)).cast(pl.Datetime(unit)))
    assert journeys_of_events(table).seconds.tolist() == [1_769_817_600]
    assert journeys_of_events(table.with_columns(pl.col("time").dt.date())).seconds.tolist() == [1_769_817_600]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("time", None, "column 'time', row 2: nothing is no time"),
        ("time", "yesterday", "row 2: 'yesterday' is no time; write each as 2026-01-31T12:00:00Z"),
        ("time", 1_769_860_800_000, "row 2: 1769860800000 is no number of seconds since 1970; divide milliseconds by 1000"),
        ("time", float("nan"), "row 2: nan is no number of seconds"),
        ("channel", None, "row 2: nothing is no channel of a touch"),
        ("conversion", None, "row 2: nothing is neither 0 nor 1"),
        ("conversion", 2, "row 2: 2 is neither 0 nor 1"),
        ("conversion", "maybe", "row 2: 'maybe' is neither 0 nor 1"),
        ("person", 1.5, "row 2: 1.5 is no id of a person"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_row(column, value, said):
    kept = {"time": 1, "channel": "a", "conversion": 0, "person": 1}[column]
    first = str(kept) if isinstance(value, str) else float(kept) if isinstance(value, float) else kept
    first = "2026-01-01" if value == "yesterday" else first
    table = pl.DataFrame({"person": [1, 1], "time": [1, 2], "channel": ["a", "b"], "conversion": [0, 0]})
    with pytest.raises(SourceError, match=said):
        journeys_of_events(table.with_columns(pl.Series(column, [first, value])))


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_an_outcome_needs_a_value_that_is_a_number_and_other_rows_do_not(value):
    with pytest.raises(SourceError, match="row 2: .* is no value of an outcome; write a number, 0 where it has none"):
        journeys_of_events(log(("p", 1, "a", 0, 1.0), ("p", 2, "b", 1, value)))
    assert told(journeys_of_events(log(("p", 1, "a", 0, value), ("p", 2, "b", 1, 4.0)))) == [(("a", "b"), 1.0, 4.0)]


def test_a_missing_column_and_limits_out_of_range_are_refused():
    table = log(("p", 1, "a", 0))
    with pytest.raises(ParameterError, match="no column 'customer'; its columns are person, time, channel, conversion"):
        journeys_of_events(table, {"person": "customer"})
    with pytest.raises(ParameterError, match="'time' is asked for twice"):
        journeys_of_events(table, {"person": "time"})
    for name in ("lookback_days", "session_minutes"):
        with pytest.raises(ParameterError, match=f"{name} is -1"):
            journeys_of_events(table, **{name: -1})


def test_files_of_both_kinds_say_the_same_and_a_broken_one_is_refused(tmp_path):
    table = log((1, 1, "a", 0, 0.0), (1, 2, None, 1, 5.5), (2, 1, "b,c", 0, 0.0))
    table.write_parquet(tmp_path / "log.parquet")
    table.write_csv(tmp_path / "log.csv", separator=";")
    expected = told(journeys_of_events(table))
    assert told(journeys_of_events(tmp_path / "log.parquet")) == told(journeys_of_events(tmp_path / "log.csv")) == expected
    (tmp_path / "broken.parquet").write_bytes((tmp_path / "log.parquet").read_bytes()[:-9])
    for name in ("broken.parquet", "absent.csv"):
        with pytest.raises(SourceError, match=name):
            journeys_of_events(tmp_path / name)


def test_the_real_log_end_to_end(shared):
    """62,482 real touches: 1,838 conversions worth 11,423.50 and 2018's July, counted by Polars in the test."""
    path = shared / "data/attribution/journeys.csv.gz"
    journeys = journeys_of_events(path, {"person": "customer_id", "value": "conversion_value"})
    table = pl.read_csv(path)
    touches = table.sort("customer_id", "time", "conversion", maintain_order=True)
    assert [journeys.channels[i] for i in journeys.touches] == touches["channel"].to_list()
    assert (journeys.conversions.sum(), journeys.values.sum()) == (table["conversion"].sum(), table["conversion_value"].sum())
    last = touches.group_by("customer_id", maintain_order=True).last()
    assert journeys.nulls.sum() == last.filter(conversion=0).height
    assert journeys.intake.match_share == 1.0


def test_texts_that_share_a_hash_are_told_apart(monkeypatch):
    monkeypatch.setattr(pl.Series, "hash", lambda self: pl.Series([7] * len(self), dtype=pl.UInt64))
    journeys = journeys_of_events(log(("p", 1, "a", 0), ("q", 1, "b", 1), ("p", 2, "b", 1)))
    assert told(journeys) == [(("a", "b"), 1.0, 1.0), (("b",), 1.0, 1.0)]
    assert journeys.persons.to_list() == ["p", "q"]


@pytest.mark.parametrize("types", [pl.Float64, pl.Int8, pl.Boolean, pl.Decimal(10, 2), pl.String])
def test_an_outcome_is_a_one_of_any_type(types):
    assert (
        told(journeys_of_events(log(("p", 1, "a", 0), ("p", 2, "b", 1), conversion=pl.col("conversion").cast(types))))[0][1]
        == 1.0
    )


def test_a_lazy_table_and_categories_are_taken():
    table = log(("p", 1, "a", 0), ("p", 2, "b", 1))
    lazy = table.lazy().with_columns(pl.col("person", "channel").cast(pl.Categorical))
    assert told(journeys_of_events(lazy)) == told(journeys_of_events(table))


def test_cells_of_several_things_and_two_kinds_of_outcomes_are_refused():
    table = log(("p", 1, "a", 0))
    with pytest.raises(SourceError, match=r"column 'channel' holds List\(String\); write one number or text in each row"):
        journeys_of_events(table.with_columns(channel=pl.concat_list("channel")))
    with pytest.raises(ParameterError, match="outcomes stand apart; give one of the two"):
        journeys_of_events(table, outcome="order", outcomes=table)
    with pytest.raises(ParameterError, match="an event log has no path"):
        journeys_of_events(table, {"path": "p"})
