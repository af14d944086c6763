"""Charges of Stripe: pages of its list (`{"object": "list", "data": [...]}`), an array, or one charge a line.

A charge is a payment, not an order: its amount includes tax and shipping, one order may be paid by two charges, and what is paid
by other means is missing. Use it where the shop itself cannot be read. Charges with the same `metadata.order_id` differ and are
set aside, since neither is the order.

Amounts are in the smallest unit of the currency, except that Stripe keeps hundredths of the krona and the shilling, which have
none, and whole ariary. A part that was never captured is among the refunds. A disputed charge keeps its amount: whether the bank
took it back is in the balance transactions.

Shape: docs.stripe.com/api/charges/object, docs.stripe.com/currencies (minor units, special cases).
"""

from collections.abc import Iterable
from typing import Any

import polars as pl

from careworth.formats.export import Export, at, listed

OWN = ("id", "object", "amount", "amount_refunded", "currency", "created", "status", "captured", "disputed", "livemode")
FIELDS = (*OWN, "customer", "order_id")

#: Currencies whose amounts Stripe gives in another unit than ISO 4217's smallest: in hundredths of it, and hundredfold.
IN_HUNDREDTHS = ["ISK", "UGX"]
IN_HUNDREDS = ["MGA"]


def records(document: Any) -> Iterable[Any]:
    """The charges of a page of the list, or the charge itself."""
    if isinstance(document, dict) and document.get("object") == "charge":
        return [document]
    return listed(document, "data")


def flat(charge: dict) -> dict:
    """The fields of one charge; a customer that was expanded by its id."""
    customer = charge.get("customer")
    return {
        **{name: charge[name] for name in OWN if name in charge},
        "customer": customer["id"] if isinstance(customer, dict) else customer,
        "order_id": at(charge, "metadata", "order_id"),
    }


CURRENCY = pl.col("currency").str.to_uppercase()


def _minor(name: str) -> pl.Expr:
    amount = pl.col(name)
    # A fraction of a krona is no whole number of it and must not parse.
    whole = pl.coalesce(amount.str.extract(r"^([0-9]+)00$"), pl.when(amount == "0").then(amount), amount + "/100")
    hundredfold = pl.when(CURRENCY.is_in(IN_HUNDREDS)).then(amount + "00").otherwise(amount)
    return pl.when(CURRENCY.is_in(IN_HUNDREDTHS)).then(whole).otherwise(hundredfold)


def _is(name: str, word: str) -> pl.Expr:
    return pl.col(name).str.to_lowercase() == word


ORDERS = Export(
    fields=FIELDS,
    needed=frozenset({"id", "amount", "currency", "created", "status"}),
    records=records,
    flat=flat,
    excluded={
        "other_object": pl.col("object").fill_null("charge") != "charge",
        "test_mode": _is("livemode", "false"),
        "failed": _is("status", "failed"),
        "uncaptured": _is("captured", "false"),
    },
    columns={
        "order_id": pl.coalesce(pl.when(pl.col("order_id").str.strip_chars() != "").then("order_id"), "id"),
        "person_key": pl.col("customer"),
        "ordered_at": pl.col("created"),
        "status": pl.when(_is("disputed", "true")).then(pl.lit("disputed")).otherwise("status"),
        "net_minor": _minor("amount"),
        "refund_minor": _minor("amount_refunded"),
        "currency": CURRENCY,
    },
    time_format="epoch_seconds",
    amounts="minor",
)

FORMAT = {"orders": ORDERS}
