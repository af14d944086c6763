"""The cost ledger: lines of people, process, technology and the rest, as inputs and lines of the model (METRICS.md M1)."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from careworth.errors import CareworthError
from careworth.results import Row, value_row
from careworth.roi.cost_checks import cost_faults, life_end, stated_amount
from careworth.roi.currency import NO_RATES, in_major_units, with_rate
from careworth.roi.distributions import pert
from careworth.roi.model import COST, Input, Line
from careworth.roi.outcomes import middle_and_range
from careworth.stats import Estimate

LINES = "cost lines"
NOT_CONNECTED = "no cost line of this campaign is connected"
NO_HOURS = "no cost line states its hours; fill in hours and hourly_rate_minor"


def read_cost_lines(costs: pl.DataFrame, start: date, end: date, currency: str, rates: pl.DataFrame = NO_RATES) -> pl.DataFrame:
    """One row per cost line: what the campaign bears of it, in major units of its currency.

    Parameters
    ----------
    costs : DataFrame
        The campaign's rows of the table `costs`.
    start, end : date
        First day of the campaign, and first day no longer counted.
    rates : DataFrame
        The table `exchange_rates`, for lines in another currency.

    Returns
    -------
    DataFrame
        Beside the columns of `costs`: `name`, the same for lines of the same words, which err together; `low`, `likely` and
        `high`; `hours`; `falls_at_start`; `months`, the share that falls into each calendar month.

    Raises
    ------
    CareworthError
        If a line cannot be counted, a month has none, or all are zero; `cost_faults` tells them all.
    """
    if faults := cost_faults(costs, start, end, currency, rates):
        others = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise CareworthError(faults[0] + others)
    dated = with_rate(costs, pl.col("period_end") - pl.duration(days=1), currency, rates)
    lines = dated.with_columns(_span(start, end)).with_columns(borne=_borne()).sort("cost_id")
    return lines.with_columns(_name(), *_amounts(), pl.col("hours") * pl.col("borne"), _by_month(lines, start, end))


def _span(start: date, end: date) -> list[pl.Expr]:
    """First day of the campaign on which a line serves, the first on which it no longer does, and whether it is paid at once."""
    at_start = pl.col("is_one_off").fill_null(False) & pl.col("useful_months").is_null()
    return [
        pl.max_horizontal("period_start", pl.lit(start)).alias("first"),
        pl.min_horizontal(life_end(), pl.lit(end)).alias("last"),
        at_start.alias("falls_at_start"),
    ]


def _borne() -> pl.Expr:
    """The share of a line that the campaign bears: its part of a shared cost, and of the days that a one-off serves."""
    served, life = pl.col("last") - pl.col("first"), life_end() - pl.col("period_start")
    return pl.col("allocation_share").fill_null(1.0) * (served.dt.total_days() / life.dt.total_days())


def _amounts() -> list[pl.Expr]:
    stated = {"low": pl.coalesce("low_minor", stated_amount()), "likely": stated_amount()}
    stated["high"] = pl.coalesce("high_minor", stated_amount())
    return [(in_major_units(amount) * pl.col("borne")).alias(name) for name, amount in stated.items()]


def _name() -> pl.Expr:
    """What a line is called: lines of the same words in another month are the same estimate once more."""
    words = pl.coalesce(pl.col("line").str.strip_chars().replace("", None), "cost_id")
    own = pl.when(pl.col("channel").is_not_null()).then(pl.format(", {}", "channel")).otherwise(pl.lit(""))
    once = pl.when("falls_at_start").then(pl.lit(", once")).otherwise(pl.lit(""))
    return pl.format("{}: {}{}{}", "category", words, own, once).alias("name")


def _by_month(lines: pl.DataFrame, start: date, end: date) -> pl.Series:
    """The share of each line that falls into each calendar month from the first of the campaign on, by days."""
    firsts = pl.date_range(start.replace(day=1), end, "1mo", closed="left", eager=True).to_list()
    bounds = [start, *firsts[1:], end]
    edges = np.array(bounds, dtype="datetime64[D]").astype(int)
    first, last = (lines[name].to_physical().to_numpy()[:, None] for name in ("first", "last"))
    days = np.clip(np.minimum(last, edges[1:]) - np.maximum(first, edges[:-1]), 0, None)
    return pl.Series("months", (days / days.sum(axis=1, keepdims=True)).tolist(), dtype=pl.List(pl.Float64))


def cost_model(lines: pl.DataFrame, start: date, end: date, currency: str) -> tuple[tuple[Input, ...], tuple[Line, ...]]:
    """The inputs and lines of the model, one of each for every name: a range where one is stated, else as booked.

    Lines of the same words are one input, since an estimate that is made once for every month errs the same way in each.
    """
    parts = [part for _, part in sorted(lines.partition_by("name", as_dict=True).items())]
    return tuple(_input(part, currency) for part in parts), tuple(_line(part, start, end, currency) for part in parts)


def _input(part: pl.DataFrame, currency: str) -> Input:
    low, likely, high = part.select(pl.col("low", "likely", "high").sum()).row(0)
    # Sums of the same numbers may differ in their last digit.
    known = pert(min(low, likely), likely, max(likely, high))
    grade = "A" if low == high else "B"
    return Input(part["name"][0], currency, known, grade, _source(part), part.height, LINES)


def _source(part: pl.DataFrame) -> str:
    stated = part["source"].drop_nulls().unique(maintain_order=True).to_list() or ["source not stated"]
    keys = part["allocation_key"].drop_nulls().unique(maintain_order=True)
    return "; ".join([*stated, *(f"split by {key}" for key in keys)])


def _line(part: pl.DataFrame, start: date, end: date, currency: str) -> Line:
    first, weights = part.row(0, named=True), part["likely"].to_numpy()
    shares = np.average(np.stack(part["months"].to_list()), axis=0, weights=weights if weights.sum() else None)
    months = () if first["falls_at_start"] else tuple(map(float, shares))
    name = first["name"]
    return Line(name, COST, "M1", first["category"], (name,), _method(part), currency, start, end, months=months)


def _method(part: pl.DataFrame) -> str:
    if (part["low"] < part["high"]).any():
        return "a stated range"
    return "as booked" if part["amount_minor"].null_count() == 0 else "hours at a loaded rate"


def cost_rows(lines: pl.DataFrame, values: Mapping[str, np.ndarray], currency: str) -> list[Row]:
    """M1: the programme's cost in all and by category, its hours, and how much of it is fixed, variable and paid once.

    Parameters
    ----------
    lines : DataFrame
        What `read_cost_lines` gives.
    values : mapping
        Draws of each input of the model, in which a cost line's is under its `name`.
    """
    if lines.is_empty():
        none = {"n": 0, "denominator": LINES, "reason": NOT_CONNECTED}
        return [value_row("M1", "total", None, currency, **none), value_row("M1", "hours", None, "hours", **none)]
    categories = lines["category"].unique().sort()
    whole = _amount_row(lines, values, currency, "all")
    parts = [_amount_row(lines.filter(category=name), values, currency, f"category={name}") for name in categories]
    return [whole, *parts, hours_row(lines), *_fixed_rows(lines, currency), _one_off_row(lines, currency)]


def cost_draws(lines: pl.DataFrame, values: Mapping[str, np.ndarray]) -> np.ndarray:
    """What these cost lines come to together, draw by draw."""
    return np.sum([values[name] for name in lines["name"].unique().sort()], axis=0)


def cost_estimate(draws: np.ndarray) -> Estimate:
    """Median with the range of nine in ten draws; without a range where all are the same."""
    return middle_and_range(draws) if np.ptp(draws) else Estimate(float(np.max(draws)), None, None)


def _amount_row(part: pl.DataFrame, values: Mapping[str, np.ndarray], currency: str, place: str) -> Row:
    exact = (part["low"] == part["high"]).all()
    labels = {"n": part.height, "denominator": LINES, "slice": place, "grade": "A" if exact else "B"}
    reason = "as booked" if exact else "as booked; estimated lines as a range"
    return value_row("M1", "total", cost_estimate(cost_draws(part, values)), currency, reason=reason, **labels)


def hours_row(lines: pl.DataFrame) -> Row:
    """M1: the hours that the campaign's cost lines state."""
    told, people = lines.drop_nulls("hours"), lines.filter(category="people")
    labels = {"n": told.height, "denominator": "cost lines that state their hours"}
    if told.is_empty():
        return value_row("M1", "hours", None, "hours", reason=NO_HOURS, **labels)
    silent = people["hours"].null_count()
    reason = f"{silent} of {people.height} lines of people state no hours" if silent else None
    return value_row("M1", "hours", float(told["hours"].sum()), "hours", reason=reason, **labels)


def _fixed_rows(lines: pl.DataFrame, currency: str) -> list[Row]:
    """M1: how much of the cost would be the same with fewer or more contacts, of the lines that say it."""
    told = lines.drop_nulls("fixed_share")
    amount = float(told["likely"].sum())
    fixed = float((told["likely"] * told["fixed_share"]).sum()) / amount if amount else None
    labels = {"n": round(amount), "denominator": f"{currency} of cost lines that say what is fixed"}
    labels["reason"] = _coverage(amount / float(lines["likely"].sum())) if amount else "no cost line states a fixed_share"
    return [
        value_row("M1", "fixed_share", fixed, "share", **labels),
        value_row("M1", "variable_share", None if fixed is None else 1 - fixed, "share", **labels),
    ]


def _coverage(share: float) -> str | None:
    return f"of lines that make {100 * share:.0f} % of the cost" if share < 1 else None


def _one_off_row(lines: pl.DataFrame, currency: str) -> Row:
    """M1: how much of the cost was paid once, rather than month by month."""
    amount, once = float(lines["likely"].sum()), lines.filter(pl.col("is_one_off").fill_null(False))
    labels = {"n": round(amount), "denominator": f"{currency} of cost", "reason": "the part of it that the campaign bears"}
    return value_row("M1", "one_off_share", float(once["likely"].sum()) / amount, "share", **labels)
