"""Loops over every touch of every journey, compiled by Numba when they are first called."""

import numpy as np

from careworth.compiling import compiled


@compiled
def number_windows(touches, starts, weights, order, base, keys, firsts):
    """Fill in the number of each window of `order` touches, and where those of each journey begin; give how many there are.

    A journey of fewer touches is one window of all of them; one without weight has none. A number's digits are channels + 1.
    """
    place, top = 0, base ** (order - 1)
    for journey in range(len(weights)):
        firsts[journey] = place
        begin, end, key = starts[journey], starts[journey + 1], 0
        for i in range(begin, end if weights[journey] > 0 else begin):
            if i - begin >= order:
                key -= (np.int64(touches[i - order]) + 1) * top
            key = key * base + np.int64(touches[i]) + 1
            if i - begin >= order - 1 or i == end - 1:
                keys[place] = key
                place += 1
    firsts[len(weights)] = place
    return place


@compiled
def count_moves(states, firsts, weights, table):
    """Add to `table`, from state to state, the weight of each journey that moves so; staying is no move."""
    for journey in range(len(weights)):
        for i in range(firsts[journey] + 1, firsts[journey + 1]):
            if states[i] != states[i - 1]:
                table[states[i - 1], states[i]] += weights[journey]


@compiled
def count_ends(states, firsts, conversions, nulls, values, begins, ends):
    """Add to `begins` and `ends`, by state, the journeys that begin there, and what came of those that end there."""
    for journey in range(len(conversions)):
        first, last = firsts[journey], firsts[journey + 1] - 1
        if first <= last:
            begins[states[first]] += conversions[journey] + nulls[journey]
            ends[states[last], 0] += conversions[journey]
            ends[states[last], 1] += nulls[journey]
            ends[states[last], 2] += values[journey]


@compiled
def share_equally(touches, starts, amounts, channels):
    """By channel and column of `amounts`: each journey's amount, shared equally among the channels that it touched."""
    totals, seen, columns = np.zeros((channels, amounts.shape[1])), np.full(channels, -1), amounts.shape[1]
    for journey in range(len(amounts)):
        distinct, nothing = 0, True
        for column in range(columns):
            nothing = nothing and amounts[journey, column] == 0
        for i in range(starts[journey], starts[journey] if nothing else starts[journey + 1]):
            if seen[touches[i]] != journey:
                seen[touches[i]] = journey
                distinct += 1
        for i in range(starts[journey], starts[journey] if nothing else starts[journey + 1]):
            if seen[touches[i]] == journey:
                seen[touches[i]] = -1
                for column in range(columns):
                    totals[touches[i], column] += amounts[journey, column] / distinct
    return totals


@compiled
def play_each(sets, sizes, worth, scale, totals):
    """Add to `totals`, by channel and column, what the Shapley value gives in the game of each set among its own channels.

    A coalition is worth what the set of exactly its channels is worth, nothing where no journey has that set. Sets are rows of
    bits, 64 channels to a word; `scale` multiplies the game of each set.
    """
    count, words = sets.shape
    for whole in range(count):
        size, idle = sizes[whole], True
        for column in range(scale.shape[1]):
            idle = idle and scale[whole, column] == 0
        if idle:
            continue
        gain = np.empty(size)  # 1 / (size * (size - 1 over s)): the chance that just s others came before.
        gain[0] = 1.0 / size
        for s in range(1, size):
            gain[s] = gain[s - 1] * s / (size - s)
        for part in range(count):
            inside = sizes[part] <= size
            for word in range(words):
                inside = inside and sets[part, word] & ~sets[whole, word] == 0
            if inside:
                with_it, without = gain[sizes[part] - 1], gain[sizes[part]] if sizes[part] < size else 0.0
                for channel in range(len(totals)):
                    bit = np.uint64(1) << np.uint64(channel % 64)
                    if sets[whole, channel // 64] & bit:
                        share = with_it if sets[part, channel // 64] & bit else -without
                        for column in range(scale.shape[1]):
                            totals[channel, column] += share * worth[part, column] * scale[whole, column]


@compiled
def mark_channels(touches, starts, sets):
    """Fill in the set of channels of each journey, as bits of 64-channel words."""
    for journey in range(len(sets)):
        for i in range(starts[journey], starts[journey + 1]):
            channel = np.int64(touches[i])
            sets[journey, channel // 64] |= np.uint64(1) << np.uint64(channel % 64)


@compiled
def poisson_of(uniform, means, nones):
    """Turn each uniform number into the Poisson number of its column's mean; `nones` are the chances of 0, exp(-mean)."""
    for row in range(uniform.shape[0]):
        for column in range(uniform.shape[1]):
            drawn, number, chance = uniform[row, column], 0.0, nones[column]
            below = chance
            while drawn > below and chance > 1e-300:
                number += 1.0
                chance *= means[column] / number
                below += chance
            uniform[row, column] = number
