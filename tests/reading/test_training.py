"""Training: splits that nothing crosses, weights that fold, and a user's own labels."""

import numpy as np
import polars as pl
import pytest
import scipy.sparse as sparse

from careworth.errors import CareworthError
from careworth.reading import labelled, replies, trials
from careworth.reading.fitting import as_model, counts_of, fit_softmax, train
from careworth.reading.linear import load_model
from careworth.reading.ngrams import Ngrams
from careworth.reading.tone import MODELS
from careworth.reading.training import retrain

SMALL = Ngrams(orders=(3,), words=1, bits=14)
LEARNT = pl.DataFrame(
    {
        "text": ["bad broken", "when open", "great lovely"] * 8,
        "label": ["negative", "neutral", "positive"] * 8,
        "source": ["own"] * 24,
    }
)


def small_model():
    """A model of three pairs of words."""
    return as_model(train(LEARNT, {"own": 1.0}, None, SMALL), "small", SMALL, "1")


def tone_numbers(model, texts) -> list[int]:
    """The likeliest class of each text."""
    return model.scores(pl.Series(texts)).argmax(axis=1).tolist()


def test_a_model_says_of_its_own_texts_what_it_was_told():
    assert tone_numbers(small_model(), ["bad", "open", "lovely"]) == [0, 1, 2]


def test_without_features_the_bias_is_the_logarithm_of_the_shares():
    empty = sparse.csr_array((4, 2), dtype=np.float32)
    fit = fit_softmax(empty, np.array([0, 1, 1, 1]), np.ones(4), 1.0, np.zeros((4, 2)))
    assert fit.bias[1] - fit.bias[0] == pytest.approx(np.log(3), abs=1e-3)  # one to three


def test_what_answers_say_reaches_ngrams_without_a_label(monkeypatch):
    monkeypatch.setattr(replies, "KINDS", 2)
    messages = counts_of(pl.Series(["soggy", "soggy chips", "chips soggy", "crisp", "crisp salad"] * 6), SMALL)
    answers = counts_of(pl.Series(["sorry"] * 3 + ["glad"] * 2).gather(list(range(5)) * 6), Ngrams(orders=(), words=1, bits=14))
    weights = replies.answer_weights(messages, answers)
    soggy, crisp = (counts_of(pl.Series([word]), SMALL) @ weights for word in ("soggy", "crisp"))
    assert float((soggy * crisp).sum()) < 0


def test_retraining_moves_the_model_towards_the_users_labels():
    own = pl.DataFrame(
        {
            "text": ["sick beat"] * 30 + ["when open"] * 5 + ["bad"] * 5,
            "label": ["positive"] * 30 + ["neutral"] * 5 + ["negative"] * 5,
        }
    )
    changed = retrain(own, small_model(), penalty=1e-3)
    assert tone_numbers(changed, ["sick beat", "bad", "open"]) == [2, 0, 1]
    assert changed.version.startswith("1 + 40 labels ")


def test_an_infinite_penalty_moves_the_balance_alone():
    own = pl.DataFrame({"text": ["a", "b", "c"] * 5, "label": ["negative", "neutral", "positive"] * 5})
    base = small_model()
    changed = retrain(own, base, penalty=float("inf"))
    assert changed.weights * changed.scale == pytest.approx(base.weights * base.scale, abs=base.scale)
    # A softmax regression with a free bias expects each class as often as it was labelled: here a third.
    assert changed.scores(own["text"]).mean(axis=0) == pytest.approx(np.full(3, 1 / 3), abs=0.01)


@pytest.mark.parametrize(
    ("labels", "words"), [(["negative", "glad"], "glad"), (["negative"] * 9, "neutral or positive"), ([None, "neutral"], "None")]
)
def test_labels_that_cannot_be_learnt_are_refused(labels, words):
    with pytest.raises(CareworthError, match=words):
        retrain(pl.DataFrame({"text": ["x"] * len(labels), "label": labels}), small_model())


def test_no_test_conversation_is_among_the_training_texts(shared):
    data = shared / "data"
    unseen = set(labelled.unseen_ids(data))
    ids = pl.read_csv(MODELS / "message_labels.csv")["tweet_id"]
    assert len(unseen) > 300
    assert not unseen & set(ids)
    texts = labelled.conversations(data)
    halves = {split: set(texts.filter(pl.col("split") == split)["conversation_id"]) for split in ("tune", "test")}
    assert (len(halves["tune"] & halves["test"]), len(halves["tune"] | halves["test"])) == (0, 240)


def test_no_test_text_is_trained_on(shared):
    data = shared / "data"
    unseen = labelled.conversations(data).filter(pl.col("split") == "test")["text"]
    assert not set(unseen.filter(unseen.str.len_chars() > 60)) & set(labelled.care_texts(data)["text"])


def test_no_answer_comes_from_a_test_conversation(shared):
    data = shared / "data"
    letters = pl.col("text").str.to_lowercase().str.replace_all(r"@\w+|[^a-z]", "")
    unseen = labelled.conversations(data).filter(pl.col("split") == "test").select(letters).to_series()
    told = labelled.answered(data).select(letters).to_series()
    assert not set(unseen.filter(unseen.str.len_chars() > 40)) & set(told)


def test_the_tables_reconcile_with_what_is_known_of_the_data(shared):
    data = shared / "data"
    # ../shared/data/README.md: 4,200 rated texts; 43,410 + 5,426 comments, of which those of both signs are left out.
    assert labelled.rated_tweets(data).height == 4_200
    assert 45_000 < labelled.emotions(data).height < 48_836
    assert labelled.read_messages(data)["text"].null_count() == 0


def test_the_shipped_model_scores_as_its_card_says(shared):
    card = (MODELS / "CARD.md").read_text(encoding="utf-8")
    lines = [
        line for name in ("care", "care-open") for line in trials.lines_for(load_model(MODELS / f"{name}.npz"), shared / "data")
    ]
    assert [line for line in lines if line not in card] == []


def test_macro_f1_agrees_with_hand_arithmetic():
    # Class 0: 2 of 2 said 3 times -> 0.8; class 1: 1 of 2 said once -> 2/3; class 2: 1 of 1 -> 1.
    assert trials.macro_f1(np.array([0, 0, 1, 1, 2]), np.array([0, 0, 0, 1, 2])) == pytest.approx((0.8 + 2 / 3 + 1) / 3)
