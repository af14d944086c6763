"""A study's return where its parts meet: tables by hand, each expected number worked out beside it."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from careworth import returns
from careworth.errors import CareworthError
from careworth.results import value_row
from careworth.roi.model import GAIN
from careworth.stats import Estimate
from tests.metrics.cases import row_of
from tests.studies import study_of, table
from tests.tables import at, message, turns_of

MONTH = {"campaign_id": "spring", "period_start": date(2024, 2, 1), "period_end": date(2024, 3, 1), "currency": "EUR"}

STATED = """
[[benefits]]
name = "fewer refunds"
kind = "cost_saving"
low = 100
likely = 200
high = 300
source = "finance, February"

[[assumptions]]
name = "would_have_phoned"
low = 0.4
likely = 0.4
high = 0.4
source = "head of care"

[[assumptions]]
name = "phoned_anyway"
low = 0.5
likely = 0.5
high = 0.5
source = "head of care"
"""

TOGETHER = """
[[correlations]]
first = "people: agents"
second = "fewer refunds: worth of one"
value = 0.9
reason = "both follow the number of customers"
"""


def costs(*lines: tuple) -> pl.DataFrame:
    """Cost lines of February: id, what for, and low, amount and high in cents."""
    names = ("cost_id", "line", "low_minor", "amount_minor", "high_minor")
    return table("costs", *(MONTH | {"category": "people"} | dict(zip(names, each, strict=True)) for each in lines))


AGENTS = costs(("c1", "agents", 50_000, 60_000, 80_000))
UNIT_COSTS = table(
    "unit_costs",
    {
        "channel": "phone",
        "valid_from": date(2024, 1, 1),
        "low_minor": 800,
        "likely_minor": 1_000,
        "high_minor": 1_200,
        "currency": "EUR",
        "source": "study",
    },
)


@pytest.fixture
def study(tmp_path):
    """A campaign with one resolved conversation, a stated gain and stated shares."""
    return study_of(tmp_path, of_campaign=STATED + TOGETHER, costs=AGENTS, unit_costs=UNIT_COSTS, turns=answered())


def answered() -> pl.DataFrame:
    """A question of 10 February, answered after half an hour."""
    start = 40 * 1440
    return turns_of(message(1, "customer", start), message(2, "agent", start + 30, "Please try again."))


def test_the_world_of_these_tests_is_in_february(study):
    assert (study.conversations().height, study.conversations()["outcome"].item()) == (1, "resolved")
    assert at(40 * 1440).date() == date(2024, 2, 10)


def test_where_nothing_was_measured_what_the_company_states_is_used_as_an_assumption(study):
    """One conversation x .4 x (1 - .5) = 0.2 contacts, at about 10 each; grade C."""
    gain = returns.contact_gain(study, study.conversations(), [])
    told = row_of(gain.rows, "avoided_contacts")
    assert (round(told["value"], 3), told["grade"]) == (0.2, "C")
    assert row_of(gain.rows, "avoided_cost")["value"] == pytest.approx(2, rel=0.01)


def series(value: float, error: float, grade: str = "B") -> list[dict]:
    """What a time series of calls found."""
    found = Estimate(value, value - 1.96 * error, value + 1.96 * error)
    return [value_row("E4", "contacts_total", found, "count", n=29, denominator="days", slice="series=calls", grade=grade)]


def test_a_series_serves_only_with_controls():
    change = returns.series_change(series(-30, 5), "E4", "contacts_total")
    assert (change.value, round(change.error, 3), change.design) == (-30, 5, "time series with controls: calls")
    assert returns.series_change(series(-30, 5, grade="C"), "E4", "contacts_total") is None


def test_a_series_that_sees_no_single_contact_is_told_and_not_used(study):
    """Its smallest detectable change is 14 contacts, and one can have been spared at most."""
    rows = returns.contact_gain(study, study.conversations(), series(-30, 5)).rows
    assert row_of(rows, "avoided_by_series")["reason"].startswith("not used")
    assert row_of(rows, "avoided_contacts")["grade"] == "C"


def test_inputs_that_move_together_do_so_in_the_ledger(study):
    gains = [returns.company_gain(study)]
    ledger = returns.build_ledger(study, returns.cost_lines(study), gains, 5_000, 1)
    one, other = ledger.draws["people: agents"], ledger.draws["fewer refunds: worth of one"]
    assert len(one) == 8_192
    assert np.corrcoef(one, other)[0, 1] == pytest.approx(0.9, abs=0.02)


def test_a_correlation_of_what_is_not_there_is_refused_by_name(tmp_path):
    other = study_of(tmp_path, of_campaign=TOGETHER, costs=AGENTS)
    with pytest.raises(CareworthError, match="no input 'fewer refunds: worth of one'"):
        returns.build_ledger(other, returns.cost_lines(other), [], 1_024, 1)


def test_what_another_campaign_counts_too_is_shared_equally(study):
    """Two campaigns of the same days and account resolved the one conversation: each is credited with half of it."""
    first = study.workspace.root / "campaigns/spring.toml"
    twin = first.read_text().split("[[benefits]]")[0].replace('"spring"', '"twin"')
    (first.parent / "twin.toml").write_text(twin)
    gains = [returns.contact_gain(study, study.conversations(), []), returns.company_gain(study)]
    ledger = returns.build_ledger(study, returns.cost_lines(study), gains, 1_024, 1)
    assert (ledger.overlap["value"], ledger.overlap["n"]) == (0.5, 1)
    shared = {line.name: "share not credited" in line.factors[-1] for line in ledger.model.lines if line.side == GAIN}
    assert shared == {"contacts avoided: social agent": True, "fewer refunds": False}


def test_unsound_money_is_refused_by_its_line(tmp_path):
    wrong = study_of(tmp_path / "a", costs=costs(("c1", "agents", None, -5, None)))
    with pytest.raises(CareworthError, match="cost line c1"):
        returns.require_sound_money(wrong)
    point = UNIT_COSTS.with_columns(low_minor="likely_minor", high_minor="likely_minor")
    with pytest.raises(CareworthError, match="unit cost of phone"):
        returns.require_sound_money(study_of(tmp_path / "b", costs=AGENTS, unit_costs=point))


def test_a_return_of_assumptions_alone_has_no_headline(study):
    ledger = returns.build_ledger(study, returns.cost_lines(study), [returns.company_gain(study)], 1_024, 1)
    rows = returns.worth_rows(study, ledger, study.to_values([]))
    assert row_of(rows, "roi")["value"] is None
    assert row_of(rows, "roi_with_assumptions")["grade"] == "C"
