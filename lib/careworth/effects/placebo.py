"""An effect's error from the windows before the start, where there was none: each gap over what the model foresaw."""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from careworth.effects.averaging import Averaged

#: The model's own error counts as much as so many placebo windows that do not overlap.
MODEL_WINDOWS = 10.0

POWER = 0.8


class Judged(NamedTuple):
    """Standard error and freedom of the real gap; the placebo windows' scores: gaps over the errors that the model foresaw."""

    error: float
    freedom: float
    scores: np.ndarray

    @property
    def reach(self) -> float:
        """Half of the 95 % interval."""
        return float(stdtrit(self.freedom, 0.975) * self.error)

    @property
    def detectable(self) -> float:
        """The gap that would be seen with 80 % power."""
        return self.reach + float(stdtrit(self.freedom, POWER) * self.error)

    @property
    def false_alarms(self) -> int:
        """Placebo windows that would have passed for an effect."""
        return int((np.abs(self.scores) > stdtrit(self.freedom, 0.975)).sum())


def judged(real: Averaged, before: Averaged, independent: float, extra: float = 0.0) -> Judged:
    """The error of the real gap, wider or narrower as the placebo windows tell, and only as far as so few of them can tell.

    Parameters
    ----------
    independent : float
        Placebo windows that do not overlap.
    extra : float
        Standard error of something that the windows cannot show.
    """
    scores = before.gaps / np.sqrt(before.variances)
    freedom = MODEL_WINDOWS + independent
    found = float(np.mean(scores**2)) if len(scores) else 1.0
    scale = (MODEL_WINDOWS + independent * found) / freedom
    return Judged(float(np.sqrt(real.variances[-1] * scale + extra**2)), freedom, scores)
