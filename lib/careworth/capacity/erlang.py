"""Queues with Poisson arrivals and exponential handle times: how soon so many agents answer (Erlang C, and A with patience).

All numbers may be arrays. The load is arrivals x handle time in agents kept busy (erlangs). The formulas are written with
the incomplete gamma function, so that loads of a hundred thousand neither overflow nor lose their digits.
"""

import numpy as np
from scipy.special import gammainc, gammaincc, gammaln

from careworth.errors import ParameterError

#: Below this the incomplete gamma function is about to underflow, and a series is summed in its place.
SMALL = 1e-250


def waiting_share(load: np.ndarray, agents: np.ndarray) -> np.ndarray:
    """Share of customers who wait at all when nobody gives up; 1 where the load is more than the agents can do (Erlang C).

    Examples
    --------
    >>> round(float(waiting_share(10, 14)), 7)
    0.1741319
    """
    load, agents = _valid(load, agents)
    enough = agents > load
    blocked = _blocked_share(np.where(enough, load, 0.0), np.maximum(agents, 1))
    spare = np.where(enough, agents - load * (1 - blocked), 1.0)
    return np.where(enough, np.where(load > 0, agents * blocked / spare, 0.0), np.where(load > 0, 1.0, 0.0))


def answered_within(load: np.ndarray, agents: np.ndarray, minutes: float, handle_minutes: float) -> np.ndarray:
    """Share of customers whom an agent takes up within `minutes` when nobody gives up; 0 where the queue grows without end.

    Examples
    --------
    >>> round(float(answered_within(10, 14, 20 / 60, 3)), 7)
    0.88835
    """
    load, agents = _valid(load, agents)
    _require_positive(handle_minutes=handle_minutes)
    late = waiting_share(load, agents) * np.exp(-np.maximum(agents - load, 0) * minutes / handle_minutes)
    return np.where((agents > load) | (load == 0), 1 - late, 0.0)


def mean_wait_minutes(load: np.ndarray, agents: np.ndarray, handle_minutes: float) -> np.ndarray:
    """Minutes that customers wait on average when nobody gives up; infinite where the queue grows without end."""
    load, agents = _valid(load, agents)
    spare = np.where(agents > load, agents - load, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        wait = waiting_share(load, agents) * handle_minutes / spare
    return np.where(load == 0, 0.0, wait)


def served_within(load: float, agents: int, minutes: float, handle_minutes: float, patience_minutes: float) -> float:
    """Share of customers taken up within `minutes` where each gives up after a patience of so many minutes on average.

    Who gave up counts as not served (Erlang A).

    References
    ----------
    Garnett, Mandelbaum and Reiman (2002), Manufacturing & Service Operations Management 4(3), 208-227; Zeltyn and Mandelbaum
    (2005), Queueing Systems 51, 361-402, section 9.
    """
    load, agents = (float(each) for each in _valid(load, agents))
    _require_positive(handle_minutes=handle_minutes, patience_minutes=patience_minutes)
    if load == 0 or agents == 0:
        return 1.0 if load == 0 else 0.0
    ratio = patience_minutes / handle_minutes
    shape, reach = agents * ratio, load * ratio
    idle, busy = _idle_and_busy(load, agents, shape, reach)
    soon = -np.expm1(_log_later(shape + 1, reach, max(minutes, 0) / patience_minutes))
    stayed = np.exp(_log_waits(shape + 1, reach) - _log_waits(shape, reach))
    return float((idle + busy * stayed * soon) / (idle + busy))


def abandoning_share(load: float, agents: int, handle_minutes: float, patience_minutes: float) -> float:
    """Share of customers who give up before an agent takes them up (Erlang A)."""
    return 1 - served_within(load, agents, 1e3 * patience_minutes, handle_minutes, patience_minutes)


def agents_needed(
    load: np.ndarray, share: float, minutes: float, handle_minutes: float, patience_minutes: float | None = None
) -> np.ndarray:
    """The fewest agents of whom `share` of the customers are taken up within `minutes`; none where nobody comes.

    Examples
    --------
    >>> agents_needed([0, 10], share=0.8, minutes=20 / 60, handle_minutes=3).tolist()
    [0, 14]
    """
    load, _ = _valid(np.atleast_1d(np.asarray(load, float)), 0)
    if not 0 < share < 1:
        raise ParameterError(f"a promise is for a share between 0 and 1, found {share}")

    def kept(agents: np.ndarray) -> np.ndarray:
        if patience_minutes is None:
            return answered_within(load, agents, minutes, handle_minutes) >= share
        pairs = zip(load, agents, strict=True)
        return np.array([served_within(*pair, minutes, handle_minutes, patience_minutes) >= share for pair in pairs])

    return np.where(load > 0, _fewest(kept, load), 0).astype(int)


def _fewest(kept, load: np.ndarray) -> np.ndarray:
    # Halving between a number that is too small and one that is enough.
    few, many = np.zeros(len(load)), np.ceil(load) + 1
    while not (enough := kept(many)).all():
        few, many = np.where(enough, few, many), np.where(enough, many, 2 * many)
    while (many - few > 1).any():
        middle = np.where(many - few > 1, np.floor((few + many) / 2), many)
        enough = kept(middle)
        few, many = np.where(enough, few, middle), np.where(enough, middle, many)
    return many


def _blocked_share(load: np.ndarray, agents: np.ndarray) -> np.ndarray:
    """Erlang B for loads below the agents: a Poisson probability over its distribution function."""
    with np.errstate(divide="ignore"):
        log_probability = agents * np.log(load) - load - gammaln(agents + 1)
    return np.exp(log_probability) / gammaincc(agents + 1, load)


def _idle_and_busy(load: float, agents: float, shape: float, reach: float) -> tuple[float, float]:
    """The weights of finding an agent free and of finding all at work, of which only the ratio matters."""
    log_busy = np.log(load / agents * shape) + _log_waits(shape, reach)
    log_idle = _log_free(load, agents)
    most = max(log_busy, log_idle)
    return np.exp(log_idle - most), np.exp(log_busy - most)


def _log_free(load: float, agents: float) -> float:
    """Log of the probability of fewer than all agents at work, over that of all but one."""
    last = agents - 1
    log_below = np.log(gammaincc(agents, load)) if load < agents else None
    if log_below is None:
        # The terms shrink from the last one on, so that none overflows.
        return float(np.log1p(np.cumprod((last - np.arange(last)) / load).sum()))
    return float(log_below - (last * np.log(load) - load - gammaln(agents)))


def _log_waits(shape: float, reach: float) -> float:
    """Log of the series 1 + reach / (shape + 1) + reach^2 / ((shape + 1) (shape + 2)) + ..., over `shape` (Palm, 1957)."""
    share = gammainc(shape, reach)
    if share > SMALL:
        return float(np.log(share) + gammaln(shape) + reach - shape * np.log(reach))
    terms = 64
    while True:
        factors = np.cumprod(reach / (shape + 1 + np.arange(terms)))
        if factors[-1] < 1e-18:
            return float(np.log1p(factors.sum()) - np.log(shape))
        terms *= 2


def _log_later(shape: float, reach: float, patiences: float) -> float:
    """Log of the part of the waits that is longer than so many patiences."""
    left = reach * np.exp(-patiences)
    if left == 0:
        return -np.inf
    return min(reach - left - shape * patiences + _log_waits(shape, left) - _log_waits(shape, reach), 0.0)


def _valid(load: np.ndarray, agents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    load, agents = np.asarray(load, float), np.asarray(agents, float)
    for name, values in (("load", load), ("number of agents", agents)):
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise ParameterError(f"the {name} is a number from 0 on, found {values[~(values >= 0) | np.isinf(values)].flat[0]}")
    return load, agents


def _require_positive(**given: float) -> None:
    for name, value in given.items():
        if not (np.isfinite(value) and value > 0):
            raise ParameterError(f"{name} is a number above 0, found {value}")
