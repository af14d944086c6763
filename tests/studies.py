"""A study of tables that a test writes by hand, without a file of any source."""

from pathlib import Path

import polars as pl

from careworth.config import load_campaign, load_workspace
from careworth.lake import Lake
from careworth.schemas import TABLES
from careworth.study import Study
from tests.tables import at, message, turns_of

WORKSPACE = """name = "Test"
brand = "North"
time_zone = "Europe/Amsterdam"
currency = "EUR"
roi_definition = "(gains - cost) / cost"
[sources.messages]
format = "canonical"
path = "messages.parquet"
"""

CAMPAIGN = """id = "spring"
name = "Spring"
brand = "North"
start = {start}
end = {end}
currency = "EUR"
accounts = ["help"]
"""


def table(name: str, *rows: dict) -> pl.DataFrame:
    """A canonical table of these rows; what a row leaves out is null."""
    columns = TABLES[name].columns
    return pl.DataFrame([dict.fromkeys(columns) | row for row in rows], schema=columns)


def study_of(
    root: Path,
    start: str = "2024-02-01",
    end: str = "2024-03-01",
    settings: str = "",
    of_campaign: str = "",
    **tables: pl.DataFrame,
) -> Study:
    """A study of the campaign between these days, whose lake holds these tables and one customer's turns."""
    (root / "campaigns").mkdir(parents=True, exist_ok=True)
    (root / "workspace.toml").write_text(WORKSPACE + settings, encoding="utf-8")
    (root / "campaigns/spring.toml").write_text(CAMPAIGN.format(start=start, end=end) + of_campaign, encoding="utf-8")
    known = {"turns": turns_of(message(1, "customer", 0), message(2, "agent", 30, "Please try again."))} | tables
    for name, rows in known.items():
        rows.write_parquet(root / f"{name}.parquet")
    manifest = {"outputs": dict.fromkeys(known, {}), "last_message_at": at(90 * 1440).isoformat()}
    workspace = load_workspace(root)
    return Study(workspace, load_campaign(workspace, "spring"), Lake(root, manifest))
