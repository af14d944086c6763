"""Records that are not taken: set aside whole, each with all of its reasons, and counted."""

from typing import NamedTuple

import polars as pl

#: The links that a format writes beside its messages, where it writes none.
NO_LINKS = pl.DataFrame(schema={"tweet": pl.String(), "response_tweet_id": pl.String()})


class Split(NamedTuple):
    """The records that passed every rule, and those that did not: `record`, `reasons`, `raw`."""

    accepted: pl.DataFrame
    rejected: pl.DataFrame


class Staged(NamedTuple):
    """A canonical table; how many records it came from, by what became of them; those rejected; the links as written."""

    table: pl.DataFrame
    funnel: dict[str, int]
    rejected: pl.DataFrame
    links: pl.DataFrame

    @classmethod
    def of(cls, table: pl.DataFrame, rejected: pl.DataFrame, read: int, links: pl.DataFrame = NO_LINKS) -> "Staged":
        """With the funnel counted: read = accepted + rejected, each rejected record under its first reason."""
        first = rejected.select(reason=pl.col("reasons").list.first()).group_by("reason").len().sort("reason")
        counts = {f"rejected:{reason}": count for reason, count in first.iter_rows()}
        return cls(table, {"read": read, "accepted": table.height} | counts, rejected, links)


def set_aside(table: pl.DataFrame, rejected: pl.DataFrame, faults: dict[str, pl.Expr]) -> Split:
    """`table` without the records that have a fault; those join the `rejected`, with every fault by name.

    A rule that cannot tell (null) rejects nothing; missing values need a rule of their own.
    """
    judged = table.with_columns(**{f"fault {name}": rule.fill_null(False) for name, rule in faults.items()})
    names = [f"fault {name}" for name in faults]
    is_bad = pl.any_horizontal(names)
    reasons = pl.concat_list(pl.when(f"fault {name}").then(pl.lit(name)) for name in faults).list.drop_nulls()
    bad = judged.filter(is_bad).select("record", reasons=reasons, raw=pl.lit(None, pl.Binary))
    return Split(judged.filter(~is_bad).drop(names), pl.concat([rejected, bad]).sort("record"))
