"""Training the shipped networks: ``python -m careworth.reading.training --data ../shared/data``.

Two come out: `care`, from everything the card names, and `care-open`, from permissively licensed texts alone. Weights of
sources and settings were chosen on messages read for training, left out by brand, and on the `tune` conversations; the
labelled conversations are never trained on, and the `test` half is only counted.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from careworth.reading import labelled, trials
from careworth.reading.engines import ENGINES, Engine, NetworkEngine
from careworth.reading.fitting import CLASSES, Settings, Texts, fit, learnt_from_answers, targets_of
from careworth.reading.network import Network
from careworth.reading.ngrams import Ngrams

VERSION = "3"

NGRAMS = Ngrams(orders=(3, 4), words=3, bits=16)

#: Weight of one text of each source: the nearer to what care reads, the more.
CARE_WEIGHTS = {"opening": 1.0, "brand talk": 0.3, "airline talk": 1.0, "reply": 0.6, "closing": 1.0, "message": 1.0}
CARE_WEIGHTS |= {"written": 0.5, "airlines": 0.15, "rated": 0.1, "emotions": 0.01}
OPEN_WEIGHTS = {"written": 1.0, "rated": 0.15, "emotions": 0.03}

#: Messages as they reach a care team: on these a network must say each class as often as people do.
NEAREST = {"care": ("opening", "closing", "message"), "care-open": ("written",)}

#: Shares of the classes that `care-open` expects: none of its texts comes from care to learn them from.
EXPECTED = {"tone": (0.5, 0.3, 0.2), "state": (0.6, 0.15, 0.06, 0.12, 0.07), "need": (0.2, 0.8)}


def main(arguments: list[str] | None = None) -> None:
    """Train both networks, save them and print the scores that the card states."""
    parser = argparse.ArgumentParser(description="Train the networks that read customers' texts and print their scores.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of public data that the card names")
    parser.add_argument("--models", type=Path, default=labelled.MODELS, help="where the models are written")
    options = parser.parse_args(arguments)
    engines: dict[str, Engine] = {"textblob": ENGINES["textblob"]}
    for network in (train_care(options.data), train_open(options.data)):
        network.save(options.models / f"{network.name}.npz")
        print(*trials.lines_for(network, options.data), sep="\n", flush=True)
        engines[network.name] = NetworkEngine(network.name, lambda network=network: network)
    errors = json.dumps(trials.error_counts(options.data, engines), indent=1)
    (options.models / "errors.json").write_text(errors + "\n", encoding="utf-8")


def train_care(data: Path, settings: Settings = Settings()) -> Network:  # noqa: B008
    """The default network."""
    start = learnt_from_answers(labelled.answered(data), NGRAMS)
    network = train(labelled.care_texts(data), CARE_WEIGHTS, start, settings, NEAREST["care"])
    return replace(network, name="care", version=VERSION)


def train_open(data: Path, settings: Settings = Settings()) -> Network:  # noqa: B008
    """The network from permissively licensed texts alone."""
    network = train(
        labelled.open_texts(data), OPEN_WEIGHTS, np.zeros((1 << NGRAMS.bits, 1)), settings, NEAREST["care-open"], EXPECTED
    )
    return replace(network, name="care-open", version=VERSION)


def train(
    table: pl.DataFrame,
    weights: dict[str, float],
    start: np.ndarray,
    settings: Settings,
    nearest: tuple[str, ...],
    expected: dict[str, tuple[float, ...]] | None = None,
) -> Network:
    """A network whose classes are as frequent as people found them, or as `expected`, on texts left out in turn."""
    texts, targets = Texts.of(table["text"], NGRAMS), targets_of(table)
    shares = table["source"].replace_strict(weights, return_dtype=pl.Float64).to_numpy()
    near = table["source"].is_in(nearest).to_numpy()
    margins = _left_out(texts, targets, shares, near, start, settings)
    network = fit(texts, targets, shares, start, NGRAMS, settings)
    return with_matching_bias(network, margins, {name: own[near] for name, own in targets.items()}, expected)


def _left_out(texts, targets, shares, near, start, settings) -> dict[str, np.ndarray]:
    rows = np.flatnonzero(near)
    margins = {name: np.zeros((len(rows), len(classes))) for name, classes in CLASSES.items()}
    for half in (0, 1):
        kept = np.ones(len(shares), bool)
        kept[rows[half::2]] = False
        network = fit(texts.rows(kept), {name: own[kept] for name, own in targets.items()}, shares[kept], start, NGRAMS, settings)
        hidden = hidden_of(network, texts.rows(rows[half::2]))
        for name, head in network.heads.items():
            margins[name][half::2] = hidden @ head.weights + head.bias
    return margins


def hidden_of(network: Network, texts: Texts) -> np.ndarray:
    """The hidden layer of texts whose n-grams and signs are known."""
    sums = (texts.grams @ network.table.astype(np.float32)) * network.scale
    return np.maximum(sums + texts.signs @ network.sign_weights + network.bias, 0)


def with_matching_bias(
    network: Network,
    margins: dict[str, np.ndarray],
    targets: dict[str, np.ndarray],
    expected: dict[str, tuple[float, ...]] | None = None,
) -> Network:
    """The network with each head's bias moved so that, by `margins`, it says each class as often as it is labelled."""
    heads = {}
    for name, head in network.heads.items():
        told = targets[name].any(axis=1)
        labels = targets[name][told].argmax(axis=1)
        wanted = np.bincount(labels, minlength=len(head.classes)) if expected is None else np.array(expected[name]) * told.sum()
        # Where other shares are expected than were seen, the labels count as often as they are expected.
        counts = np.bincount(labels, minlength=len(head.classes))
        shift = matching_bias(margins[name][told], wanted, (wanted / np.maximum(counts, 1))[labels])
        heads[name] = replace(head, bias=head.bias + shift)
    return replace(network, heads=heads)


def matching_bias(margins: np.ndarray, wanted: np.ndarray, weights: np.ndarray, rounds: int = 200) -> np.ndarray:
    """What to add to each class's margin so that each class is said as often as it is wanted.

    Examples
    --------
    >>> margins = np.array([[3.0, 0.0], [2.0, 0.0], [1.0, 0.0], [0.5, 0.0]])
    >>> said = (margins + matching_bias(margins, np.array([2, 2]), np.ones(4))).argmax(axis=1)
    >>> said.tolist()
    [0, 0, 1, 1]
    """
    bias = np.zeros(margins.shape[1])
    for done in range(rounds):
        said = np.bincount((margins + bias).argmax(axis=1), weights, minlength=len(bias)) + 0.5
        bias += np.log((wanted + 0.5) / said) * 0.5 * (1 - done / rounds)
    return bias


if __name__ == "__main__":
    main()
