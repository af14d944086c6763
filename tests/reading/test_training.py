"""Training: nothing of the labelled conversations in it, a network that learns, and a user's own labels."""

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from careworth.errors import CareworthError
from careworth.reading import labelled, replies, trials
from careworth.reading.engines import ENGINES, MODELS
from careworth.reading.fitting import Problem, Settings, Texts, fit, targets_of
from careworth.reading.network import load_network
from careworth.reading.ngrams import Ngrams, counts_of
from careworth.reading.retraining import retrain
from careworth.reading.training import matching_bias

SMALL = Ngrams(orders=(3,), words=3, bits=14)
FEW = Settings(units=4, fits=2, penalty=1e-4, head_penalty=1e-4, rounds=40)
LEARNT = pl.DataFrame(
    {
        "text": ["bad broken", "when open", "great lovely"] * 8,
        "tone": ["negative", "neutral", "positive"] * 8,
        "state": ["complaint", "question", "praise"] * 8,
        "need": ["yes", "yes", "no"] * 8,
    }
)
NOTHING = np.zeros((1 << SMALL.bits, 1))


def small_network():
    """A network of three pairs of words."""
    texts = Texts.of(LEARNT["text"], SMALL)
    return replace(fit(texts, targets_of(LEARNT), np.ones(LEARNT.height), NOTHING, SMALL, FEW), name="small", version="1")


def test_a_network_says_of_its_own_texts_what_it_was_told():
    network = small_network()
    for question in ("tone", "state", "need"):
        assert (trials.said_by(network, LEARNT["text"], question) == LEARNT[question]).all()


def test_the_slope_is_that_of_the_loss():
    random = np.random.default_rng(3)
    problem = Problem(Texts.of(LEARNT["text"], SMALL), targets_of(LEARNT), np.ones(LEARNT.height), NOTHING, FEW)
    place = problem.start() + random.normal(0, 0.1, problem.start().size)
    _, slope = problem.loss(place)
    for number in random.choice(place.size, 12, replace=False):
        step = np.zeros(place.size)
        step[number] = 1e-2
        rise = (problem.loss(place + step)[0] - problem.loss(place - step)[0]) / 2e-2
        assert slope[number] == pytest.approx(rise, abs=2e-3)


def test_a_text_without_an_answer_to_a_question_teaches_nothing_of_it():
    silent = LEARNT.with_columns(state=pl.lit(None, pl.String))
    problem = Problem(Texts.of(LEARNT["text"], SMALL), targets_of(silent), np.ones(LEARNT.height), NOTHING, FEW)
    assert problem.weights["state"].sum() == 0
    assert problem.weights["tone"].sum() == pytest.approx(1)


def test_a_bias_can_match_wanted_shares():
    margins = np.random.default_rng(1).normal(size=(300, 3))
    wanted = np.array([180, 90, 30])
    said = np.bincount((margins + matching_bias(margins, wanted, np.ones(300))).argmax(axis=1), minlength=3)
    assert np.abs(said - wanted).max() <= 6


def test_what_answers_say_reaches_ngrams_without_a_label(monkeypatch):
    monkeypatch.setattr(replies, "KINDS", 2)
    messages, _ = counts_of(pl.Series(["soggy", "soggy chips", "chips soggy", "crisp", "crisp salad"] * 6), SMALL)
    answers, _ = counts_of(
        pl.Series(["sorry"] * 3 + ["glad"] * 2).gather(list(range(5)) * 6), Ngrams(orders=(), words=1, bits=14)
    )
    weights = replies.answer_weights(messages, answers)
    soggy, crisp = (counts_of(pl.Series([word]), SMALL)[0] @ weights for word in ("soggy", "crisp"))
    assert float((soggy * crisp).sum()) < 0


def test_retraining_moves_the_network_towards_the_users_labels():
    own = pl.DataFrame(
        {
            "text": ["great lovely"] * 30 + ["when open"] * 5 + ["bad broken"] * 5 + ["great lovely"] * 5,
            "label": ["negative"] * 30 + ["neutral"] * 5 + ["negative"] * 5 + ["positive"] * 5,
        }
    )
    changed = retrain(own, small_network(), penalty=1e-3)
    assert trials.said_by(changed, pl.Series(["great lovely", "when open"]), "tone").to_list() == ["negative", "neutral"]
    assert changed.version.startswith("1 + 45 labels ")


def test_an_infinite_penalty_moves_the_balance_alone():
    own = pl.DataFrame({"text": ["a", "b", "c"] * 5, "label": ["negative", "neutral", "positive"] * 5})
    base = small_network()
    changed = retrain(own, base, penalty=float("inf"))
    assert (changed.heads["tone"].weights == base.heads["tone"].weights).all()
    # A softmax with a free bias expects each class as often as it was labelled: here a third.
    assert changed.probabilities(own["text"], "tone").mean(axis=0) == pytest.approx(np.full(3, 1 / 3), abs=0.01)


@pytest.mark.parametrize(
    ("labels", "words"), [(["negative", "glad"], "glad"), (["negative"] * 9, "neutral or positive"), ([None, "neutral"], "None")]
)
def test_labels_that_cannot_be_learnt_are_refused(labels, words):
    with pytest.raises(CareworthError, match=words):
        retrain(pl.DataFrame({"text": ["x"] * len(labels), "label": labels}), ENGINES["care-open"].load())


LETTERS = pl.col("text").str.to_lowercase().str.replace_all(r"@\w+|[^a-z]", "")


def labelled_letters(data) -> set[str]:
    """The letters of every longer turn of the labelled conversations."""
    return set(labelled.labelled_turns(data).select(LETTERS).filter(pl.col("text").str.len_chars() > 40).to_series())


def test_no_labelled_conversation_is_trained_on(shared):
    data = shared / "data"
    assert len(labelled_letters(data)) > 600
    near = labelled.care_texts(data).filter(pl.col("source") != "airlines").select(LETTERS).to_series()
    assert not labelled_letters(data) & set(near)
    assert not labelled_letters(data) & set(labelled.answered(data).select(LETTERS).to_series())


def test_the_halves_share_no_conversation(shared):
    texts = labelled.conversations(shared / "data")
    halves = {split: set(texts.filter(split=split)["conversation_id"]) for split in ("tune", "test")}
    assert (len(halves["tune"] & halves["test"]), len(halves["tune"] | halves["test"])) == (0, 240)


def test_the_tables_reconcile_with_what_is_known_of_the_data(shared):
    data = shared / "data"
    # ../shared/data/README.md: 4,200 rated texts; 43,410 + 5,426 comments, of which those of both signs are left out.
    assert labelled.rated_tweets(data).height == 4_200
    assert 45_000 < labelled.emotions(data).height < 48_836
    assert labelled.read_labels(data)["text"].null_count() == 0


def test_the_shipped_networks_score_as_their_card_says(shared):
    card = (MODELS / "CARD.md").read_text(encoding="utf-8")
    networks = [load_network(MODELS / f"{name}.npz") for name in ("care", "care-open")]
    assert [line for network in networks for line in trials.lines_for(network, shared / "data") if line not in card] == []


def test_the_stated_errors_are_those_of_the_shipped_engines(shared):
    engines = {name: ENGINES[name] for name in ("care", "care-open", "textblob")}
    assert trials.error_counts(shared / "data", engines) == json.loads((MODELS / "errors.json").read_text())
