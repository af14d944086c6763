"""What is wrong with cost lines, said by the line's id and with what to do (METRICS.md M1, C.9)."""

from datetime import date, timedelta

import polars as pl

from careworth.roi.currency import NO_RATES, with_rate
from careworth.roi.months import months_without
from careworth.schemas.money import COST_CATEGORIES
from careworth.strict import advice

#: The longest life of a one-off that is believed.
MOST_MONTHS = 600

#: How far an amount may be from its hours times their rate, both rounded, as a share of it.
ROUNDED = 0.01

DAY = timedelta(days=1)


def cost_faults(costs: pl.DataFrame, start: date, end: date, currency: str, rates: pl.DataFrame = NO_RATES) -> list[str]:
    """A sentence for each cost line of a campaign that cannot be counted, and for each month without one.

    Parameters
    ----------
    costs : DataFrame
        The campaign's rows of the table `costs`; none at all is no fault.
    start, end : date
        First day of the campaign, and first day no longer counted.
    currency : str
        What the campaign counts in.
    rates : DataFrame
        The table `exchange_rates`.
    """
    dated = with_rate(costs, pl.col("period_end") - DAY, currency, rates)
    told = dated.sort("cost_id").select(pl.coalesce(_line_faults(dated["category"], start, end, currency)))
    lines = [f"cost line {sentence}" for sentence in told.to_series().drop_nulls()]
    return [*lines, *_missing_months(costs, start, end), *_nothing_spent(costs, bool(lines))]


def stated_amount() -> pl.Expr:
    """A line's amount in minor units: as booked, else its hours at their loaded rate; null where it states neither."""
    return pl.coalesce(pl.col("amount_minor").cast(pl.Float64), pl.col("hours") * pl.col("hourly_rate_minor"))


def life_end() -> pl.Expr:
    """The first day on which a line no longer serves: the end of its useful months, else of its period."""
    months = pl.when(pl.col("useful_months").is_between(1, MOST_MONTHS)).then("useful_months")
    return pl.coalesce(pl.col("period_start").dt.offset_by(pl.format("{}mo", months)), "period_end")


def _line_faults(categories: pl.Series, start: date, end: date, currency: str) -> list[pl.Expr]:
    return [
        *_what_it_is(categories),
        *_what_it_comes_to(),
        *_what_is_borne(),
        _outside(start, end),
        _foreign(currency),
    ]


def _said(holds: pl.Expr, sentence: str, *columns: str | pl.Expr) -> pl.Expr:
    """The sentence behind the line's id, where the fault is there for certain."""
    return pl.when(holds.fill_null(False)).then(pl.format("{}: " + sentence, "cost_id", *columns))


def _what_it_is(categories: pl.Series) -> list[pl.Expr]:
    unknown = {name: advice(name, list(COST_CATEGORIES)) for name in categories.unique() if name not in COST_CATEGORIES}
    nearest = pl.col("category").replace_strict(unknown, default=None, return_dtype=pl.String) if unknown else pl.lit(None)
    months, is_one_off = pl.col("useful_months"), pl.col("is_one_off").fill_null(False)
    return [
        _said(pl.col("cost_id").is_duplicated(), "there are two lines of this id; give each its own, or leave one out"),
        _said(nearest.is_not_null(), "no category {}", nearest),
        _said(
            pl.col("period_start") >= pl.col("period_end"),
            "it ends on {}, before it began on {}; period_end is the first day no longer covered",
            "period_end",
            "period_start",
        ),
        _said(months.is_not_null() & ~is_one_off, "useful_months are of a one-off line; set is_one_off or leave them out"),
        _said(~months.is_between(1, MOST_MONTHS), f"useful_months {{}} is no number from 1 to {MOST_MONTHS}", months),
    ]


def _what_it_comes_to() -> list[pl.Expr]:
    amount, hours, rate = pl.col("amount_minor"), pl.col("hours"), pl.col("hourly_rate_minor")
    low, likely, high = pl.col("low_minor"), stated_amount(), pl.col("high_minor")
    worked = hours * rate
    return [
        _said(~(hours.is_finite() & (hours >= 0)), "hours {} is no number of hours; write zero or more", hours),
        _said(rate < 0, "hourly_rate_minor {} is below zero; write what an hour costs", rate),
        _said(likely.is_null() & hours.is_not_null(), "hours without a rate; add hourly_rate_minor, or amount_minor"),
        _said(likely.is_null(), "no amount; add amount_minor, or hours and hourly_rate_minor"),
        _said(pl.min_horizontal(low, likely, high) < 0, "an amount below zero; take a credit off the line that it is for"),
        _said(
            (low.fill_null(likely) > likely) | (high.fill_null(likely) < likely),
            "need low <= amount <= high, found {}, {}, {}; put them in order",
            *(_whole(each.fill_null(likely)) for each in (low, likely, high)),
        ),
        _said(
            (worked - amount).abs() > ROUNDED * pl.max_horizontal(amount, worked),
            "amount_minor {} is not hours x hourly_rate_minor, {}; correct one or leave one out",
            amount,
            _whole(worked),
        ),
    ]


def _whole(amount: pl.Expr) -> pl.Expr:
    return amount.round(0).cast(pl.Int64, strict=False)


def _what_is_borne() -> list[pl.Expr]:
    key, share = pl.col("allocation_key").str.strip_chars(), pl.col("allocation_share")
    no_share = "{} is no share; write 80 % as 0.8"
    return [
        *(_said(~pl.col(name).is_between(0, 1), f"{name} {no_share}", name) for name in ("fixed_share", "allocation_share")),
        _said(
            share.is_not_null() & (key.fill_null("") == ""),
            "allocation_share without allocation_key; say in words what the cost was split by, such as agents' hours",
        ),
    ]


def _outside(start: date, end: date) -> pl.Expr:
    first, last, lives_on = pl.col("period_start"), life_end(), pl.col("useful_months").is_not_null()
    within = pl.when(lives_on).then((first < end) & (last > start)).otherwise((first >= start) & (last <= end))
    campaign = f"{start} to {end - DAY}"
    remedy = "give what is within it a line of its own, and leave out what is not"
    return _said(~within, f"{{}} to {{}} is not within the campaign, {campaign}; {remedy}", first, last - pl.duration(days=1))


def _foreign(currency: str) -> pl.Expr:
    wanted = "add a rate above zero to exchange_rates, dated {} or before"
    return _said(
        pl.col("rate").is_null(),
        f"it is in {{}} and the campaign counts in {currency}; {wanted}",
        "currency",
        pl.col("period_end") - pl.duration(days=1),
    )


def _missing_months(costs: pl.DataFrame, start: date, end: date) -> list[str]:
    """A sentence for each month of the campaign in which a category that is paid again and again has no line."""
    recurring = costs.filter(~pl.col("is_one_off").fill_null(False), pl.col("category").is_in(COST_CATEGORIES))
    spans = recurring.select("category", first="period_start", last="period_end").filter(pl.col("first") < pl.col("last"))
    parts = sorted(spans.partition_by("category", as_dict=True, include_key=False).items())
    missing = [(name, month) for (name,), part in parts for month in months_without(part, start, end)]
    return [f"{name}: no line for {month:%B %Y}; add it, or a line of zero" for name, month in missing]


def _nothing_spent(costs: pl.DataFrame, is_faulty: bool) -> list[str]:
    borne = stated_amount() * pl.col("allocation_share").fill_null(1.0)
    if costs.is_empty() or is_faulty or costs.select((borne > 0).any()).item():
        return []
    return ["all cost lines come to zero; a return needs what the programme cost, so add what it did"]
