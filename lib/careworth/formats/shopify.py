"""Orders as Shopify's admin exports them (Orders > Export): one row per line item, what belongs to the order on the first only.

`Subtotal` is what the goods cost after discounts and before shipping. Where prices include tax it includes the tax as well, and
no column says so; the total does: Total - Subtotal - Shipping is either the tax (added) or nothing (included). Included tax is
taken off whole, that on the shipping with it, so net revenue is too low by that rather than too high. An order whose total is
neither (a tip beside a tax) is rejected. `Refunded Amount` is what the customer got back, with tax and shipping; at most the net
revenue of it counts as refund.

Orders that are cancelled, or whose payment was voided or expired, are no sales. Pending orders are: Shopify counts an order when
it is placed. Only Shopify's test gateway marks test orders here; the test mode of other gateways leaves no trace in the export.

Shape: header and rows of exports in public repositories (find "Lineitem compare at price"), docs.xbp.app order format.
"""

import polars as pl

from careworth.formats.export import Export

FIELDS = (
    "Name",
    "Id",
    "Email",
    "Financial Status",
    "Created at",
    "Cancelled at",
    "Currency",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Duties",
    "Total",
    "Refunded Amount",
    "Payment Method",
)

#: Columns that the export did not always have.
LATER = {"Id", "Duties", "Cancelled at", "Refunded Amount", "Payment Method"}

MONEY = pl.Decimal(38, 6)


def _amount(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars().cast(MONEY, strict=False)


def net() -> pl.Expr:
    """The price of the goods after discounts, without shipping and tax, as a decimal; null where it is not certain."""
    goods, tax = _amount("Subtotal"), _amount("Taxes")
    beyond = _amount("Total") - goods - _amount("Shipping") - _amount("Duties").fill_null(0)
    return pl.when((tax == 0) | (beyond == tax)).then(goods).when(beyond == 0).then(goods - tax)


def refund() -> pl.Expr:
    """The part of the net price that was paid back, as a decimal; null where either is not certain."""
    paid_back = _amount("Refunded Amount")
    return pl.when(paid_back > net()).then(net()).when(net().is_not_null()).then(paid_back)


def _said(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars().fill_null("") != ""


#: An id that a spreadsheet turned into 7.41E+12 is none; the name is the order's too.
ORDER_ID = pl.when(pl.col("Id").str.contains(r"^[0-9]+$")).then("Id").otherwise("Name")
STATUS = pl.col("Financial Status").str.strip_chars().str.to_lowercase()

ORDERS = Export(
    fields=FIELDS,
    needed=frozenset(FIELDS) - LATER,
    excluded={
        "line_item": ~(_said("Financial Status") | _said("Subtotal") | _said("Total")),
        "test": pl.col("Payment Method").str.to_lowercase().str.contains("bogus"),
        "cancelled": _said("Cancelled at"),
        "voided": STATUS.is_in(["voided", "expired"]),
    },
    columns={
        "order_id": ORDER_ID,
        "person_key": pl.col("Email").str.strip_chars().str.to_lowercase(),
        "ordered_at": pl.col("Created at"),
        "status": STATUS,
        # What cannot be told must not look as if it were missing.
        "net_minor": pl.coalesce(net().cast(pl.String), pl.when(_said("Subtotal")).then(pl.lit("unclear"))),
        "refund_minor": pl.coalesce(refund().cast(pl.String), pl.when(_said("Refunded Amount")).then(pl.lit("unclear"))),
        "currency": pl.col("Currency"),
    },
)

FORMAT = {"orders": ORDERS}
