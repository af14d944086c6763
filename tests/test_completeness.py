"""Every metric of the registry has a row in every report: a number, or X with the reason."""

import polars as pl

from careworth.completeness import NOTHING_HERE, unmeasured_rows
from careworth.registry import METRICS, unit_of

NOTHING = pl.DataFrame(schema={"metric_id": pl.String})


def reasons(connected: set[str], values: pl.DataFrame = NOTHING) -> dict[str, str]:
    """The reason of each metric that has no number."""
    return {row["metric_id"]: row["reason"] for row in unmeasured_rows(values, connected)}


def test_nothing_measured_gives_every_metric_a_reason():
    assert set(reasons({"messages"})) == set(METRICS) - {"P8"}


def test_what_is_not_connected_is_named():
    found = reasons({"messages"})
    assert found["Q4"] == "not connected: surveys"
    assert found["C1"] == "not connected: contact_intervals or contacts"
    assert found["S17"] == "not connected: tickets and ticket_events"


def test_one_of_two_alternatives_is_enough():
    assert reasons({"contacts"})["C1"] == NOTHING_HERE


def test_what_has_a_row_is_left_alone_and_nothing_is_zero():
    values = pl.DataFrame({"metric_id": ["Q4"]})
    rows = unmeasured_rows(values, {"messages"})
    assert "Q4" not in {row["metric_id"] for row in rows}
    assert {(row["value"], row["grade"]) for row in rows} == {(None, "X")}


def test_the_row_bears_a_variant_and_the_unit_of_its_metric():
    """As the registry has them: Q4's first variant is `rate`; those of S20 begin with that of conversations."""
    rows = {row["metric_id"]: row for row in unmeasured_rows(NOTHING, {"messages"})}
    assert (rows["Q4"]["variant"], rows["Q4"]["unit"]) == (next(iter(METRICS["Q4"].variants)), METRICS["Q4"].unit)
    assert [name for name, row in rows.items() if row["unit"] != unit_of(METRICS[name], row["variant"])] == []
    assert rows["Q1"]["unit"] == "count"


def test_no_variant_is_named_with_a_gap_in_it():
    """`within_{hours}h` is no variant before the hours are known."""
    rows = unmeasured_rows(NOTHING, {"messages"})
    assert [row["variant"] for row in rows if "{" in row["variant"]] == []
    assert next(row["variant"] for row in rows if row["metric_id"] == "S1") == "ever"
