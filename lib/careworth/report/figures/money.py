"""Pictures of money: the return, what the campaign changed, the way to a sale, credit and what is incremental."""

import polars as pl

from careworth import charts
from careworth.report.parts import Figure, figure, metric, present


def money_figures(values: pl.DataFrame) -> list[Figure]:
    """The return and where it comes from: the pictures of the first page."""
    lines = metric("M1", "total", slice="category=") | metric("M3") | metric("M7")
    return present(
        figure(
            charts.return_chart,
            values,
            "How sure are we?",
            "Fifty equally likely outcomes; each dot stands for two in a hundred. The bar spans nine outcomes in ten.",
            metric("M9", "roi", "probability_positive", "net_value") | metric("M9", "quantile", slice="q="),
        ),
        figure(
            charts.ledger_chart,
            values,
            "Where it comes from",
            "Each call and each sale counts once. Sales that attribution credits are not among the gains.",
            lines | metric("M1", "total"),
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
    return present(figure(charts.effect_chart, values, title, reading, own, fewest=8))


def _journey(values: pl.DataFrame) -> list[Figure]:
    return present(
        figure(
            charts.roles_chart,
            values,
            "Who starts, assists and closes",
            "A channel assists where it stands strictly between the first and the last touch.",
            metric("M6", slice="channel="),
        ),
        figure(
            charts.steps_chart,
            values,
            "Where journeys go from each channel",
            "Of the steps from a channel, the share that leads to another, to an order or to none.",
            metric("M6", "step", slice="step="),
        ),
        figure(
            charts.lags_chart,
            values,
            "How long before the order it began",
            "Days from the first touch of a path to its order, within the look-back window.",
            metric("M6", "path_days", slice="days="),
        ),
        figure(
            charts.credit_chart,
            values,
            "How rules and models share out the revenue",
            "With 95 % interval. Where they disagree, the data cannot say who is right.",
            metric("M5", "first", "linear", "markov", "shapley", "last", slice="channel="),
        ),
        *_incremental(values),
    )


def _incremental(values: pl.DataFrame) -> list[Figure]:
    tested = metric("M7", "channel_conversions", slice="channel=")
    if values.filter(tested & pl.col("value").is_not_null()).is_empty():
        return []
    drawn = tested | metric("M5", "linear_conversions", slice="channel=")
    reading = "Credit by equal shares, and what the campaign's holdout says of it; of channels without a test it says little."
    return [figure(charts.incremental_chart, values, "Credited and incremental", reading, drawn)]


def _swings(values: pl.DataFrame) -> list[Figure]:
    reading = "The longer the bar, the more there is to gain from measuring that input better."
    return present(figure(charts.swing_chart, values, "What the return hangs on", reading, metric("M11", slice="input=")))
