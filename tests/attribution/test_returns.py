"""Cost and return of each channel: amounts worked by hand, what is missing said, social among the others."""

import numpy as np
import polars as pl
import pytest

from careworth.attribution.calibration import LiftTest, calibrate
from careworth.attribution.journeys import Credits
from careworth.attribution.returns import ALONE, COUNT, NOT_OBSERVABLE, cost_table, return_rows
from careworth.attribution.taxonomy import CARE, TAXONOMY, kind_of
from careworth.attribution.uncertainty import Bootstrap
from careworth.errors import CareworthError, ContractError, ParameterError
from careworth.registry import METRICS, unit_of
from careworth.schemas import COSTS, TOUCHPOINTS

CHANNELS = ("search_paid", CARE)


def resampled(
    channels: tuple[str, ...] = CHANNELS, conversions=(6.0, 4.0), values=(300.0, 100.0), spread: float = 0.0
) -> Bootstrap:
    """Credits with two resamples, `spread` below and above."""
    credits = Credits("linear", channels, np.array(conversions), np.array(values))
    factors = np.array([[1 - spread], [1 + spread]])
    return Bootstrap(credits, credits.conversions * factors, credits.values * factors)


def spent(**minor: int | None) -> pl.DataFrame:
    """Costs by channel, known exactly."""
    return pl.DataFrame(
        {"channel": list(minor), "amount_minor": list(minor.values())}, schema_overrides={"amount_minor": pl.Int64}
    )


def pick(rows: list[dict], metric_id: str, variant: str, channel: str) -> dict:
    """The one row of a channel."""
    (found,) = [
        row for row in rows if (row["metric_id"], row["variant"], row["slice"]) == (metric_id, variant, f"channel={channel}")
    ]
    return found


def test_returns_by_hand():
    """300 for 100 spent is 3; at a margin of 40 % that is 120 for 100, a return of 0.2."""
    rows = return_rows(resampled(), spent(search_paid=10_000), "EUR", margin_share=0.4)
    cost, roas, roi = (pick(rows, "M5", name, "search_paid") for name in ("channel_cost", "channel_roas", "channel_roi"))
    assert (cost["value"], cost["unit"], cost["low"]) == (100.0, "EUR", None)
    assert (roas["value"], roas["low"], roas["n"], roas["grade"]) == (3.0, None, 10, "B")
    assert roi["value"] == pytest.approx(0.2)


def test_the_interval_joins_what_credit_and_cost_leave_open():
    """Credit of 270 or 330 over a cost of exactly 100: 2.7 to 3.3. With a cost of 80 to 120 it is wider."""
    exact = pick(return_rows(resampled(spread=0.1), spent(search_paid=10_000), "EUR"), "M5", "channel_roas", "search_paid")
    ranged = spent(search_paid=10_000).with_columns(low_minor=8_000, high_minor=12_000)
    wide = pick(return_rows(resampled(spread=0.1), ranged, "EUR"), "M5", "channel_roas", "search_paid")
    assert (exact["low"], exact["high"]) == pytest.approx((2.7, 3.3))
    assert wide["low"] < 2.6 and wide["high"] > 3.5 and wide["value"] == pytest.approx(3.0, rel=0.01)


def test_incremental_stands_beside_credited():
    """The tests find 2 and 1 of 6 and 4 conversions: over-credit 3 and 4; 2 x 50 of revenue for 100 spent is 1."""
    tests = [LiftTest("search_paid", 2.0, 0.001), LiftTest(CARE, 1.0, 0.001)]
    made = resampled()
    rows = return_rows(made, spent(search_paid=10_000), "EUR", calibrate(made.credits, tests), margin_share=0.4)
    assert pick(rows, "M7", "channel_conversions", "search_paid")["value"] == pytest.approx(2, rel=0.01)
    assert pick(rows, "M7", "channel_over_credit", "search_paid")["value"] == pytest.approx(3, rel=0.01)
    assert pick(rows, "M7", "channel_over_credit", CARE)["value"] == pytest.approx(4, rel=0.01)
    assert pick(rows, "M7", "channel_roas", "search_paid")["value"] == pytest.approx(1, rel=0.01)
    assert pick(rows, "M7", "channel_roi", "search_paid")["value"] == pytest.approx(-0.6, rel=0.01)
    assert pick(rows, "M5", "channel_roas", "search_paid")["value"] == 3.0
    assert "lift test of this channel" in pick(rows, "M7", "channel_roas", "search_paid")["reason"]


def test_an_effect_that_may_be_nothing_has_no_over_credit():
    made = resampled()
    rows = return_rows(made, spent(), "EUR", calibrate(made.credits, [LiftTest(CARE, -3.0, 1.0)]))
    row = pick(rows, "M7", "channel_over_credit", CARE)
    assert row["value"] is None and "leave open" in row["reason"]


@pytest.mark.parametrize(
    ("costs", "said"),
    [
        (spent(), "no cost of this channel is connected"),
        (spent(search_paid=0), "nothing was spent"),
        (spent(search_paid=None), "no cost"),
    ],
)
def test_a_cost_that_is_not_known_leaves_no_return(costs, said):
    rows = return_rows(resampled(), costs, "EUR", margin_share=0.4)
    for variant in ("channel_cost", "channel_roas", "channel_roi"):
        row = pick(rows, "M5", variant, "search_paid")
        assert row["value"] is None and row["grade"] == "X" and said in row["reason"]


def test_without_a_margin_there_is_no_return_on_investment():
    row = pick(return_rows(resampled(), spent(search_paid=100), "EUR"), "M5", "channel_roi", "search_paid")
    assert row["value"] is None and "revenue is no gain" in row["reason"]


def test_an_offline_channel_enters_by_its_spend_and_by_its_own_test():
    """The test finds a fifth of 10 conversions at 40 each: 80 for 160 spent."""
    offline = [LiftTest("tv", 0.2, 0.0001, is_share=True)]
    rows = return_rows(resampled(), spent(tv=16_000), "EUR", offline=offline)
    assert pick(rows, "M5", "channel_cost", "tv")["value"] == 160
    roas = pick(rows, "M5", "channel_roas", "tv")
    assert roas["value"] is None and roas["reason"] == NOT_OBSERVABLE
    assert pick(rows, "M7", "channel_roas", "tv")["value"] == pytest.approx(0.5)


def test_an_offline_channel_seen_by_codes_is_marked():
    rows = return_rows(resampled(("search_paid", "print")), spent(print=1_000), "EUR")
    assert "not path-observable" in pick(rows, "M5", "channel_roas", "print")["reason"]


def test_social_care_always_has_its_row_among_the_others():
    row = pick(return_rows(resampled(("search_paid", "email")), spent(), "EUR"), "M5", "channel_roas", CARE)
    assert row["value"] is None and "no touch of this channel" in row["reason"]


def test_social_alone_is_not_told():
    rows = return_rows(resampled(("social_paid", CARE)), spent(social_paid=1_000), "EUR", margin_share=0.4)
    assert rows and all(row["value"] is None and row["reason"] == ALONE for row in rows)


def test_costs_of_touches_and_of_lines():
    """A line that names a channel is that channel's; others are the cost of care; clicks cost what they cost."""
    lines = pl.DataFrame(
        {
            "line": ["Agents", "TV", None, "search-paid"],
            "amount_minor": [100, 50, 7, 5],
            "low_minor": [80, None, None, None],
            "high_minor": [130, None, None, None],
            "currency": ["EUR"] * 4,
        },
        schema_overrides=COSTS.columns,
    )
    touches = pl.DataFrame(
        {"channel": ["search_paid", "search_paid", "email"], "cost_minor": [3, 4, None]}, schema_overrides=TOUCHPOINTS.columns
    )
    assert cost_table(touches, lines, "EUR").rows() == [
        (CARE, 107, 87, 137),
        ("search_paid", 12, 12, 12),
        ("tv", 50, 50, 50),
    ]
    with pytest.raises(ParameterError, match="are in \\['EUR'\\], the campaign is in USD"):
        cost_table(touches, lines, "USD")
    assert cost_table(touches.clear(), lines.clear(), "EUR").is_empty()


@pytest.mark.parametrize("wrong", [spent(search_paid=-5), spent(search_paid=10).with_columns(low_minor=20)])
def test_an_impossible_cost_is_refused(wrong):
    with pytest.raises(CareworthError, match="0 <= low <= amount <= high"):
        return_rows(resampled(), wrong, "EUR")


def test_two_costs_of_a_channel_are_refused():
    with pytest.raises(ContractError):
        return_rows(resampled(), pl.concat([spent(email=1), spent(email=2)]), "EUR")


def test_every_channel_of_the_presentation_has_a_kind():
    """METRICS.md R126: online and offline advertising, SEO, PR, events, direct mail, e-mail, social, and care."""
    families = {kind.family for kind in TAXONOMY.values()}
    named = {"online advertising", "offline advertising", "search engine optimisation", "public relations", "events"}
    assert named | {"direct mail", "e-mail and messages", "social", "care"} <= families
    assert not kind_of("Direct Mail").is_observable and kind_of("null").is_observable


def test_every_row_is_defined_and_has_its_unit():
    made = resampled()
    rows = return_rows(made, spent(search_paid=100), "EUR", calibrate(made.credits, [LiftTest(CARE, 1.0, 0.5)]), margin_share=0.4)
    assert {row["variant"] for row in rows} <= {*METRICS["M5"].variants, *METRICS["M7"].variants}
    assert len({(row["metric_id"], row["variant"], row["slice"]) for row in rows}) == len(rows) == 14
    assert unit_of(METRICS["M7"], "channel_over_credit") == "ratio"
    assert COUNT >= 1_000
