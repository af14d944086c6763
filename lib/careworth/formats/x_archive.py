"""Posts in an account's own archive of X: `data/tweets.js` (or `tweet.js`) and its further parts.

The archive holds the posts of its owner alone and does not say whose they are, so the workspace gives `author_id` and
`account_id` as constants. A repost is only known by its words ("RT @name: "), a quote by the address of a post among its links.

Shape: public readers of the archive, such as caltechlibrary/taupe, and X help on "How to download your X archive".
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from careworth.formats.export import Export, at, listed
from careworth.formats.x_api import language, several

REPOST = r"^RT @\w{1,15}: "
POST_ADDRESS = r"^https?://(?:mobile\.)?(?:twitter|x)\.com/\w+/status/[0-9]+"


def _tweets(document: Any) -> Iterator[Any]:
    # The first archives had the posts themselves in the list.
    return (each.get("tweet", each) if isinstance(each, dict) else each for each in listed(document))


def _flat(tweet: dict) -> dict:
    links = [link.get("expanded_url") for link in several(at(tweet, "entities", "urls"))]
    return {
        "id": tweet.get("id_str") or tweet.get("id"),
        "created_at": tweet.get("created_at"),
        "full_text": tweet.get("full_text"),
        "lang": tweet.get("lang"),
        "replied_to": tweet.get("in_reply_to_status_id_str"),
        "links": " ".join(link for link in links if link),
    }


_links_to_a_post = pl.col("links").str.split(" ").list.eval(pl.element().str.contains(POST_ADDRESS)).list.any()

MESSAGES = Export(
    fields=("id", "created_at", "full_text", "lang", "replied_to", "links"),
    records=_tweets,
    flat=_flat,
    columns={
        "message_id": pl.col("id"),
        "network": pl.lit("x"),
        "channel": pl.lit("public_post"),
        "visibility": pl.lit("public"),
        "author_role": pl.lit("agent"),
        "created_at": pl.col("created_at"),
        "text": pl.col("full_text"),
        "lang": language("lang"),
        "in_reply_to_id": pl.col("replied_to"),
        "message_kind": pl.when(pl.col("full_text").str.contains(REPOST))
        .then(pl.lit("reshare"))
        .when(pl.col("replied_to").is_not_null())
        .then(pl.lit("reply"))
        .when(_links_to_a_post)
        .then(pl.lit("quote"))
        .otherwise(pl.lit("original")),
    },
    time_format="%a %b %d %H:%M:%S %z %Y",
)

FORMAT = {"messages": MESSAGES}
