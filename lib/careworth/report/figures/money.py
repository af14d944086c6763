"""Pictures of money: the return, what the campaign changed, the way to a sale, credit and what is incremental."""

import polars as pl

from careworth import charts
from careworth.report.parts import Figure, figure, metric, present
from careworth.wording import money_findings as told

#: The models that the picture of credits draws.
MODELS = ("first", "linear", "markov", "shapley", "last")


def money_figures(values: pl.DataFrame) -> list[Figure]:
    """The return and where it comes from: the pictures of the first page."""
    stated = metric("M9", "stated_gain", slice="line=")
    lines = metric("M1", "total", slice="category=") | metric("M3") | metric("M4") | metric("M7") | metric("M8") | stated
    return present(
        figure(
            charts.return_chart,
            values,
            "The return",
            "Fifty equally likely outcomes; each dot stands for two in a hundred. The bar spans nine outcomes in ten.",
            metric("M9", "roi", "probability_positive", "net_value") | metric("M9", "quantile", slice="q="),
            finding=told.chance_finding(values),
            is_wide=True,
        ),
        figure(
            charts.ledger_chart,
            values,
            "Where it comes from",
            "Each call and each sale counts once. A thin line spans nine outcomes in ten.",
            lines | metric("M1", "total"),
            finding=told.ledger_finding(values),
            is_wide=True,
        ),
    )


def sales_figures(values: pl.DataFrame) -> list[Figure]:
    """What the campaign changed, the way to a sale, and what the return hangs on."""
    return [*_changed(values), *_journey(values), *_swings(values)]


def _changed(values: pl.DataFrame) -> list[Figure]:
    series = charts.effect_series(values)
    own = pl.col("slice") == f"series={series}"
    title = f"What the campaign changed: {charts.series_words(series)}"
    said = values.filter(own, pl.col("variant").str.ends_with("_lift"))["reason"].to_list()
    reading = f"{' '.join(said)} Grey is where the expected level may lie; it moves as a whole."
    finding = told.effect_finding(said[0]) if said else ""
    return present(figure(charts.effect_chart, values, title, reading, own, fewest=8, finding=finding, is_wide=True))


def _journey(values: pl.DataFrame) -> list[Figure]:
    return present(
        figure(
            charts.roles_chart,
            values,
            "Who starts, assists and closes",
            "A channel assists where it stands strictly between the first and the last touch.",
            metric("M6", slice="channel="),
            finding=told.role_finding(values),
            is_wide=True,
        ),
        figure(
            charts.steps_chart,
            values,
            "Where journeys go from each channel",
            "Of the steps from a channel, the share that leads to another, to an order or to none.",
            metric("M6", "step", slice="step="),
            finding=told.step_finding(values),
            is_wide=True,
        ),
        figure(
            charts.lags_chart,
            values,
            "How long before the order it began",
            "Days from the first touch of a path to its order, within the look-back window.",
            metric("M6", "path_days", slice="days="),
            finding=told.lag_finding(values),
            is_wide=True,
        ),
        figure(
            charts.credit_chart,
            values,
            "How rules and models share out the revenue",
            "With 95 % interval. Where they disagree, the data cannot say who is right.",
            metric("M5", *MODELS, slice="channel="),
            finding=told.credit_finding(values, MODELS),
            is_wide=True,
        ),
        *_incremental(values),
    )


def _incremental(values: pl.DataFrame) -> list[Figure]:
    tested = metric("M7", "channel_conversions", slice="channel=")
    if values.filter(tested & pl.col("value").is_not_null()).is_empty():
        return []
    drawn = tested | metric("M5", "linear_conversions", slice="channel=")
    reading = "Credit by equal shares, and what the campaign's holdout says of it; of channels without a test it says little."
    finding = told.incremental_finding(values)
    return [figure(charts.incremental_chart, values, "Credited and incremental", reading, drawn, finding=finding, is_wide=True)]


def _swings(values: pl.DataFrame) -> list[Figure]:
    reading = "Each bar goes from the return when that input is low to when it is high."
    drawn, finding = metric("M11", slice="input="), told.swing_finding(values)
    return present(figure(charts.swing_chart, values, "What the return hangs on", reading, drawn, finding=finding, is_wide=True))
