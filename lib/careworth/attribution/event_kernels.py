"""Loops over every event, compiled by Numba: numbering ids, ordering each person's events, cutting them into journeys."""

import numpy as np

from careworth.compiling import compiled

#: Odd, and about 2**64 over the golden ratio: spreads ids that follow a pattern over the slots.
SPREAD = np.uint64(0x9E3779B97F4A7C15)

#: Up to so many events of one person are put in order one by one.
FEW = 128


@compiled
def _slot(identity: np.int64, keys: np.ndarray, owners: np.ndarray, shift: int) -> int:
    """Where the id stands in the table, or the free slot where it belongs."""
    slot = np.int64((np.uint64(identity) * SPREAD) >> np.uint64(shift))
    while owners[slot] >= 0 and keys[slot] != identity:
        slot = (slot + 1) & (len(keys) - 1)
    return slot


@compiled
def number_ids(identities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The number of each id, 0 for the one that appears first, and the row where each number appears first.

    Examples
    --------
    >>> numbers, firsts = number_ids(np.array([7, -1, 7, 3]))
    >>> numbers.tolist(), firsts.tolist()
    ([0, 1, 0, 2], [0, 1, 3])
    """
    bits, count = 10, 0
    keys, owners = np.empty(1 << bits, np.int64), np.full(1 << bits, -1, np.int32)
    numbers, firsts = np.empty(len(identities), np.int32), np.empty(len(identities), np.int64)
    for row in range(len(identities)):
        slot = _slot(identities[row], keys, owners, 64 - bits)
        if owners[slot] < 0:
            keys[slot], owners[slot], firsts[count] = identities[row], count, row
            count += 1
        numbers[row] = owners[slot]
        if 2 * count > len(keys):
            bits += 1
            keys, owners = np.empty(1 << bits, np.int64), np.full(1 << bits, -1, np.int32)
            for number in range(count):
                slot = _slot(identities[firsts[number]], keys, owners, 64 - bits)
                keys[slot], owners[slot] = identities[firsts[number]], number
    return numbers, firsts[:count].copy()


@compiled
def by_person(people, count, times, earliest, flags, channels, bits):
    """Where each person's events begin, and the events of one person after the other, each one's in their given order.

    An event is one number: its time since the earliest, whether it is an outcome, and its channel in the lowest `bits`, all ones
    where it has none.
    """
    begins = np.zeros(count + 1, np.int64)
    for row in range(len(people)):
        begins[people[row] + 1] += 1
    for person in range(count):
        begins[person + 1] += begins[person]
    events, following, mask = np.empty(len(people), np.int64), begins[:-1].copy(), (np.int64(1) << bits) - 1
    for row in range(len(people)):
        timed = ((times[row] - earliest) << 1) | np.int64(flags[row])
        events[following[people[row]]] = (timed << bits) | (np.int64(channels[row]) & mask)
        following[people[row]] += 1
    return begins, events


@compiled
def _insert_few(begins: np.ndarray, events: np.ndarray, ignored: int) -> None:
    """Sort in place the events of each person who has few, each moved back past the later ones."""
    for person in range(len(begins) - 1):
        if begins[person + 1] - begins[person] <= FEW:
            for i in range(begins[person] + 1, begins[person + 1]):
                moving, j = events[i], i
                while j > begins[person] and (events[j - 1] >> ignored) > (moving >> ignored):
                    events[j] = events[j - 1]
                    j -= 1
                events[j] = moving


def order_events(begins: np.ndarray, events: np.ndarray, ignored: int) -> None:
    """Sort each person's events in place; what differs in the lowest `ignored` bits alone keeps its order.

    Examples
    --------
    >>> events = np.array([7, 4, 6, 2])
    >>> order_events(np.array([0, 3, 4]), events, 1)
    >>> events.tolist()
    [4, 7, 6, 2]
    """
    _insert_few(begins, events, ignored)
    for person in np.flatnonzero(np.diff(begins) > FEW):
        part = events[begins[person] : begins[person + 1]]
        part[:] = part[np.argsort(part >> ignored, kind="stable")]


@compiled
def _touched(touches, times, start, end, channel, at, session):
    """Where the journey that began at `start` ends once it has the touch, as its next one or as its last one's session."""
    if end > start and touches[end - 1] == channel and at - times[end - 1] <= session:
        end -= 1
    touches[end], times[end] = channel, at
    return end + 1


@compiled
def _without_old(touches: np.ndarray, times: np.ndarray, start: int, end: int, oldest: int) -> int:
    """Where the journey from `start` to `end` ends once the touches before `oldest` are taken out of it."""
    first = start
    while first < end and times[first] < oldest:
        first += 1
    if first > start:
        for place in range(first, end):
            touches[place - first + start], times[place - first + start] = touches[place], times[place]
    return end - first + start


@compiled
def cut_journeys(begins, events, bits, moments, lookback, session):
    """Touches, times, starts, ends, people of the journeys, number of their outcome or -1; touches merged and too old.

    The times are written over the events, of which there are as many or more.

    Parameters
    ----------
    begins, events : arrays
        Each person's events in order: time above bit `bits`, whether it is an outcome in it, the channel below it; all ones
        are no channel.
    moments : array
        The time by the number that stands in the event; empty where the time itself stands there.
    lookback, session : int
        In the unit of the times; -1 is none.
    """
    touches, times = np.empty(len(events), np.int32), events
    starts, ended = np.empty(len(events) + 1, np.int64), np.empty(len(events), np.int64)
    people, numbers = np.empty(len(events), np.int64), np.empty(len(events), np.int64)
    journey = outcome = end = merged = too_old = 0
    starts[0] = 0
    for person in range(len(begins) - 1):
        for row in range(begins[person], begins[person + 1]):
            at, channel = events[row] >> (bits + 1), events[row] & ((1 << bits) - 1)
            is_outcome = (events[row] >> bits) & 1
            if len(moments):
                at = moments[at]
            if channel != (1 << bits) - 1:
                before = end
                end = _touched(touches, times, starts[journey], end, channel, at, session)
                merged += end == before
            if is_outcome or row == begins[person + 1] - 1:
                if lookback >= 0:
                    kept = _without_old(touches, times, starts[journey], end, at - lookback)
                    end, too_old = kept, too_old + end - kept
                if end > starts[journey]:
                    people[journey], ended[journey], numbers[journey] = person, at, outcome if is_outcome else -1
                    journey += 1
                    starts[journey] = end
                outcome += is_outcome
    cut = touches[:end], times[:end], starts[: journey + 1], ended[:journey], people[:journey], numbers[:journey]
    return cut, merged, too_old
