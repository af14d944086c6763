"""Pictures of who follows and writes, and of who stands by the brand."""

import polars as pl

from careworth import charts
from careworth.report.parts import Figure, figure, metric, present

#: Shares below this make no picture; their numbers stand in the table.
SMALLEST_DRAWN = 0.01


def following_figures(values: pl.DataFrame) -> list[Figure]:
    """Active users by network."""
    return present(
        figure(
            charts.network_chart,
            values,
            "Active users for each follower, by network",
            "Customers who wrote within thirty days. People on several networks are counted on each.",
            metric("A2", "active_share", slice="network="),
            "A2",
            "active users for each follower",
        ),
    )


def loyalist_figures(values: pl.DataFrame) -> list[Figure]:
    """What customers did for the brand, and what they wrote after they were served."""
    deeds = {"peer_answers": "answered others", "tips": "gave a tip", "recommendations": "recommended", "ratings": "rated"}
    deeds |= {"defences": "took the brand's side"}
    words = {"any": "wrote again in public", "positive": "with praise", "negative": "with a grievance"}
    drawn = pl.col("value").filter(metric("Q11", "any")).max() >= SMALLEST_DRAWN
    reading = "Customers who wrote about the brand in public within a week."
    after = (metric("Q11", *words) & drawn, "Q11", words, "After they were served")
    done = (metric("E2", *deeds) & (pl.col("value") > 0), "E2", deeds, "What customers did for the brand")
    return present(
        figure(charts.counts_chart, values, "What customers did for the brand", "Read by rules, so grade B.", *done),
        figure(charts.shares_chart, values, "After they were served", reading, *after),
    )
