"""Real public conversations (shared/data/twcs), reconciled with what is known of that file.

Known facts: shared/data/README.md, row `twcs/twcs.csv`, and issue 2 'What it must show'.
"""

import polars as pl
import pytest

from careworth.marts.threads import assign_threads
from careworth.staging import stage

ID = {"customer_tweet_id": pl.String, "reply_tweet_id": pl.String}


@pytest.fixture(scope="module")
def staged(shared):
    """The staged messages of the real file."""
    return stage("messages", "twcs", shared / "data/twcs/twcs.csv")


@pytest.fixture(scope="module")
def replies(staged):
    """Brand replies to a customer's message that is in the file, with their gap in whole seconds."""
    messages = staged.table
    asked = messages.filter(author_role="customer").select(in_reply_to_id="message_id", asked_at="created_at")
    answered = messages.filter(author_role="agent").join(asked, on="in_reply_to_id", validate="m:1")
    return answered.with_columns(gap=(pl.col("created_at") - pl.col("asked_at")).dt.total_seconds())


def test_every_record_is_accepted(staged):
    assert staged.funnel == {"read": 5_000, "accepted": 5_000}


def test_roles_and_brands_are_those_known(staged):
    roles = dict(staged.table["author_role"].value_counts().iter_rows())
    assert roles == {"customer": 2_778, "agent": 2_222}
    assert staged.table["account_id"].drop_nulls().n_unique() == 76


def test_parents_and_threads_are_those_known(staged):
    parents = staged.table["in_reply_to_id"].drop_nulls()
    assert (parents.len(), parents.is_in(staged.table["message_id"].implode()).sum()) == (3_694, 3_688)
    threads = assign_threads(staged.table).group_by("thread_id").len()["len"]
    assert (threads.len(), threads.min(), threads.max()) == (1_312, 2, 130)


def test_replies_and_their_gaps_are_those_known(replies):
    """2,188 is even, so two gaps share the middle: 720 and 727 s; the known median is the upper one."""
    assert replies.height == 2_188
    assert replies["gap"].quantile(0.5, "higher") == 727
    assert (replies["gap"].min() >= 0, replies["gap"].max()) == (True, 1_097_403)


def test_every_pair_that_another_loader_wrote_has_the_same_seconds(shared, replies):
    pairs = pl.read_csv(shared / "data/twcs/response_pairs.csv", schema_overrides=ID)
    both = replies.join(pairs, left_on=["in_reply_to_id", "message_id"], right_on=["customer_tweet_id", "reply_tweet_id"])
    assert both.height > 2_000
    assert both.filter(pl.col("gap") != pl.col("response_time_seconds").cast(pl.Int64)).height == 0
