"""Records that are not taken: set aside whole, each with all of its reasons, and counted."""

from typing import NamedTuple

import polars as pl

from careworth.errors import ContractError
from careworth.schemas import Table

#: The links that a format writes beside its messages, where it writes none.
NO_LINKS = pl.DataFrame(schema={"tweet": pl.String(), "response_tweet_id": pl.String()})

#: Where each row of a table came from: the record's number, and its version where a format knows one.
ORIGIN = {"record": pl.Int64(), "version": pl.Int64()}


class Split(NamedTuple):
    """The records that passed every rule; those that did not: `record`, `reasons`, `raw`; how many are left out by reason."""

    accepted: pl.DataFrame
    rejected: pl.DataFrame
    excluded: dict[str, int] = {}


class Staged(NamedTuple):
    """A canonical table; how many records it came from, by what became of them; those rejected; the links as written.

    `origin` has a row for each of the table: the number of its record, and its version.
    """

    table: pl.DataFrame
    funnel: dict[str, int]
    rejected: pl.DataFrame
    origin: pl.DataFrame
    links: pl.DataFrame = NO_LINKS

    @classmethod
    def of(
        cls, accepted: pl.DataFrame, schema: Table, rejected: pl.DataFrame, read: int, excluded: dict[str, int] | None = None
    ) -> "Staged":
        """The accepted records in the order of their key, and the funnel: read = accepted + rejected + excluded.

        Each rejected record counts under its first reason.

        Raises
        ------
        ContractError
            If a record is missing or counted twice.
        """
        left_out = {f"excluded:{reason}": count for reason, count in (excluded or {}).items() if count}
        if read != accepted.height + rejected.height + sum(left_out.values()):
            raise ContractError(f"{read} records read, {accepted.height} accepted, {rejected.height} rejected, {left_out}")
        ordered = accepted.sort(schema.key)
        version = pl.col("version") if "version" in ordered.columns else pl.lit(None, pl.Int64).alias("version")
        funnel = {"read": read, "accepted": accepted.height} | _by_reason(rejected) | left_out
        return cls(ordered.select(list(schema.columns)), funnel, rejected, ordered.select("record", version))


def _by_reason(rejected: pl.DataFrame) -> dict[str, int]:
    first = rejected.select(reason=pl.col("reasons").list.first()).group_by("reason").len().sort("reason")
    return {f"rejected:{reason}": count for reason, count in first.iter_rows()}


def set_aside(table: pl.DataFrame, rejected: pl.DataFrame, faults: dict[str, pl.Expr]) -> Split:
    """`table` without the records that have a fault; those join the `rejected`, with every fault by name.

    A rule that cannot tell (null) rejects nothing; missing values need a rule of their own. These are masks and not a schema of
    dataframely since they judge texts before they have types; `tests/benchmarks/rules.py` has both split the same table alike.
    """
    judged = table.with_columns(**{f"fault {name}": rule.fill_null(False) for name, rule in faults.items()})
    names = [f"fault {name}" for name in faults]
    is_bad = pl.any_horizontal(names)
    reasons = pl.concat_list(pl.when(f"fault {name}").then(pl.lit(name)) for name in faults).list.drop_nulls()
    bad = judged.filter(is_bad).select("record", reasons=reasons, raw=pl.lit(None, pl.Binary))
    return Split(judged.filter(~is_bad).drop(names), pl.concat([rejected, bad]).sort("record"))


def exclude(table: pl.DataFrame, rules: dict[str, pl.Expr]) -> tuple[pl.DataFrame, dict[str, int]]:
    """`table` without the records that a rule leaves out, and how many each does; a record counts under the first that fits."""
    if not rules:
        return table, {}
    reason = pl.coalesce(pl.when(rule).then(pl.lit(name)) for name, rule in rules.items())
    judged = table.with_columns(exclusion=reason)
    counts = judged["exclusion"].drop_nulls().value_counts().sort("exclusion")
    return judged.filter(pl.col("exclusion").is_null()).drop("exclusion"), dict(counts.iter_rows())


def without_repeats(judged: Split, schema: Table) -> Split:
    """One row per key: the newest version where there is one, one of equal rows, none of those that differ.

    An older version is no fault but superseded; it is left out and counted.
    """
    is_repeated = pl.struct(schema.key).is_duplicated()
    newest = pl.col("version") == pl.col("version").max().over(schema.key)
    repeated = judged.accepted.filter(is_repeated)
    current = repeated.filter(newest.fill_null(True))
    rules = {"duplicate_conflict": _differs(schema), "duplicate_exact": _is_again(schema) & ~_differs(schema)}
    once = set_aside(current, judged.rejected, rules)
    kept = pl.concat([judged.accepted.filter(~is_repeated), once.accepted])
    return Split(kept, once.rejected, {"superseded": repeated.height - current.height})


def _differs(schema: Table) -> pl.Expr:
    return pl.struct(list(schema.columns)).n_unique().over(schema.key) > 1


def _is_again(schema: Table) -> pl.Expr:
    return ~pl.struct(schema.key).is_first_distinct()
