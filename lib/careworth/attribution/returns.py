"""What each channel cost and what came of it: return on ad spend and on investment, credited (M5) and incremental (M7).

A credited return is what would be true if credit were cause. Social care always stands among all channels (R112); offline
channels enter by their spend and are marked as not path-observable (R127).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.attribution.calibration import Calibrated, LiftTest
from careworth.attribution.journeys import Credits
from careworth.attribution.taxonomy import CARE, TAXONOMY, kind_of
from careworth.attribution.uncertainty import Bootstrap
from careworth.contracts import require_columns, require_key
from careworth.errors import ParameterError
from careworth.results import Row, value_row
from careworth.schemas import minor_units
from careworth.stats import Draws, Estimate

#: Draws of cost and credit together.
COUNT = 4_000

#: A row's reason where only social channels are known: they are not shown alone.
ALONE = "only social channels are connected, and social is not told without the others"

NOT_CAUSE = "attributed, not incremental"
NOT_OBSERVABLE = "not path-observable: an offline channel enters by its spend alone"
BY_CODES = "not path-observable but where a code or a tracked call shows it, so the credit is too low"


class Amount(NamedTuple):
    """Draws of an amount of one channel, and what is best said of it; no draws and a reason where it is not known."""

    draws: np.ndarray | None
    value: float | None
    reason: str


class Book(NamedTuple):
    """What all rows of one table of returns share."""

    currency: str
    costs: dict[str, Amount]
    margin_share: float | None
    conversions: int
    is_alone: bool


def cost_table(touchpoints: pl.DataFrame, costs: pl.DataFrame, currency: str) -> pl.DataFrame:
    """One row per channel with a cost: `channel`, `amount_minor`, `low_minor`, `high_minor`, from touches and cost lines.

    Of the campaign's `costs`, a line that bears a channel's name is that channel's; all others are the cost of social care. A
    touch's cost is known exactly. Costs in another currency are refused.

    Raises
    ------
    ParameterError
        If a cost line is in another currency.
    """
    foreign = sorted(set(costs["currency"].unique().drop_nulls()) - {currency})
    if foreign:
        raise ParameterError(
            f"cost lines are in {foreign}, the campaign is in {currency}. Convert them before they are connected."
        )
    channel = pl.col("line").str.to_lowercase().str.replace_all(r"[\s-]+", "_")
    amount = pl.col("amount_minor")
    lines = costs.select(
        pl.when(channel.is_in(list(TAXONOMY))).then(channel).otherwise(pl.lit(CARE)).alias("channel"),
        amount,
        pl.col("low_minor").fill_null(amount),
        pl.col("high_minor").fill_null(amount),
    )
    cost = pl.col("cost_minor")
    touches = touchpoints.filter(cost.is_not_null()).select("channel", amount_minor=cost, low_minor=cost, high_minor=cost)
    return pl.concat([lines, touches]).group_by("channel").agg(pl.all().sum()).sort("channel")


def return_rows(
    resampled: Bootstrap,
    costs: pl.DataFrame,
    currency: str,
    calibrated: Calibrated | None = None,
    offline: Sequence[LiftTest] = (),
    margin_share: float | None = None,
    seed: int = 1,
) -> list[Row]:
    """M5 and M7 of every channel: cost, revenue over cost and return, credited and, where tests were made, incremental.

    Parameters
    ----------
    resampled : Bootstrap
        Credits with values in the currency's major unit, and their resamples.
    costs : DataFrame
        As `cost_table` gives it, or a table of one's own; `low_minor` and `high_minor` may be missing.
    calibrated : Calibrated, optional
        The same credits, corrected by tests.
    offline : sequence of LiftTest, optional
        Tests of channels that no path shows.
    margin_share : float, optional
        Contribution margin of 1 of revenue. Without it there is no return on investment, since revenue is no gain.

    Raises
    ------
    ParameterError
        If a cost is negative or out of order, or calibrated and credited channels differ.
    """
    credits, spent = resampled.credits, _costs(costs, currency, seed)
    if calibrated is not None and calibrated.channels != credits.channels:
        raise ParameterError(
            f"calibrated are channels {calibrated.channels}, credited {credits.channels}. Calibrate these credits."
        )
    tests = {test.channel: test for test in offline}
    channels = list(dict.fromkeys([*credits.channels, *spent, *tests, CARE]))
    is_alone = all(kind_of(name).is_social for name in channels)
    book, generator = (
        Book(currency, spent, margin_share, round(float(credits.conversions.sum())), is_alone),
        np.random.default_rng(seed),
    )
    rows = []
    for name in channels:
        rows += _credited_rows(name, _credited(name, resampled, generator), book)
        caused = _caused(name, credits, calibrated, tests.get(name), generator)
        rows += _incremental_rows(name, caused, credits, book) if caused else []
    return rows


def _costs(costs: pl.DataFrame, currency: str, seed: int) -> dict[str, Amount]:
    """What each channel cost, in the currency's major unit."""
    table = require_key(
        require_columns(costs, "channel", "amount_minor", name="costs by channel"), "channel", name="costs by channel"
    )
    amount = pl.col("amount_minor")
    bounds = [
        pl.col(name).fill_null(amount) if name in costs.columns else amount.alias(name) for name in ("low_minor", "high_minor")
    ]
    known = table.drop_nulls("amount_minor").select("channel", bounds[0], amount, bounds[1])
    return {name: _cost(name, low, likely, high, minor_units(currency), seed) for name, low, likely, high in known.iter_rows()}


def _cost(name: str, low: float, likely: float, high: float, units: int, seed: int) -> Amount:
    if not 0 <= low <= likely <= high < np.inf:
        found = f"found {low}, {likely}, {high}"
        raise ParameterError(f"the cost of {name}: need 0 <= low <= amount <= high, {found}. Correct it at its source.")
    draws = Draws(COUNT, seed).pert(f"cost of {name}", low / units, likely / units, high / units)
    return Amount(draws, float(np.median(draws)), "") if high else Amount(None, None, "nothing was spent")


def _credited(name: str, resampled: Bootstrap, generator: np.random.Generator) -> Amount:
    """The revenue that a channel is credited with."""
    is_observable, credits = kind_of(name).is_observable, resampled.credits
    if name not in credits.channels:
        return Amount(None, None, "no touch of this channel is in a path" if is_observable else NOT_OBSERVABLE)
    one = credits.channels.index(name)
    draws = resampled.values[generator.integers(len(resampled.values), size=COUNT), one]
    return Amount(draws, float(credits.values[one]), NOT_CAUSE if is_observable else BY_CODES)


def _caused(
    name: str, credits: Credits, calibrated: Calibrated | None, test: LiftTest | None, generator: np.random.Generator
) -> Amount | None:
    """The conversions that a channel caused, by its own test or by the calibration; None where neither was made."""
    if test is not None:
        scale = float(credits.conversions.sum()) if test.is_share else 1.0
        draws = generator.normal(test.caused * scale, test.error * scale, COUNT)
        return Amount(draws, test.caused * scale, "by a lift test of this channel")
    if calibrated is None or name not in calibrated.channels:
        return None
    one = calibrated.channels.index(name)
    how = "by a lift test of this channel" if calibrated.is_tested[one] else "by lift tests of other channels"
    draws = calibrated.draws[generator.integers(len(calibrated.draws), size=COUNT), one]
    return Amount(draws, float(calibrated.incremental[one]), f"{how}; {calibrated.reason}")


def _credited_rows(name: str, revenue: Amount, book: Book) -> list[Row]:
    cost = book.costs.get(name, Amount(None, None, "no cost of this channel is connected"))
    return [
        _row("M5", "channel_cost", cost, book.currency, name, "cost of the channel", book),
        _row("M5", "channel_roas", _over(revenue, cost), "ratio", name, "cost of the channel", book),
        _row("M5", "channel_roi", _return(revenue, cost, book.margin_share), "ratio", name, "cost of the channel", book),
    ]


def _incremental_rows(name: str, caused: Amount, credits: Credits, book: Book) -> list[Row]:
    cost = book.costs.get(name, Amount(None, None, "no cost of this channel is connected"))
    revenue, credited = _times(caused, _value_each(name, credits)), _conversions(name, credits)
    return [
        _row("M7", "channel_conversions", caused, "count", name, "conversions", book),
        _row("M7", "channel_over_credit", _over_credit(credited, caused), "ratio", name, "incremental conversions", book),
        _row("M7", "channel_roas", _over(revenue, cost), "ratio", name, "cost of the channel", book),
        _row("M7", "channel_roi", _return(revenue, cost, book.margin_share), "ratio", name, "cost of the channel", book),
    ]


def _row(metric_id: str, variant: str, amount: Amount, unit: str, name: str, denominator: str, book: Book) -> Row:
    labels = {"n": book.conversions, "denominator": denominator, "slice": f"channel={name}", "grade": "B"}
    if book.is_alone or amount.draws is None or amount.value is None:
        return value_row(metric_id, variant, None, unit, reason=ALONE if book.is_alone else amount.reason, **labels)
    low, high = np.quantile(amount.draws, [0.025, 0.975]) if np.ptp(amount.draws) else (None, None)
    known = Estimate(amount.value, None if low is None else float(low), None if high is None else float(high))
    return value_row(metric_id, variant, known, unit, reason=amount.reason or None, **labels)


def _conversions(name: str, credits: Credits) -> float:
    return float(credits.conversions[credits.channels.index(name)]) if name in credits.channels else 0.0


def _value_each(name: str, credits: Credits) -> float:
    """Mean value of a conversion that the channel is credited with, or of any where it is credited with none."""
    own, total = _conversions(name, credits), float(credits.conversions.sum())
    if own > 0:
        return float(credits.values[credits.channels.index(name)]) / own
    return float(credits.values.sum()) / total if total > 0 else 0.0


def _times(amount: Amount, factor: float) -> Amount:
    if amount.draws is None or amount.value is None:
        return amount
    return Amount(amount.draws * factor, amount.value * factor, amount.reason)


def _over(above: Amount, below: Amount) -> Amount:
    """One amount over another; not known where either is not."""
    if above.draws is None or above.value is None or below.draws is None or below.value is None:
        return Amount(None, None, above.reason if above.draws is None else below.reason)
    return Amount(above.draws / below.draws, above.value / below.value, above.reason)


def _return(revenue: Amount, cost: Amount, margin_share: float | None) -> Amount:
    """Margin less cost, over cost."""
    if margin_share is None:
        return Amount(None, None, "no margin is known, and revenue is no gain")
    ratio = _over(_times(revenue, margin_share), cost)
    return ratio if ratio.draws is None or ratio.value is None else Amount(ratio.draws - 1, ratio.value - 1, ratio.reason)


def _over_credit(credited: float, caused: Amount) -> Amount:
    """Credited over incremental conversions; without bounds or value where nothing may be incremental."""
    if not credited or caused.draws is None or caused.value is None:
        return Amount(None, None, "nothing is credited to this channel")
    least = np.quantile(caused.draws, 0.025)
    if least <= 0:
        return Amount(None, None, "the tests leave open whether this channel caused anything")
    return Amount(credited / np.maximum(caused.draws, least), credited / caused.value, caused.reason)
