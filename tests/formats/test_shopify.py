"""Shopify's orders export; which fields stand on which row is said by docs.xbp.app (order format) and public exports."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careworth.schemas import ORDERS
from careworth.sources import Source
from careworth.staging import Layout, stage

EXPORT = Path(__file__).parents[1] / "fixtures" / "shopify" / "orders_export.csv"
BRAND = Layout(constants={"brand": "Merrow"})

SAME = dict.fromkeys(ORDERS.columns) | {"brand": "Merrow", "status": "paid", "refund_minor": 0, "currency": "EUR"}
ROWS = [
    # Its id became 7.41099E+12 in a spreadsheet, so the name is what is left; tax was added to the price (10 + 5 + 2 = 17).
    SAME
    | {
        "order_id": "#1008",
        "person_key": "ann@example.com",
        "ordered_at": datetime(2025, 3, 2, 14, 40, tzinfo=UTC),
        "net_minor": 1_000,
    },
    # Three rows, of which two are further items; the subtotal is after a discount of 10.59.
    SAME
    | {
        "order_id": "7410991464714",
        "person_key": "ann@example.com",
        "ordered_at": datetime(2025, 3, 1, 9, 0, tzinfo=UTC),
        "net_minor": 5_391,
    },
    # 119.00 in all, as the subtotal is, so the tax of 19.00 is in the price.
    SAME
    | {
        "order_id": "7410991464715",
        "person_key": "bo@example.com",
        "ordered_at": datetime(2025, 3, 1, 10, 0, tzinfo=UTC),
        "status": "partially_refunded",
        "net_minor": 10_000,
        "refund_minor": 4_000,
    },
    # 53.55 was paid back with tax and shipping; of the net 47.60 - 8.55 nothing is left.
    SAME
    | {
        "order_id": "7410991464716",
        "ordered_at": datetime(2025, 3, 1, 10, 30, tzinfo=UTC),
        "status": "refunded",
        "net_minor": 3_905,
        "refund_minor": 3_905,
    },
    SAME
    | {
        "order_id": "7410991464717",
        "person_key": "ann@example.com",
        "ordered_at": datetime(2025, 3, 2, 14, 0, tzinfo=UTC),
        "status": "pending",
        "net_minor": 2_000,
    },
]


def staged(tmp_path, **changes: str):
    """What is staged of the first order alone, with these columns changed."""
    with EXPORT.open(encoding="utf-8", newline="") as stream:
        first = next(csv.DictReader(stream)) | {name.replace("_", " "): value for name, value in changes.items()}
    path = tmp_path / "orders.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, first)
        writer.writeheader()
        writer.writerow(first)
    return stage("orders", "shopify", path, layout=BRAND)


def test_an_order_is_one_row_net_of_tax_shipping_and_discount():
    assert stage("orders", "shopify", EXPORT, layout=BRAND).table.to_dicts() == ROWS


def test_every_row_that_is_no_sale_is_counted_or_rejected():
    found = stage("orders", "shopify", EXPORT, layout=BRAND)
    assert found.funnel == {
        "read": 14,
        "accepted": 5,
        "rejected:duplicate_exact": 1,
        "rejected:net_minor_missing": 1,
        "rejected:net_minor_unparsed": 1,
        "rejected:ordered_at_unparsed": 1,
        "excluded:cancelled": 1,
        "excluded:line_item": 2,
        "excluded:test": 1,
        "excluded:voided": 1,
    }
    assert found.rejected["record"].to_list() == [11, 12, 13, 14]


@pytest.mark.parametrize(
    ("subtotal", "shipping", "taxes", "total", "minor"),
    [
        ("163056", "1", "30981", "194038", 16_305_600),
        ("53.91", "0.00", "0.00", "53.91", 5_391),
        ("119.00", "5.95", "19.95", "124.95", 9_905),
        ("20.00", "0.00", "0.00", "23.00", 2_000),
        ("90071992547409.93", "0.00", "0.00", "90071992547409.93", 9_007_199_254_740_993),
    ],
)
def test_the_total_says_whether_tax_is_in_the_price(tmp_path, subtotal, shipping, taxes, total, minor):
    """The first two are rows of real exports. A tip does no harm where there is no tax."""
    changes = {"Subtotal": subtotal, "Shipping": shipping, "Taxes": taxes, "Total": total}
    assert staged(tmp_path, **changes).table["net_minor"].to_list() == [minor]


@pytest.mark.parametrize("changes", [{"Total": "72.04"}, {"Total": "free"}, {"Taxes": ""}, {"Subtotal": "53,91"}])
def test_an_order_whose_tax_cannot_be_told_is_rejected(tmp_path, changes):
    found = staged(tmp_path, **changes)
    assert found.table.is_empty()
    assert found.rejected["reasons"].item().to_list()[0] == "net_minor_unparsed"


def test_a_refund_is_unknown_where_the_export_does_not_say_it(tmp_path):
    assert staged(tmp_path, Refunded_Amount="").rejected["reasons"].to_list() == [["refund_minor_missing"]]


def test_a_workspace_names_the_brand():
    given = {"format": "shopify", "path": "shopify/*.csv", "constants": {"brand": "Merrow"}, "margin_rate": 0.4}
    Source.model_validate(given).require_mapping("orders")
    with pytest.raises(ValueError, match="does not say 'brand'"):
        Source.model_validate(given | {"constants": {}}).require_mapping("orders")
