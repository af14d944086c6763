"""A metric and its variant in the few words that stand beside a number."""

import re

from careworth.registry.loading import Metric

#: Variants whose own name would not tell a reader what they count.
VARIANT_WORDS = {
    "roi": "",
    "rate": "",
    "total": "",
    "swing": "",
    "p90": "nine in ten",
    "ever": "ever answered",
    "count": "thank-yous counted",
    "cost_per_resolution": "",
    "avoided_contacts": "",
    "avoided_cost": "",
    "incremental_margin": "",
    "thankers_share": "share of customers answered",
    "closing_rate": "last turn is a thank-you",
    "median_replied_only": "median of the answered alone",
    "median_with_bots": "median, bots and automatic replies included",
    "probability_positive": "chance that it is above zero",
    "ratio_of_means": "ratio of mean gains and mean cost",
    "net_value": "gains less cost",
    "programme": "strict, unanswered complaints included",
    "read": "records read",
    "accepted": "records accepted",
    "in_campaign": "messages in this campaign",
    "joined": "may be joined",
    "without_consent": "known, but without consent",
    "ambiguous": "known as several customers",
    "unmatched": "not known as customers",
    "match_rate": "orders matched to a touch",
    "control_total": "gap between orders and books",
    "costs_complete": "cost lines complete",
    "period_covered": "campaign covered by orders",
    "connected": "revenue connected",
}


#: What stands after another variant's name, the longer before the shorter.
ENDINGS = {
    "_change_within": "change within the groups",
    "_change_mix": "change by another mix of groups",
    "_change": "change",
    "_unanswered": "nobody answered",
}


def variant_words(variant: str) -> str:
    """What a variant adds to its metric's name; nothing where the name says it all.

    Examples
    --------
    >>> variant_words("within_24h"), variant_words("closing_positive"), variant_words("rate")
    ('within 24 h', 'closing positive', '')
    >>> variant_words("within_24h_change"), variant_words("rate_change"), variant_words("within_15min")
    ('within 24 h, change', 'change', 'within 15 min')
    """
    for ending, words in ENDINGS.items():
        if variant.endswith(ending):
            return ", ".join(filter(None, [variant_words(variant.removesuffix(ending)), words]))
    timed = re.sub(r"^within_([\d.]+)(h|min)$", r"within \1 \2", variant)
    return VARIANT_WORDS.get(variant, timed.replace("_", " ").replace(":", ": "))


def sentence_of(metric: Metric, variant: str) -> str | None:
    """What the definition says of a variant, placeholders filled in or not; None if it does not know it.

    Examples
    --------
    >>> from careworth.registry import METRICS
    >>> sentence_of(METRICS["S1"], "within_12h") == METRICS["S1"].variants["within_{hours}h"]
    True
    >>> sentence_of(METRICS["S1"], "within") is None
    True
    """
    return _found(metric.variants, variant)


def unit_of(metric: Metric, variant: str) -> str:
    """The unit of a variant: its own, else that of the metric.

    Examples
    --------
    >>> from careworth.registry import METRICS
    >>> unit_of(METRICS["S2"], "median"), unit_of(METRICS["S2"], "answered_within"), unit_of(METRICS["M5"], "last_conversions")
    ('minutes', 'share', 'count')
    """
    return _found(metric.units, variant) or metric.unit


def _found(named: dict[str, str], variant: str) -> str | None:
    if variant in named:
        return named[variant]
    return next((text for name, text in named.items() if re.fullmatch(_pattern(name), variant)), None)


def _pattern(name: str) -> str:
    return ".+".join(re.escape(part) for part in re.split(r"\{\w+\}", name))
