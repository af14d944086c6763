"""Coverage, and CPU time of twelve campaigns beside the naive way: `python tests/benchmarks/returns.py [programmes]`."""

import sys
from time import process_time

import numpy as np
from scipy import stats as scipy_stats

from careworth.roi.distributions import Beta, Distribution, Fixed, Lognormal, Normal, Triangular, pert, share_seen
from careworth.roi.information import information_rows
from careworth.roi.model import Model, return_on_cost
from careworth.roi.outcomes import net_value, return_rows
from careworth.roi.sampling import draw_inputs
from careworth.roi.sensitivity import break_even_rows, swing_rows
from careworth.roi.sobol import sobol_rows
from tests.roi.vector import made
from tests.simulators.programmes import WORLDS, World, drawn_programme, model_of

DRAWS, CROSSED, CAMPAIGNS = 16_384, 8_192, 12


def campaign(number: int) -> Model:
    """Fourteen uncertain inputs: shares of two surveys, a holdout, retention, minutes saved, a stated gain, six cost lines."""
    gains: dict[str, Distribution] = {
        "resolved": Fixed(8_000 + number),
        "would have phoned": share_seen(160 + number, 400),
        "again": share_seen(60 + number, 400),
        "cost of a call": pert(6, 8.5, 12),
        "treated": Fixed(4_000),
        "extra margin": Normal(2.5, 1.0),
        "stayed": Normal(120, 80),
        "worth of one": Triangular(40, 60, 90),
        "hours saved": Normal(200, 60),
        "an hour": Lognormal(30, 5),
        "stated": pert(0, 1_000, 4_000),
    }
    costs: dict[str, Distribution] = {f"cost {k}": pert(4_000 + k, 5_500 + number, 8_000) for k in range(6)}
    lines = {
        "calls": ("gain", "resolved", "would have phoned", "1 - again", "cost of a call"),
        "sales": ("gain", "treated", "extra margin"),
        "loyal": ("gain", "stayed", "worth of one"),
        "time": ("gain", "hours saved", "an hour"),
        "own words": ("gain", "stated"),
    }
    return made(gains | costs, lines | {name: ("cost", name) for name in costs}, {"stated": "C"})


def ours(model: Model) -> None:
    """Rows of the return, the tornado, break-even, Sobol indices, the value of information, and quantile tables for what-if."""
    draws = draw_inputs(model, DRAWS)
    rows = return_rows(model, draws, "EUR"), swing_rows(model), break_even_rows(model), sobol_rows(model, CROSSED)
    tables = {each.name: each.distribution.quantiles(np.linspace(0.001, 0.999, 65)) for each in model.inputs}
    assert rows and information_rows(model, draws, "EUR") and len(tables) == len(model.inputs)


def naively(model: Model) -> None:
    """The same by pseudo-random draws of frozen distributions, sorted bins for knowing one input, scipy's own Sobol sampling."""
    generator, given = np.random.default_rng(1), {each.name: frozen(each.distribution) for each in model.inputs}
    draws = {name: each.rvs(DRAWS, random_state=generator) for name, each in given.items()}
    roi, net, means = return_on_cost(model, draws), net_value(model, draws), {name: each.mean() for name, each in given.items()}
    np.quantile(roi, np.arange(1, 100) / 100)
    moving = [name for name, each in given.items() if each.std() > 0]
    for name in moving:
        for share in (0.05, 0.95):
            return_on_cost(model, means | {name: given[name].ppf(share)})
        bins = net[np.argsort(draws[name])].reshape(64, -1).mean(axis=1)
        np.maximum(bins, 0).mean()
        given[name].ppf(np.linspace(0.001, 0.999, 65))
    scipy_stats.sobol_indices(
        func=lambda x: return_on_cost(model, means | dict(zip(moving, x, strict=True))),
        n=CROSSED,
        dists=[given[name] for name in moving],
        rng=np.random.default_rng(1),
    )


def frozen(each: Distribution):
    """The distribution as scipy knows it."""
    match each:
        case Beta():
            return scipy_stats.beta(each.a, each.b, each.least, each.most - each.least)
        case Normal():
            return scipy_stats.norm(each.mean, each.error)
        case Triangular():
            return scipy_stats.triang((each.likely - each.low) / (each.high - each.low), each.low, each.high - each.low)
        case Lognormal():
            spread = np.log1p((each.deviation / each.mean) ** 2) ** 0.5
            return scipy_stats.lognorm(spread, scale=each.mean * np.exp(-(spread**2) / 2))
    return scipy_stats.norm(each.mean, 0)


def coverage(world: World, programmes: int, seed: int = 3) -> tuple[float, float, float]:
    """Share of programmes whose 5-95 % range holds the true return, and of those whose truth is below and above it."""
    generator, missed = np.random.default_rng(seed), []
    for _ in range(programmes):
        seen = drawn_programme(generator, world)
        model = model_of(seen, world)
        low, high = np.quantile(return_on_cost(model, draw_inputs(model, 4_096)), [0.05, 0.95])
        missed.append((seen.truth < low, seen.truth > high))
    below, above = np.mean(missed, axis=0)
    return 1 - below - above, below, above


def seconds(work) -> float:
    """CPU seconds of all campaigns, each made anew so that no table is left over."""
    models, begun = [campaign(number) for number in range(CAMPAIGNS)], process_time()
    for model in models:
        work(model)
    return process_time() - begun


def main(programmes: int) -> None:
    """Print both times and their ratio, then a line for each world."""
    fast, slow = seconds(ours), seconds(naively)
    print(f"{CAMPAIGNS} campaigns, {DRAWS:,} draws: {fast:.2f} CPU seconds; naively {slow:.2f}, {slow / fast:.1f} times as long")
    print(f"\n{'world':16} covers  truth below  above   ({programmes} programmes)")
    for name, world in WORLDS.items():
        print(f"{name:16} " + "   ".join(f"{share:.3f}" for share in coverage(world, programmes)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
