"""Loops over the rows of a series, each of which hangs on those before it; compiled by Numba when they are first called."""

import math

import numpy as np

from careworth.compiling import compiled

#: The last so many days are not learned yet, so that a brewing rise does not become its own baseline.
GUARD = 7

#: A weekday starts as two weeks without any difference; the dispersion as ten days of a size of ten.
PRIOR_WEEKS, PRIOR_DAYS, PRIOR_DISPERSION = 2.0, 10.0, 0.1

#: A day is learned as no more than so many standard deviations above its expectation.
LEARN_AT_MOST = 4.0

#: Beyond this share of its own past a row counts as unusual at all.
UNUSUAL_SHARE = 0.01
UNUSUAL_EVIDENCE = -math.log(UNUSUAL_SHARE)

#: So many rows, of a normal law, stand for the past where the past is short; memory of the limit ends after so many.
PRIOR_ROWS, MEMORY_ROWS = 1000, 8064

#: The 99 % point of a normal law and the mean by which it is exceeded: where learning starts.
START_LIMIT, START_EXCESS = 2.33, 0.37

#: The excess is learned as from twenty rows at first and from fifty at most; one row never counts for more than six.
EXCESS_ROWS, EXCESS_MEMORY, EXCESS_CAP = 20, 50, 6.0


@compiled
def find_unusual(ratios, least_spreads, found):
    """Fill in -ln p of each log ratio in the exponential tail of those before it; 0 where it is not among the unusual."""
    spread, limit, excess, spread_rows, excess_rows = 0.3, START_LIMIT, START_EXCESS, 20, EXCESS_ROWS
    for row in range(len(ratios)):
        value = ratios[row]
        if math.isnan(value):
            continue
        scaled, memory = value / max(spread, least_spreads[row]), min(row + PRIOR_ROWS, MEMORY_ROWS)
        if scaled > limit:
            found[row] = UNUSUAL_EVIDENCE + (scaled - limit) / excess
            limit += excess * (1 - UNUSUAL_SHARE) / (UNUSUAL_SHARE * memory)
            excess_rows = min(excess_rows + 1, EXCESS_MEMORY)
            excess += (min(max(scaled - limit, 0.0), EXCESS_CAP * excess) - excess) / excess_rows
        else:
            limit -= excess / memory
        spread_rows = min(spread_rows + 1, MEMORY_ROWS // 4)
        spread = max(spread + (1.2533 * min(abs(value), 4 * spread) - spread) / spread_rows, 1e-3)


@compiled
def add_up_excess(scores, limits, reference, first_day, shares, alarms):
    """Fill in, day by day and for each column, the cumulative sum as a share of its limit, and whether it is an alarm."""
    totals = np.zeros(scores.shape[1])
    for day in range(first_day, len(scores)):
        for one in range(scores.shape[1]):
            total = max(totals[one] + scores[day, one] - reference, 0.0)
            shares[day, one], alarms[day, one] = total / limits[day, one], total >= limits[day, one]
            totals[one] = 0.0 if alarms[day, one] else total


@compiled
def _weekday_factors(seen, normal, level, factors):
    """Fill in the weekdays' factors, one on average."""
    prior, total = PRIOR_WEEKS * max(1.0 if math.isnan(level) else level, 1e-9), 0.0
    for place in range(len(factors)):
        factors[place] = (seen[place] + prior) / (normal[place] + prior)
        total += factors[place]
    factors /= total / len(factors)


@compiled
def learn_days(counts, period, keep, keep_squared, slow, mean, dispersion, error):
    """Fill in each day's mean, dispersion and relative error of the mean from the days a guard or more before it.

    A day that is old enough is learned with incidents cut down; an unknown count changes nothing.
    """
    seen, normal, factors = np.zeros(period), np.zeros(period), np.ones(period)
    level_sum, weight, weight_squares, level, excess, squares = 0.0, 0.0, 0.0, math.nan, 0.0, 0.0
    for day in range(len(counts)):
        old, place = day - GUARD, (day - GUARD) % period
        if old >= 0:
            known, usual, count = not math.isnan(counts[old]), mean[old], 0.0
            if known:
                most = usual + LEARN_AT_MOST * math.sqrt(usual + usual * usual * max(dispersion[old], 0.02)) + 1
                count = most if most < counts[old] else counts[old]
            level_sum = level_sum * keep + count / factors[place]
            weight, weight_squares = weight * keep + known, weight_squares * keep_squared + known
            level = level_sum / max(weight, 1e-12) if weight > 0 else math.nan
            seen *= slow
            normal *= slow
            excess, squares = excess * slow, squares * slow
            seen[place] += count
            normal[place] += level if known else 0.0
            if known and not math.isnan(usual) and old >= 4 * period:
                excess += (count - usual) * (count - usual) - usual
                squares += usual * usual
            _weekday_factors(seen, normal, level, factors)
        if weight > 0:
            base = max(level, 0.02)
            mean[day] = max(base * factors[day % period], 0.02)
            prior = PRIOR_DAYS * (mean[day] * mean[day])
            dispersion[day] = max((excess + PRIOR_DISPERSION * prior) / (squares + prior), 0.0)
            spread = weight_squares / (max(weight, 1e-12) * max(weight, 1e-12))
            error[day] = math.sqrt((1 / base + dispersion[day]) * spread)
