"""How often 95 % intervals of panel methods miss a true effect of zero, their error, and CPU time, world by world.

`python tests/benchmarks/panels.py [runs]`; four hundred runs of each world take some minutes on one thread. An effect only
shifts every estimate and bound, so the share that misses zero is at once the false-positive rate and what coverage lacks.
"""

import sys
from time import process_time

import numpy as np

from careworth.effects.panel_methods import METHODS
from careworth.effects.panels import estimate_panel
from tests.simulators.panels import WORLDS, panel_world


def main(runs: int) -> None:
    """Print a line for each world and method."""
    print(f"{'world':24} {'treated':8} {'method':28} covers   RMSE/level  half/level  CPU ms")
    for world in WORLDS:
        for treated in ("any", "largest"):
            for method in METHODS:
                print(f"{world:24} {treated:8} {method:28} {measured(world, treated, method, runs)}", flush=True)


def measured(world: str, treated: str, method: str, runs: int) -> str:
    """Coverage, relative error, relative half width and milliseconds of a run."""
    generator, rows, begun = np.random.default_rng(7), [], process_time()
    for _ in range(runs):
        found = estimate_panel(panel_world(generator, world, treated), method)
        if found.low is None:
            continue
        level = float(np.mean(found.observed))
        rows.append((found.low <= 0 <= found.high, (found.effect / level) ** 2, (found.high - found.low) / 2 / level))
    if not rows:
        return "no run gave an interval"
    covers, squares, half = np.mean(rows, axis=0)
    given = "" if len(rows) == runs else f"  ({runs - len(rows)} runs without an interval)"
    return f"{covers:.3f}    {squares**0.5:.4f}      {half:.4f}      {1e3 * (process_time() - begun) / runs:.0f}{given}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
