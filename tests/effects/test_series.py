"""The effect of a campaign on one daily series, in simulated worlds and in series whose effect is known by construction."""

import json
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from careworth.effects.averaging import averaged, models_of, placebos, whitened
from careworth.effects.command import effect_of_file
from careworth.effects.daily import daily
from careworth.effects.noise import LOG_CHANCES, MEMORIES, WALKS, windows_of
from careworth.effects.noise import _memory as memory_covariance
from careworth.effects.noise import _walk as walk_covariance
from careworth.effects.placebo import Judged, judged
from careworth.effects.regression import step_at
from careworth.effects.series import estimate_effect
from careworth.effects.weeks import weekly_levels, weeks_of
from careworth.errors import CareworthError, ParameterError, SourceError
from tests.benchmarks.effects import measured
from tests.simulators.daily_series import FIVE, OTHERS, World, draw

DAYS, START = 393, 365
FIRST = date(2023, 1, 2)
DATES = [FIRST + timedelta(day) for day in range(DAYS)]
WEEK = np.array([1.2, 1.1, 1.0, 1.0, 1.1, 0.8, 0.8])
IS_AFTER = np.arange(DAYS) >= START


def noisy(seed: int = 0, level: float = 1000.0, noise: float = 0.05) -> np.ndarray:
    """A year and four weeks of amounts with a weekly pattern, each day's noise its own."""
    rng = np.random.default_rng(seed)
    return level * WEEK[np.arange(DAYS) % 7] * np.exp(rng.normal(0, noise, DAYS))


# --- Calibration. With 150 draws of a true rate of 5 % three standard errors are 5.3 points, so these bounds fail rarely and
# --- yet forbid every method that METHODS.md F.14 found wanting (17 % and more). tests/benchmarks/effects.py has the long table.


@pytest.mark.parametrize("name", FIVE)
@pytest.mark.parametrize("lift", [0.0, 0.2])
def test_intervals_hold_in_the_five_worlds(name, lift):
    found = measured(FIVE[name], lift, repeats=150, seed=20_000)
    assert 0.89 <= found["covered"] <= 1.0
    assert lift or found["positive"] <= 0.11


def test_the_first_world_is_measured_closely():
    """Issue 6: RMSE at most 0.042; the noise of the 28 days alone, which no method can know, is 0.032 there."""
    assert measured(FIVE["AR noise 0.6"], 0.0, repeats=200, seed=30_000)["rmse"] <= 0.045


@pytest.mark.parametrize("name", ["no controls", "three a day", "short: 200 before, 7 after", "long: 800 before, 90 after"])
def test_intervals_hold_in_worlds_that_the_method_was_not_made_for(name):
    assert measured(OTHERS[name], 0.0, repeats=100, seed=40_000)["covered"] >= 0.87


def test_useless_controls_do_little_harm():
    """The same series with and without controls that have nothing to do with it: the error grows by less than a tenth."""
    world = FIVE["useless controls"]
    draws = [draw(world, 50_000 + number) for number in range(60)]
    errors = np.array(
        [
            [estimate_effect(each.y, each.dates, each.start, beside, each.promo).lift for beside in (each.controls, None)]
            for each in draws
        ]
    )
    with_them, without = np.sqrt((errors**2).mean(axis=0))
    assert with_them < 1.1 * without


# --- Known by construction.


def test_a_lift_of_half_on_a_steady_series():
    found = estimate_effect(np.where(IS_AFTER, 1.5, 1.0) * noisy(), DATES, DATES[START])
    assert found.lift == pytest.approx(0.5, abs=0.05)
    assert found.lift_low > 0.4
    assert found.effect == pytest.approx(found.total / 28)
    assert found.design == "interrupted_series"


def test_effect_total_and_lift_tell_the_same():
    """Observed = expected + effect, and lift = effect / expected, in the days after the start."""
    drawn = draw(FIVE["AR noise 0.6"], 3, 0.2)
    found = estimate_effect(drawn.y, drawn.dates, drawn.start, drawn.controls, drawn.promo)
    expected = found.expected[365:].sum()
    assert found.total == pytest.approx(drawn.y[365:].sum() - expected)
    assert found.lift == pytest.approx(found.total / expected)
    assert (found.low > 0) == (found.lift_low > 0)
    assert np.isnan(found.expected[:1]).all() and np.isfinite(found.expected[1:]).all()


def test_a_step_of_ten_in_a_series_below_zero():
    y = np.random.default_rng(1).normal(-50, 3, DAYS) + 10 * IS_AFTER
    found = estimate_effect(y, DATES, DATES[START])
    assert found.effect == pytest.approx(10, abs=1.5)
    assert found.low > 7
    assert (found.lift, found.diagnostics.minimum_detectable_lift) == (None, None)


def test_promotions_are_not_taken_for_the_campaign():
    """Promotions lift by 60 % on every tenth day before the start and on every second one after it; the campaign does nothing."""
    promo = np.where(IS_AFTER, np.arange(DAYS) % 2, np.arange(DAYS) % 10 == 0).astype(float)
    y = noisy(2) * (1 + 0.6 * promo)
    told = estimate_effect(y, DATES, DATES[START], promo=promo)
    untold = estimate_effect(y, DATES, DATES[START])
    assert abs(told.lift) < 0.04
    assert untold.lift > 0.15


def test_a_control_that_shares_the_demand_narrows_the_interval():
    drawn = draw(World(controls=3), 11)
    alone = estimate_effect(drawn.y, drawn.dates, drawn.start)
    beside = estimate_effect(drawn.y, drawn.dates, drawn.start, drawn.controls)
    assert beside.high - beside.low < 0.7 * (alone.high - alone.low)
    assert beside.design == "synthetic_control"


def test_the_unit_of_an_amount_changes_nothing():
    first, second = (estimate_effect(unit * noisy(4), DATES, DATES[START]) for unit in (1.0, 1e-7))
    assert second.lift == pytest.approx(first.lift, rel=1e-9)
    assert second.effect == pytest.approx(1e-7 * first.effect, rel=1e-9)


def test_the_order_of_rows_changes_nothing_and_two_runs_are_alike():
    drawn, order = draw(FIVE["12 events a day"], 5), np.random.default_rng(5).permutation(DAYS)
    first = estimate_effect(drawn.y, drawn.dates, drawn.start, drawn.controls, drawn.promo)
    mixed = [drawn.dates[place] for place in order]
    second = estimate_effect(drawn.y[order], mixed, drawn.start, drawn.controls[order], drawn.promo[order])
    assert (first.effect, first.low, first.high) == (second.effect, second.low, second.high)
    assert first.diagnostics == second.diagnostics


def test_few_events_after_the_start_may_be_few_by_chance():
    """One event in a year and none in the 28 days: 0.08 were expected, and a mean of 3.69 still gives none one time in forty."""
    y = (np.arange(DAYS) == 100).astype(float)
    found = estimate_effect(y, DATES, DATES[START])
    assert found.total_low < 0 < found.total_high < 3.69
    assert any("events a day" in warning for warning in found.diagnostics.warnings)


def test_no_events_at_all_after_the_start_is_a_loss_of_all():
    found = estimate_effect(np.where(IS_AFTER, 0, np.round(noisy())), DATES, DATES[START])
    assert found.lift == -1
    assert found.lift_high < -0.99


def test_one_day_and_ninety_days_after():
    for days in (1, 90):
        found = estimate_effect(noisy(6), DATES, DATES[-days])
        assert found.diagnostics.days_after == days
        assert found.low < 0 < found.high


# --- Diagnostics.


def test_a_control_that_jumps_at_the_start_is_named():
    drawn = draw(FIVE["AR noise 0.6"], 8)
    controls = drawn.controls.copy()
    controls[365:, 2] *= 1.5
    found = estimate_effect(drawn.y, drawn.dates, drawn.start, controls, names=["a", "b", "ĉ", "d", "e"]).diagnostics
    assert found.jumping_controls == ("ĉ",)
    assert any("ĉ" in warning for warning in found.warnings)


def test_controls_seldom_jump_where_nothing_happened():
    """One chance in a hundred, all controls of a series together: of 60 series at most 4."""
    draws = [draw(FIVE["AR noise 0.6"], 60_000 + number) for number in range(60)]
    found = [estimate_effect(each.y, each.dates, each.start, each.controls, each.promo) for each in draws]
    assert sum(bool(each.diagnostics.jumping_controls) for each in found) <= 4


def test_a_control_that_never_moves_changes_nothing_and_is_named():
    drawn = draw(World(controls=2), 9)
    first = estimate_effect(drawn.y, drawn.dates, drawn.start, drawn.controls)
    second = estimate_effect(drawn.y, drawn.dates, drawn.start, np.column_stack([drawn.controls, np.full(DAYS, 7.0)]))
    assert (second.low, second.high) == (first.low, first.high)
    assert second.diagnostics.dropped_controls == ("control 3",)


def test_leaving_out_the_only_control_is_having_none():
    drawn = draw(World(controls=1), 10)
    alone, beside = (estimate_effect(drawn.y, drawn.dates, drawn.start, controls) for controls in (None, drawn.controls))
    low, high = beside.diagnostics.without_one_control
    assert low == high
    # One is of means of logarithms and the other of sums, so they are only about the same.
    assert low == pytest.approx(alone.lift, abs=0.01)


def test_what_could_have_been_seen_is_seen_in_four_of_five_cases():
    """Power at the minimum detectable lift: 80 %, and three standard errors of 100 draws are 12 points."""
    world = World(controls=2)
    could = [estimate_effect(d.y, d.dates, d.start, d.controls, d.promo) for d in (draw(world, 70_000 + n) for n in range(30))]
    lift = float(np.mean([each.diagnostics.minimum_detectable_lift for each in could]))
    assert 0.66 <= measured(world, lift, repeats=100, seed=71_000)["positive"] <= 0.95


def test_placebo_windows_widen_the_interval_by_hand():
    """Scores 3 and 3 on 5 windows' worth beside a model worth 10: (10 + 5 x 9) / 15 = 3.667 times the variance."""
    real = type("Real", (), {"variances": np.array([4.0])})
    before = type("Before", (), {"gaps": np.array([3.0, -3.0]), "variances": np.array([1.0, 1.0])})
    found = judged(real, before, independent=5.0, extra=2.0)
    assert found.error == pytest.approx(np.sqrt(4 * 55 / 15 + 4))
    assert (found.freedom, found.false_alarms) == (15.0, 2)


def test_the_detectable_gap_by_the_table_of_t():
    """With 20 degrees of freedom t is 2.086 at 0.975 and 0.860 at 0.80 (any table of t)."""
    assert Judged(1.0, 20.0, np.zeros(0)).detectable == pytest.approx(2.086 + 0.860, abs=0.001)


# --- The numeric core against plain computations.


def test_weekly_covariances_are_means_of_daily_ones():
    weeks = weeks_of(28, 10)
    days = np.arange(38)
    firsts, lengths = weeks.firsts[:, None], weeks.lengths[:, None]
    means = ((days >= firsts) & (days < firsts + lengths)) / lengths
    walk = np.minimum.outer(days + 1, days + 1)
    memory = 0.8 ** np.abs(np.subtract.outer(days, days))
    assert walk_covariance(weeks) == pytest.approx(means @ walk @ means.T)
    assert memory_covariance(weeks, 0.8) == pytest.approx(means @ memory @ means.T)


def test_the_average_over_models_is_what_dense_algebra_gives():
    """Every model again as a Gaussian with its covariance written out: evidence, mean and variance of the window."""
    drawn = draw(World(controls=2), 12)
    given = daily(drawn.y, drawn.dates, drawn.start, drawn.controls, drawn.promo)
    weeks = weeks_of(365, 28)
    whole = whitened(weekly_levels(given.values, given.weekdays, given.promo, weeks).levels, weeks)
    models = models_of(whole)
    real = averaged(models)
    logs, gaps, variances = [], [], []
    for kind in range(len(models.white)):
        inverse = windows_of(weeks).whitening[kind]
        noise = np.linalg.inv(inverse.T @ inverse)
        columns, series, row = models.plain[:52, :-1], models.plain[:52, -1], models.rows[kind, -1]
        for one in range(len(models.centres)):
            prior = np.diag(1 / models.precisions[kind, one])
            total = noise + columns @ prior @ columns.T
            left = series - columns @ models.centres[one]
            squares = left @ np.linalg.solve(total, left)
            gain = prior @ columns.T @ np.linalg.inv(total)
            coefficients = models.centres[one] + gain @ left
            sure = np.linalg.inv(columns.T @ np.linalg.solve(noise, columns) + np.diag(models.precisions[kind, one]))
            logs.append(-0.5 * np.linalg.slogdet(total)[1] - 25.5 * np.log(squares) + LOG_CHANCES[kind] + models.chances[one])
            gaps.append(row[-1] - row[:-1] @ coefficients)
            variances.append(squares / 51 * (windows_of(weeks).spread[kind, -1] + row[:-1] @ sure @ row[:-1]))
    weights = np.exp(np.array(logs) - max(logs))
    weights /= weights.sum()
    mean = weights @ gaps
    assert real.weights.ravel() == pytest.approx(weights, abs=1e-5)
    assert real.gaps[-1] == pytest.approx(mean, abs=1e-6)
    assert real.variances[-1] == pytest.approx(weights @ (np.array(variances) + (gaps - mean) ** 2), rel=1e-4)


def test_a_placebo_window_knows_nothing_of_what_follows_it():
    """The first windows stay as they are when the last two weeks before the start are changed."""
    drawn = draw(World(controls=0), 13)
    weeks = weeks_of(365, 28)

    def gaps(y: np.ndarray) -> np.ndarray:
        levels = weekly_levels(y[:, None], np.arange(DAYS) % 7, np.zeros(DAYS), weeks).levels
        levels -= levels[:40].mean()
        models = models_of(whitened(levels, weeks))
        return placebos(models, averaged(models)).gaps

    changed = drawn.y.copy()
    changed[350:365] *= 1.02
    assert gaps(changed)[:4] == pytest.approx(gaps(drawn.y)[:4], abs=0.01)


def test_the_chances_of_all_kinds_of_noise_are_one():
    assert np.exp(LOG_CHANCES).sum() == pytest.approx(1)
    assert len(LOG_CHANCES) == 1 + len(WALKS) + len(MEMORIES)


def test_the_second_method_finds_a_step():
    levels = np.random.default_rng(3).normal(0, 0.1, (DAYS, 3)) + np.where(IS_AFTER, 0.3, 0.0)[:, None] * [1, 0, 0]
    found = step_at(levels, START)
    assert found.height == pytest.approx(0.3, abs=0.06)
    assert 0.01 < found.error < 0.04


@pytest.mark.parametrize("method", ["regression", "structural"])
def test_other_methods_are_compared_with_the_default(method):
    drawn = draw(FIVE["AR noise 0.6"], 14, 0.2)
    found = estimate_effect(drawn.y, drawn.dates, drawn.start, drawn.controls, drawn.promo, method)
    default = estimate_effect(drawn.y, drawn.dates, drawn.start, drawn.controls, drawn.promo)
    assert found.method == method
    assert found.lift == pytest.approx(0.2, abs=0.12)
    assert (found.diagnostics.agreement.method, found.diagnostics.agreement.lift) == ("default", default.lift)


# --- Refusals, each with what was found and what to do.

VALUES = noisy()


def changed(values: np.ndarray, place: int, value: float) -> np.ndarray:
    """A copy with another value at one place."""
    copy = values.astype(float)
    copy[place] = value
    return copy


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"y": changed(VALUES, 10, np.nan)}, "2023-01-12 has no value"),
        ({"y": changed(VALUES, 10, np.inf)}, "2023-01-12 is inf"),
        ({"y": []}, "one number for each of the 393 dates"),
        ({"y": [], "dates": []}, "there are no dates"),
        ({"y": np.full(DAYS, 5.0)}, "is 5 on every day before the start"),
        ({"y": ["many"] * DAYS}, "must be numbers"),
        ({"start": DATES[20]}, "20 days lie before the start"),
        ({"start": "2031-01-01"}, "outside the series, which goes from 2023-01-02 to 2024-01-29"),
        ({"start": "soon"}, "write a day as YYYY-MM-DD"),
        ({"start": None}, "start is None"),
        ({"dates": [DATES[0], *DATES[:-1]]}, "2023-01-02 occurs more than once"),
        ({"dates": DATES[:-1] + [DATES[-1] + timedelta(3)]}, "3 days are missing, the first is 2024-01-29"),
        ({"dates": ["some day"] * DAYS}, "the dates cannot be read"),
        ({"controls": {"ã": VALUES}}, "control 'ã' is the series itself"),
        ({"controls": {"ã": 3 * VALUES}}, "control 'ã' is the series itself"),
        ({"controls": changed(VALUES, 3, np.nan)}, "control 'control 1': 2023-01-05 has no value"),
        ({"controls": np.ones((DAYS, 2)), "names": ["a", "a"]}, "different names"),
        ({"promo": changed(VALUES, 3, np.nan)}, "the promotions: 2023-01-05 has no value"),
        ({"method": "did"}, "there is no method 'did'; the methods are default, regression, structural"),
    ],
)
def test_what_makes_an_answer_impossible_is_refused(given, said):
    with pytest.raises(ParameterError, match=said.replace("(", r"\(")):
        estimate_effect(**{"y": VALUES, "dates": DATES, "start": DATES[START], **given})


@pytest.mark.parametrize(
    "y",
    [
        np.arange(DAYS),
        np.where(np.arange(DAYS) % 7 > 4, 0, VALUES),
        changed(VALUES, 50, 1e12),
        VALUES * 1e80,
        VALUES - VALUES.mean(),
        (np.arange(DAYS) % 11 == 0).astype(int),
    ],
    ids=["growing by one a day", "closed at weekends", "one huge day", "huge", "around zero", "sparse"],
)
def test_odd_series_have_an_answer_in_order(y):
    found = estimate_effect(y, DATES, DATES[START], controls=np.random.default_rng(1).poisson(50, (DAYS, 3)))
    assert -np.inf < found.low <= found.effect <= found.high < np.inf


# --- The command.


@pytest.fixture
def file(tmp_path):
    drawn = draw(World(controls=2), 15, 0.4)
    table = pl.DataFrame({"day": drawn.dates, "größe": drawn.y, "a": drawn.controls[:, 0], "record": drawn.controls[:, 1]})
    table.with_columns(promo=drawn.promo).write_csv(tmp_path / "series.csv")
    table.with_columns(promo=drawn.promo).write_parquet(tmp_path / "series.parquet")
    table.with_columns(promo=drawn.promo).write_csv(tmp_path / "semicolons.csv", separator=";")
    return tmp_path / "series.csv"


def of_file(path, **given) -> str:
    return effect_of_file(path, **{"date": "day", "value": "größe", "start": "2024-01-03", **given})


def test_the_json_has_what_issue_6_asks_for(file):
    found = json.loads(of_file(file, controls=["a", "record"], promo="promo", as_json=True))
    assert {"effect", "low", "high", "lift", "lift_low", "lift_high", "diagnostics", "design"} <= set(found)
    assert found["lift_low"] < 0.4 < found["lift_high"]
    assert found["design"]["permitted_wording"].startswith("estimated effect, assuming")
    asked = {"placebo_scores", "pre_r2", "pre_mape", "without_one_control", "minimum_detectable_lift", "agreement"}
    assert asked | {"jumping_controls", "placebo_windows"} <= set(found["diagnostics"])
    assert found["series"][0] == {"date": "2023-01-03", "observed": found["series"][0]["observed"], "expected": None}


def test_every_kind_of_file_tells_the_same(file):
    texts = {of_file(file.with_name(name), controls=["a"]) for name in ("series.csv", "series.parquet", "semicolons.csv")}
    assert len(texts) == 1
    assert "Estimated effect of the campaign on größe" in texts.pop()


def test_without_controls_the_words_are_weaker(file):
    assert json.loads(of_file(file, as_json=True))["design"]["key"] == "interrupted_series"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"value": "orders"}, "has no column 'orders'; its columns are day, größe, a, record, promo"),
        ({"controls": ["größe"]}, "'größe' is asked for twice"),
        ({"date": "a", "value": "größe"}, "column 'a', row 1: .* is no day"),
        ({"value": "a", "controls": ["day"]}, "asked for twice|is no number"),
        ({"method": "did"}, "need --panel and --treated"),
        ({"method": "magic"}, "the methods are default, regression, structural"),
        ({"panel": "a"}, "belong together"),
        ({"panel": "a", "treated": "x", "promo": "promo"}, "leave --controls and --promo out"),
        ({"start": "2024-13-01"}, "write a day as YYYY-MM-DD"),
    ],
)
def test_the_command_refuses_in_a_sentence(file, given, said):
    with pytest.raises(CareworthError, match=said):
        of_file(file, **given)


def test_broken_files_are_refused(tmp_path):
    path = tmp_path / "broken.csv"
    with pytest.raises(SourceError, match="no file"):
        of_file(path)
    path.write_text("day,größe\n")
    with pytest.raises(SourceError, match="no rows"):
        of_file(path)
    path.write_text("day,größe\n2024-01-01,1\n2024-01-02,1,2\n")
    with pytest.raises(SourceError, match="record 2 cannot be read"):
        of_file(path)
    path.write_text("day,größe\n2024-01-01,\n")
    with pytest.raises(SourceError, match="row 1: .* is no number"):
        of_file(path)


def test_a_panel_goes_to_the_methods_of_panels(tmp_path):
    """Two shops moved alike; from 2022 on the second has 5 more (as in careworth.effects.panels)."""
    rows = [
        (shop, year, base + year - 2000 + 5 * (shop == "b" and year >= 2022))
        for shop, base in [("a", 10), ("b", 30), ("c", 20)]
        for year in range(2015, 2025)
    ]
    pl.DataFrame(rows, ["shop", "year", "y"], orient="row").write_csv(tmp_path / "panel.csv")
    text = effect_of_file(tmp_path / "panel.csv", "year", "y", "2022", method="did", panel="shop", treated="b", as_json=True)
    found = json.loads(text)
    assert found["effect"] == pytest.approx(5)
    assert found["design"]["key"] == "difference_in_differences"
