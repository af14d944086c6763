"""E11: levels by the latest audit, changes against the one before, self-report said; the shipped questionnaire is usable."""

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import careworth
from careworth.metrics.maturity import maturity_rows
from careworth.schemas import TABLES
from careworth.sources import Source
from careworth.staging.generic import stage_generic
from careworth.staging.typed import Layout
from tests.metrics.cases import CUT, row_of

QUESTIONNAIRE = Path(careworth.__file__).parent / "scaffold/sources/maturity_answers.csv"
SCHEMA = TABLES["maturity_answers"]
SPRING, AUTUMN = date(2023, 3, 1), date(2023, 9, 1)


def answers(*rows: tuple) -> pl.DataFrame:
    """Answers of a day: day, dimension, level, and the questionnaire where it is not the usual one."""
    table = [(day, *(other or ["own-1"]), dimension, level) for day, dimension, level, *other in rows]
    return pl.DataFrame(table, schema=SCHEMA.columns, orient="row")


def told(*rows: tuple) -> dict[tuple[str, str], float | None]:
    """The value of each variant and slice."""
    return {(row["variant"], row["slice"]): row["value"] for row in maturity_rows(answers(*rows), CUT)}


def test_without_answers_there_is_no_level_and_the_reason():
    (row,) = maturity_rows(answers(), CUT)
    assert (row["value"], row["grade"]) == (None, "X")
    assert row["reason"] == "no answers to a maturity questionnaire from before the campaign's end are connected"


def test_one_answer_is_a_level_by_self_report():
    """By hand: one dimension at level 2, which is below 3, so none of one is ready."""
    rows = maturity_rows(answers((SPRING, "aims", 2)), CUT)
    level, ready = row_of(rows, "level", "dimension=aims"), row_of(rows, "ready")
    assert [level[name] for name in ("value", "unit", "n", "denominator", "grade")] == [2, "level", 1, "self-report", "C"]
    assert level["reason"] == "self-report of 2023-03-01 by questionnaire own-1"
    assert (ready["value"], ready["n"], ready["unit"], ready["grade"]) == (0, 1, "count", "C")
    assert ready["reason"].startswith("level 3 is ready; not ready: aims; self-report")
    assert len(rows) == 2


def test_a_later_audit_shows_what_changed():
    """By hand: aims from 2 to 4 is 2 up, people from 3 to 1 is 2 down; one of two is at 3 or above."""
    assert told((SPRING, "aims", 2), (SPRING, "people", 3), (AUTUMN, "aims", 4), (AUTUMN, "people", 1)) == {
        ("level", "dimension=aims"): 4,
        ("level", "dimension=people"): 1,
        ("change", "dimension=aims"): 2,
        ("change", "dimension=people"): -2,
        ("ready", "all"): 1,
    }


def test_the_change_names_both_audits():
    rows = maturity_rows(answers((SPRING, "aims", 3), (AUTUMN, "aims", 3)), CUT)
    change = row_of(rows, "change", "dimension=aims")
    assert (change["value"], change["grade"]) == (0, "C")
    assert change["reason"] == "self-report of 2023-09-01 by questionnaire own-1, against that of 2023-03-01"
    assert "all are ready" in row_of(rows, "ready")["reason"]


def test_another_version_of_the_questionnaire_is_not_compared():
    assert ("change", "dimension=aims") not in told((SPRING, "aims", 2), (AUTUMN, "aims", 4, "own-2"))


def test_the_audit_before_is_the_last_one_before():
    """By hand: 5 less the 4 of August, not the 1 of March."""
    assert told((SPRING, "aims", 1), (date(2023, 8, 1), "aims", 4), (AUTUMN, "aims", 5))["change", "dimension=aims"] == 1


@pytest.mark.parametrize("level", [None, 0, 6, -1])
def test_a_dimension_without_a_possible_level_has_none(level):
    rows = maturity_rows(answers((SPRING, "aims", 2), (AUTUMN, "aims", level)), CUT)
    for variant, says in (("level", "no level from 1 to 5"), ("change", "not answered at both audits")):
        row = row_of(rows, variant, "dimension=aims")
        assert (row["value"], row["grade"], row["reason"].startswith(says)) == (None, "X", True)
    assert (row_of(rows, "ready")["value"], row_of(rows, "ready")["grade"]) == (None, "X")


def test_a_dimension_that_is_new_has_no_change():
    assert told((SPRING, "aims", 2), (AUTUMN, "crisis", 3))["change", "dimension=crisis"] is None


@pytest.mark.parametrize(("day", "level"), [(date(2024, 1, 31), 5), (CUT.end, 2)])
def test_an_audit_on_the_first_day_after_the_campaign_is_not_seen(day, level):
    assert told((SPRING, "aims", 2), (day, "aims", 5))["level", "dimension=aims"] == level


def test_two_questionnaires_of_one_day_are_not_mixed():
    """The last by name is told; its one dimension is all there is."""
    assert ("level", "dimension=aims") not in told((SPRING, "aims", 2, "a"), (SPRING, "people", 3, "b"))


def test_the_questionnaire_that_comes_with_a_workspace_can_be_answered(tmp_path):
    """`careworth init` writes it: a day and a level in each line make it the table; one left open stays without a level."""
    with QUESTIONNAIRE.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert all(line[f"level {level}"].endswith(".") for line in lines for level in range(1, 6))
    filled = [line | {"answered_on": "2023-03-01", "level": str(1 + number % 5)} for number, line in enumerate(lines)]
    filled[-1]["level"] = ""
    with (tmp_path / "answers.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, filled[0])
        writer.writeheader()
        writer.writerows(filled)
    columns = {name: name for name in SCHEMA.columns}
    Source(format="generic", path="answers.csv", columns=columns).require_mapping("maturity_answers")
    staged = stage_generic(tmp_path / "answers.csv", SCHEMA, Layout(columns=columns))
    assert (staged.funnel["accepted"], len(lines)) == (8, 8)
    rows = maturity_rows(staged.table, CUT)
    assert row_of(rows, "ready")["n"] == 7
