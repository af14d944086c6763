"""Linear models: the same scores whatever the chunk, saved and loaded whole, nothing but arrays in the file."""

import json
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from careworth.errors import CareworthError
from careworth.reading import ngrams as module
from careworth.reading.fitting import features_of
from careworth.reading.linear import LARGEST, LinearModel, load_model, probabilities, quantised
from careworth.reading.ngrams import LONGEST_READ, Ngrams
from careworth.reading.tone import MODELS

TEXTS = pl.Series(["no refund again", "thanks, sorted!", "", None, "😍" * 50, "wann?"] * 30)


def made(classes=("negative", "neutral", "positive"), words=2, seed=7) -> LinearModel:
    """A model with weights by chance."""
    drawn = np.random.default_rng(seed).integers(-LARGEST, LARGEST + 1, (len(classes) - 1, 1 << 12)).astype(np.int16)
    return LinearModel(
        "made", "0", tuple(classes), Ngrams(words=words, bits=12), drawn, 1e-3, np.linspace(0.1, 0.2, len(classes) - 1)
    )


@pytest.mark.parametrize("count", [2, 3, 4, 6])
def test_packed_sums_are_the_sums_of_each_class(count):
    model = made([str(number) for number in range(count)], words=0)
    row = "late!"
    by_hand = features_of(pl.Series([row]), model.ngrams) @ (model.weights.T * model.scale)
    assert model.margins(pl.Series([row])) == pytest.approx(np.asarray(by_hand), rel=1e-5)


def test_probabilities_add_up_to_one():
    assert made().scores(TEXTS).sum(axis=1) == pytest.approx(np.ones(len(TEXTS)))


def test_probabilities_by_hand():
    assert probabilities(np.log([[2.0, 5.0]])) == pytest.approx(np.array([[1, 2, 5]]) / 8)  # exp(0), exp(ln 2), exp(ln 5)


def test_scores_are_the_same_to_the_last_bit_whatever_the_chunk(monkeypatch):
    whole = made().scores(TEXTS)
    monkeypatch.setattr(module, "CHUNK_BYTES", 40)
    assert (made().scores(TEXTS) == whole).all()


def test_scores_are_the_same_whatever_the_threads():
    code = (
        "import polars as pl, hashlib; from careworth.reading.tone import tones;"
        "print(hashlib.sha256(str(tones(pl.Series(['no refund', 'thanks!', 'when?'] * 999)).rows()).encode()).hexdigest())"
    )
    run = [
        subprocess.run([sys.executable, "-c", code], env={"POLARS_MAX_THREADS": n}, capture_output=True, check=True) for n in "12"
    ]
    assert run[0].stdout == run[1].stdout != b""


def test_the_largest_sum_fits_in_32_bits():
    # A byte starts as many n-grams as there are orders, and a word as many as there are lengths; 4 bytes to a character.
    per_byte = len(Ngrams().orders) + Ngrams().words
    assert LARGEST * per_byte * 4 * LONGEST_READ < 2**31
    extreme = LinearModel("x", "0", ("a", "b", "c"), Ngrams(bits=4), np.full((2, 16), LARGEST, np.int16), 1.0, np.zeros(2))
    low, high = extreme.margins(pl.Series(["ab" * LONGEST_READ]))[0]
    assert low == high > 0


def test_a_model_comes_back_from_its_files(tmp_path):
    made().save(tmp_path / "made.npz")
    back = load_model(tmp_path / "made.npz")
    assert (back.scores(TEXTS) == made().scores(TEXTS)).all()
    assert (back.name, back.version, back.classes) == ("made", "0", ("negative", "neutral", "positive"))


def test_a_pickle_is_not_opened(tmp_path):
    made().save(tmp_path / "made.npz")
    np.savez(tmp_path / "made.npz", weights=np.array([print], dtype=object), bias=np.zeros(2))
    with pytest.raises(ValueError, match="allow_pickle"):
        load_model(tmp_path / "made.npz")


def test_files_that_do_not_belong_together_are_refused(tmp_path):
    made().save(tmp_path / "made.npz")
    settings = json.loads((tmp_path / "made.json").read_text())
    (tmp_path / "made.json").write_text(json.dumps(settings | {"classes": ["no", "yes"]}))
    with pytest.raises(CareworthError, match="copy both files anew"):
        load_model(tmp_path / "made.npz")


def test_a_file_of_another_form_is_refused(tmp_path):
    made().save(tmp_path / "made.npz")
    settings = json.loads((tmp_path / "made.json").read_text())
    (tmp_path / "made.json").write_text(json.dumps(settings | {"form": 99}))
    with pytest.raises(CareworthError, match="train it anew"):
        load_model(tmp_path / "made.npz")


def test_whole_numbers_stand_for_the_weights():
    weights, scale = quantised(np.array([[0.0, 0.25, -2.0]]))
    assert weights * scale == pytest.approx(np.array([[0.0, 0.25, -2.0]]), abs=scale / 2)
    assert (quantised(np.zeros((1, 3)))[0] == 0).all()


@pytest.mark.parametrize("name", ["care", "care-open"])
def test_a_shipped_model_is_at_most_3_mb(name):
    assert sum((MODELS / f"{name}{ending}").stat().st_size for ending in (".npz", ".json")) <= 3_000_000  # issue 4


def test_no_text_at_all():
    assert made().scores(pl.Series([], dtype=pl.String)).shape == (0, 3)
