"""Reply links that cannot be what they say: the message stays, the link is not followed or is counted apart."""

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def flag_links(messages: pl.DataFrame) -> dict[str, list[str]]:
    """For each kind of flag the ids of the messages concerned, sorted as texts.

    self_reply answers itself; orphan_reply answers a message that is not there; reply_before_parent is older than what it
    answers; reply_cycle is part of a ring of answers.
    """
    parents = messages.select(in_reply_to_id="message_id", asked_at="created_at", is_known=pl.lit(True))
    linked = messages.filter(pl.col("in_reply_to_id").is_not_null()).join(
        parents, on="in_reply_to_id", how="left", validate="m:1"
    )
    to_itself = pl.col("in_reply_to_id") == pl.col("message_id")
    kinds = {
        "self_reply": linked.filter(to_itself),
        "orphan_reply": linked.filter(pl.col("is_known").is_null()),
        "reply_before_parent": linked.filter(pl.col("created_at") < pl.col("asked_at")),
        "reply_cycle": _in_cycles(linked.filter(~to_itself & pl.col("is_known"))),
    }
    return {name: rows["message_id"].sort().to_list() for name, rows in kinds.items() if rows.height}


def _in_cycles(linked: pl.DataFrame) -> pl.DataFrame:
    # Every message answers at most one other, so a strongly connected part of more than one is a ring.
    ids = pl.concat([linked["message_id"], linked["in_reply_to_id"]]).unique().sort()
    numbers = {name: ids.search_sorted(linked[name]).to_numpy() for name in ("message_id", "in_reply_to_id")}
    ones = np.ones(linked.height, np.int8)
    graph = coo_array((ones, (numbers["message_id"], numbers["in_reply_to_id"])), shape=(len(ids), len(ids)))
    _, part = connected_components(graph, connection="strong")
    is_ring = (np.bincount(part, minlength=1) > 1)[part[numbers["message_id"]]] if linked.height else np.array([], bool)
    return linked.filter(pl.Series(is_ring, dtype=pl.Boolean))
