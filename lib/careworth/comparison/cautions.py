"""What to beware of when two campaigns are compared: sentences that are there only where they apply."""

import polars as pl

from careworth.readable import FEWEST_SHOWN, as_count, as_share, period_text
from careworth.results import share_estimate
from careworth.stats import difference
from careworth.study import Study

#: From so great a part of the conversations of another kind on, a difference can be that of the mix.
OTHER_MIX = 0.1

#: What conversations are of, whose mix is compared: a column, and its words.
MIXES = {"network": "networks", "opening_state": "openings"}


def list_cautions(study: Study, other: Study, window_hours: float) -> list[str]:
    """What to beware of when the two campaigns are compared, a sentence each; nothing where nothing stands in the way."""
    conversations = [each.conversations(window_hours=window_hours) for each in (study, other)]
    mixes = [mix_caution(*conversations, by, (study.campaign.name, other.campaign.name)) for by in MIXES]
    found = [period_caution(study, other), *map(_running_caution, (study, other)), *mixes, shared_caution(*conversations)]
    return [each for each in found if each]


def period_caution(study: Study, other: Study) -> str:
    """That the two did not run on the same days; empty if they did."""
    one, two = study.campaign, other.campaign
    if (one.start, one.end) == (two.start, two.end):
        return ""
    when = f"{one.name} ran {period_text(one.start, one.end)}, {two.name} {period_text(two.start, two.end)}"
    return f"Not the same period: {when}. The season, and whatever else changed meanwhile, is in every difference."


def _running_caution(study: Study) -> str:
    if study.as_of >= study.period[1]:
        return ""
    return f"{study.campaign.name} is still running: its numbers go to {study.as_of.astimezone(study.workspace.zone):%Y-%m-%d}."


def mix_caution(own: pl.DataFrame, other: pl.DataFrame, by: str, names: tuple[str, str]) -> str:
    """That the conversations of the two are of different kinds, with the kind that differs most; empty if they are alike.

    They differ when one tenth of the one would have to be of another kind to have the mix of the other, which chance alone
    does not explain.
    """
    parts = _mix(own, other, by)
    gap = parts.select((pl.col("own_share") - pl.col("other_share")).abs().sum() / 2).item()
    if parts.is_empty() or min(own.height, other.height) < FEWEST_SHOWN or gap < OTHER_MIX:
        return ""
    most = parts.sort((pl.col("own_share") - pl.col("other_share")).abs(), by, descending=[True, False]).row(0, named=True)
    shares = [share_estimate(most[name], most[f"{name}_total"]) for name in ("own", "other")]
    apart = difference(*shares)
    if apart.low is None or apart.high is None or apart.low <= 0 <= apart.high:
        return ""
    told = ", ".join(f"{as_share(most[f'{side}_share'])} in {name}" for side, name in zip(("own", "other"), names, strict=True))
    return f"Another mix of {MIXES[by]} ({most[by]}: {told}). A difference can be that of the mix alone."


def _mix(own: pl.DataFrame, other: pl.DataFrame, by: str) -> pl.DataFrame:
    counted = [each.drop_nulls(by).group_by(by).agg(pl.len().alias(side)) for side, each in (("own", own), ("other", other))]
    both = counted[0].join(counted[1], on=by, how="full", coalesce=True).with_columns(pl.col("own", "other").fill_null(0))
    totals = both.with_columns(pl.col("own", "other").sum().name.suffix("_total"))
    return totals.filter(pl.col("own_total") > 0, pl.col("other_total") > 0).with_columns(
        own_share=pl.col("own") / pl.col("own_total"), other_share=pl.col("other") / pl.col("other_total")
    )


def shared_caution(own: pl.DataFrame, other: pl.DataFrame) -> str:
    """That some conversations are counted in both campaigns; empty if none is."""
    count = own.select("conversation_id").join(other.select("conversation_id"), on="conversation_id", how="semi").height
    if not count:
        return ""
    return f"{as_count(count)} conversations are counted in both; the intervals of the differences take them for different ones."
