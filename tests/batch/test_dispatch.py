"""What the processes of a run share: the threads of the machine, and one engine of Vega."""

import os
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


class Pipe:
    """The end of a pipe over which one thing was told; keeps what is sent back."""

    def __init__(self, told: object) -> None:
        self.told, self.sent = [told], []

    def poll(self) -> bool:
        return bool(self.told)

    def recv(self) -> object:
        return self.told.pop()

    def send(self, value: object) -> None:
        self.sent.append(value)


def test_a_campaign_has_its_charts_compiled_by_the_run_without_moving_its_clock():
    running = _Running(SimpleNamespace(), Pipe(Asked(Question([BARS]))), since=1.0)
    assert list(_heard("spring", running)) == []
    assert running.told.sent == [answer(Question([BARS]))]
    assert running.told.sent[0][0]["marks"]
    assert running.since == 1.0


def test_a_chart_that_cannot_be_compiled_fails_its_campaign_alone():
    running = _Running(SimpleNamespace(), Pipe(Asked(Question([{"mark": "no such mark"}]))))
    assert list(_heard("spring", running)) == []
    (refused,) = running.told.sent
    with pytest.raises(ValueError, match="conversion failed"):
        _ask(Pipe(refused), Question())
