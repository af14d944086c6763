"""Alarms by the day: more complaints than usual, a more negative share, older unanswered messages, on one joint budget."""

from typing import NamedTuple

import numpy as np
from scipy.signal import lfilter
from scipy.special import betainc
from scipy.stats import norm

from careworth.alarms.compiled import GUARD
from careworth.alarms.cusum import budgets_of_each, chart, limits
from careworth.alarms.daily_baseline import (
    HALF_LIFE,
    SLOW_HALF_LIFE,
    Baseline,
    daily_baseline,
    lasting_error,
    normal_scores,
)

#: Eight full weeks are learned before the first alarm (METRICS.md C.3).
FIRST_DAY = 56

#: What is planned of the budget: estimated spread and weekdays cost the rest, as tests/benchmarks/alarms.py measures.
BUDGET_SHARE = 0.95


#: What a day keeps of its weight on the next, for levels and for spreads.
KEEP, SLOW = 0.5 ** (1 / HALF_LIFE), 0.5 ** (1 / SLOW_HALF_LIFE)

#: How the budget is divided: most incidents show in the volume first.
BUDGET_PARTS = {"volume": 5.0, "negative share": 1.0, "volume and negative share": 3.0, "unanswered age": 1.0}


class Signal(NamedTuple):
    """One thing watched by the day: expected value, standard normal score, and the baseline's lasting error."""

    name: str
    observed: np.ndarray
    expected: np.ndarray
    score: np.ndarray
    error: np.ndarray


class Watched(NamedTuple):
    """What came of watching: the charts' names, each day's sum as a share of its limit, and the alarms of each chart."""

    charts: tuple[str, ...]
    shares: np.ndarray
    alarms: np.ndarray

    def score(self) -> np.ndarray:
        """From 0 to 1, the chart that is nearest to its limit; 0.5 where the limit is."""
        highest = self.shares.max(axis=0)
        return highest / (1 + highest)

    def alarm(self) -> np.ndarray:
        """True on days with an alarm of any chart."""
        return self.alarms.any(axis=0)


def volume_signal(counts: np.ndarray, period: int = 7, lifts: np.ndarray | None = None) -> Signal:
    """Counts of a day against level and weekday, by a negative binomial forecast."""
    return volume_of(counts, daily_baseline(counts, period, lifts))


def volume_of(counts: np.ndarray, baseline: Baseline) -> Signal:
    """Counts of a day against a baseline that is there already."""
    return Signal("volume", counts, baseline.mean, *_news(normal_scores(counts, baseline), lasting_error(baseline)))


def share_signal(successes: np.ndarray, trials: np.ndarray) -> Signal:
    """The share of a day, such as negative among all conversations, against that of earlier days.

    A binomial mid-p as a standard normal score, shrunk by the over-dispersion that the past showed.
    """
    successes, trials = np.asarray(successes, float), np.asarray(trials, float)
    past_successes, past_trials = _past(successes), _past(trials)
    rate = np.clip(past_successes / np.maximum(past_trials, 1e-12), 1e-4, 1 - 1e-4)
    usual = trials * rate * (1 - rate)
    strangeness = np.minimum((successes - trials * rate) ** 2 / np.maximum(usual, 1e-12), 16.0)
    usable = (trials > 0) & (past_trials > 0)
    dispersion = (_past(np.where(usable, strangeness, 0.0), SLOW) + 10) / (_past(1.0 * usable, SLOW) + 10)
    error = np.sqrt(np.maximum(trials, 1.0) * _past(trials, KEEP**2)) / np.maximum(past_trials, 1.0)
    score = _binomial_score(successes, trials, rate) / np.sqrt(np.maximum(dispersion, 0.8) + error**2)
    observed = successes / np.where(trials > 0, trials, np.nan)
    return Signal("negative share", observed, rate, *_news(np.where(usable, score, np.nan), error))


def age_signal(ages: np.ndarray) -> Signal:
    """How long unanswered messages have waited at the end of each day, against earlier days, on a logarithmic scale."""
    ages = np.asarray(ages, float)
    logs = np.log1p(ages)
    known = 1.0 * ~np.isnan(logs)
    days = _past(known)
    mean = _past(logs) / np.maximum(days, 1e-12)
    off = np.clip(logs - mean, -3, 3)
    spread = np.sqrt((_past(off**2, SLOW) + 0.1) / (_past(known, SLOW) + 1))
    score = np.where(days > 0, np.clip(off / spread, -4, 4), np.nan)
    error = np.sqrt(_past(known, KEEP**2)) / np.maximum(days, 1.0)
    return Signal("unanswered age", ages, np.expm1(mean), *_news(score, error))


def _news(score: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The part of each score that the day before does not explain, of unit spread, and the lasting error of that part.

    What carries over from day to day is learned from the past; a backlog or a long story is not several alarms.
    """
    before = np.concatenate([np.full((1, *score.shape[1:]), np.nan), score[:-1]])
    both = _past(1.0 * ~np.isnan(score * before), SLOW)
    carried = np.clip(_past(np.clip(score, -3, 3) * np.clip(before, -3, 3), SLOW) / (both + 20), 0.0, 0.9)
    unit = np.sqrt(1 - carried**2)
    return (score - carried * np.nan_to_num(before)) / unit, error * np.sqrt((1 + carried) / (1 - carried)) * (1 - carried) / unit


def _past(values: np.ndarray, keep: float = KEEP) -> np.ndarray:
    """The fading sums of what lay a guard or more before each day; unknown values add nothing."""
    late = np.zeros(values.shape)
    late[GUARD:] = np.nan_to_num(values[:-GUARD])
    return lfilter([1.0], [1.0, -keep], late, axis=0)


def _binomial_score(successes: np.ndarray, trials: np.ndarray, rate: np.ndarray) -> np.ndarray:
    reached = np.where(successes > 0, betainc(np.maximum(successes, 1e-12), trials - successes + 1, rate), 1.0)
    beyond = np.where(successes < trials, betainc(successes + 1, np.maximum(trials - successes, 1e-12), rate), 0.0)
    return norm.isf(np.clip((reached + beyond) / 2, 1e-12, 1 - 1e-12))


def watch(signals: list[Signal], alarms_a_year: float = 2.0, days_a_year: float = 365.0) -> Watched:
    """Charts of each signal, and one of volume and negative share together, that spend one budget of false alarms."""
    charts = _charts([signal.name for signal in signals])
    parts = tuple(BUDGET_PARTS[name] for name in charts)
    budgets = budgets_of_each(tuple(charts.values()), parts, BUDGET_SHARE * alarms_a_year / days_a_year)
    ran = [_run(np.array(weights), signals, budget) for weights, budget in zip(charts.values(), budgets, strict=True)]
    return Watched(tuple(charts), np.stack([share for share, _ in ran]), np.stack([alarm for _, alarm in ran]))


def _charts(names: list[str]) -> dict[str, tuple[float, ...]]:
    """Each chart as the weights of the signals in it."""
    single = {name: tuple(float(name == other) for other in names) for name in names}
    pair = ("volume", "negative share")
    both = {" and ".join(pair): tuple(float(name in pair) for name in names)} if set(pair) <= set(names) else {}
    return single | both


def _run(weights: np.ndarray, signals: list[Signal], budget: float) -> tuple[np.ndarray, np.ndarray]:
    unit = weights / np.linalg.norm(weights)
    used = [(weight, signal) for weight, signal in zip(unit, signals, strict=True) if weight]
    score = np.sum([weight * signal.score for weight, signal in used], axis=0)
    error = np.sqrt(np.sum([(weight * np.nan_to_num(signal.error, nan=1.0)) ** 2 for weight, signal in used], axis=0))
    return chart(score, limits(budget, error), FIRST_DAY)
