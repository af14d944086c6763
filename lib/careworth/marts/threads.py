"""Which thread, customer and brand account each message belongs to (METRICS.md F3)."""

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

#: Messages that are no part of a conversation between a customer and the brand; each is counted (F12).
EXCLUDED = {
    "spam": pl.col("author_role") == "spam",
    "reshare": pl.col("message_kind") == "reshare",
    "peer": pl.col("author_role") == "peer",
    "brand_marketing": pl.col("author_role") == "brand_marketing",
}
BRAND_ROLES = ["agent", "bot", "auto_reply"]


def assign_threads(messages: pl.DataFrame) -> pl.DataFrame:
    """`messages` with `thread_id`: the platform's own thread, else the first message of the reply tree."""
    ordered = messages.sort("created_at", "message_id").with_columns(tree=_components(messages.sort("created_at", "message_id")))
    first = pl.col("message_id").first().over("tree")
    return ordered.with_columns(thread_id=pl.coalesce("native_thread_id", first)).drop("tree")


def _components(messages: pl.DataFrame) -> np.ndarray:
    row = messages.select("message_id").with_row_index("parent_row")
    links = messages.select("in_reply_to_id").with_row_index("child_row")
    edges = links.join(row, left_on="in_reply_to_id", right_on="message_id", validate="m:1").sort("child_row")
    size = messages.height
    graph = coo_array((np.ones(edges.height, np.int8), (edges["child_row"], edges["parent_row"])), shape=(size, size))
    return connected_components(graph, directed=False)[1]


def exclusions(messages: pl.DataFrame) -> dict[str, int]:
    """How many messages each exclusion leaves out; a message counts under the first that fits."""
    named = messages.select(_exclusion()).drop_nulls().group_by("exclusion").len().sort("exclusion")
    return dict(named.iter_rows())


def _exclusion() -> pl.Expr:
    return pl.coalesce(pl.when(left_out).then(pl.lit(reason)) for reason, left_out in EXCLUDED.items()).alias("exclusion")


def pair_messages(threaded: pl.DataFrame, handles: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row per message and customer-account pair; messages that belong to no pair are left out.

    A customer's message belongs to the account it is addressed to: the stated one, else the brand message that it
    answers and those that answer it, else the account that it mentions, else the first in its thread. A brand's
    message belongs to the customer whom it answers, directly or through its own earlier part, else to who wrote last in
    the network's own thread.

    Parameters
    ----------
    handles : DataFrame, optional
        `handle` and `account_id` of accounts whose id is not what customers write behind an @.
    """
    kept = threaded.filter(_exclusion().is_null())
    brand = kept.filter(pl.col("author_role").is_in(BRAND_ROLES)).pipe(_with_customer, kept)
    customers = kept.filter(pl.col("author_role") == "customer").pipe(_with_accounts, brand, handles)
    pairs = pl.concat([customers, brand.select(customers.columns)]).drop_nulls(["customer_id", "account_id"])
    return pairs.sort("thread_id", "customer_id", "account_id", "created_at", "message_id")


def _with_customer(brand: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    is_customer = pl.col("author_role") == "customer"
    parents = kept.select(
        in_reply_to_id="message_id",
        answered=pl.when(is_customer).then("author_id"),
        grandparent=pl.when(~is_customer).then("in_reply_to_id"),
    )
    linked = brand.with_columns(link="in_reply_to_id", customer_id=pl.lit(None, pl.String))
    # A reply in several parts answers itself; ten parts are more than any network's limit asks for.
    for _ in range(10):
        step = linked.join(parents, left_on="link", right_on="in_reply_to_id", how="left", validate="m:1", maintain_order="left")
        linked = step.with_columns(customer_id=pl.coalesce("customer_id", "answered"), link="grandparent").drop(
            "answered", "grandparent"
        )
    return linked.drop("link").pipe(_customer_before, kept)


def _customer_before(brand: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    # The networks' own threads often carry no reply links: there the customer who wrote last is the one who is answered.
    is_threaded = (pl.col("visibility") == "private") | pl.col("native_thread_id").is_not_null()
    spoken = (
        kept.filter((pl.col("author_role") == "customer") & is_threaded)
        .select("thread_id", "created_at", wrote="author_id")
        .sort("created_at")
    )
    near = brand.sort("created_at").join_asof(spoken, on="created_at", by="thread_id", check_sortedness=False)
    return near.with_columns(customer_id=pl.coalesce("customer_id", "wrote")).drop("wrote")


def _with_accounts(customers: pl.DataFrame, brand: pl.DataFrame, handles: pl.DataFrame | None) -> pl.DataFrame:
    told = customers.filter(pl.col("account_id").is_not_null())
    untold = customers.filter(pl.col("account_id").is_null()).drop("account_id")
    linked = pl.concat([_answers(untold, brand), _answered_by(untold, brand)]).unique()
    alone = untold.join(linked, on="message_id", how="anti")
    guessed = alone.pipe(_mentioned, _known_handles(brand, handles)).pipe(_first_in_thread, brand)
    addressed = pl.concat([untold.join(linked, on="message_id", validate="1:m"), guessed], how="diagonal")
    return pl.concat([told, addressed.select(told.columns)]).with_columns(customer_id="author_id")


def _answers(customers: pl.DataFrame, brand: pl.DataFrame) -> pl.DataFrame:
    parents = brand.select(in_reply_to_id="message_id", account_id="account_id")
    return customers.join(parents, on="in_reply_to_id", validate="m:1").select("message_id", "account_id")


def _answered_by(customers: pl.DataFrame, brand: pl.DataFrame) -> pl.DataFrame:
    replies = brand.select(message_id="in_reply_to_id", account_id="account_id").drop_nulls()
    return customers.select("message_id").join(replies, on="message_id").select("message_id", "account_id")


def _known_handles(brand: pl.DataFrame, handles: pl.DataFrame | None) -> pl.DataFrame:
    own = brand.select(handle="account_id", mentioned="account_id")
    listed = own.clear() if handles is None else handles.select("handle", mentioned="account_id")
    named = pl.concat([own, listed]).with_columns(mention=pl.col("handle").str.to_lowercase().str.strip_prefix("@"))
    return named.select("mention", "mentioned").drop_nulls().sort("mention", "mentioned").unique("mention", keep="first")


def _mentioned(customers: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    handles = customers.select(
        "message_id", mention=pl.col("text").fill_null("").str.to_lowercase().str.extract_all(r"@\w+")
    ).explode("mention")
    first = (
        handles.with_columns(pl.col("mention").str.strip_prefix("@"))
        .join(known, on="mention", maintain_order="left")
        .unique("message_id", keep="first")
    )
    return customers.join(first.select("message_id", "mentioned"), on="message_id", how="left", validate="1:1")


def _first_in_thread(customers: pl.DataFrame, brand: pl.DataFrame) -> pl.DataFrame:
    first = brand.sort("created_at", "message_id").unique("thread_id", keep="first", maintain_order=True)
    with_thread = customers.join(first.select("thread_id", present="account_id"), on="thread_id", how="left", validate="m:1")
    return with_thread.with_columns(account_id=pl.coalesce("mentioned", "present")).drop("mentioned", "present")
