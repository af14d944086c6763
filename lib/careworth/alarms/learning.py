"""The loop that learns what a fast count series lets one expect; compiled by Numba when it is first called."""

import math

import numpy as np

from careworth.compiling import compiled

DAY_SECONDS, WEEK_QUARTERS = 86_400, 28
QUARTER_SECONDS = DAY_SECONDS // 4

#: Profiles of the day remember ten days, of the week eight weeks.
PROFILE_DAYS, PROFILE_WEEKS = 10, 8

#: A quarter of a day of the week starts as two weeks without any difference from the other days.
PRIOR_WEEKS = 2.0

#: A row above three times the expectation teaches no more than that; hours of it still raise the expectation for a day.
LEARN_AT_MOST = 3.0

#: Where the over-dispersion starts, as sums of squares and of what they have too much. It remembers four weeks; its size is 1, a
#: geometric law's, to 20, beyond which it no longer matters here.
SQUARES, EXCESS, LARGEST_SIZE, SPREAD_DAYS = 40.0, 4.0, 20.0, 28


@compiled
def _factors(second, width, rows_an_hour, day, week, weeks_seen):
    """How much the time of day, and the quarter of a day of the week, raise the level."""
    quarter = int(second // QUARTER_SECONDS) % WEEK_QUARTERS
    of_week = (week[quarter] + PRIOR_WEEKS) / (weeks_seen[quarter] + PRIOR_WEEKS)
    place = (second % DAY_SECONDS) / width
    if rows_an_hour == 1:
        return day[int(place)], of_week
    before = math.floor(place - 0.5)
    share = place - 0.5 - before
    return (1 - share) * day[int(before) % len(day)] + share * day[int(before + 1) % len(day)], of_week


@compiled
def _learn_season(second, of_day, of_week, width, rows_an_hour, rows_a_quarter, day, visits, week, weeks_seen):
    """Move the factors of this time towards a count over its level and week's factor, and over its level and day's factor."""
    hour, quarter = int((second % DAY_SECONDS) / width), int(second // QUARTER_SECONDS) % WEEK_QUARTERS
    gain = max(1 / PROFILE_DAYS, 1 / (visits[hour] + 1)) / rows_an_hour
    visits[hour] += 1 / rows_an_hour
    day[hour] = max(day[hour] + gain * (of_day - day[hour]), 0.02)
    keep = 1 - 1 / (PROFILE_WEEKS * rows_a_quarter)
    week[quarter] = week[quarter] * keep + min(of_week, LEARN_AT_MOST) / rows_a_quarter
    weeks_seen[quarter] = weeks_seen[quarter] * keep + 1 / rows_a_quarter


@compiled
def learn_rows(seconds, counts, lifts, spacing, least_gain, means, sizes):
    """Fill in the mean of each row and its negative binomial size from the rows before it; a mean stays nan until the first."""
    hours = max(1, min(24, int(DAY_SECONDS // max(spacing, 1.0))))
    width = DAY_SECONDS / hours
    rows_an_hour, rows_a_quarter = max(1.0, width / spacing), max(1.0, QUARTER_SECONDS / spacing)
    day, visits, week, weeks_seen = np.ones(hours), np.zeros(hours), np.zeros(WEEK_QUARTERS), np.zeros(WEEK_QUARTERS)
    squares, excess, keep, seen, level = SQUARES, EXCESS, max(0.0, 1 - spacing / (SPREAD_DAYS * DAY_SECONDS)), 0, math.nan
    for row in range(len(counts)):
        of_day, of_week = _factors(seconds[row], width, rows_an_hour, day, week, weeks_seen)
        mean = level * of_day * of_week
        means[row] = mean * lifts[row]
        sizes[row] = min(max(squares / excess, 1.0), LARGEST_SIZE) if excess > 0 else LARGEST_SIZE
        if math.isnan(counts[row]):
            continue
        if seen == 0:
            level = mean = max(counts[row] / lifts[row], 0.5)
        seen += 1
        count = min(counts[row] / lifts[row], LEARN_AT_MOST * (mean + 2))
        level = max(level + max(least_gain, 1 / (seen + 1)) * (count / (of_day * of_week) - level), 0.05)
        times = seconds[row], count / (level * of_week), count / (level * of_day)
        _learn_season(*times, width, rows_an_hour, rows_a_quarter, day, visits, week, weeks_seen)
        squares, excess = squares * keep + mean * mean, excess * keep + (count - mean) * (count - mean) - mean
