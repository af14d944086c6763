"""The report's method section: barriers, steps, sources, joins, settings, objectives, familiar numbers, links to sales."""

import json
import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from careworth.config import Campaign, Goal
from careworth.formats import FORMATS
from careworth.formats.classes import INBOX_FORMATS, LIMITS, TABLE_CLASSES, source_class
from careworth.lake import Lake
from careworth.notebook import join_table, source_table
from careworth.registry import METRICS, OBJECTIVES
from careworth.report import render_report
from careworth.report.barriers import barriers
from careworth.report.catalogue import by_objective, familiar_numbers, leading_rows, sales_map
from careworth.report.joins import JOINS, join_rates
from careworth.report.provenance import locked_tables, source_classes
from careworth.report.purposes import PURPOSES, block_of, purposes
from careworth.report.sections import BLOCKS
from careworth.report.settings import differences, given_parameters
from careworth.report.steps import steps
from careworth.results import to_metric_values, value_row
from careworth.schemas import METRIC_VALUES, TABLES
from tests.sample_values import END, PROVENANCE, START, WORKSPACE, campaign, complete, table, without_revenue
from tests.test_report import unpacked, visible_text

NOTHING = pl.DataFrame(schema=METRIC_VALUES.columns)

#: A number of each step and barrier that a campaign can have.
GATE = [value_row("P1", name, 1.0, "yes/no", slice="passed", reason=f"{name} holds") for name in ("match_rate", "control_total")]


def values_of(*rows: dict) -> pl.DataFrame:
    """The rows as a campaign's table."""
    return to_metric_values(list(rows), "spring", START, END)


def cleared(values: pl.DataFrame, *tables: str) -> list[bool]:
    """Which of the six barriers the values and connected tables clear."""
    sources = [{"table": name, "kind": source_class(name, "canonical", True)} for name in tables]
    return [each.is_cleared for each in barriers(values, sources, "3")]


def test_messages_alone_clear_only_the_barrier_of_definitions():
    """METRICS.md R109: no standard, tool confusion, silos, many touch points, attribution, disintegrated systems."""
    assert cleared(NOTHING, "messages") == [True, False, False, False, False, False]


def test_each_barrier_is_cleared_by_what_it_is_about():
    assert cleared(NOTHING, "messages", "costs") == [True, True, False, False, False, False]
    assert cleared(NOTHING, "messages", "contacts") == [True, False, True, False, False, False]
    roles = value_row("M6", "assist", 0.4, "share", slice="channel=email")
    assert cleared(values_of(roles)) == [True, False, False, True, False, False]
    assert cleared(values_of(value_row("M7", "incremental_margin", 9.0, "EUR"))) == [True, False, False, False, True, False]
    assert cleared(values_of(*GATE)) == [True, False, False, False, False, True]


def test_a_return_that_is_not_measured_clears_nothing():
    """A row of grade X is there to say why, and shows nothing."""
    assert cleared(values_of(value_row("M7", "incremental_margin", None, "EUR", reason="no holdout"))) == cleared(NOTHING)


def test_systems_are_joined_only_where_both_conditions_hold():
    half = values_of(GATE[0], GATE[1] | {"value": 0.0, "reason": "books and orders differ"})
    assert barriers(half, [], "3")[-1][1:] == (False, "Books and orders differ.")
    assert barriers(NOTHING, [], "3")[-1].sentence == (
        "Orders were not matched to touches; orders were not compared with the company's books."
    )


def goal(metric: str = "Q1.rate", day: date = date(2025, 1, 1)) -> Goal:
    """A goal registered on a day; the sample campaign begins on 3 March 2025."""
    return Goal(metric=metric, target=0.5, direction="up", registered_on=day)


def with_goals(*goals: Goal, **words) -> Campaign:
    """The sample campaign with goals and whatever else its file says."""
    return campaign().model_copy(update={"goals": list(goals), **words})


def statuses(values: pl.DataFrame, of: Campaign, sla: tuple = ()) -> list[str]:
    """How far each of the seven steps is done."""
    return [each.status for each in steps(values, of, SimpleNamespace(sla=sla))]


def test_a_campaign_of_which_nothing_is_known_has_seven_open_steps():
    assert statuses(NOTHING, campaign()) == ["open"] * 7


def test_each_step_is_done_by_what_it_asks_for():
    """METRICS.md R136: educate, business case, goals, strategy and SLA, KPIs, results, stop-start-continue."""
    measured = [
        value_row("E11", "level", 2.0, "level", slice="dimension=people"),
        value_row("P1", "costs_complete", 1.0, "yes/no", slice="passed"),
        value_row("E10", "Q1.rate", 0.4, "share", slice="value", reason="met"),
        value_row("M9", "roi", 0.1, "ratio"),
        value_row("P8", "loses", 0.2, "share", slice="action=stop", reason="x Rule: y (1)"),
    ]
    whole = with_goals(goal(), budget=1000.0, strategy="answer within the hour")
    assert statuses(values_of(*measured), whole, sla=("first answer",)) == ["done"] * 7
    assert statuses(values_of(*measured), whole) == ["done", "done", "done", "partly", "done", "done", "done"]


def test_a_goal_registered_on_the_first_day_sets_none_and_one_without_a_number_measures_none():
    late = with_goals(goal(day=START))
    assert statuses(NOTHING, late)[2:5] == ["open", "open", "open"]
    assert statuses(NOTHING, with_goals(goal(day=date(2025, 3, 2))))[2:5] == ["done", "open", "open"]
    one_of_two = values_of(value_row("E10", "Q1.rate", 0.4, "share", slice="value"))
    assert statuses(one_of_two, with_goals(goal(), goal("Q2.strict")))[4] == "open"


@pytest.mark.parametrize(("name", "given"), [(name, each) for name, tables in FORMATS.items() for each in tables])
def test_each_format_has_a_class(name, given):
    assert source_class(given, name, False) in LIMITS


def test_classes_are_of_tables_and_formats_that_there_are():
    assert set(TABLE_CLASSES) <= set(TABLES) - {"messages"}
    assert all("messages" in FORMATS[name] for name in INBOX_FORMATS)


@pytest.mark.parametrize(
    ("given", "name", "has_answers", "expected"),
    [
        ("messages", "x_api", False, "monitoring"),
        ("messages", "generic", False, "monitoring"),
        ("messages", "generic", True, "engagement"),
        ("messages", "khoros", False, "engagement"),
        ("tickets", "zendesk", False, "engagement"),
        ("touchpoints", "ga4", True, "measuring"),
        ("orders", "shopify", True, "measuring"),
        ("leads", "salesforce", True, "measuring"),
    ],
)
def test_a_source_is_typed_by_what_it_holds(given, name, has_answers, expected):
    """METRICS.md R123: mentions and listening exports; R124: inboxes and cases; R125: web analytics, orders, CRM."""
    assert source_class(given, name, has_answers) == expected


@pytest.fixture
def lake(tmp_path) -> Lake:
    """Three orders (one without a person), touches of one of the two buyers, and turns of two people, one of them linked."""
    tables = {
        "orders": {"person_key": ["p1", "p2", None]},
        "touchpoints": {"person_key": ["p1", "p1", "p9"]},
        "turns": {"customer_id": ["ann", "ann", "bob"], "thread_id": ["t1", "t1", "t2"], "author_role": ["customer"] * 3},
        "identity_links": {"alias_value": ["ann"], "customer_id": ["p1"]},
        "surveys": {"thread_id": ["t2", "t3"]},
    }
    for name, columns in tables.items():
        pl.DataFrame(columns).write_parquet(tmp_path / f"{name}.parquet")
    inputs = {"messages": {"formats": ["generic"]}, "orders": {"formats": ["ga4", "shopify"]}}
    return Lake(tmp_path, {"outputs": dict.fromkeys(tables, {}), "inputs": inputs})


def test_a_join_counts_what_found_the_other_table(lake):
    """By hand: t2 of t2 and t3; ann of ann and bob, each once; p1 of p1, p2 and an order without a person, twice."""
    found = {(each["left"], each["right"]): (each["matched"], each["records"]) for each in join_rates(lake)}
    assert found == {
        ("surveys.thread_id", "turns.thread_id"): (1, 2),
        ("turns.customer_id", "identity_links.alias_value"): (1, 2),
        ("orders.person_key", "identity_links.customer_id"): (1, 3),
        ("orders.person_key", "touchpoints.person_key"): (1, 3),
    }


def test_a_notebook_shows_sources_and_joins_as_tables(lake):
    assert source_table(lake).columns == ["table", "format", "class"]
    assert join_table(lake)["matched"].to_list() == [1, 1, 1, 1]
    nothing_to_join = Lake(lake.folder, {"outputs": {"turns": {}}})
    assert join_table(nothing_to_join).is_empty()


def test_a_table_without_rows_is_joined_to_nothing(lake):
    pl.DataFrame(schema={"person_key": pl.String}).write_parquet(lake.folder / "orders.parquet")
    assert [each["records"] for each in join_rates(lake) if each["left"].startswith("orders")] == [0, 0]


def test_what_is_joined_are_columns_that_there_are():
    ends = [end for join in JOINS for end in ((join.table, join.key), (join.other, join.other_key))]
    assert [(name, key) for name, key in ends if name != "turns" and key not in TABLES[name].columns] == []


def test_a_table_has_a_class_for_each_of_its_formats(lake):
    kinds = [(each["table"], each["format"], each["kind"]) for each in source_classes(lake)]
    assert kinds == [("messages", "generic", "monitoring"), ("orders", "ga4", "measuring"), ("orders", "shopify", "measuring")]


def test_what_is_not_connected_is_told_with_what_it_would_unlock(lake):
    """`orders` is there and `costs` is not; cost per resolution needs it (METRICS.md M2)."""
    locked = locked_tables(lake)
    assert ("orders" in locked, "Cost per resolution" in locked["costs"]) == (False, True)


def notebook(folder: Path, name: str, *lines: str) -> None:
    """An executed notebook whose injected cell has these lines, as papermill writes it."""
    cells = [{"metadata": {}, "source": "x = 1"}, {"metadata": {"tags": ["injected-parameters"]}, "source": "\n".join(lines)}]
    (folder / f"{name}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")


#: A workspace whose response hours are not the default, 24.
SETTINGS = {"response_hours": 12.0, "resolution_window_hours": 72.0}


@pytest.fixture
def workspace(monkeypatch) -> SimpleNamespace:
    """A workspace with a promise and a calendar."""
    monkeypatch.setattr("careworth.report.settings.differences_from_defaults", lambda each: ["service.response_hours = 12.0"])
    promise = SimpleNamespace(name="within the hour", target_minutes=60.0)
    sections = {"boundaries": [], "service": [*SETTINGS.items()], "roi": [("seed", 7)]}
    return SimpleNamespace(sla=[promise], calendars={"desk": []}, **sections)


def test_a_parameter_that_a_notebook_was_given_is_told(workspace, tmp_path):
    notebook(tmp_path, "02_metrics", "# Parameters", 'workspace = "."', "response_hours = 4.0", "resolution_window_hours = 72.0")
    notebook(tmp_path, "04_roi", "seed = 7", "response_hours = 12.0")
    assert given_parameters(workspace, tmp_path) == ["02_metrics: response_hours = 4.0 (workspace: 12.0)"]


def test_settings_promises_and_parameters_stand_together(workspace, tmp_path):
    notebook(tmp_path, "04_roi", "seed = 8")
    assert differences(workspace, tmp_path) == [
        "service.response_hours = 12.0",
        "sla: within the hour, 60 minutes (default: none)",
        "calendar: desk (default: none)",
        "04_roi: seed = 8 (workspace: 7)",
    ]


def test_without_notebooks_no_parameter_was_given(workspace, tmp_path):
    assert given_parameters(workspace, tmp_path / "nowhere") == []


def test_each_block_has_its_business_goal():
    assert list(PURPOSES) == list(BLOCKS)
    assert len(set(PURPOSES.values())) == len(BLOCKS)


def test_a_goal_of_the_campaign_stands_in_the_block_that_lists_its_metric():
    told = purposes([{"name": "Thank You Score", "metric": "Q1"}, {"name": "Change of tone", "metric": "Q3"}])
    assert {block: each["goals"] for block, each in told.items() if each["goals"]} == {
        "issues": ["Change of tone"],
        "service": ["Thank You Score"],
    }


def test_every_metric_but_those_of_the_platform_and_the_goals_has_a_block():
    homeless = {metric.id for metric in METRICS.values() if block_of(metric.id) is None}
    assert homeless == {"E10", "P1", "P7", "P8", "P12"} | {each for each in METRICS if each[0] == "P"}


def test_the_row_that_speaks_for_a_metric_is_the_registrys_first():
    """Of S1, `within_24h` stands before `ever`; a share of fewer than ten and a row of one network speak for nothing."""
    rows = [
        value_row("S1", "ever", 0.9, "share", n=100),
        value_row("S1", "within_24h", 0.8, "share", n=100),
        value_row("S6", "resolved", 0.8, "share", n=9),
        value_row("S6", "redirected", 0.1, "share", n=10),
        value_row("S7", "first_contact", 0.1, "share", n=10, slice="network=x"),
    ]
    assert {name: row["variant"] for name, row in leading_rows(values_of(*rows)).items()} == {
        "S1": "within_24h",
        "S6": "redirected",
    }


def test_numbers_stand_below_the_objective_that_they_serve():
    found = {group["name"]: [line["metric"] for line in group["lines"]] for group in by_objective(complete())}
    assert found["waiting"] == ["Response rate, within 24 h", "First response time, median"]
    assert found["resolution"] == ["How it ended, resolved"]
    assert set(found) <= set(OBJECTIVES)
    assert by_objective(NOTHING) == []


def test_a_familiar_number_stands_beside_ours():
    """Zendesk's median of 12 minutes beside ours of 22; a satisfaction that is counted alike has no second number."""
    rows = [
        value_row("S2", "median", 22.0, "minutes", n=50),
        value_row("S2", "zendesk_median", 12.0, "minutes", n=40),
        value_row("S2", "hootsuite_mean", None, "minutes", reason="nothing resolved"),
        value_row("Q4", "rate", 0.5, "share", n=20),
        value_row("S4", "zendesk_attainment", 0.5, "share", n=20),
    ]
    first, second, third = familiar_numbers(values_of(*rows))
    assert {name: words for name, words in first.items() if "told" not in name} == {
        "name": "First reply time (Zendesk)",
        "value": "12 min",
        "ours": "First response time, median",
        "ours_value": "22 min",
    }
    assert ('data-key="S2.zendesk_median"' in first["told"], 'data-key="S2.median"' in first["ours_told"]) == (True, True)
    assert (second["name"], third["name"], third["value"], third["ours"]) == ("SLA achieved (Zendesk)", "CSAT", "50 %", "")


def groups_of(*rows: dict) -> dict[tuple[str, bool], list[tuple[str, str]]]:
    """By effort and whether sales are shown to be linked: each number with its link."""
    found = sales_map(values_of(*rows))
    return {
        (group["effort"], group["is_shown"]): [(line["metric"], line["link"]) for line in group["lines"]]
        for group in found
        if group["lines"]
    }


def test_numbers_are_sorted_by_effort_and_by_what_links_them_to_sales():
    roi, holdout = value_row("M9", "roi", 0.1, "ratio"), value_row("M7", "incremental_margin", 9.0, "EUR")
    leads, answered = value_row("E6", "leads", 3, "count"), value_row("S1", "ever", 0.5, "share", n=50)
    assert groups_of(roi, leads, answered) == {
        ("easy", False): [("Response rate, ever answered", "hypothesised")],
        ("hard", True): [("Leads from care, leads", "associated here")],
        ("hard", False): [("Return on investment", "hypothesised")],
    }
    assert ("Return on investment", "causal here") in groups_of(roi, holdout)["hard", True]


def test_only_a_holdout_and_what_rests_on_it_can_be_causal():
    """Calls made unnecessary are no sale, and attribution is no effect (METRICS.md M5, M7)."""
    causal = {metric.id for metric in METRICS.values() if metric.sales_link == "causal"}
    assert causal == {"M7", "M8", "M9", "M10", "M11", "M12"}


@pytest.fixture(scope="module")
def text() -> str:
    """What a reader of the complete report sees."""
    joined = {"left": "orders.person_key", "right": "touchpoints.person_key", "counted": "orders"}
    joins = [joined | {"records": 200, "matched": 50}, joined | {"records": 9, "matched": 4}]
    goals = [
        value_row("E10", "Q1.rate", 0.18, "share", n=3212, slice="value", reason="met"),
        value_row("E10", "Q1.rate", 0.15, "share", slice="target", reason="registered on 2025-01-01"),
    ]
    values = pl.concat([complete(), table(goals)])
    return visible_text(render_report(values, campaign(), WORKSPACE, PROVENANCE | {"joins": joins}))


def test_the_report_shows_barriers_steps_and_sources(text):
    """The sample has definitions, roles of channels and a holdout, and only messages among its sources."""
    assert "Which barriers to measuring a return are cleared: 3 of 6" in text
    assert re.search(r"Seven steps, and how far each is done Educate: open; missing: an audit", text)
    assert "messages canonical engagement engagement alone cannot show what people bought" in text
    assert "Not kept of a message: the device." in text


def test_the_report_shows_joins_and_hides_a_share_of_few(text):
    assert "orders.person_key touchpoints.person_key orders 200 25 %" in text
    assert "orders 9 too few to show" in text


def test_the_report_names_the_goal_of_each_block_and_the_campaigns_own(text):
    assert [purpose for purpose in PURPOSES.values() if f"Business goal: {purpose}" not in text] == []
    assert f"{PURPOSES['service']} This campaign's own goals here: Thank You Score." in text


def test_the_report_says_when_its_headlines_are_not_balanced(text):
    """Of the five tiles of the sample, three are of service, one of quality and one of money; the goal is of quality."""
    assert "Headlines: 3 of service, 1 of quality, 0 of effectiveness. Not balanced: nothing tells of effectiveness." in text
    assert "Goals: 0 of service, 1 of quality, 0 of effectiveness." in text


def test_the_glossary_says_from_what_kind_of_source_and_by_what_other_name():
    """Only messages are connected, and they hold answers."""
    page = render_report(complete(), campaign(), WORKSPACE, PROVENANCE)
    entry = next(each for each in json.loads(unpacked(page, "charts"))["glossary"] if each["id"] == "S2")
    assert entry["name"] == "First response time"
    assert re.search(r" From sources for engagement\. Known elsewhere as First reply time \(Zendesk\),", entry["more"])


def test_the_report_groups_by_objective_and_by_the_link_to_sales(text):
    assert "Waiting Short waits, and promises kept." in text
    assert re.search(r"hard to track .*Incremental margin EUR 24 k \(causal here\)", text)


def test_a_report_without_revenue_says_which_barriers_stand():
    page = visible_text(render_report(without_revenue(), campaign(), WORKSPACE, PROVENANCE))
    assert "Which barriers to measuring a return are cleared: 1 of 6" in page
    assert "No randomised holdout is connected" in page
