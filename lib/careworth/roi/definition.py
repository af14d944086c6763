"""What return on investment means here (R009): the company's own words beside what is computed."""

from datetime import date, timedelta

import polars as pl


def definition_in_force(own_words: str, start: date, end: date, currency: str) -> pl.DataFrame:
    """One row per part of the definition: formula, horizon, discount rate, the gains counted, and what is no gain.

    Examples
    --------
    >>> definition_in_force("Gains less cost.", date(2025, 3, 1), date(2025, 6, 1), "EUR").rows()[2]
    ('horizon', '2025-03-01 to 2025-05-31, the days of the campaign')
    """
    parts = {
        "the company's own words": own_words,
        "formula": f"(gains - cost) / cost, in {currency}; the median of simulated outcomes, with nine in ten of them",
        "horizon": f"{start} to {end - timedelta(days=1)}, the days of the campaign",
        "discount rate": "none: nothing after the campaign is counted",
        "counted as gains": "calls made unnecessary, at their avoidable cost (M3); margin of a randomised holdout (M7)",
        "not counted": "attributed revenue (M5), thank-yous, reach, satisfaction, and any gain that was not measured",
    }
    return pl.DataFrame({"part": parts.keys(), "in force": parts.values()}, schema=["part", "in force"], orient="col")
