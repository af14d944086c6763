"""What return on investment means here (R009): the company's own words beside what is computed."""

from datetime import timedelta

import polars as pl

from careworth.roi.gains import Terms


def definition_in_force(own_words: str, terms: Terms, discount_rate: float) -> pl.DataFrame:
    """One row per part of the definition: formula, horizon, discount rate, the gains counted, and what is no gain.

    Examples
    --------
    >>> from datetime import date
    >>> definition_in_force("Gains less cost.", Terms("EUR", date(2025, 3, 1), date(2025, 6, 1)), 0.0).rows()[2]
    ('horizon', '2025-03-01 to 2025-05-31, and what those who stayed bought until the cut-off')
    """
    last = terms.end - timedelta(days=1)
    parts = {
        "the company's own words": own_words,
        "formula": f"(gains - cost) / cost, in {terms.currency}; the median of simulated outcomes, with nine in ten of them",
        "horizon": f"{terms.start} to {last}, and what those who stayed bought until the cut-off",
        "discount rate": f"{100 * discount_rate:g} % a year in the net present value (M10); the return itself is not discounted",
        "counted as gains": "contacts made unnecessary, at their avoidable cost (M3); margin that a holdout or a time series "
        "with others to compare shows (M7, M8)",
        "counted apart": "what shorter contacts save before and after (M4), and what the company states: assumptions",
        "not counted": "attributed revenue (M5), thank-yous, reach, satisfaction, and any gain that was not measured",
    }
    return pl.DataFrame({"part": parts.keys(), "in force": parts.values()}, schema=["part", "in force"], orient="col")
