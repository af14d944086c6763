"""Costs and benefits of one campaign, each line once (METRICS.md C.9), as draws in the currency's major unit."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from careworth.errors import CareworthError
from careworth.results import Row, value_row
from careworth.schemas import minor_units
from careworth.stats import Draws, Estimate

WOULD_HAVE_PHONED = "share who would have phoned"
PHONED_ANYWAY = "share who got in touch again"
CALL_COST = "avoidable cost of a call"
EXTRA_MARGIN = "extra margin per person"
PROGRAMME_COST = "programme cost"


@dataclass(frozen=True)
class Line:
    """One cost or benefit: its draws, where it comes from and how well it is known (A, B or C)."""

    metric_id: str
    variant: str
    draws: np.ndarray
    grade: str
    n: int
    denominator: str
    reason: str


@dataclass(frozen=True)
class Ledger:
    """The campaign's cost and its benefits; `inputs` are the uncertain quantities that they were made from."""

    cost: Line
    benefits: list[Line]
    inputs: dict[str, np.ndarray]


def programme_cost(costs: pl.DataFrame, draws: Draws) -> Line:
    """M1: the sum of the campaign's cost lines; a line with low and high is a PERT range, others are as booked.

    Raises
    ------
    CareworthError
        If a line is negative or its low, amount and high are out of order; the message names the line.
    """
    total = sum((_line_draws(line, draws) for line in costs.iter_rows(named=True)), np.zeros(draws.count))
    exact = costs["low_minor"].null_count() == costs.height
    reason = "as booked" if exact else "as booked; estimated lines as a range"
    return Line("M1", "total", total / _units(costs), "A" if exact else "B", costs.height, "cost lines", reason)


def _units(table: pl.DataFrame) -> int:
    return minor_units(table["currency"].first() or "")


def cost_by_category(costs: pl.DataFrame, draws: Draws) -> dict[str, Line]:
    """M1 of each category of cost lines, in order of their names; together they are the programme's cost, draw by draw."""
    parts = costs.partition_by("category", as_dict=True)
    return {name[0]: programme_cost(parts[name], draws) for name in sorted(parts)}


def _line_draws(line: dict, draws: Draws) -> np.ndarray:
    likely = line["amount_minor"]
    low = likely if line["low_minor"] is None else line["low_minor"]
    high = likely if line["high_minor"] is None else line["high_minor"]
    if not 0 <= low <= likely <= high:
        raise CareworthError(f"cost line {line['cost_id']}: need 0 <= low <= amount <= high, found {low}, {likely}, {high}")
    return draws.pert(f"cost {line['cost_id']}", low, likely, high)


def survey_answers(surveys: pl.DataFrame, conversations: pl.DataFrame, kind: str) -> tuple[int, int]:
    """How many said yes (score 1) and how many answered a survey of `kind` about one of these conversations."""
    asked = surveys.filter((pl.col("kind") == kind) & pl.col("score").is_not_null())
    about = asked.join(conversations.select("thread_id", "customer_id").unique(), on=["thread_id", "customer_id"], how="semi")
    return int((about["score"] == 1).sum()), about.height


def avoided_contacts(resolved: int, would: tuple[int, int], again: tuple[int, int], draws: Draws) -> dict[str, np.ndarray]:
    """Draws of the calls that care made unnecessary and of the shares they hang on (METRICS.md E4, survey rung).

    Parameters
    ----------
    resolved : int
        Conversations resolved in the channel.
    would, again : pair of int
        Of those asked (second number): how many would have phoned, and how many got in touch elsewhere afterwards.

    Returns
    -------
    dict
        `contacts` and the two shares by name; empty when one of the questions was not answered by anybody.
    """
    if not (would[1] and again[1]):
        return {}
    would_phone, returned = draws.share(WOULD_HAVE_PHONED, *would), draws.share(PHONED_ANYWAY, *again)
    return {"contacts": resolved * would_phone * (1 - returned), WOULD_HAVE_PHONED: would_phone, PHONED_ANYWAY: returned}


def call_cost(unit_costs: pl.DataFrame, day: date, draws: Draws, channel: str = "phone") -> np.ndarray | None:
    """Draws of the avoidable cost of one contact as stated for that day; None when the company states none."""
    rows = unit_costs.filter((pl.col("channel") == channel) & (pl.col("valid_from") <= day)).sort("valid_from")
    if rows.is_empty():
        return None
    latest = rows.row(-1, named=True)
    return draws.pert(CALL_COST, latest["low_minor"], latest["likely_minor"], latest["high_minor"]) / _units(rows)


def extra_margin(arms: pl.DataFrame, orders: pl.DataFrame, draws: Draws) -> Line | None:
    """M7: margin net of refunds per person, treated less control, times the treated.

    None without both arms, or if the margin of an order is unknown: revenue is no gain.

    Parameters
    ----------
    arms : DataFrame
        One row per person of a randomised holdout: `person_key`, `arm` (treatment or control), `assigned_at`.
    orders : DataFrame
        Orders of the brand in the period; those before a person was assigned are left out.
    """
    theirs = orders.join(arms, on="person_key", validate="m:1").filter(pl.col("ordered_at") >= pl.col("assigned_at"))
    if theirs["margin_minor"].null_count():
        return None
    people = arms.join(_margin_per_person(theirs), on="person_key", how="left", validate="1:1").with_columns(
        pl.col("margin").fill_null(0.0)
    )
    treated, control = (people.filter(arm=arm)["margin"].to_numpy() for arm in ("treatment", "control"))
    if min(len(treated), len(control)) < 2:
        return None
    error = (treated.var(ddof=1) / len(treated) + control.var(ddof=1) / len(control)) ** 0.5
    total = draws.normal(EXTRA_MARGIN, treated.mean() - control.mean(), error) * len(treated)
    return Line("M7", "incremental_margin", total, "A", people.height, "persons in the randomised holdout", "randomised holdout")


def _margin_per_person(orders: pl.DataFrame) -> pl.DataFrame:
    kept = pl.when(pl.col("net_minor") > 0).then(1 - pl.col("refund_minor") / pl.col("net_minor")).otherwise(1.0)
    margin = (pl.col("margin_minor") * kept).sum() / _units(orders)
    return orders.sort("order_id").group_by("person_key", maintain_order=True).agg(margin=margin)


def build_ledger(
    cost: Line, contacts: dict[str, np.ndarray], per_call: np.ndarray | None, margin: Line | None, resolved: int
) -> Ledger:
    """The ledger of what was measured; a benefit that could not be measured has no line, not a line of zero."""
    benefits, inputs = [], {PROGRAMME_COST: cost.draws}
    if contacts and per_call is not None:
        saved = contacts["contacts"] * per_call
        benefits.append(
            Line(
                "M3",
                "avoided_cost",
                saved,
                "B",
                resolved,
                "resolved conversations",
                "survey of served customers x avoidable unit cost",
            )
        )
        inputs |= {name: contacts[name] for name in (WOULD_HAVE_PHONED, PHONED_ANYWAY)} | {CALL_COST: per_call}
    if margin is not None:
        benefits.append(margin)
        inputs[EXTRA_MARGIN] = margin.draws
    return Ledger(cost, benefits, {name: draws for name, draws in inputs.items() if np.ptp(draws) > 0})


def summarise(draws: np.ndarray) -> Estimate:
    """Median of the draws with the range from the 5th to the 95th percentile."""
    low, middle, high = np.quantile(draws, [0.05, 0.5, 0.95])
    return Estimate(float(middle), float(low), float(high))


def contact_row(contacts: dict[str, np.ndarray], resolved: int) -> Row:
    """E4: calls avoided, with the range that the two surveys leave open."""
    labels = {"n": resolved, "denominator": "resolved conversations", "grade": "B"}
    if not contacts:
        return value_row(
            "E4", "avoided_contacts", None, "count", reason="no answered survey on whether customers would have phoned", **labels
        )
    return value_row(
        "E4", "avoided_contacts", summarise(contacts["contacts"]), "count", reason="survey of served customers", **labels
    )


def ledger_rows(ledger: Ledger, by_category: dict[str, Line], currency: str) -> list[Row]:
    """M1 by category and in total, and each benefit line, in the currency's major unit with a 90 % range where it has one."""
    if not by_category:
        why = "no cost line of this campaign is connected"
        return [value_row("M1", "total", None, currency, n=0, denominator="cost lines", reason=why)]
    parts = [_line_row(line, currency, f"category={category}") for category, line in by_category.items()]
    return parts + [_line_row(line, currency) for line in [ledger.cost, *ledger.benefits]]


def _line_row(line: Line, currency: str, slice: str = "all") -> Row:
    labels = {"n": line.n, "denominator": line.denominator, "grade": line.grade, "reason": line.reason}
    known = summarise(line.draws) if np.ptp(line.draws) else Estimate(float(line.draws[0]), None, None)
    return value_row(line.metric_id, line.variant, known, currency, slice=slice, **labels)
