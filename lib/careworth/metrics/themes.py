"""What customers talk about, by themes that people gave to a random sample (Q10)."""

import polars as pl

from careworth.metrics.shares import share_row
from careworth.results import Row, value_row
from careworth.stats import UNKNOWN, cohen_kappa

CODED = "messages that people gave a theme"


def theme_rows(themes: pl.DataFrame | None) -> list[Row]:
    """Q10: share of each theme with its interval, and how well two coders agree beyond chance (Cohen's kappa).

    Parameters
    ----------
    themes : DataFrame or None
        One row per message and coder: message_id, theme, coder. None where the workspace names no such file.
    """
    if themes is None or themes.is_empty():
        reason = "no themes: code a random sample (draw_verbatims) and name the file as reading.themes in workspace.toml"
        return [value_row("Q10", "themes", None, "share", n=0, denominator=CODED, reason=reason)]
    first = themes.sort("coder").unique("message_id", keep="first", maintain_order=True)
    names = first["theme"].unique().sort().to_list()
    shares = [first.with_columns(is_it=pl.col("theme") == name) for name in names]
    rows = [
        share_row(table, "is_it", "Q10", "themes", CODED, slice=f"theme={name}", grade="A")
        for name, table in zip(names, shares, strict=True)
    ]
    return [*rows, _agreement(themes)]


def _agreement(themes: pl.DataFrame) -> Row:
    twice = _coded_by_two(themes)
    kappa = cohen_kappa(twice["theme"], twice["theme_right"]) if twice.height else UNKNOWN
    reason = "both gave one theme to all, as chance would" if twice.height else "nobody coded a message a second time"
    return value_row(
        "Q10",
        "agreement",
        kappa,
        "kappa",
        n=twice.height,
        denominator="messages that two people coded",
        reason=reason if kappa.value is None else None,
    )


def _coded_by_two(themes: pl.DataFrame) -> pl.DataFrame:
    # Of the two people who coded most messages in common, whatever a third did.
    once = themes.unique(["message_id", "coder"], keep="first", maintain_order=True)
    pairs = once.join(once, on="message_id").filter(pl.col("coder") < pl.col("coder_right"))
    shared = pairs.group_by("coder", "coder_right").len().sort("len", "coder", "coder_right", descending=[True, False, False])
    return pairs.join(shared.head(1), on=["coder", "coder_right"], how="semi")
