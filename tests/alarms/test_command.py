"""`careworth alarms`: a line for each row, the same bytes twice, and a clear sentence for what cannot be judged."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from careworth.alarms.command import alarms_of_file
from careworth.errors import CareworthError
from tests.simulators.daily_complaints import complaint_days
from tests.simulators.hourly_counts import hourly_counts, hourly_means


def write(folder: Path, times: list, values: list, header: str = "at,n") -> Path:
    """A CSV file of two columns."""
    path = folder / "series.csv"
    path.write_text("\n".join([header, *(f"{time},{value}" for time, value in zip(times, values, strict=True))]) + "\n")
    return path


def every(step: timedelta, rows: int) -> list[str]:
    """Times that far apart, as texts."""
    return [str(datetime(2024, 1, 1) + step * row) for row in range(rows)]


def judged(path: Path, **options) -> list[dict]:
    """The lines that the command writes for a file."""
    alarms_of_file(path, "at", "n", path.with_suffix(".json"), **options)
    return [json.loads(line) for line in path.with_suffix(".json").read_text().splitlines()]


@pytest.fixture
def hours(tmp_path) -> Path:
    """Four weeks of hours with a surge in the last."""
    counts = hourly_counts(hourly_means(4)[1], seed=2).astype(int)
    counts[600:604] = 300
    return write(tmp_path, every(timedelta(hours=1), len(counts)), counts.tolist())


def test_each_row_has_a_line_with_five_keys_and_the_surge_is_an_alarm(hours):
    lines = judged(hours)
    assert len(lines) == 4 * 168
    assert {tuple(line) for line in lines} == {("time", "value", "expected", "score", "alarm")}
    assert (lines[600]["alarm"], lines[600]["time"], lines[600]["value"]) == (True, "2024-01-26 00:00:00", 300)
    assert lines[600]["score"] > 0.5
    assert lines[0] == {"time": "2024-01-01 00:00:00", "value": lines[0]["value"], "expected": None, "score": 0, "alarm": False}


def test_the_text_says_what_was_found_and_the_budget(hours):
    text = alarms_of_file(hours, "at", "n", budget=0.5)
    assert text.splitlines()[0].endswith("alarms in 672 rows, 1 hour apart; chance alone may raise 0.5 a week.")
    assert "2024-01-26 00:00:00  300 where " in text


def test_two_runs_give_the_same_bytes_in_processes_of_their_own(hours):
    call = f"from pathlib import Path; from careworth.alarms.command import alarms_of_file as f; p = Path({str(hours)!r}); "
    written = []
    for name in ("one.json", "two.json"):
        code = call + f"f(p, 'at', 'n', p.parent / {name!r})"
        subprocess.run([sys.executable, "-c", code], check=True)
        written.append((hours.parent / name).read_bytes())
    assert written[0] == written[1]


def test_rows_before_a_change_keep_their_lines(hours):
    before = judged(hours)[:500]
    texts = hours.read_text().splitlines()
    hours.write_text("\n".join(texts[:501] + ["2024-01-21 20:00:00,9999"]) + "\n")
    assert judged(hours)[:500] == before


def test_days_are_judged_by_cumulative_sums(tmp_path):
    counts = complaint_days(200, 1, seed=1, start=180, lift=3.0).complaints[:, 0].astype(int)
    path = write(tmp_path, [time[:10] for time in every(timedelta(days=1), 200)], counts.tolist())
    lines = judged(path)
    assert any(line["alarm"] for line in lines[180:184])
    assert "1 day apart; chance alone may raise 2 a year" in alarms_of_file(path, "at", "n")


def test_weeks_and_months_are_judged_too(tmp_path):
    counts = [20] * 50 + [60] * 4
    weeks = write(tmp_path, every(timedelta(weeks=1), 54), counts)
    assert any(line["alarm"] for line in judged(weeks)[50:])
    months = [f"{2020 + month // 12}-{month % 12 + 1:02d}-01" for month in range(54)]
    assert any(line["alarm"] for line in judged(write(tmp_path, months, counts))[50:])


def test_a_missing_day_leaves_the_weekdays_in_place(tmp_path):
    counts = [30 if day % 7 < 5 else 6 for day in range(150)]
    times = every(timedelta(days=1), 150)
    kept = [row for row in range(150) if row not in (80, 81, 95)]
    lines = judged(write(tmp_path, [times[row] for row in kept], [counts[row] for row in kept]))
    assert len(lines) == 147
    assert lines[-1]["expected"] == pytest.approx(counts[149], rel=0.25)
    assert not any(line["alarm"] for line in lines)


def test_empty_cells_are_unknown(tmp_path):
    lines = judged(write(tmp_path, every(timedelta(minutes=5), 300), [5] * 100 + [""] * 2 + ["NaN"] + [5] * 197))
    assert [(lines[row]["value"], lines[row]["score"], lines[row]["alarm"]) for row in (100, 101, 102)] == [
        (None, None, False)
    ] * 3


def test_names_and_times_may_be_of_any_kind(tmp_path):
    times = [time.replace(" ", "T") + "Z" for time in every(timedelta(hours=1), 60)]
    path = write(tmp_path, times, ["3"] * 60, header="Zeitpunkt ⏰,Anzahl ü")
    assert "0 alarms in 60 rows" in alarms_of_file(path, "Zeitpunkt ⏰", "Anzahl ü")


TIMES = every(timedelta(hours=1), 5)
WRONG = {
    "empty": ([], [], "has 0 rows"),
    "one row": (TIMES[:1], [1], "has 1 rows; two at least"),
    "twice": ([*TIMES[:3], TIMES[2], TIMES[3]], [1] * 5, "row 4: 2024-01-01 02:00:00 is the time of the row before it again"),
    "unordered": ([TIMES[1], TIMES[0], *TIMES[2:]], [1] * 5, "row 2: 2024-01-01 00:00:00 is earlier than the row before it"),
    "uneven": ([*TIMES[:4], "2024-01-02 07:30:00", "2024-01-02 07:31:00"], [1] * 6, "not evenly spaced: only 60%"),
    "no time": ([*TIMES[:4], "yesterday"], [1] * 5, "row 5: 'yesterday' is no time"),
    "negative": (TIMES, [1, 2, -3, 4, 5], "row 3: '-3' is no count of 0 or more"),
    "infinite": (TIMES, [1, 2, "inf", 4, 5], "row 3: 'inf' is no count"),
    "a word": (TIMES, [1, 2, "many", 4, 5], "row 3: 'many' is no count"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_judged_is_said(tmp_path, case):
    times, values, said = WRONG[case]
    with pytest.raises(CareworthError, match=said):
        alarms_of_file(write(tmp_path, times, values), "at", "n")


@pytest.mark.parametrize(
    ("time", "value", "budget", "said"),
    [
        ("at", "count", None, r"series.csv has no column 'count'; its columns are at, n"),
        ("at", "at", None, "name two columns"),
        ("at", "n", 0.0, "a budget of 0.0 false alarms cannot be kept"),
        ("at", "n", float("nan"), "a budget of nan"),
    ],
)
def test_wrong_parameters_are_said(hours, time, value, budget, said):
    with pytest.raises(CareworthError, match=said):
        alarms_of_file(hours, time, value, budget=budget)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(CareworthError, match="no file .*nowhere.csv"):
        alarms_of_file(tmp_path / "nowhere.csv", "at", "n")


@pytest.mark.parametrize("values", [[0] * 200, [7] * 200, [""] * 200, [0.25] * 200, [10**12] * 200])
@pytest.mark.parametrize("step", [timedelta(minutes=5), timedelta(hours=12), timedelta(days=1)])
def test_dull_series_are_judged_without_alarm(tmp_path, values, step):
    assert not any(line["alarm"] for line in judged(write(tmp_path, every(step, 200), values)))


def test_sixteen_thousand_rows_take_under_two_cpu_seconds(tmp_path):
    counts = np.random.default_rng(1).poisson(20, 16_000)
    path = write(tmp_path, every(timedelta(minutes=5), 16_000), counts.tolist())
    code = (
        "from careworth.alarms.command import alarms_of_file as f; from pathlib import Path; from time import process_time; "
        f"p = Path({str(path)!r}); start = process_time(); f(p, 'at', 'n', p.with_suffix('.json')); print(process_time() - start)"
    )
    spent = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert float(spent) < 2.0
