"""Posts and accounts in responses of the X API v2: one response, a list of them, or one a line.

A response holds posts in `data` and those that they refer to in `includes.tweets`; the second are records too, since the
replies among them make the threads. `conversation_id` spans many customers, so it names no thread: the reply tree does. An
edited post has a new id for each version; all count as one message under the first id, and the newest version is kept.
Of an account seen twice on one day the larger number of followers is kept.

Shape: docs.x.com, X API v2 data dictionary (Tweet, User), fields and expansions; DocNow/twarc wiki on v2 responses.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from careworth.formats.export import Export, at

#: What X calls otherwise than ISO 639-1 does now; its codes for no language ("und", "zxx", "qme") are longer.
OLD_CODES = {"in": "id", "iw": "he"}

#: A document without any of these keys is no response.
OUTER = {"data", "includes", "meta", "errors"}


def pages(document: Any) -> Iterator[dict]:
    """Each response of a document that is one, or a list of them.

    Raises
    ------
    KeyError
        If the document is of another kind.
    """
    for page in document if isinstance(document, list) else [document]:
        if not OUTER & page.keys():
            raise KeyError("no response of the X API")
        yield page


def several(value: Any) -> list:
    """The list that `value` is; what stands alone, as in the answer to a question for one id, as a list of one.

    Examples
    --------
    >>> several([1, 2]), several({"id": "1"}), several(None)
    ([1, 2], [{'id': '1'}], [])
    """
    return value if isinstance(value, list) else [] if value is None else [value]


def language(field: str) -> pl.Expr:
    """ISO 639-1 code of the language in which X takes a post to be; null if it takes it for none."""
    return pl.when(pl.col(field).str.contains("^[a-z]{2}$")).then(pl.col(field).replace(OLD_CODES))


def _posts(document: Any) -> Iterator[dict]:
    for page in pages(document):
        posts = several(page.get("data")) + several(at(page, "includes", "tweets"))
        first = {post["id"]: _history(post)[0] for post in posts if isinstance(post, dict) and isinstance(post.get("id"), str)}
        edits = {newer: original for newer, original in first.items() if newer != original}
        yield from ({"post": post, "edits": edits} for post in posts)


def _history(post: dict) -> list:
    told = post.get("edit_history_tweet_ids")
    return told if isinstance(told, list) and told else [post["id"]]


def _flat_post(record: dict) -> dict:
    post, edits = record["post"], record["edits"]
    history, refers = _history(post), {each["type"]: each["id"] for each in several(post.get("referenced_tweets"))}
    told = {name: post.get(name) for name in ("author_id", "created_at", "lang")}
    answered = refers.get("replied_to")
    return told | {
        "message_id": history[0],
        # Of two deliveries of one version the one that was asked for more fields is kept.
        "version": 10 * history.index(post["id"]) + sum(value is not None for value in [*told.values(), answered]),
        # A long post is cut off in `text`.
        "text": at(post, "note_tweet", "text") or post.get("text"),
        "replied_to": edits.get(answered, answered),
        "quoted": refers.get("quoted"),
        "retweeted": refers.get("retweeted"),
    }


def _users(document: Any) -> Iterator[Any]:
    return (user for page in pages(document) for user in several(at(page, "includes", "users")))


def _flat_user(user: dict) -> dict:
    return {"id": user["id"], "username": user.get("username"), "followers": at(user, "public_metrics", "followers_count")}


MESSAGES = Export(
    fields=("message_id", "version", "author_id", "created_at", "lang", "text", "replied_to", "quoted", "retweeted"),
    records=_posts,
    flat=_flat_post,
    author="author_id",
    columns={
        "message_id": pl.col("message_id"),
        "network": pl.lit("x"),
        "channel": pl.lit("public_post"),
        "visibility": pl.lit("public"),
        "author_id": pl.col("author_id"),
        "author_role": pl.when("is_own").then(pl.lit("agent")).otherwise(pl.lit("customer")),
        "account_id": pl.when("is_own").then("author_id"),
        "created_at": pl.col("created_at"),
        "text": pl.col("text"),
        "lang": language("lang"),
        "in_reply_to_id": pl.col("replied_to"),
        "message_kind": pl.when(pl.col("retweeted").is_not_null())
        .then(pl.lit("reshare"))
        .when(pl.col("replied_to").is_not_null())
        .then(pl.lit("reply"))
        .when(pl.col("quoted").is_not_null())
        .then(pl.lit("quote"))
        .otherwise(pl.lit("original")),
    },
    version=pl.col("version"),
)

ACCOUNTS = Export(
    fields=("id", "username", "followers"),
    records=_users,
    flat=_flat_user,
    author="id",
    columns={
        "account_id": pl.col("id"),
        "network": pl.lit("x"),
        "handle": pl.col("username"),
        "followers": pl.col("followers"),
    },
    excluded={"not_own_account": ~pl.col("is_own")},
    version=pl.col("followers").fill_null("-1"),
)

FORMAT = {"messages": MESSAGES, "accounts": ACCOUNTS}
