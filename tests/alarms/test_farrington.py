"""Farrington's bounds are those of R's `surveillance` to the last digits; impossible series are refused in a sentence."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from careworth.alarms.farrington import CLASSIC, Bound, Farrington, farrington_bounds
from careworth.alarms.quasi_poisson import fit_counts, outbreak_weights
from careworth.errors import ParameterError

#: What R was called with for each column of bounds: found from the help pages of surveillance, confirmed by the digits.
CALLS = {
    # algo.farrington(control = list(range = 282:312, b = 4, w = 3, alpha = 0.01))
    "farrington": replace(CLASSIC, years=4, tail=0.005),
    # farringtonFlexible(b = 4, w = 3, noPeriods = 1, pastWeeksNotIncluded = 3, weightsThreshold = 1, alpha = 0.05)
    "flex_delta": Farrington(4, 3, 1, 3, outbreak_threshold=1.0, trend_p=0.05, threshold="delta"),
    # farringtonFlexible(b = 4, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26, weightsThreshold = 2.58,
    #                    pThresholdTrend = 1, thresholdMethod = "nbPlugin", alpha = 0.05)
    "noufaily": Farrington(years=4),
}


@pytest.fixture(scope="module")
def reference(shared) -> list[dict[str, str]]:
    """The bounds that R gave, week by week from the 282nd on."""
    with (shared / "data/causal/farrington/salmonella_agona_R.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def salmonella(shared) -> np.ndarray:
    """312 weeks of counts."""
    return np.loadtxt(Path(shared) / "data/causal/farrington/salmonella_agona.csv", delimiter=",", skiprows=1)[:, 1]


def column(table: list[dict[str, str]], name: str) -> list[float]:
    """A column of the reference as numbers."""
    return [float(row[name]) for row in table]


@pytest.mark.parametrize("name", CALLS)
def test_bounds_and_alarms_are_those_of_r(reference, salmonella, name):
    bounds = farrington_bounds(salmonella, range(281, 312), CALLS[name])
    assert [bound.upper for bound in bounds] == pytest.approx(column(reference, f"{name}_ub"), abs=1e-9)
    assert [float(bound.is_alarm) for bound in bounds] == column(reference, f"{name}_alarm")


def test_expectations_are_those_of_r(reference, salmonella):
    bounds = farrington_bounds(salmonella, range(281, 312), CALLS["noufaily"])
    assert [bound.expected for bound in bounds] == pytest.approx(column(reference, "noufaily_expected"), abs=1e-9)


def test_the_upper_limit_of_the_expectation_gives_a_bound_no_lower_than_the_expectation_itself(salmonella):
    plugin, quantile = (
        farrington_bounds(salmonella, range(281, 312), replace(CALLS["noufaily"], threshold=threshold))
        for threshold in ("plugin", "quantile")
    )
    assert all(one.upper <= other.upper for one, other in zip(plugin, quantile, strict=True))


def test_a_week_is_judged_by_earlier_weeks_only(salmonella):
    changed = salmonella.copy()
    changed[301:] += 50
    before = range(281, 301)
    assert farrington_bounds(changed, before, CALLS["noufaily"]) == farrington_bounds(salmonella, before, CALLS["noufaily"])


def test_few_reports_have_no_bound_and_raise_no_alarm():
    counts = np.zeros(300)
    counts[290] = 4
    assert farrington_bounds(counts, [290], Farrington(years=4))[0][3:] == (None, pytest.approx(0, abs=1e-3), False)


def test_unknown_weeks_are_left_out_of_the_past(salmonella):
    holed = salmonella.copy()
    holed[100:104] = np.nan
    assert isinstance(farrington_bounds(holed, [300], Farrington(years=4))[0], Bound)


@pytest.mark.parametrize(
    ("counts", "week", "said"),
    [
        (np.ones(100), 50, "week 50 cannot be judged: 211 weeks must lie before it and the series has 100"),
        (np.ones(300), 300, "week 300 cannot be judged"),
        (np.r_[np.ones(299), -1], 280, "negative or infinite"),
        (np.r_[np.ones(299), np.inf], 280, "negative or infinite"),
    ],
)
def test_what_cannot_be_judged_is_refused(counts, week, said):
    with pytest.raises(ParameterError, match=said):
        farrington_bounds(counts, [week], Farrington(years=4))


def test_an_unknown_threshold_is_refused():
    with pytest.raises(ParameterError, match=r"unknown threshold 'nb'; choose from \['classic'"):
        farrington_bounds(np.ones(300), [280], Farrington(4, threshold="nb"))


def test_the_regression_of_two_groups_has_their_means():
    """A log-linear regression on a group indicator fits the group means: (1 + 3) / 2 = 2 and (4 + 8) / 2 = 6."""
    design = np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]])
    fit = fit_counts(design, np.array([1.0, 3, 4, 8]), np.ones(4))
    assert fit.means == pytest.approx([2, 2, 6, 6])
    # Pearson: 1/2 + 1/2 + 4/6 + 4/6 over 4 - 2 degrees of freedom.
    assert fit.dispersion == pytest.approx((1 + 8 / 6) / 2, rel=1e-4)


def test_weights_of_outbreaks_by_hand():
    """Residuals 1, 2, 4 at threshold 1.5: raw weights 1, 1/4, 1/16 add up to 21/16, so each is multiplied by 48/21."""
    assert outbreak_weights(np.array([1.0, 2, 4]), 1.5) == pytest.approx([48 / 21, 12 / 21, 3 / 21])
