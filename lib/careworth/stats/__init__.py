"""Intervals, survival curves, resampling and draws: plain numbers in, plain numbers out, seeds passed in."""

from careworth.stats.agreement import cohen_kappa
from careworth.stats.concentration import gini, top_share
from careworth.stats.draws import Draws
from careworth.stats.estimates import UNKNOWN, Z95, Estimate, difference
from careworth.stats.incidence import cumulative_incidence, cumulative_incidences
from careworth.stats.power import detectable_change, detectable_mean_change
from careworth.stats.quantiles import median_difference, quantile_estimate
from careworth.stats.rates import poisson_interval
from careworth.stats.ratios import mean_estimate, ratio_of_sums
from careworth.stats.restricted import (
    LogRank,
    log_rank,
    restricted_mean,
    restricted_mean_and_error,
    restricted_mean_difference,
)
from careworth.stats.series import block_bootstrap_mean, theil_sen_slope
from careworth.stats.several import benjamini_hochberg, holm
from careworth.stats.shares import clustered_share, newcombe_interval, nps_interval, wilson_interval
from careworth.stats.shrinkage import Shrunken, shrink
from careworth.stats.survival import Curve, kaplan_meier, share_by, time_reached
from careworth.stats.weights import poisson_numbers, poisson_weights

__all__ = [
    "UNKNOWN",
    "Z95",
    "Curve",
    "Draws",
    "Estimate",
    "LogRank",
    "Shrunken",
    "benjamini_hochberg",
    "block_bootstrap_mean",
    "clustered_share",
    "cohen_kappa",
    "cumulative_incidence",
    "cumulative_incidences",
    "detectable_change",
    "detectable_mean_change",
    "difference",
    "gini",
    "holm",
    "kaplan_meier",
    "log_rank",
    "mean_estimate",
    "median_difference",
    "newcombe_interval",
    "nps_interval",
    "poisson_interval",
    "poisson_numbers",
    "poisson_weights",
    "quantile_estimate",
    "ratio_of_sums",
    "restricted_mean",
    "restricted_mean_and_error",
    "restricted_mean_difference",
    "share_by",
    "shrink",
    "theil_sen_slope",
    "time_reached",
    "top_share",
    "wilson_interval",
]
