"""Two campaigns side by side: their main numbers, how far apart they are, and what stands in the way of comparing them."""

from dataclasses import replace

import polars as pl

from careworth.comparison.cautions import list_cautions, mix_caution, period_caution, shared_caution
from careworth.comparison.numbers import compare_values, difference_sentence
from careworth.comparison.pictures import Comparison, comparison_chart, comparison_table
from careworth.config import Campaign, load_campaign
from careworth.errors import ParameterError
from careworth.metrics import (
    first_response_rows,
    resolution_rows,
    response_rate_rows,
    sentiment_rows,
    thank_you_rows,
    volume_rows,
)
from careworth.study import Study

__all__ = [
    "NO_OTHER",
    "Comparison",
    "compare_campaigns",
    "compare_values",
    "comparison_chart",
    "comparison_table",
    "difference_sentence",
    "list_cautions",
    "main_values",
    "mix_caution",
    "period_caution",
    "shared_caution",
]

#: What stands in a notebook in which no second campaign was named.
NO_OTHER = "Name another campaign of this workspace in the parameter `other` to see the two side by side."


def compare_campaigns(study: Study, other: str, response_hours: float, window_hours: float) -> Comparison:
    """The study's campaign and the one called `other`, both counted now and alike: with the same windows and boundaries.

    Returns are no part of it: they share assumptions, so that their ranges are not independent; the portfolio's page has them.

    Raises
    ------
    CareworthError
        If there is no such campaign, or it is the study's own.
    """
    if other == study.campaign.id:
        raise ParameterError(f"other: {other!r} is the campaign itself; name another one")
    second = replace(study, campaign=load_campaign(study.workspace, other))
    names = _names(study.campaign, second.campaign)
    own, its = (main_values(each, response_hours, window_hours) for each in (study, second))
    return Comparison(names, compare_values(own, its, response_hours, names), list_cautions(study, second, window_hours))


def _names(own: Campaign, other: Campaign) -> tuple[str, str]:
    return (own.id, other.id) if own.name == other.name else (own.name, other.name)


def main_values(study: Study, response_hours: float, window_hours: float) -> pl.DataFrame:
    """The campaign's `metric_values` of V1, V5, S1, S2, S5, S6, Q1 and Q2, of the whole campaign and its parts."""
    conversations, cut = study.conversations(window_hours=window_hours), study.cut
    return study.to_values(
        [
            *volume_rows(conversations, cut),
            *sentiment_rows(conversations, cut, study.errors),
            *response_rate_rows(conversations, cut, response_hours),
            *first_response_rows(conversations, cut),
            *resolution_rows(conversations, cut, window_hours),
            *thank_you_rows(conversations, cut, window_hours, study.errors),
        ]
    )
