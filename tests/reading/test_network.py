"""Networks: the same answers whatever the chunk and the thread, saved and loaded whole, nothing but arrays in the file."""

import json
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from careworth.errors import CareworthError
from careworth.reading import network
from careworth.reading.engines import MODELS
from careworth.reading.fitting import STATES, features_of, quantised
from careworth.reading.lexicon import kinds, phrases, phrases_in
from careworth.reading.network import Head, Network, load_network, sign_names
from careworth.reading.ngrams import LONGEST_READ, LONGEST_RUN, Ngrams, one_spelling

TEXTS = pl.Series(["no refund again", "thanks, sorted!", "", None, "😍" * 50, "wann?"] * 30)
TONES = ("negative", "neutral", "positive")


def made(units=4, seed=7) -> Network:
    """A network with weights by chance."""
    chance = np.random.default_rng(seed)
    tone = Head(TONES, chance.normal(size=(units, 3)).astype(np.float32), chance.normal(size=3).astype(np.float32))
    state = Head(STATES, chance.normal(size=(units, len(STATES))).astype(np.float32), np.zeros(len(STATES), np.float32))
    table = chance.integers(-127, 128, (1 << 12, units)).astype(np.int8)
    scale, bias = np.full(units, 1e-3, np.float32), chance.normal(size=units).astype(np.float32)
    signs = chance.normal(size=(len(sign_names()), units)).astype(np.float32)
    ngrams = Ngrams(orders=(3, 4), words=3, bits=12)
    return Network("made", "0", ngrams, table, scale, bias, {"tone": tone, "state": state}, sign_names(), signs)


def test_the_hidden_layer_by_hand():
    small = made()
    spelled = one_spelling(pl.Series(["late!"]))
    sums = np.asarray(features_of(spelled, small.ngrams) @ small.table.astype(float)) * small.scale
    read = np.zeros(len(sign_names()))
    read[-len(kinds()) :] = phrases_in(spelled)[0]
    read[sign_names().index("exclaims")] = read[sign_names().index("ends_exclaiming")] = 1
    read[sign_names().index("length")] = np.log(len("late!") + 1) / 4 - 1
    by_hand = np.maximum(sums + read @ small.sign_weights + small.bias, 0)
    assert small.hidden(spelled) == pytest.approx(by_hand, rel=1e-4)


@pytest.mark.parametrize("head", ["tone", "state"])
def test_probabilities_add_up_to_one(head):
    assert made().probabilities(TEXTS, head).sum(axis=1) == pytest.approx(np.ones(len(TEXTS)))


def test_probabilities_by_hand():
    head = Head(("a", "b", "c"), np.log(np.array([[1.0, 2.0, 5.0]])), np.zeros(3))
    assert head.probabilities(np.ones((1, 1))) == pytest.approx(np.array([[1, 2, 5]]) / 8)  # exp(0), exp(ln 2), exp(ln 5)


def test_answers_are_the_same_to_the_last_bit_whatever_the_chunk(monkeypatch):
    whole = made().probabilities(TEXTS, "tone")
    monkeypatch.setattr(network, "CHUNK", 7)
    assert (made().probabilities(TEXTS, "tone") == whole).all()


def test_answers_are_the_same_whatever_the_threads():
    code = (
        "import polars as pl, hashlib; from careworth.reading.engines import tones;"
        "print(hashlib.sha256(str(tones(pl.Series(['no refund', 'thanks!', 'when?'] * 999)).rows()).encode()).hexdigest())"
    )
    run = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"POLARS_MAX_THREADS": n, "OPENBLAS_NUM_THREADS": n, "OMP_NUM_THREADS": n},
            capture_output=True,
            check=True,
        )
        for n in "12"
    ]
    assert run[0].stdout == run[1].stdout != b""


def test_the_largest_sum_fits():
    # Every letter of the longest text takes four bytes, and every n-gram of it the largest weight.
    ngrams = Ngrams(orders=(3, 4), words=3)
    assert 127 * (len(ngrams.orders) + ngrams.words) * (4 * LONGEST_READ + 2) < 2**31


def test_a_network_comes_back_from_its_files(tmp_path):
    made().save(tmp_path / "made.npz")
    back = load_network(tmp_path / "made.npz")
    assert (back.probabilities(TEXTS, "state") == made().probabilities(TEXTS, "state")).all()
    assert (back.name, back.version, back.heads["tone"].classes) == ("made", "0", TONES)


def test_a_pickle_is_not_opened(tmp_path):
    made().save(tmp_path / "made.npz")
    np.savez(tmp_path / "made.npz", table=np.array([print], dtype=object))
    with pytest.raises(CareworthError, match="allow_pickle"):
        load_network(tmp_path / "made.npz")


def test_files_that_do_not_belong_together_are_refused(tmp_path):
    made().save(tmp_path / "made.npz")
    settings = json.loads((tmp_path / "made.json").read_text())
    settings["heads"]["tone"] = ["no", "yes"]
    (tmp_path / "made.json").write_text(json.dumps(settings))
    with pytest.raises(CareworthError, match="copy both files anew"):
        load_network(tmp_path / "made.npz")


@pytest.mark.parametrize("change", [{"form": 99}, {"form": None}])
def test_a_file_of_another_form_is_refused(tmp_path, change):
    made().save(tmp_path / "made.npz")
    settings = json.loads((tmp_path / "made.json").read_text())
    (tmp_path / "made.json").write_text(json.dumps(settings | change))
    with pytest.raises(CareworthError, match="train it anew"):
        load_network(tmp_path / "made.npz")


def test_a_model_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CareworthError, match="pair of files"):
        load_network(tmp_path / "none.npz")


def test_whole_numbers_stand_for_the_weights():
    weights, scale = quantised(np.array([[0.0], [0.25], [-2.0]]))
    assert weights * scale == pytest.approx(np.array([[0.0], [0.25], [-2.0]]), abs=scale[0] / 2)
    assert (quantised(np.zeros((3, 1)))[0] == 0).all()


@pytest.mark.parametrize("name", ["care", "care-open"])
def test_a_shipped_model_is_at_most_3_mb(name):
    assert sum((MODELS / f"{name}{ending}").stat().st_size for ending in (".npz", ".json")) <= 3_000_000  # issue 4


def test_no_text_at_all():
    assert made().probabilities(pl.Series([], dtype=pl.String), "tone").shape == (0, 3)


def test_every_phrase_is_found():
    assert phrases()["phrase"].str.count_matches(" ").max() + 1 == LONGEST_RUN
    told = phrases().group_by("phrase", maintain_order=True).agg("kind")
    found = phrases_in(one_spelling(told["phrase"]))
    assert all(row[kinds().index(kind)] for row, own in zip(found, told["kind"], strict=True) for kind in own)


@pytest.mark.parametrize(
    "change", [{"orders": [0]}, {"orders": [3, 3]}, {"orders": [9]}, {"words": 4}, {"bits": 0}, {"bits": 99}]
)
def test_a_model_that_would_read_beyond_its_arrays_is_refused(tmp_path, change):
    """Compiled loops check no bounds, and a model's file may be anybody's."""
    made().save(tmp_path / "made.npz")
    settings = json.loads((tmp_path / "made.json").read_text())
    settings["ngrams"] |= change
    (tmp_path / "made.json").write_text(json.dumps(settings))
    with pytest.raises(CareworthError, match="copy both files anew"):
        load_network(tmp_path / "made.npz")
