"""One peer on one event log, by whichever Python has it: `PYTHON tests/benchmarks/attribution_peers.py PEER FILE`.

Prints one JSON object: its version, its CPU seconds from the file to all its models in conversions and value, and the conversions
that its Markov model of order 1 credits. The peers are no dependencies; tests/benchmarks/attribution.py says how they get here.
"""

import json
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from time import process_time


def channel_attribution(file: str) -> dict[str, float]:
    """ChannelAttribution: first, last, linear and Markov of orders 1 and 2, on a path table by pandas, whose tables it takes."""
    import pandas as pd
    from ChannelAttribution import heuristic_models, markov_model

    log = pd.read_parquet(file).sort_values(["person", "time"], kind="stable")
    log["journey"] = log.groupby("person")["conversion"].cumsum() - log["conversion"]
    parts = {"path": ("channel", " > ".join), "conversion": ("conversion", "sum"), "value": ("value", "sum")}
    journeys = log.groupby(["person", "journey"]).agg(**parts)
    journeys["nulls"] = 1 - journeys["conversion"]
    paths = journeys.groupby("path", as_index=False).sum()
    heuristic_models(paths, "path", "conversion", "value", flg_pro=False)
    options = {"var_value": "value", "var_null": "nulls", "verbose": False, "flg_pro": False}
    found, _ = (markov_model(paths, "path", "conversion", order=order, **options) for order in (1, 2))
    return dict(zip(found["channel_name"], found["total_conversions"].tolist(), strict=True))


def marketing_attribution_models(file: str) -> dict[str, float]:
    """marketing-attribution-models: its five rules, Markov and Shapley, in one run for conversions and one for value."""
    import polars as pl
    from mam.core import MAM

    log, found = pl.read_parquet(file), {}
    for value in (None, "value"):
        model = MAM(log, "session", "channel", "conversion", "time", "person", None, None, True, conversion_value_colname=value)
        for rule in ("last_click", "first_click", "linear", "position_based", "time_decay"):
            getattr(model, f"run_{rule}")()
        credited = model.run_markov().to_dict()
        model.run_shapley()
        found = found or dict(zip(credited["channels"], credited["attribution"], strict=True))
    return found


PEERS = {
    "ChannelAttribution": ("ChannelAttribution", channel_attribution),
    "marketing-attribution-models": ("mam", marketing_attribution_models),
}


def main() -> None:
    """Print what the peer took and found; nothing if it is not installed here."""
    peer, file = sys.argv[1:]
    module, run = PEERS[peer]
    try:
        import_module(module)
    except ImportError:
        return
    began = process_time()
    credited = run(file)
    found = {"version": version(peer), "cpu_seconds": process_time() - began, "credited": credited}
    print("\n" + json.dumps(found, default=str))


if __name__ == "__main__":
    sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
    main()
