"""What each channel cost and returned in a study's campaign, credited and, where a holdout was made, corrected by it (M5, M7)."""

import polars as pl

from careworth.attribution import select_orders, to_conversions
from careworth.attribution.calibration import Calibrated, LiftTest, calibrate
from careworth.attribution.journeys import Journeys
from careworth.attribution.model_names import model_named
from careworth.attribution.returns import cost_table, return_rows
from careworth.attribution.uncertainty import Bootstrap, bootstrap
from careworth.effects.holdouts import holdout_of_arms
from careworth.results import Row
from careworth.roi.cost_checks import stated_amount
from careworth.study import Study

#: The channel that the campaign's holdout withheld.
CARE = "care_social"

REPLICATES = 200


def channel_rows(study: Study, journeys: Journeys) -> list[Row]:
    """M5 and M7 of every channel: cost, revenue over cost and return, by equal credit to each touch; nothing without an order.

    A randomised holdout of the campaign corrects the credits; without one they stay what they are, attributed.
    """
    if not journeys.conversions.any():
        return []
    touched = pl.col("touched_at").is_between(*study.period, closed="left")
    booked = study.own("costs").with_columns(amount_minor=stated_amount().round().cast(pl.Int64))
    costs = cost_table(study.touchpoints.filter(touched), booked, study.campaign.currency)
    resampled = bootstrap(journeys, model_named("linear"), REPLICATES)
    calibrated = _calibrated(study, journeys, resampled)
    return return_rows(resampled, costs, study.campaign.currency, calibrated, margin_share=_margin_share(study))


def _calibrated(study: Study, journeys: Journeys, resampled: Bootstrap) -> Calibrated | None:
    tests = [test for test in lift_tests(study) if test.channel in journeys.channels]
    return calibrate(resampled.credits, tests, journeys) if tests else None


def lift_tests(study: Study) -> list[LiftTest]:
    """The campaign's holdout as a test of care: orders that it caused among the treated, with their standard error."""
    arms = study.own("experiment_arms")
    if arms.is_empty() or arms["experiment_id"].n_unique() > 1 or arms["arm"].n_unique() < 2:
        return []
    assigned = arms.select("person_key", "assigned_at")
    orders = to_conversions(_orders(study)).join(assigned, on="person_key")
    bought = orders.filter(pl.col("converted_at") >= pl.col("assigned_at")).select("person_key", value=pl.lit(1.0))
    effect = holdout_of_arms(arms, bought, planned_share=None)
    if not effect.standard_error:
        return []
    treated = effect.units[0]
    return [LiftTest(CARE, effect.effect * treated, effect.standard_error * treated)]


def _orders(study: Study) -> pl.DataFrame:
    return select_orders(study.table("orders"), study.campaign.brand, *study.period)


def _margin_share(study: Study) -> float | None:
    """Margin of 1 of revenue, by the orders whose margin is known; None where none is."""
    known = _orders(study).filter(pl.col("margin_minor").is_not_null(), pl.col("net_minor") > pl.col("refund_minor"))
    revenue = (known["net_minor"] - known["refund_minor"]).sum()
    return float(known["margin_minor"].sum() / revenue) if revenue else None
