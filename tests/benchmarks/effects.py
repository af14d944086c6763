"""Monte Carlo of `estimate_effect`: false positives, coverage, RMSE and CPU in the worlds of tests/simulators/daily_series.py.

Run as `python tests/benchmarks/effects.py [repeats] [method] [all]`; 'all' adds the worlds that issue 6 does not name.
"""

import os
import sys
import time
from pathlib import Path

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np  # noqa: E402

from careworth.effects.series import estimate_effect  # noqa: E402
from tests.simulators.daily_series import FIVE, OTHERS, World, draw  # noqa: E402

LIFTS = (0.0, 0.05, 0.2)


def measured(world: World, lift: float, repeats: int, method: str = "default", seed: int = 0) -> dict[str, float]:
    """Shares of intervals without zero and with the truth, RMSE and bias of the lift, and CPU milliseconds for each analysis."""
    results, spent = [], 0.0
    for number in range(repeats):
        drawn = draw(world, seed + number, lift)
        begun = time.process_time()
        found = estimate_effect(drawn.y, drawn.dates, drawn.start, drawn.controls, drawn.promo, method)
        spent += time.process_time() - begun
        results.append((found.lift, found.lift_low, found.lift_high))
    value, low, high = np.array(results, dtype=float).T
    return {
        "positive": float(np.mean((low > 0) | (high < 0))),
        "covered": float(np.mean((low <= lift) & (lift <= high))),
        "rmse": float(np.sqrt(np.mean((value - lift) ** 2))),
        "bias": float(np.mean(value - lift)),
        "ms": 1000 * spent / repeats,
    }


def main(repeats: int = 500, method: str = "default", which: str = "five") -> None:
    """Print the table."""
    print(f"{'world':36}{'lift':>6}{'positive':>10}{'covered':>9}{'RMSE':>8}{'bias':>8}{'ms':>6}")
    for name, world in (FIVE | (OTHERS if which == "all" else {})).items():
        for lift in LIFTS if name in FIVE else LIFTS[:1]:
            row = measured(world, lift, repeats, method)
            print(
                f"{name:36}{lift:6.2f}{row['positive']:10.3f}{row['covered']:9.3f}"
                f"{row['rmse']:8.4f}{row['bias']:+8.4f}{row['ms']:6.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, *sys.argv[2:])
