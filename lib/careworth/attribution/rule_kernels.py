"""Loops over every touch for the rules and roles, compiled by Numba when they are first called."""

import numpy as np

from careworth.compiling import compiled


@compiled
def add_up(touches, starts, shares, conversions, values, channels):
    """By channel, the conversions and the values that its touches' shares are of."""
    totals = np.zeros((channels, 2))
    for journey in range(len(conversions)):
        if conversions[journey] != 0 or values[journey] != 0:
            for i in range(starts[journey], starts[journey + 1]):
                totals[touches[i], 0] += shares[i] * conversions[journey]
                totals[touches[i], 1] += shares[i] * values[journey]
    return totals


@compiled
def place_last_but(touches, starts, chosen, passed_over, shares):
    """Give all to each chosen journey's last touch of a channel that is not passed over; to its last touch where all are."""
    for journey in np.flatnonzero(chosen):
        i = starts[journey + 1] - 1
        while i > starts[journey] and passed_over[touches[i]]:
            i -= 1
        shares[starts[journey + 1] - 1 if passed_over[touches[i]] else i] = 1.0


@compiled
def share_by_place(starts, chosen, first, between, last, shares):
    """Share each chosen journey by place; with two touches or one, in proportion to the first and the last share."""
    for journey in np.flatnonzero(chosen):
        begin, end = starts[journey], starts[journey + 1]
        length, ends = end - begin, first + last
        for i in range(begin + 1, end - 1):
            shares[i] = between / (length - 2)
        if length > 2:
            shares[begin], shares[end - 1] = first, last
        elif length == 2:
            shares[begin] = first / ends if ends > 0 else 0.5
            shares[end - 1] = last / ends if ends > 0 else 0.5
        else:
            shares[begin] = 1.0


@compiled
def share_equally_among_touches(starts, chosen, shares):
    """Share each chosen journey equally among its touches."""
    for journey in np.flatnonzero(chosen):
        shares[starts[journey] : starts[journey + 1]] = 1.0 / (starts[journey + 1] - starts[journey])


@compiled
def share_by_age(starts, chosen, seconds, half_life, shares):
    """Share each chosen journey so that a touch gets half of what one gets that is so many seconds later."""
    for journey in np.flatnonzero(chosen):
        begin, end, total = starts[journey], starts[journey + 1], 0.0
        for i in range(begin, end):
            shares[i] = 2.0 ** ((seconds[i] - seconds[end - 1]) / half_life)
            total += shares[i]
        for i in range(begin, end):
            shares[i] /= total


@compiled
def share_by_channel(touches, starts, chosen, channels, shares):
    """Share each chosen journey equally among its channels, and each one's part equally among its touches."""
    times = np.zeros(channels, np.int64)
    for journey in np.flatnonzero(chosen):
        begin, end, distinct = starts[journey], starts[journey + 1], 0
        for i in range(begin, end):
            distinct += times[touches[i]] == 0
            times[touches[i]] += 1
        for i in range(begin, end):
            shares[i] = 1.0 / (distinct * times[touches[i]])
        for i in range(begin, end):
            times[touches[i]] = 0


@compiled
def count_parts(touches, starts, conversions, channels):
    """By channel, the conversions whose path it is in, and is in first, strictly between, anywhere but last, and last."""
    counts, seen = np.zeros((channels, 5)), np.full((channels, 3), -1)
    for journey in range(len(conversions)):
        begin, end, weight = starts[journey], starts[journey + 1], conversions[journey]
        for i in range(begin, end if weight > 0 else begin):
            channel = touches[i]
            is_part = (True, begin < i < end - 1, i < end - 1)
            for part, column in ((0, 0), (1, 2), (2, 3)):
                if is_part[part] and seen[channel, part] != journey:
                    seen[channel, part] = journey
                    counts[channel, column] += weight
        if weight > 0:
            counts[touches[begin], 1] += weight
            counts[touches[end - 1], 4] += weight
    return counts
