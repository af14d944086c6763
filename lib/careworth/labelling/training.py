"""An engine of the user's own, from a file of labelled texts, measured on texts that it was not fitted to."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from careworth.errors import CareworthError
from careworth.labelling.files import read_texts
from careworth.misreading import macro_f1
from careworth.reading.engines import NetworkEngine, engine_named
from careworth.reading.network import Network
from careworth.reading.retraining import retrain
from careworth.stats import Estimate
from careworth.strict import advice

#: Every so many-th text is left out in turn to measure by.
FOLDS = 5


def train_own(file: Path, out: Path, column: str, label: str, base: str, balance_only: bool) -> list[str]:
    """Write the model to `out` and its .json beside it; what was learnt and how well it agrees, as lines of text.

    Raises
    ------
    CareworthError
        If the file cannot be read, has too few labels of a tone, or `out` is no .npz in a folder that exists.
    """
    if out.suffix != ".npz" or not out.parent.is_dir() or any(path.exists() for path in (out, out.with_suffix(".json"))):
        raise CareworthError(f"{out.name} must be a new .npz file in a folder that exists; name another")
    table = read_texts(file, column)
    if label not in table.columns:
        raise CareworthError(f"{file.name}: column {advice(label, table.columns)}")
    told = table.select(text=column, label=pl.col(label).str.strip_chars().str.to_lowercase()).filter(pl.col("label") != "")
    start, penalty = _network(base), float("inf") if balance_only else 0.01
    own = replace(retrain(told, start, penalty), name=out.stem)
    own.save(out)
    before, after = _said(start, told["text"]), _left_out(told, start, penalty)
    return [
        f"{told.height:,} labelled texts, from {base}: wrote {out.name} and {out.with_suffix('.json').name}",
        f"macro-F1 before {_shown(macro_f1(told['label'], before))}",
        f"macro-F1 after  {_shown(macro_f1(told['label'], after))}, on texts left out in turn",
    ]


def _network(name: str) -> Network:
    engine = engine_named(name)
    if not isinstance(engine, NetworkEngine):
        raise CareworthError(f"{name} cannot be fitted further; start from care or care-open")
    return engine.load()


def _said(network: Network, texts: pl.Series) -> pl.Series:
    best = pl.Series(network.probabilities(texts, "tone").argmax(axis=1))
    return best.replace_strict(dict(enumerate(network.heads["tone"].classes)), return_dtype=pl.String)


def _left_out(table: pl.DataFrame, start: Network, penalty: float) -> pl.Series:
    # Within each tone in turn, so that no fold lacks one.
    folded = table.with_row_index("row").with_columns(fold=pl.int_range(pl.len()).over("label") % FOLDS)
    parts = []
    for fold in range(FOLDS):
        held = folded.filter(fold=fold)
        try:
            network = retrain(folded.filter(pl.col("fold") != fold), start, penalty)
        except CareworthError:
            network = start
        parts.append(held.select("row", said=_said(network, held["text"])) if held.height else None)
    return pl.concat([part for part in parts if part is not None]).sort("row")["said"]


def _shown(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} ({estimate.low:.2f}-{estimate.high:.2f})"
