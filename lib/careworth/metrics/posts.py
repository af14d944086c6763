"""What the brand's own posts moved people to do: clicks (A5) and engagement (A7)."""

from collections.abc import Iterator

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.windows import during, trailing, trailing_days
from careworth.results import Row, value_row
from careworth.stats import ratio_of_sums

LINKS = "clicks on brand links in the last 30 days, bots left out"
IMPRESSIONS = "impressions of the campaign's posts"

#: What people can do with a post; which of them an export counts differs.
DEEDS = ["reactions", "comments", "shares"]


def click_rows(posts: pl.DataFrame, clicks: pl.DataFrame, cut: Cut) -> list[Row]:
    """A5: people who clicked in the last 30 days, and clicks per impression of the campaign's posts that carry a link.

    Clicks count for the post and not for their own day (F9); a click that names no post counts for the link's posts.
    """
    human = clicks.filter(~pl.col("is_bot").fill_null(False))
    return [_clickers_row(human.filter(trailing("clicked_at", cut)), cut), _click_rate_row(posts, human, cut)]


def _clickers_row(recent: pl.DataFrame, cut: Cut) -> Row:
    labels = {"n": recent.height, "denominator": LINKS, "period": trailing_days(cut)}
    nameless = recent["person_key"].null_count()
    if nameless == recent.height:
        why = f"people are not available: none of {nameless:,} clicks names a person" if nameless else f"no {LINKS}"
        return value_row("A5", "clickers", None, "count", reason=why, **labels)
    reason = f"{nameless:,} clicks name no person and are left out" if nameless else None
    return value_row("A5", "clickers", recent["person_key"].drop_nulls().n_unique(), "count", reason=reason, **labels)


def _click_rate_row(posts: pl.DataFrame, human: pl.DataFrame, cut: Cut) -> Row:
    linked = posts.filter(during("published_at", cut), pl.col("link_id").is_not_null(), pl.col("impressions") > 0)
    seen = human.filter(pl.col("clicked_at") <= cut.as_of)
    # One link may stand in several posts: they and their clicks are one group.
    links = linked.group_by("link_id").agg(pl.col("impressions").sum()).sort("link_id")
    counted = links.join(_clicks_of(seen, posts, linked), on="link_id", how="left", validate="1:1", maintain_order="left")
    numbers = (counted["clicks"].fill_null(0).to_numpy(), counted["impressions"].to_numpy())
    labels = {"n": int(numbers[1].sum()), "denominator": "impressions of the campaign's posts with a link"}
    if human.is_empty() or counted.is_empty():
        why = "no click by a person is connected" if human.is_empty() else "no post of the campaign has a link and impressions"
        return value_row("A5", "click_rate", None, "share", reason=why, **labels)
    return value_row("A5", "click_rate", ratio_of_sums(*numbers), "share", **labels)


def _clicks_of(seen: pl.DataFrame, posts: pl.DataFrame, linked: pl.DataFrame) -> pl.DataFrame:
    """How many clicks each link had, without those that name a post which is not among the `linked`."""
    others = posts.join(linked, on="post_id", how="anti").select("post_id")
    return seen.join(others, on="post_id", how="anti").group_by("link_id").agg(clicks=pl.len())


def engagement_rows(posts: pl.DataFrame, cut: Cut) -> list[Row]:
    """A7: reactions, comments and shares per impression of the campaign's posts, whole and by paid and organic.

    A kind of deed that no post counts is left out and named; so is a post that lacks one of the others. Comments may be
    complaints, so this is attention, not liking.
    """
    shown = posts.filter(during("published_at", cut), pl.col("impressions") > 0)
    told = [deed for deed in DEEDS if shown[deed].null_count() < shown.height]
    if not told:
        why = f"no {IMPRESSIONS}" if shown.is_empty() else "no reactions, comments or shares are connected"
        return [value_row("A7", "engagement_rate", None, "share", n=0, denominator=IMPRESSIONS, reason=why)]
    whole = shown.drop_nulls(told).filter(pl.min_horizontal(told) >= 0).sort("post_id")
    deeds = whole.with_columns(deeds=pl.sum_horizontal(told))
    return [_engagement_row(part, place, _left_out(shown, whole, told)) for place, part in _by_payment(deeds)]


def _by_payment(posts: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    yield "all", posts
    for name, paid in (("paid", True), ("organic", False)):
        part = posts.filter(is_paid=paid)
        if part.height:
            yield f"reach={name}", part


def _engagement_row(posts: pl.DataFrame, place: str, reason: str | None) -> Row:
    numbers = (posts["deeds"].to_numpy(), posts["impressions"].to_numpy())
    labels = {"n": int(numbers[1].sum()), "denominator": IMPRESSIONS, "slice": place}
    if posts.is_empty():
        return value_row("A7", "engagement_rate", None, "share", reason="no post counts all of its deeds", **labels)
    return value_row("A7", "engagement_rate", ratio_of_sums(*numbers), "share", reason=reason, **labels)


def _left_out(shown: pl.DataFrame, whole: pl.DataFrame, told: list[str]) -> str | None:
    missing, posts = [deed for deed in DEEDS if deed not in told], shown.height - whole.height
    parts = [f"{' and '.join(missing)} are not connected"] if missing else []
    parts += [f"{posts} posts that lack a count are left out"] if posts else []
    return "; ".join(parts) or None
