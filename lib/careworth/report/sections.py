"""The figures of a report, by the question that each section answers; a section without figures says what is missing."""

from typing import NamedTuple

import polars as pl

from careworth.report.figures import following_figures, issue_figures, loyalist_figures, sales_figures, service_figures
from careworth.report.parts import Figure, number_line, of_too_few
from careworth.wording import need_caveat, thanks_caveat


class Section(NamedTuple):
    """A block of the scorecard: its question, what to know before reading, its figures, and all of its numbers.

    `numbers` are those of the whole campaign, `parts` the same by network, channel, reason and the like; `missing` is what to
    say when there are no figures.
    """

    id: str
    title: str
    note: str
    figures: list[Figure]
    missing: str
    numbers: list[dict]
    parts: list[dict]


#: The five blocks of the scorecard (R030), each with the metrics whose numbers it lists.
BLOCKS = {
    "following": ("A",),
    "issues": ("V", "Q3", "Q10", "F12"),
    "service": ("S", "Q1", "Q2", "Q4", "Q5", "Q6", "Q7", "Q8", "Q9"),
    "loyalists": ("E1", "E2", "E3", "E7", "E8", "E9", "E11", "E12", "Q11"),
    "money": ("C", "E4", "E5", "E6", "M"),
}

#: Slices that are listed with a block: those by which somebody could act.
PART_SLICES = (
    r"^(event|series|topic|tested|network|channel|target|reason|policy|theme|source|kind|paid|by|from|threshold|dimension)="
)


def sections(values: pl.DataFrame) -> list[Section]:
    """The five blocks after the first page, in reading order."""
    attributed = (
        "Attributed is not incremental: a role or a credit says who was there, not what would have been lost without them."
    )
    told = {
        "following": (
            "Who follows and who writes?",
            "",
            following_figures(values),
            "Accounts, posts and clicks are not connected.",
        ),
        "issues": ("What do they come with, and in what tone?", "", issue_figures(values), "There were no conversations."),
        "service": (
            "Were customers served, and did they say thank you?",
            f"{need_caveat(values)} {thanks_caveat(values)}".strip(),
            service_figures(values),
            "No conversation called for an answer.",
        ),
        "loyalists": ("Who stands by the brand?", "", loyalist_figures(values), "No customer was seen to answer for the brand."),
        "money": (
            "What part did care play in sales, and what moves the return?",
            attributed,
            sales_figures(values),
            "No order with a known touch before it is connected; connect orders and touchpoints.",
        ),
    }
    return [
        Section(block, title, note, in_rows(figures), missing, *_numbers(values, block))
        for block, (title, note, figures, missing) in told.items()
    ]


def in_rows(figures: list[Figure]) -> list[Figure]:
    """The figures, two narrow ones beside each other; a narrow one without a neighbour becomes wide."""
    placed, open_at = [], None
    for each in figures:
        placed.append(each)
        if each.is_wide and open_at is not None:
            placed[open_at] = placed[open_at]._replace(is_wide=True)
        open_at = len(placed) - 1 if not each.is_wide and open_at is None else None
    return placed if open_at is None else [*placed[:-1], placed[-1]._replace(is_wide=True)]


def _numbers(values: pl.DataFrame, block: str) -> tuple[list[dict], list[dict]]:
    known = values.filter(pl.col("value").is_not_null() & ~of_too_few() & _belongs(block))
    whole, parts = known.filter(pl.col("slice") == "all"), known.filter(pl.col("slice").str.contains(PART_SLICES))
    return tuple(
        [number_line(row) for row in each.sort(_by_id(), "variant", "slice").iter_rows(named=True)] for each in (whole, parts)
    )


def _belongs(block: str) -> pl.Expr:
    letters = [name for name in BLOCKS[block] if len(name) == 1]
    ids = [name for name in BLOCKS[block] if len(name) > 1]
    return pl.col("metric_id").str.head(1).is_in(letters) | pl.col("metric_id").is_in(ids)


def _by_id() -> pl.Expr:
    return pl.concat_str(pl.col("metric_id").str.head(1), pl.col("metric_id").str.slice(1).str.zfill(2))
