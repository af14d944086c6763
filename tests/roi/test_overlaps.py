"""METRICS.md C.9, 8: campaigns that count the same contacts share them, and together never exceed the programme."""

from itertools import permutations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.roi.distributions import Fixed
from careworth.roi.model import GAIN, Input, Line, Model, total
from careworth.roi.overlaps import claims_of, overlap_row, share_claims, with_credit
from tests.roi.cases import TERMS

CLAIMS = st.dictionaries(st.sampled_from("abcd"), st.frozensets(st.integers(0, 7), min_size=1), min_size=1)


def table_of(claims: dict[str, frozenset]) -> pl.DataFrame:
    """One row per campaign and item."""
    rows = [(campaign, str(item)) for campaign, items in claims.items() for item in items]
    return pl.DataFrame(rows, schema={"campaign_id": pl.String, "item": pl.String}, orient="row")


def by_all_orders(claims: dict[str, frozenset]) -> dict[str, float]:
    """The Shapley value by definition: what each campaign adds to those before it, over all orders in which they may come."""
    added = dict.fromkeys(claims, 0.0)
    orders = list(permutations(claims))
    for order in orders:
        reached: frozenset = frozenset()
        for campaign in order:
            added[campaign] += len(claims[campaign] - reached) / len(orders)
            reached |= claims[campaign]
    return added


@settings(max_examples=80, deadline=None)
@given(CLAIMS)
def test_equal_shares_are_the_shapley_value_of_what_the_campaigns_reach(claims):
    found = dict(share_claims(table_of(claims)).select("campaign_id", "credited").rows())
    assert found == pytest.approx(by_all_orders(claims))
    assert sum(found.values()) == pytest.approx(len(frozenset().union(*claims.values())))


def model_of(ids: frozenset, each: float, kind: str = "contacts") -> Model:
    """A campaign whose every contact or person is worth so much."""
    worth = Input("worth", "EUR", Fixed(each * len(ids)), "A", "")
    line = Line("gain", GAIN, "M3", "avoided_contacts", ("worth",), "", *TERMS, **{kind: frozenset(map(str, ids))})
    return Model((worth,), (line,))


@settings(max_examples=80, deadline=None)
@given(CLAIMS)
def test_the_campaigns_together_never_exceed_the_programme(claims):
    """Every contact is worth 9, so the programme is worth 9 times the contacts that any campaign reaches."""
    models = {campaign: model_of(ids, 9.0) for campaign, ids in claims.items()}
    every = pl.concat([claims_of(model, campaign) for campaign, model in models.items()])
    shared = [with_credit(model, every, campaign) for campaign, model in models.items()]
    together = sum(float(total(model, GAIN, model.means())) for model in shared)
    assert together == pytest.approx(9.0 * len(frozenset().union(*claims.values())))


def test_the_overlap_is_told():
    """Two of four contacts are counted by both: each is credited with 1 of the 2, so 1 of 4 is credited elsewhere."""
    shared = share_claims(table_of({"spring": frozenset(range(4)), "autumn": frozenset({2, 3})}))
    row = overlap_row(shared, "spring")
    assert (row["value"], row["n"]) == (0.25, 4)
    assert overlap_row(shared, "autumn")["value"] == 0.5
    assert overlap_row(shared, "winter")["value"] is None


def test_a_campaign_alone_keeps_its_model():
    model = model_of(frozenset({1, 2}), 9.0)
    assert with_credit(model, claims_of(model, "spring"), "spring") == model
    assert overlap_row(share_claims(claims_of(model, "spring")), "spring")["value"] == 0


def test_a_contact_and_a_person_of_the_same_name_are_two():
    one, other = model_of(frozenset({1}), 9.0), model_of(frozenset({1}), 9.0, kind="persons")
    every = pl.concat([claims_of(one, "spring"), claims_of(other, "autumn")])
    assert (with_credit(one, every, "spring"), with_credit(other, every, "autumn")) == (one, other)


def test_nothing_claimed_is_nothing_shared():
    assert share_claims(table_of({})).rows() == []
    nobody = Model((), ())
    assert (claims_of(nobody, "spring").rows(), with_credit(nobody, claims_of(nobody, "spring"), "spring")) == ([], nobody)


def test_a_claim_that_is_there_twice_or_names_nothing_counts_once_or_not():
    claims = pl.DataFrame({"campaign_id": ["a", "a", "a", None], "item": ["x", "x", None, "x"]})
    assert share_claims(claims).rows() == [("a", 1, 1.0)]
