"""Returns of several campaigns at once: verdicts and ranks that allow for chance, and their total (METRICS.md C.5, C.6, C.9)."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import polars as pl

from careworth.results import Row, pick
from careworth.stats import Estimate, Shrunken, benjamini_hochberg, shrink
from careworth.stats.shrinkage import FEWEST_GROUPS

#: The gains of a ledger: the row of each.
GAINS = {"M3": "avoided_cost", "M4": "productivity", "M7": "incremental_margin", "M8": "retained_margin"}

#: Words of the designs whose gains may move money from one campaign to another: others show who was asked, or who was there.
DESIGNS = re.compile(r"randomised|holdout|experiment|series|synthetic control|difference.in.differences", re.IGNORECASE)

#: Standard errors between the middle and the end of a 5-95 % range.
NINE_IN_TEN = 1.6448536269514722

Verdict = Literal["pays", "loses", "not shown"]


class Return(NamedTuple):
    """What a campaign's rows say of its return: ROI, cost, gains and net value, each with its 5-95 % range where it has one.

    `chance` is that of a return above zero, over so many `outcomes`; `is_designed` is true where every gain was measured by a
    randomised or a series design, so that none rests on a survey or an assumption.
    """

    roi: Estimate
    cost: Estimate
    gains: Estimate
    net: Estimate
    chance: float
    outcomes: int
    is_designed: bool


class Judged(NamedTuple):
    """A verdict over all campaigns, and the share of such verdicts that chance alone would make at most (q)."""

    verdict: Verdict
    q: float


class Budget(NamedTuple):
    """What the evidence says of where more money would go: the case, and the campaigns that it is about."""

    case: Literal["few", "unclear", "weak", "one", "several", "least bad"]
    names: list[str]


class Programme(NamedTuple):
    """Costs, gains, net value and return of all campaigns together."""

    cost: Estimate
    gains: Estimate
    net: Estimate
    roi: Estimate


def campaign_return(values: pl.DataFrame) -> Return | None:
    """The return of the campaign whose `metric_values` these are; None where there is none."""
    rows = [
        _known(values, *name) for name in (("M9", "roi"), ("M1", "total"), ("M9", "net_value"), ("M9", "probability_positive"))
    ]
    if any(row is None for row in rows):
        return None
    roi, cost, net, chance = rows
    if roi["low"] is None or roi["high"] is None or cost["value"] <= 0:
        return None
    gains = [row for row in (_known(values, *gain) for gain in GAINS.items()) if row is not None and row["grade"] != "C"]
    designed = bool(gains) and all(DESIGNS.search(row["reason"] or "") for row in gains)
    together = _sum([_estimate(row) for row in gains])
    return Return(*map(_estimate, (roi, cost)), together, _estimate(net), chance["value"], roi["n"] or 0, designed)


def verdicts(returns: Mapping[str, Return], false_discovery: float) -> dict[str, Judged]:
    """Which campaigns pay and which lose, so that of all such verdicts at most this share is expected to be chance.

    Both are looked for, so the p-value of a campaign is twice the smaller of the chances of a return below and above zero
    (Benjamini and Yekutieli 2005), and never below one outcome in all that were drawn.
    """
    adjusted = benjamini_hochberg([_two_sided(each) for each in returns.values()]) if returns else []
    judged = {}
    for (name, each), q in zip(returns.items(), adjusted, strict=True):
        verdict: Verdict = "not shown" if q > false_discovery else "pays" if each.chance > 0.5 else "loses"
        judged[name] = Judged(verdict, q)
    return judged


def ranking(returns: Mapping[str, Return]) -> dict[str, Shrunken]:
    """Each ROI drawn towards the mean of all and its chance to be the best; empty for fewer than three campaigns."""
    if len(returns) < FEWEST_GROUPS:
        return {}
    errors = [(each.roi.high - each.roi.low) / (2 * NINE_IN_TEN) for each in returns.values()]
    pulled = shrink([each.roi.value for each in returns.values()], errors)
    return dict(zip(returns, pulled, strict=True))


def budget(returns: Mapping[str, Return], ranks: Mapping[str, Shrunken]) -> Budget:
    """Where the evidence would send more money: only to returns clear of chance that a fit design has measured."""
    if not ranks:
        return Budget("few", list(returns))
    ahead = [name for name in ranks if _is_above_others(name, ranks)]
    paying = [name for name, each in ranks.items() if each.estimate.low > 0]
    if not ahead and not paying:
        return Budget("unclear", [])
    fit = [name for name in ranks if name in {*ahead, *paying} and returns[name].is_designed]
    if not fit:
        return Budget("weak", sorted({*ahead, *paying}))
    paying_fit = [name for name in fit if name in paying]
    if not paying_fit:
        return Budget("least bad", fit)
    alone = [name for name in paying_fit if name in ahead] or paying_fit
    return Budget("one" if len(alone) == 1 else "several", alone)


def programme(returns: Sequence[Return]) -> Programme | None:
    """The total of campaigns; None without any. Ranges are added up as if all erred the same way, so they are rather too wide.

    What campaigns share is in each with its part alone, so nothing is in the total twice.
    """
    if not returns:
        return None
    cost = sum(each.cost.value for each in returns)
    ends = [sum(each.cost.value * each.roi[end] for each in returns) / cost for end in range(3)]
    return Programme(*(_sum([each[at] for each in returns]) for at in (1, 2, 3)), Estimate(*ends))


def _sum(parts: Sequence[Estimate]) -> Estimate:
    value = sum(part.value for part in parts)
    low = sum(part.value if part.low is None else part.low for part in parts)
    high = sum(part.value if part.high is None else part.high for part in parts)
    return Estimate(value, low, high)


def _two_sided(each: Return) -> float:
    least = 1 / (each.outcomes + 1)
    return min(1.0, 2 * max(min(each.chance, 1 - each.chance), least))


def _is_above_others(name: str, ranks: Mapping[str, Shrunken]) -> bool:
    return all(ranks[name].estimate.low > each.estimate.high for other, each in ranks.items() if other != name)


def _known(values: pl.DataFrame, metric_id: str, variant: str) -> Row | None:
    row = pick(values, metric_id, variant)
    return row if row is not None and row["value"] is not None else None


def _estimate(row: Row) -> Estimate:
    return Estimate(row["value"], row["low"], row["high"])
