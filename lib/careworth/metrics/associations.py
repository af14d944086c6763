"""What goes with thanks, satisfaction and buying again: associations, which say nothing of causes (Q1, Q4, E8)."""

from datetime import timedelta

import numpy as np
import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.leads import REPEAT_DAYS, people_behind, unknown_buyers
from careworth.metrics.quality import mark_thanks
from careworth.metrics.service import judge_responses
from careworth.metrics.shares import FEWEST, slice_rows
from careworth.metrics.surveys import ANSWERS, asked
from careworth.metrics.windows import during
from careworth.results import Row, value_row
from careworth.stats import UNKNOWN, Z95, Estimate

#: Conversations that have both: with fewer nothing is said of what the thanks stand for.
FEWEST_BOTH = 30

RESAMPLES, SEED = 2_000, 1

#: Columns of what happened in a conversation by which satisfaction and buying again are told.
HAPPENINGS = ("wait", "outcome", "redirected")

#: What an adjusted difference compares, by the word of each column against all others; and what it holds alike.
COMPARED = {"wait": "within", "outcome": "resolved", "redirected": "yes"}
ALIKE = ["network", "opening_state"]

TOGETHER = "an association, not an effect; customers differ in other ways too"
PARTLY_ONE = "how a conversation ended is read from thanks as well, so the two are partly one; an association, not an effect"
BUYERS = "customers who needed a response, joined and mature"


def phi(table: np.ndarray) -> np.ndarray:
    """Phi of tables of two by two, counts along the last axis as both, first, second, neither; nan where one never varies.

    Examples
    --------
    >>> phi(np.array([[30, 10, 10, 30], [5, 0, 0, 5], [4, 0, 6, 0]])).tolist()  # (30 x 30 - 10 x 10) / 40 x 40 = 0.5
    [0.5, 1.0, nan]
    """
    both, first, second, neither = np.moveaxis(np.asarray(table, float), -1, 0)
    spread = (both + first) * (second + neither) * (both + second) * (first + neither)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (both * neither - first * second) / np.sqrt(spread)


def phi_estimate(first: np.ndarray, second: np.ndarray) -> Estimate:
    """Phi of two series of yes and no, with the percentile interval of drawing the cases again; unknown if one never varies.

    Examples
    --------
    >>> yes = np.repeat([True, False], 40)
    >>> [round(number, 2) for number in phi_estimate(yes, np.roll(yes, 10))]
    [0.5, 0.3, 0.68]
    """
    cells = np.bincount(3 - 2 * np.asarray(first, int) - np.asarray(second, int), minlength=4)
    value = float(phi(cells)) if cells.sum() else np.nan
    if np.isnan(value):
        return UNKNOWN
    drawn = phi(np.random.default_rng(SEED).multinomial(cells.sum(), cells / cells.sum(), RESAMPLES))
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Estimate(value, float(low), float(high))


def proxy_rows(conversations: pl.DataFrame, surveys: pl.DataFrame, cut: Cut, window_hours: float) -> list[Row]:
    """Q1: how thanks go with a good answer on satisfaction and with a resolution, as phi; grade B.

    Only answered conversations whose closing window has passed; below 30 that have both the proxy is unvalidated here.

    Parameters
    ----------
    surveys : DataFrame
        The table `surveys`, of the campaign's threads.
    """
    answered = mark_thanks(conversations, cut, window_hours).filter("is_answered")
    resolved = answered.with_columns(resolved=pl.col("outcome") == "resolved")
    rated = _judged(conversations, answered, surveys, cut)
    return [
        _phi_row(rated, "is_good", "phi_satisfied", "answered conversations with an answer on satisfaction", TOGETHER),
        _phi_row(resolved, "resolved", "phi_resolved", "answered mature conversations", PARTLY_ONE),
    ]


def _phi_row(table: pl.DataFrame, flag: str, variant: str, denominator: str, note: str) -> Row:
    labels = {"n": table.height, "denominator": denominator, "grade": "B"}
    if table.height < FEWEST_BOTH:
        why = f"proxy unvalidated here: {table.height} {denominator}; it takes {FEWEST_BOTH}"
        return value_row("Q1", variant, None, "correlation", reason=why, **labels)
    estimate = phi_estimate(table["thanked"].to_numpy(), table[flag].to_numpy())
    why = _says(estimate, note)
    return value_row("Q1", variant, estimate, "correlation", reason=why, **labels)


def _says(estimate: Estimate, note: str) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "proxy unvalidated here: one of the two is the same in all conversations"
    return f"they may have nothing to do with each other; {note}" if estimate.low <= 0 <= estimate.high else note


def _judged(conversations: pl.DataFrame, told: pl.DataFrame, surveys: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """One row per readable answer on satisfaction asked for in the campaign whose conversation, the one before, is `told`."""
    one = ["conversation_id", "account_id"]
    readable = asked(surveys, "csat", cut).filter("is_readable", during("offered_at", cut))
    begun = conversations.select("thread_id", "customer_id", *one, offered_at="started_at").sort("offered_at")
    near = readable.sort("offered_at").join_asof(begun, on="offered_at", by=["thread_id", "customer_id"], check_sortedness=False)
    return near.select(*one, "is_good").join(told, on=one, validate="m:1")


def satisfaction_by_service(conversations: pl.DataFrame, surveys: pl.DataFrame, cut: Cut, hours: float) -> list[Row]:
    """Q4 by wait, outcome and redirect, unanswered conversations included, and the differences adjusted for what they were."""
    rated = _judged(conversations, _happenings(conversations, cut, hours), surveys, cut)
    return _by_happening(rated, "is_good", "Q4", "rate", ANSWERS, "B")


def repeat_purchase_by_service(
    conversations: pl.DataFrame, links: pl.DataFrame, purchases: pl.DataFrame, cut: Cut, hours: float
) -> list[Row]:
    """E8 by wait, outcome and redirect of each customer's first conversation, and the adjusted differences; grade C.

    `purchases` are as from `list_purchases`, `links` is the table `identity_links`.
    """
    if (reason := unknown_buyers(links, purchases)) is not None:
        return [_nothing("E8", f"compared={by}", BUYERS, reason) for by in HAPPENINGS]
    told = _happenings(conversations, cut, hours).rename({"customer_id": "author_id"}).with_columns(seen_at="started_at")
    joined = told.join(people_behind(told, links), on=["author_id", "seen_at"], validate="m:1").sort("started_at")
    first = joined.unique("person_key", keep="first", maintain_order=True)
    window = timedelta(days=REPEAT_DAYS)
    mature = first.filter(pl.col("last_at") <= cut.as_of - window)
    bought = mature.select("person_key", "last_at").join(purchases, on="person_key")
    after = bought.filter(pl.col("bought_at") > pl.col("last_at"), pl.col("bought_at") <= pl.col("last_at") + window)
    flags = after.select("person_key", bought=pl.lit(True)).unique()
    judged = mature.join(flags, on="person_key", how="left", validate="1:1").with_columns(pl.col("bought").fill_null(False))
    return _by_happening(judged, "bought", "E8", "bought_again", BUYERS, "C")


def _happenings(conversations: pl.DataFrame, cut: Cut, hours: float) -> pl.DataFrame:
    wait = pl.when("in_time").then(pl.lit(f"within_{hours:g}h")).when("ever").then(pl.lit("later")).otherwise(pl.lit("never"))
    redirected = pl.when("is_redirected").then(pl.lit("yes")).otherwise(pl.lit("no"))
    return judge_responses(conversations, cut, hours).with_columns(wait=wait, redirected=redirected)


def _by_happening(table: pl.DataFrame, flag: str, metric_id: str, variant: str, denominator: str, grade: str) -> list[Row]:
    rows = [row for by in HAPPENINGS for row in slice_rows(table, flag, by, metric_id, variant, denominator, grade=grade)]
    return [
        *(row | {"reason": TOGETHER} for row in rows),
        *(_adjusted_row(table, flag, by, metric_id, denominator, grade) for by in HAPPENINGS),
    ]


def _adjusted_row(table: pl.DataFrame, flag: str, by: str, metric_id: str, denominator: str, grade: str) -> Row:
    compared = table.with_columns(pl.col(by).str.starts_with(COMPARED[by]).alias("has"))
    estimate = adjusted_difference(compared, flag, "has", ALIKE)
    place = f"compared={by}"
    if estimate.value is None:
        why = "no network and opening has conversations of both kinds, or too few of them" if table.height else None
        return _nothing(metric_id, place, denominator, why or f"no {denominator}", table.height)
    why = f"{COMPARED[by]} against all others, networks and openings held alike; {TOGETHER}"
    labels = {"n": table.height, "denominator": denominator, "slice": place, "grade": grade}
    return value_row(metric_id, "adjusted_difference", estimate, "ratio", reason=why, **labels)


def _nothing(metric_id: str, place: str, denominator: str, reason: str, n: int = 0) -> Row:
    labels = {"n": n, "denominator": denominator, "slice": place, "reason": reason}
    return value_row(metric_id, "adjusted_difference", None, "ratio", **labels)


def adjusted_difference(table: pl.DataFrame, flag: str, has: str, alike: list[str]) -> Estimate:
    """The share with `flag` of those that have it less that of the others, compared only where `alike` are equal.

    Mantel and Haenszel's difference of shares with Sato's interval; unknown where fewer than ten stand on either side.

    References
    ----------
    Greenland and Robins (1985), Biometrics 41, 55-68; Sato (1989), Biometrics 45, 1323-1324.
    """
    yes, inside = pl.col(flag), pl.col(has)
    strata = (
        table.drop_nulls(has)
        .group_by(alike, maintain_order=True)
        .agg(a=(yes & inside).sum(), n1=inside.sum(), c=(yes & ~inside).sum(), n0=(~inside).sum())
    )
    a, n1, c, n0 = strata.filter((pl.col("n1") > 0) & (pl.col("n0") > 0)).select("a", "n1", "c", "n0").to_numpy().astype(float).T
    if min(n1.sum(), n0.sum()) < FEWEST:
        return UNKNOWN
    n, weight = n1 + n0, (n1 * n0 / (n1 + n0)).sum()
    value = ((a * n0 - c * n1) / n).sum() / weight
    p = ((n1**2 * c - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / n**2).sum()
    q = ((a * (n0 - c) + c * (n1 - a)) / (2 * n)).sum()
    half = Z95 * max(value * p + q, 0.0) ** 0.5 / weight
    return Estimate(float(value), float(max(value - half, -1)), float(min(value + half, 1)))
