"""The demo company's year: invented, the same for the same seed, with its truth written beside it."""

import json
from pathlib import Path

import polars as pl

from careworth.demo.audience import build_accounts, build_clicks, build_events, build_posts
from careworth.demo.labels import describe_conversations, label_messages
from careworth.demo.messages import build_messages, play_conversations
from careworth.demo.money import build_costs, build_unit_costs
from careworth.demo.phone import build_contact_intervals
from careworth.demo.sales import build_sales
from careworth.demo.surveys import build_surveys
from careworth.demo.truth import describe_truth
from careworth.files import write_bytes, write_table
from careworth.schemas import TABLES

__all__ = ["build_demo", "write_demo_sources"]


def write_demo_sources(folder: Path, seed: int = 2025, scale: float = 1.0) -> None:
    """Write every canonical table of the demo to `folder`, and beside them the truth that was planted.

    Each file is replaced whole; the same seed and scale give the same bytes.

    Parameters
    ----------
    folder : Path
        Where `<table>.parquet`, `truth.json`, `truth_labels.parquet` and `truth_conversations.parquet` go.
    seed : int
        Seed of all that is random.
    scale : float
        Size of the year: 1 is about 98,000 messages, 0.05 a twentieth of that.
    """
    tables, truth = build_demo(seed, scale)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        write_table(folder / f"{name}.parquet", table)
    write_bytes(folder / "truth.json", (json.dumps(truth, indent=2, sort_keys=True) + "\n").encode())


def build_demo(seed: int = 2025, scale: float = 1.0) -> tuple[dict[str, pl.DataFrame], dict]:
    """All tables of the demo by name, the two of the truth last, and the truth as numbers."""
    played = play_conversations(seed, scale)
    spoken = build_messages(played, seed, scale)
    conversations = describe_conversations(spoken, played)
    labels, sales = label_messages(spoken, played), build_sales(conversations, seed, scale)
    posts = build_posts(spoken, seed)
    tables = {
        "messages": spoken.select(TABLES["messages"].columns.keys()),
        "accounts": build_accounts(seed),
        "contact_intervals": build_contact_intervals(conversations, seed, scale),
        "orders": sales.orders,
        "control_totals": sales.control_totals,
        "touchpoints": sales.touchpoints,
        "costs": build_costs(scale),
        "unit_costs": build_unit_costs(),
        "posts": posts,
        "clicks": build_clicks(posts, sales.touchpoints, seed),
        "surveys": build_surveys(conversations, seed),
        "events": build_events(),
        "experiment_arms": sales.experiment_arms,
        "identity_links": sales.identity_links,
    }
    truth = describe_truth(tables, conversations, labels, sales, seed)
    return tables | {"truth_labels": labels, "truth_conversations": conversations.drop("wait")}, truth
