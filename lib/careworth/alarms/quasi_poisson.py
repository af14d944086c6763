"""Quasi-Poisson regression of counts that forgets past outbreaks, to the digits of R's `glm` and `surveillance`."""

from typing import NamedTuple

import numpy as np

#: R's `glm.control`: what counts as converged, and after how many rounds it gives up.
TOLERANCE, ROUNDS = 1e-8, 25


class Fit(NamedTuple):
    """A fitted regression: coefficients, their unscaled covariance, fitted means, leverages, dispersions."""

    coefficients: np.ndarray
    covariance: np.ndarray
    means: np.ndarray
    leverages: np.ndarray
    dispersion: float
    weighted_dispersion: float
    freedom: int
    converged: bool


def fit_counts(design: np.ndarray, counts: np.ndarray, weights: np.ndarray) -> Fit:
    """The log-linear regression of counts by iterated weighted least squares, started as R starts it.

    `weighted_dispersion` is what `summary.glm` gives once `farringtonFlexible` has put the prior weights in the
    place of the working weights; R's bounds come from it, so it is kept.

    Examples
    --------
    >>> fit = fit_counts(np.ones((4, 1)), np.array([1.0, 2.0, 3.0, 6.0]), np.ones(4))
    >>> round(float(np.exp(fit.coefficients[0])), 6)
    3.0
    """
    linear, means, converged = np.log(counts + 0.1), counts + 0.1, False
    before = _deviance(counts, means, weights)
    for _ in range(ROUNDS):
        working = weights * means
        root = np.sqrt(working)
        target = linear + (counts - means) / means
        coefficients = np.linalg.lstsq(design * root[:, None], target * root, rcond=None)[0]
        linear = np.clip(design @ coefficients, -700, 700)
        means = np.exp(linear)
        after = _deviance(counts, means, weights)
        converged = abs(after - before) / (abs(after) + 0.1) < TOLERANCE
        before = after
        if converged:
            break
    return _summary(design, counts, weights, working, coefficients, means, converged)


def _deviance(counts: np.ndarray, means: np.ndarray, weights: np.ndarray) -> float:
    ratio = np.where(counts > 0, counts, 1.0) / means
    return float(2 * np.sum(weights * (np.where(counts > 0, counts * np.log(ratio), 0.0) - (counts - means))))


def _summary(design, counts, weights, working, coefficients, means, converged) -> Fit:
    scaled = design * np.sqrt(working)[:, None]
    freedom = len(counts) - design.shape[1]
    residuals = ((counts - means) / means) ** 2
    return Fit(
        coefficients,
        np.linalg.pinv(scaled.T @ scaled),
        means,
        np.sum(np.linalg.qr(scaled)[0] ** 2, axis=1),
        float(np.sum(working * residuals) / freedom),
        float(np.sum(weights * residuals) / freedom),
        freedom,
        bool(converged),
    )


def fit_reweighted(design: np.ndarray, counts: np.ndarray, threshold: float) -> Fit:
    """The regression again, with the weeks whose Anscombe residual exceeds `threshold` counted for little."""
    first = fit_counts(design, counts, np.ones(len(counts)))
    return fit_counts(design, counts, outbreak_weights(anscombe_residuals(counts, first), threshold))


def anscombe_residuals(counts: np.ndarray, fit: Fit) -> np.ndarray:
    """The residuals of a count regression, made nearly normal and of unit spread."""
    raw = 1.5 * (counts ** (2 / 3) * fit.means ** (-1 / 6) - np.sqrt(fit.means))
    return raw / np.sqrt(max(fit.dispersion, 1.0) * np.maximum(1 - fit.leverages, 1e-12))


def outbreak_weights(residuals: np.ndarray, threshold: float) -> np.ndarray:
    """Weights that add up to the number of weeks: 1 up to the threshold, 1 / residual² beyond it, rescaled.

    Examples
    --------
    >>> outbreak_weights(np.array([0.0, 2.0]), 1.0)
    array([1.6, 0.4])
    """
    beyond = residuals > threshold
    raw = np.where(beyond, np.where(beyond, residuals, 1.0) ** -2.0, 1.0)
    return raw * len(raw) / raw.sum()
