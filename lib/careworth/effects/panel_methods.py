"""Four ways to expect what the treated units of a panel would have done, from the untreated ones.

Each takes the untreated and the treated values (units, times) and the position of the start, and gives a `Fit`.
"""

import numpy as np

from careworth.effects.panel_inference import Fit, Method
from careworth.effects.synthetic_weights import simplex_weights
from careworth.errors import ParameterError

DID, LEVELLED, SDID = "difference_in_differences", "synthetic_control", "synthetic_did"

#: Fewer periods before the start than this leave nothing to find weights by.
LEAST_PERIODS_BEFORE = 3


def difference_in_differences(controls: np.ndarray, treated: np.ndarray, start: int) -> Fit:
    """All controls alike, all periods before the start alike."""
    gap = treated.mean(axis=0) - controls.mean(axis=0)
    return Fit(gap - gap[:start].mean(), np.full(len(controls), 1 / len(controls)))


def synthetic_control(controls: np.ndarray, treated: np.ndarray, start: int) -> Fit:
    """The mix of controls nearest to the treated units' mean before the start, level included (Abadie and others, 2010)."""
    series = treated.mean(axis=0)
    weights = simplex_weights(controls[:, :start].T, series[:start])
    return Fit(series - weights @ controls, weights)


def demeaned_synthetic_control(controls: np.ndarray, treated: np.ndarray, start: int) -> Fit:
    """The same after each unit's mean before the start is taken out, as GeoLift does: only the course must be matched."""
    own, others = (each - each[:, :start].mean(axis=1, keepdims=True) for each in (treated, controls))
    return synthetic_control(others, own, start)


def synthetic_did(controls: np.ndarray, treated: np.ndarray, start: int) -> Fit:
    """Synthetic difference-in-differences: weighted controls and weighted periods before the start.

    References
    ----------
    Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), American Economic Review 111, 4088-4118, algorithm 1.
    """
    series, before = treated.mean(axis=0), controls[:, :start]
    noise = float(np.diff(before, axis=1).std(ddof=1))
    zeta = (treated.shape[0] * (treated.shape[1] - start)) ** 0.25 * noise
    around = (before - before.mean(axis=1, keepdims=True)).T
    unit_weights = simplex_weights(around, series[:start] - series[:start].mean(), zeta**2 * start)
    after = controls[:, start:].mean(axis=1)
    time_weights = simplex_weights(before - before.mean(axis=0), after - after.mean(), (1e-6 * noise) ** 2 * len(controls))
    gap = series - unit_weights @ controls
    return Fit(gap - time_weights @ gap[:start], unit_weights, time_weights)


METHODS: dict[str, Method] = {
    DID: difference_in_differences,
    LEVELLED: synthetic_control,
    "demeaned_synthetic_control": demeaned_synthetic_control,
    SDID: synthetic_did,
}

#: Those that expect by a mix of controls alone.
SYNTHETIC = (LEVELLED, "demeaned_synthetic_control")

#: Short names.
ALIASES = {"did": DID, "sc": LEVELLED, "sdid": SDID, "default": SDID, "geolift": "demeaned_synthetic_control"}


def method_name(method: str) -> str:
    """The full name of a method.

    Examples
    --------
    >>> method_name("sdid")
    'synthetic_did'
    """
    name = method.strip().lower().replace("-", "_").replace(" ", "_")
    name = ALIASES.get(name, name)
    if name not in METHODS:
        raise ParameterError(f"there is no method '{method}' for panels; there are {', '.join(METHODS)}")
    return name
