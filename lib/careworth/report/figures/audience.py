"""Pictures of who follows and writes, and of who stands by the brand."""

import polars as pl

from careworth import charts
from careworth.charts.service import NETWORK_WORDS
from careworth.report.parts import Figure, figure, metric, present
from careworth.results import Row
from careworth.wording.findings import known_row, most_finding, network_finding, share_finding, sliced_rows

#: Shares below this make no picture; their numbers stand in the table.
SMALLEST_DRAWN = 0.01


def by_network(values: pl.DataFrame, metric_id: str, variant: str) -> dict[str, Row]:
    """The known rows of a number by network, each network as it writes itself."""
    rows = sliced_rows(values, metric_id, variant, "network=")
    return {NETWORK_WORDS.get(name, name): row for name, row in rows.items()}


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
            finding=network_finding(by_network(values, "A2", "active_share"), "most active users for each follower"),
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
    counts = {words: row for name, words in deeds.items() if (row := known_row(values, "E2", name)) and row["value"]}
    most = most_finding(counts, "Most often they", "")
    again = share_finding(known_row(values, "Q11", "any"), "wrote again in public")
    return present(
        figure(charts.counts_chart, values, "What customers did for the brand", "Read by rules.", *done, finding=most),
        figure(charts.shares_chart, values, "After they were served", reading, *after, finding=again),
    )
