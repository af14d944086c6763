"""The programme's cost by network: what is a network's own, and its part of the rest (METRICS.md M2)."""

from collections.abc import Mapping

import numpy as np
import polars as pl

#: How the cost that no network has to itself is split among them, in words.
KEY = "its own cost lines, and of the others its share of agents' turns"


def turn_shares(conversations: pl.DataFrame) -> dict[str, float]:
    """Each network's share of the agents' turns; empty when agents wrote none.

    Examples
    --------
    >>> turn_shares(pl.DataFrame({"network": ["x", "whatsapp", "x"], "agent_turn_count": [1, 1, 2]}))
    {'whatsapp': 0.25, 'x': 0.75}
    """
    turns = conversations.group_by("network").agg(pl.col("agent_turn_count").sum()).sort("network")
    total = turns["agent_turn_count"].sum()
    return {name: count / total for name, count in turns.iter_rows()} if total else {}


def cost_by_network(lines: pl.DataFrame, values: Mapping[str, np.ndarray], shares: Mapping[str, float]) -> dict[str, np.ndarray]:
    """Draws of what each network cost; together they are the programme's cost, draw by draw.

    Parameters
    ----------
    lines : DataFrame
        What `read_cost_lines` gives; a line whose `channel` is a network is that network's, any other is split.
    values : mapping
        Draws of each cost line's input, by its name.
    shares : mapping
        What part each network bears of the cost that is split; together 1.
    """
    owners = dict(lines.select("name", "channel").unique().sort("name").iter_rows())
    return {
        network: np.sum([values[name] * _part(owner, network, shares) for name, owner in owners.items()], axis=0)
        for network in shares
    }


def _part(owner: str | None, network: str, shares: Mapping[str, float]) -> float:
    return float(owner == network) if owner in shares else shares[network]
