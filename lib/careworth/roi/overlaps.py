"""What several campaigns claim, shared equally, so that they never add up to more than the programme (METRICS.md C.9, 8)."""

from dataclasses import replace

import polars as pl

from careworth.results import Row, value_row
from careworth.roi.distributions import Fixed
from careworth.roi.model import GAIN, Input, Line, Model
from careworth.stats import Estimate


def share_claims(claims: pl.DataFrame) -> pl.DataFrame:
    """One row per campaign: the contacts or persons that it claims, and what it is credited with when all share equally.

    A contact that k campaigns claim counts 1/k for each. That is the Shapley value of the number of contacts that a set of
    campaigns reaches: whichever of the k comes first brings the contact in, and each is first equally often. What they are
    credited with adds up to what the programme reaches.

    Parameters
    ----------
    claims : DataFrame
        `campaign_id` and `item`, a contact or a person that the campaign counts.

    Examples
    --------
    >>> claims = pl.DataFrame({"campaign_id": ["spring", "spring", "autumn"], "item": ["a", "b", "b"]})
    >>> share_claims(claims).rows()
    [('autumn', 1, 0.5), ('spring', 2, 1.5)]

    References
    ----------
    Shapley (1953), A value for n-person games, in Contributions to the Theory of Games II, 307-317.
    """
    credits = _credits(claims).group_by("campaign_id", maintain_order=True)
    return credits.agg(claimed=pl.len(), credited=pl.col("credit").sum().round(9))


def _credits(claims: pl.DataFrame) -> pl.DataFrame:
    """One row per campaign and item that it claims, with the part that it is credited with."""
    each = claims.drop_nulls().unique().sort("campaign_id", "item")
    return each.with_columns(credit=1 / pl.len().over("item"))


def overlap_row(shared: pl.DataFrame, campaign_id: str) -> Row:
    """M9 overlap: the share of what the campaign counts that is credited to others who count it too."""
    own = shared.filter(campaign_id=campaign_id)
    if own.is_empty():
        return value_row("M9", "overlap", None, "share", reason="the campaign counts no contact and no person by name")
    _, claimed, credited = own.row(0)
    share = Estimate(1 - credited / claimed, None, None)
    words = "each is shared equally among the campaigns that count it"
    return value_row("M9", "overlap", share, "share", n=claimed, denominator="contacts and persons counted", reason=words)


def claims_of(model: Model, campaign_id: str) -> pl.DataFrame:
    """One row per contact and person that the gains of a campaign's model count: campaign_id, item."""
    items = sorted(frozenset().union(*(_items(line) for line in model.lines if line.side == GAIN)))
    return pl.DataFrame({"item": items}, schema={"item": pl.String}).select(campaign_id=pl.lit(campaign_id), item="item")


def with_credit(model: Model, claims: pl.DataFrame, campaign_id: str) -> Model:
    """The campaign's model with each gain line reduced to what the campaign is credited with of the line's own items.

    Parameters
    ----------
    claims : DataFrame
        `claims_of` every campaign, one below the other.
    """
    own = _credits(claims).filter(campaign_id=campaign_id)
    credited = {line.name: _credited(own, _items(line)) for line in model.lines if line.side == GAIN}
    shares = {name: share for name, share in credited.items() if share < 1}
    words = "shared equally with the campaigns that count the same"
    inputs = tuple(Input(_name(name), "share", Fixed(share), "A", words) for name, share in shares.items())
    lines = tuple(
        replace(line, factors=(*line.factors, _name(line.name))) if line.name in shares else line for line in model.lines
    )
    return replace(model, inputs=(*model.inputs, *inputs), lines=lines)


def _name(line: str) -> str:
    return f"{line}: share not credited to other campaigns"


def _items(line: Line) -> frozenset[str]:
    return frozenset({f"contact {each}" for each in line.contacts} | {f"person {each}" for each in line.persons})


def _credited(own: pl.DataFrame, items: frozenset[str]) -> float:
    """The share of these items that remains; what nobody else claims counts in full."""
    theirs = own.filter(pl.col("item").is_in(list(items)))
    return 1 - float((1 - theirs["credit"]).sum()) / len(items) if items else 1.0
