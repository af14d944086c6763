"""Panels of regions without any effect: shared courses, own noise, and sizes that may differ a lot.

All methods move one to one with a constant effect, so what covers zero here covers any effect.
"""

import numpy as np

from careworth.effects.panel_table import Panel

#: Name of a world: units, treated ones, periods before and after, persistence of the noise, own drift, uneven sizes.
WORLDS = {
    "20 alike": (20, 1, 60, 14, 0.5, 0.0, False),
    "20 uneven": (20, 1, 60, 14, 0.5, 0.0, True),
    "20 uneven, 3 treated": (20, 3, 60, 28, 0.5, 0.0, True),
    "20 drifting": (20, 1, 60, 28, 0.5, 0.01, True),
    "8 persistent": (8, 1, 60, 28, 0.8, 0.0, True),
    "40 short": (40, 2, 12, 6, 0.3, 0.0, True),
    "16, 6 treated": (16, 6, 40, 14, 0.5, 0.005, False),
}


def panel_world(generator: np.random.Generator, world: str, treated: str = "any") -> Panel:
    """One panel of a world; the treated are random ones, or the "largest"."""
    units, count, before, after, persistence, drift, is_uneven = WORLDS[world]
    times = before + after
    size = 500 * np.exp(generator.normal(0, 0.8, units) * is_uneven)
    shared = 0.01 * np.cumsum(generator.normal(size=(2, times)), axis=1)
    own = drift * np.cumsum(generator.normal(size=(units, times)), axis=1)
    week = 0.1 * np.sin(2 * np.pi * np.arange(times) / 7)
    course = (
        1 + generator.uniform(0.3, 1.7, (units, 2)) @ shared + week + own + 0.05 * _noise(generator, units, times, persistence)
    )
    values = size[:, None] * course + np.sqrt(size)[:, None] * 0.5 * generator.normal(size=(units, times))
    order = np.argsort(-size) if treated == "largest" else generator.permutation(units)
    return _panel(values, np.sort(order[:count]), before)


def _noise(generator: np.random.Generator, units: int, times: int, persistence: float) -> np.ndarray:
    noise = generator.normal(size=(units, times))
    for time in range(1, times):
        noise[:, time] = persistence * noise[:, time - 1] + np.sqrt(1 - persistence**2) * noise[:, time]
    return noise


def _panel(values: np.ndarray, treated: np.ndarray, before: int) -> Panel:
    others = np.setdiff1d(np.arange(len(values)), treated)
    names = np.array([f"region {number}" for number in range(len(values))])
    times = tuple(str(time) for time in range(values.shape[1]))
    return Panel(values[others], values[treated], before, tuple(names[others]), tuple(names[treated]), times)
