"""Numbers that tell of fewer people than may be shown, taken out of what is shared (METRICS.md C.8)."""

import polars as pl

#: Denominators that count no people, such as the days of a mean or the lines of a ledger; every other one counts people.
THINGS = (
    r"^(whole weeks|weeks|days|hours|simulated outcomes|cost|lines|stated costs|accounts|labelled incidents|alarms|records)\b"
    r"|^[A-Z]{3} of "
)

#: Variants whose unit is a count, but whose value is an average.
AVERAGES = r"(^|_)(mean|median|p\d+)(_|$)"

#: Variants that count hours and days, not people.
COUNTED_THINGS = ("alarms", "watched")

#: Counts of which each follows from the others: where one is small, none is shown.
TOGETHER = {"E1": ("gained", "lost", "retained")}

#: Cells of one family add up to a total that may be known: a number by network, by hour, by week.
FAMILY = ("metric_id", "variant", "family")


def suppressed(values: pl.DataFrame, smallest_group: int) -> pl.DataFrame:
    """`metric_values` as it may be shared: what tells of fewer than `smallest_group` people has a reason in place of a number.

    Where a family of cells has a small one, at least two of it are hidden, and so many that they hold `smallest_group` people
    together: given the total, the other cells and that no cell is negative, the people in each hidden cell could still be any
    number from none to at least `smallest_group`. Zero is shown, since nobody stands behind it. A share or mean counts by
    those it was taken of, and not by those who made it true.

    Examples
    --------
    >>> cells = {"metric_id": "V1", "variant": "messages", "slice": ["network=a", "network=b", "network=c"], "value": [3, 20, 90]}
    >>> plain = {"n": 113, "unit": "count", "denominator": "messages", "grade": "A", "reason": None, "low": None, "high": None}
    >>> suppressed(pl.DataFrame(cells | plain | {"period_start": None}), 10)["value"].to_list()
    [None, None, 90]
    """
    marked = values.with_row_index("row").with_columns(
        people=people(smallest_group), family=pl.col("slice").str.extract(r"^([^=]+)")
    )
    few, beside = (pl.col("row").is_in(rows.implode()) for rows in _hidden(marked, smallest_group))
    hidden = few | beside
    reason = pl.when(few).then(pl.lit(f"fewer than {smallest_group} people stand behind it"))
    reason = reason.otherwise(pl.lit("a smaller group beside it would follow from it"))
    nothing = [pl.when(~hidden).then(name).alias(name) for name in ("value", "low", "high", "n")]
    told = pl.when(hidden & ~_decided()).then(reason).otherwise("reason").alias("reason")
    grade = pl.when(hidden).then(pl.lit("X")).otherwise("grade").alias("grade")
    return marked.filter(~(hidden & _concluded())).with_columns(*nothing, told, grade).select(values.columns)


def people(smallest_group: int) -> pl.Expr:
    """How many people a row tells of: those that it counts, or of whom a rate or mean was taken; null where of none.

    A count of none is nobody, unless all of whom it could have been are a small group themselves.

    Examples
    --------
    >>> rows = {"value": 0.5, "n": [7, 4], "unit": "share", "denominator": ["customers", "days"]}
    >>> pl.DataFrame(rows | {"metric_id": "S1", "variant": "ever"}).select(people(10)).to_series().to_list()
    [7.0, None]
    """
    value, unit, variant = pl.col("value"), pl.col("unit"), pl.col("variant")
    things = pl.col("denominator").str.contains(THINGS).fill_null(False)
    of_things = variant.is_in(COUNTED_THINGS) | pl.col("denominator").str.starts_with("records").fill_null(False)
    counts = (unit == "count") & ~of_things & ~variant.str.contains(AVERAGES)
    by_day = (unit == "count/day") & variant.str.ends_with("_observed")
    below = pl.when(~things).then(pl.col("n").cast(pl.Float64))
    counted = pl.when(by_day).then(value * pl.col("n")).when(counts).then(value.abs())
    nobody = (counted == 0) & (below < smallest_group).fill_null(False)
    planned = (pl.col("metric_id") == "E10") & pl.col("n").is_null()
    return pl.when(~planned & (unit != "yes/no")).then(pl.min_horizontal(pl.when(~nobody).then(counted), below))


def _hidden(marked: pl.DataFrame, smallest_group: int) -> tuple[pl.Series, pl.Series]:
    """The rows of too few people, and those that would give them away; an order by size, then by name, decides."""
    cells = marked.filter(pl.col("people") > 0).sort("people", "slice", "period_start")
    size, small = pl.col("people"), pl.col("people") < smallest_group
    smaller = (size.cum_sum() - size).over(FAMILY)
    beside = small.any().over(FAMILY) & (smaller < smallest_group)
    tied = pl.any_horizontal(
        *((pl.col("metric_id") == name) & pl.col("variant").is_in(variants) for name, variants in TOGETHER.items())
    )
    beside |= tied & (small & tied).any().over("metric_id", "slice")
    return cells.filter(small)["row"], cells.filter(beside & ~small)["row"]


def _decided() -> pl.Expr:
    # What people decided is their own words; only the number beside it goes.
    return (pl.col("metric_id") == "P8") & (pl.col("slice") == "decided")


def _concluded() -> pl.Expr:
    """True for what was concluded from a number and says nothing, or too much, without it."""
    goal = (pl.col("metric_id") == "E10") & (pl.col("slice") != "value")
    return goal | ((pl.col("metric_id") == "P8") & ~_decided() & pl.col("n").is_not_null())


def is_small(inputs: list[dict], smallest_group: int) -> bool:
    """Whether one of the model's inputs rests on fewer people than may be shown.

    Examples
    --------
    >>> is_small([{"n": 421, "denominator": "customers"}, {"n": 4, "denominator": "customers"}], 10)
    True
    >>> is_small([{"n": 4, "denominator": "cost lines"}, {"n": None, "denominator": None}], 10)
    False
    """
    given = pl.DataFrame(inputs, schema={"n": pl.Int64, "denominator": pl.String})
    of_people = ~pl.col("denominator").str.contains(THINGS).fill_null(False)
    return given.filter(of_people & (pl.col("n") > 0) & (pl.col("n") < smallest_group)).height > 0
