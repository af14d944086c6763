"""Stripe's charges; what a field means is said by docs.stripe.com/api/charges/object and docs.stripe.com/currencies."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from careworth.errors import SourceError
from careworth.schemas import ORDERS
from careworth.sources import Source
from careworth.staging import Layout, stage

CHARGES = Path(__file__).parents[1] / "fixtures" / "stripe" / "charges.json"
BRAND = Layout(constants={"brand": "Merrow"})
START = datetime(2025, 3, 1, 9, tzinfo=UTC)

SAME = dict.fromkeys(ORDERS.columns) | {
    "person_key": "cus_9s6XKzkNRiz8i3",
    "brand": "Merrow",
    "status": "succeeded",
    "refund_minor": 0,
}


def row(number: int, **told: object) -> dict:
    """The row of the n-th charge, which was made n - 1 minutes after the first."""
    return SAME | {"order_id": f"ch_{number}", "ordered_at": START + timedelta(minutes=number - 1)} | told


ROWS = [
    # The shop's own order number, from the metadata; larger than a float holds.
    row(1, order_id="900719925474099312", net_minor=10_990, currency="EUR"),
    # Yen have no smaller unit: 1200 is 1,200 yen.
    row(2, net_minor=1_200, refund_minor=200, currency="JPY"),
    # 5.120 dinars; nobody is known who paid them.
    row(3, net_minor=5_120, currency="KWD", person_key=None),
    # 500 kronur, which Stripe writes in hundredths of a krona.
    row(4, net_minor=500, refund_minor=100, currency="ISK"),
    # 206.75 were asked for and 203.00 captured; the rest is among the refunds.
    row(7, net_minor=20_675, refund_minor=375, currency="USD", person_key="cus_EXPANDED"),
    row(8, net_minor=4_200, currency="EUR", status="disputed"),
    row(9, net_minor=3_100, currency="EUR", status="pending"),
]


def charges() -> list[dict]:
    return json.loads(CHARGES.read_text(encoding="utf-8"))["data"]


def staged(tmp_path, text: str):
    """What is staged of a file with this text."""
    path = tmp_path / "charges.json"
    path.write_text(text, encoding="utf-8")
    return stage("orders", "stripe", path, layout=BRAND)


def test_a_charge_that_was_paid_is_an_order_in_minor_units():
    assert stage("orders", "stripe", CHARGES, layout=BRAND).table.to_dicts() == ROWS


def test_every_charge_that_is_no_order_is_counted_or_rejected():
    found = stage("orders", "stripe", CHARGES, layout=BRAND)
    assert found.funnel == {
        "read": 16,
        "accepted": 7,
        "rejected:duplicate_conflict": 2,
        "rejected:duplicate_exact": 1,
        "rejected:net_minor_unparsed": 1,
        "rejected:not_a_value": 1,
        "rejected:unexpected_shape": 1,
        "excluded:failed": 1,
        "excluded:test_mode": 1,
        "excluded:uncaptured": 1,
    }
    reasons = dict(found.rejected.select("record", "reasons").iter_rows())
    # 10.50 kronur; two charges for one order; metadata that is a list; an amount that is an object; the first charge again.
    assert reasons == {
        11: ["net_minor_unparsed"],
        12: ["duplicate_conflict"],
        13: ["duplicate_conflict"],
        14: ["unexpected_shape"],
        15: ["not_a_value"],
        16: ["duplicate_exact"],
    }


@pytest.mark.parametrize(
    "written",
    [
        lambda all_: "\n".join(map(json.dumps, all_)),
        lambda all_: "\n".join(json.dumps({"object": "list", "data": [each]}) for each in all_),
        lambda all_: json.dumps(all_),
        lambda all_: json.dumps({"object": "search_result", "data": all_}),
    ],
    ids=["lines", "pages", "array", "search"],
)
def test_every_way_of_saving_the_list_gives_the_same_rows(tmp_path, written):
    assert staged(tmp_path, written(charges())).table.to_dicts() == ROWS


@pytest.mark.parametrize(
    ("currency", "amount", "minor"), [("mga", 700, 70_000), ("ugx", 12_000, 120), ("isk", 0, 0), ("huf", 1_050, 1_050)]
)
def test_amounts_become_the_smallest_unit_of_iso_4217(tmp_path, currency, amount, minor):
    """Ariary have hundredths that Stripe does not use; shillings have none, though Stripe writes them."""
    found = staged(tmp_path, json.dumps(charges()[0] | {"currency": currency, "amount": amount}))
    assert found.table["net_minor"].to_list() == [minor]


def test_another_object_is_counted_and_another_document_refused(tmp_path):
    intent = charges()[0] | {"object": "payment_intent"}
    assert staged(tmp_path, json.dumps({"object": "list", "data": [intent]})).funnel["excluded:other_object"] == 1
    with pytest.raises(SourceError, match="another shape"):
        staged(tmp_path, json.dumps({"object": "event", "data": {"object": charges()[0]}}))


def test_a_workspace_names_the_brand():
    given = {"format": "stripe", "path": "stripe/charges.json", "constants": {"brand": "Merrow"}}
    Source.model_validate(given).require_mapping("orders")
    with pytest.raises(ValueError, match="does not say 'brand'"):
        Source.model_validate(given | {"constants": {}}).require_mapping("orders")
