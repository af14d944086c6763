"""What the processes of a run share: the threads of the machine, and one engine of Vega."""

import os
from multiprocessing import Pipe
from types import SimpleNamespace

import polars as pl
import pytest

from careworth.batch.dispatch import THREADS, Asked, _ask, _heard, _Running, _threads
from careworth.report.vega import Question, answer

BARS = {"data": {"name": "rows"}, "mark": "bar", "encoding": {"x": {"field": "share", "type": "quantitative"}}}


@pytest.mark.parametrize("at_once", [1, 2, 64])
def test_campaigns_that_run_at_once_share_the_threads(at_once, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    before = dict(os.environ)
    with _threads(at_once):
        share = max(1, pl.thread_pool_size() // at_once)
        assert {os.environ[name] for name in THREADS} == {str(share)}
    assert dict(os.environ) == before


def answered(question: Question) -> tuple[_Running, object]:
    """A campaign that asks, and what the run sends back to it."""
    run, campaign = Pipe()
    running = _Running(SimpleNamespace(), run, since=1.0)
    campaign.send(Asked(question))
    assert list(_heard("spring", running)) == []
    return running, campaign.recv()


def test_a_campaign_has_its_charts_compiled_by_the_run_without_moving_its_clock():
    running, (chart,) = answered(Question([BARS]))
    assert [chart] == answer(Question([BARS]))
    assert chart["marks"][0]["type"] == "rect"
    assert running.since == 1.0


def test_a_chart_that_cannot_be_compiled_fails_its_campaign_alone():
    _, refused = answered(Question([{"mark": "no such mark"}]))
    run, campaign = Pipe()
    run.send(refused)
    with pytest.raises(ValueError, match="conversion failed"):
        _ask(campaign, Question())
