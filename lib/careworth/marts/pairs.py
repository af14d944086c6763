"""A pair: what one customer and one account say to each other in one thread."""

import polars as pl

PAIR = ["thread_id", "customer_id", "account_id"]

#: The column that numbers pairs in the order of their rows, so that a pair's turns are told from the next without their names.
PAIR_NUMBER = "pair_number"

#: Stands for the account of messages in threads that no account is part of.
NOBODY = ""


def pair_number() -> pl.Expr:
    """The number of each row's pair, where the rows of a pair lie together.

    Examples
    --------
    >>> pairs = {"thread_id": ["1", "1", "1"], "customer_id": ["ann", "ann", "bo"], "account_id": ["north", "north", "north"]}
    >>> pl.DataFrame(pairs).select(pair_number()).to_series().to_list()
    [0, 0, 1]
    """
    return pl.struct(PAIR).rle_id().alias(PAIR_NUMBER)
