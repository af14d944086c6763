"""More messages than memory holds, in partitions that it does: a conversation lies whole in one, an account in few.

What decides is numbers alone, some 30 bytes a message: a hash of each id, which conversation it belongs to, and whose that is.
Two ids of one hash make no mistake, they only share a partition.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.compiling import compiled
from careworth.files import write_table
from careworth.lake.combine import Rows
from careworth.lake.parts import Part

#: Messages of a partition at most, unless one conversation has more: some 2 GiB while they are read and labelled.
MOST_MESSAGES = 1_000_000

#: Ids of messages and of the networks' threads are two kinds of names.
MESSAGE_SEED, THREAD_SEED = 0, 1


class _Links(NamedTuple):
    # Of each message of a part: its id, what it answers and the network's thread, hashed, the account's number; 0 is none.
    message: np.ndarray
    parent: np.ndarray
    thread: np.ndarray
    account: np.ndarray


def partition(parts: list[Part], snapshots: pl.DataFrame | None, folder: Path) -> list[list[Rows]]:
    """The rows of each partition of the messages in these parts; written into `folder` unless one partition holds them all.

    Messages are together that answer one another, directly or not, or are of one thread of the network, or have one id.

    Parameters
    ----------
    snapshots : DataFrame, optional
        The table `accounts`, by which the accounts of a brand lie side by side.
    """
    if sum(part.funnel["accepted"] for part in parts) <= MOST_MESSAGES:
        return [[Rows(number, part.rows_file) for number, part in enumerate(parts)]]
    accounts = _accounts(parts, snapshots)
    names = np.unique(
        np.concatenate([np.unique(np.concatenate([each.message, each.thread])) for each in _links(parts, accounts)])
    )
    conversation = _conversations(names, _links(parts, accounts))
    place = _places(names, conversation, _links(parts, accounts), len(accounts))
    return _distribute(parts, names, place[conversation], folder)


def _accounts(parts: list[Part], snapshots: pl.DataFrame | None) -> pl.Series:
    found = [pl.scan_parquet(part.rows_file).select(pl.col("account_id").unique()).collect() for part in parts]
    wrote = pl.concat(found).unique().drop_nulls()
    if snapshots is None:
        return wrote["account_id"].sort()
    brands = snapshots.group_by("account_id").agg(pl.col("brand").min())
    return wrote.join(brands, on="account_id", how="left").sort("brand", "account_id")["account_id"]


def _links(parts: list[Part], accounts: pl.Series) -> Iterator[_Links]:
    numbers = pl.DataFrame({"account_id": accounts}).with_row_index("account", 1)
    for part in parts:
        ids = pl.read_parquet(part.rows_file, columns=["message_id", "in_reply_to_id", "native_thread_id", "account_id"])
        told = ids.join(numbers, on="account_id", how="left", maintain_order="left").select(
            pl.col("message_id").hash(MESSAGE_SEED),
            *(
                pl.when(pl.col(name).is_not_null()).then(pl.col(name).hash(seed)).otherwise(pl.lit(0, pl.UInt64))
                for name, seed in {"in_reply_to_id": MESSAGE_SEED, "native_thread_id": THREAD_SEED}.items()
            ),
            pl.col("account").fill_null(0),
        )
        yield _Links(*(column.to_numpy() for column in told.get_columns()))


def _conversations(names: np.ndarray, parts: Iterator[_Links]) -> np.ndarray:
    # Of each name the number of its conversation, which is the place of one of its names.
    root = np.arange(len(names), dtype=np.int32)
    for links in parts:
        message = names.searchsorted(links.message)
        for other in (links.parent, links.thread):
            place = names.searchsorted(other).clip(max=len(names) - 1)
            is_known = (names[place] == other) & (other != 0)
            _join(root, message[is_known], place[is_known])
    _flatten(root)
    return root


@compiled
def _root_of(root, place):
    while root[place] != place:
        root[place] = root[root[place]]
        place = root[place]
    return place


@compiled
def _join(root, some, others):
    for number in range(len(some)):
        one, other = _root_of(root, some[number]), _root_of(root, others[number])
        root[max(one, other)] = min(one, other)


@compiled
def _flatten(root):
    for place in range(len(root)):
        root[place] = _root_of(root, place)


def _places(names: np.ndarray, conversation: np.ndarray, parts: Iterator[_Links], accounts: int) -> np.ndarray:
    # The partition of each conversation: one account after the other, then those without, each partition filled to the brim.
    nobody = accounts + 1
    size, account = np.zeros(len(names), np.int32), np.full(len(names), nobody, np.int32)
    for links in parts:
        own = conversation[names.searchsorted(links.message)]
        np.add.at(size, own, 1)
        np.minimum.at(account, own, np.where(links.account == 0, nobody, links.account).astype(np.int32))
    order = np.argsort(account, kind="stable")
    before = np.cumsum(size[order]) - size[order]
    place = np.empty(len(names), np.int32)
    place[order] = before // MOST_MESSAGES
    return place


def _distribute(parts: list[Part], names: np.ndarray, place: np.ndarray, folder: Path) -> list[list[Rows]]:
    found: dict[int, list[Rows]] = {}
    for number, part in enumerate(parts):
        rows = pl.read_parquet(part.rows_file)
        own = place[names.searchsorted(rows["message_id"].hash(MESSAGE_SEED).to_numpy())]
        apart = rows.with_columns(place=pl.Series(own)).partition_by("place", as_dict=True, include_key=False)
        for (each,), its in apart.items():
            file = write_table(folder / f"{each:05}" / f"{number:05}.parquet", its)
            found.setdefault(each, []).append(Rows(number, file))
    return [found[each] for each in sorted(found)]
