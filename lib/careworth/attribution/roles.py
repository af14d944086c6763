"""What part each channel plays on the way to an outcome (M6), how long the way is, and where it leads."""

from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from careworth.attribution.journeys import Journeys
from careworth.attribution.rule_kernels import count_parts
from careworth.errors import ParameterError

DAY = 86_400


def channel_roles(journeys: Journeys) -> pl.DataFrame:
    """One row per channel: the conversions whose path it is in, and how many of them it initiates, assists and completes.

    A channel initiates with the first touch of the path and completes with the last (R128, R130); a direct visit counts as any
    other. It assists strictly between the two; `assist_but_last` is the variant that counts every touch but the last (R129). A
    path counts once for a channel and role however many touches the channel has in it, and a path of one touch is initiated and
    completed by it. Assists and completions overlap and are never added up. The shares are of `paths`; null where there is none.

    Examples
    --------
    >>> journeys = Journeys(("care", "email"), np.array([0, 1, 0]), np.array([0, 3]), np.ones(1), np.zeros(1), np.ones(1))
    >>> channel_roles(journeys).select("channel", "paths", "initiate", "assist", "complete").rows()
    [('care', 1.0, 1.0, 0.0, 1.0), ('email', 1.0, 0.0, 1.0, 0.0)]
    """
    counts = count_parts(journeys.touches, journeys.starts, np.asarray(journeys.conversions, float), len(journeys.channels))
    roles = ("initiate", "assist", "assist_but_last", "complete")
    columns = dict(zip(("paths", *roles), counts.T, strict=True))
    table = pl.DataFrame({"channel": pl.Series(journeys.channels, dtype=pl.String), **columns})
    paths = pl.col("paths")
    return table.with_columns(pl.when(paths > 0).then(pl.col(role) / paths).alias(f"{role}_share") for role in roles)


def path_lengths(journeys: Journeys) -> pl.DataFrame:
    """One row per number of touches: `conversions`, `nulls`, `value` of journeys of that length, and `share` of conversions."""
    return _distribution(journeys, "touches", np.diff(journeys.starts))


def time_lags(journeys: Journeys) -> pl.DataFrame:
    """One row per whole day from the first touch to the outcome, or to the last touch where there was none, as `path_lengths`."""
    if journeys.seconds is None or journeys.ended is None:
        raise ParameterError("the time of each touch is not known, which a path table does not have; give an event log")
    lag = (journeys.ended - journeys.seconds[journeys.starts[:-1]]) // DAY
    return _distribution(journeys, "days", lag.astype(np.int64))


def _distribution(journeys: Journeys, name: str, by: np.ndarray) -> pl.DataFrame:
    table = pl.DataFrame({name: by, "conversions": journeys.conversions, "nulls": journeys.nulls, "value": journeys.values})
    summed = table.group_by(name).agg(pl.all().sum()).sort(name)
    total = pl.col("conversions").sum()
    return summed.with_columns(share=pl.when(total > 0).then(pl.col("conversions") / total))


def top_paths(journeys: Journeys, count: int = 20) -> pl.DataFrame:
    """The paths with most conversions, the longer first among equals: `path`, `conversions`, `nulls`, `value`.

    A path is a list of channels, so that no sign in a channel's name can be mistaken for a step.
    """
    table = pl.DataFrame(
        {"path": _spelled(journeys), "conversions": journeys.conversions, "nulls": journeys.nulls, "value": journeys.values}
    )
    summed = table.group_by("path", maintain_order=True).agg(pl.all().sum())
    most = summed.sort("conversions", pl.col("path").bin.size(), descending=True, maintain_order=True).head(count)
    names = [[journeys.channels[i] for i in np.frombuffer(path, np.int32)] for path in most["path"]]
    return most.with_columns(pl.Series("path", names, pl.List(pl.String)))


def _spelled(journeys: Journeys) -> pl.Series:
    """The touches of each journey as bytes, which compare at once."""
    touches = np.ascontiguousarray(journeys.touches, np.int32)
    places = np.ascontiguousarray(journeys.starts, np.int64) * touches.itemsize
    buffers = [None, pa.py_buffer(places), pa.py_buffer(touches)]
    return pl.Series(pl.from_arrow(pa.Array.from_buffers(pa.large_binary(), len(journeys.conversions), buffers)))


class Transitions(NamedTuple):
    """How often journeys went from one place to the next.

    Attributes
    ----------
    counts : array (channels + 1, channels + 2)
        Rows are the channels and, last, the start; columns the channels, then the outcome and no outcome.
    """

    channels: tuple[str, ...]
    counts: np.ndarray

    def shares(self) -> np.ndarray:
        """The counts as shares of their row; 0 in a row of a channel that nobody touched."""
        totals = self.counts.sum(axis=1, keepdims=True)
        return np.divide(self.counts, totals, out=np.zeros_like(self.counts), where=totals > 0)


def transitions(journeys: Journeys) -> Transitions:
    """How often journeys went from channel to channel, staying included, from the start, and on to the outcome or to none.

    Examples
    --------
    >>> journeys = Journeys(("care", "email"), np.array([0, 1]), np.array([0, 2]), np.array([3.0]), np.ones(1), np.ones(1))
    >>> transitions(journeys).counts.tolist()
    [[0.0, 4.0, 0.0, 0.0], [0.0, 0.0, 3.0, 1.0], [4.0, 0.0, 0.0, 0.0]]
    """
    size, starts = len(journeys.channels), journeys.starts
    weights = journeys.conversions + journeys.nulls
    touches = journeys.touches.astype(np.int64)
    before = np.full(len(touches), size)
    before[1:] = touches[:-1]
    before[starts[:-1]] = size
    width = size + 2
    moves = np.bincount(before * width + touches, np.repeat(weights, np.diff(starts)), (size + 1) * width)
    last = touches[starts[1:] - 1] * width + size
    ends = np.bincount(last, journeys.conversions, (size + 1) * width) + np.bincount(last + 1, journeys.nulls, (size + 1) * width)
    return Transitions(journeys.channels, (moves + ends).reshape(size + 1, width))
