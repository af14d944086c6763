"""Every metric is defined in full, in plain words, of tables that exist; a faulty definition is refused by file and id."""

import ast
import json
import re
import sys
import tomllib
from dataclasses import asdict, fields
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from careworth import cli
from careworth.errors import ContractError, ParameterError
from careworth.registry import CATEGORIES, METRICS, OBJECTIVES, Metric, load_metrics, metric_words, sentence_of, unit_of
from careworth.registry.loading import OPTIONAL
from careworth.registry.pages import FIRST_LINE, LAST_LINE, find_metric, markdown_section, needed_tables
from careworth.registry.unlocking import unlocked_by
from careworth.schemas import TABLES

LIBRARY = Path(__file__).parents[1] / "lib" / "careworth"

#: The catalogue of METRICS.md B.1 to B.6: how many metrics each letter has.
CATALOGUE = {"A": 8, "V": 8, "S": 20, "Q": 11, "E": 12, "C": 6}

#: One definition that is right, to make wrong ones of.
RIGHT = """
[S1]
name = "Response rate"
meaning = "How many were answered."
formula = "answered / needing"
unit = "share"
direction = "up"
category = "service"
levels = ["manager"]
objective = "waiting"
trackability = "easy"
sales_link = "none"
inputs = ["messages or tickets", "surveys"]
variants.ever = "At any time."
windows.answer = "24 hours"
edge_cases = ["A like is no answer."]
vendors.Facebook = "Within 24 hours."
caveat = "Read by a rule."
unlocks = "Messages."
sources = ["R032"]
version = 1
"""


def texts(metric: Metric) -> list[str]:
    """Every sentence of a definition, the names of variants, windows and vendors left out."""
    sentences = [metric.name, metric.meaning, metric.formula, metric.unit, metric.caveat, metric.unlocks, *metric.edge_cases]
    return [*sentences, *metric.variants.values(), *metric.windows.values(), *metric.vendors.values()]


def is_name(word: object) -> bool:
    """True of a text that could be a variant's name: no sentence, and no metric's id."""
    return isinstance(word, str) and word not in METRICS and bool(re.fullmatch(r"[\w:.]{2,}", word))


def neighbours(node: ast.AST) -> list[tuple[str, str]]:
    """Each metric's id that stands in a call or a tuple as plain text, with the name right after it."""
    parts = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
    words = [part.value if isinstance(part, ast.Constant) else None for part in parts]
    return [(one, other) for one, other in pairwise(words) if one in METRICS and is_name(other)]


def variants_in_code() -> set[tuple[str, str]]:
    """Metric and variant wherever the library names the one right after the other."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in LIBRARY.rglob("*.py")]
    return {found for tree in trees for node in ast.walk(tree) for found in neighbours(node)}


def printed(*words: str) -> str:
    """What a call of the command line prints in a wide window, without what pads its lines."""
    ended = CliRunner().invoke(cli.app, list(words), env={"COLUMNS": "400"})
    assert ended.exit_code == 0, ended.output
    return "\n".join(" ".join(line.split()) for line in ended.output.splitlines())


def test_the_whole_catalogue_is_there():
    expected = {f"{letter}{number}" for letter, count in CATALOGUE.items() for number in range(1, count + 1)}
    assert len(expected) == 65
    assert {name for name in METRICS if name[0] in CATALOGUE} == expected


def test_each_file_holds_its_own_category():
    files = {block: tomllib.loads((LIBRARY / "registry" / f"{block}.toml").read_text(encoding="utf-8")) for block in CATEGORIES}
    assert {entry["category"] for entries in files.values() for entry in entries.values()} == set(CATEGORIES.values())
    for block, entries in files.items():
        assert {entry["category"] for entry in entries.values()} == {CATEGORIES[block]}, block


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_definition_is_filled_in_from_tables_that_exist(metric):
    assert all(getattr(metric, field.name) for field in fields(metric) if field.name not in OPTIONAL)
    assert {table for group in metric.inputs for table in group} | set(metric.richer_with) <= set(TABLES)
    assert not {table for group in metric.inputs for table in group} & set(metric.richer_with)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_units_and_names_elsewhere_are_of_variants_that_there_are(metric):
    assert set(metric.units) <= set(metric.variants)
    assert metric.unit not in metric.units.values()
    assert {
        name: sentence_of(metric, variant) for name, variant in metric.known_as.items() if not sentence_of(metric, variant)
    } == {}


def test_every_table_but_messages_unlocks_something():
    """Each in the metrics that have no number without it, or that say more with it; hence no list of its own."""
    assert [table for table in TABLES if not unlocked_by(METRICS.values(), table)] == []


def test_messages_or_tickets_need_no_tickets():
    """S9 takes either, and messages are always there; S17 needs both tables of the help desk."""
    needed, more = unlocked_by(METRICS.values(), "tickets").split("; and more of: ")
    assert ("Reopened" in more.split("; "), "Reopened" in needed.split("; ")) == (True, False)
    assert "Complete records" in needed.split("; ")


def test_the_measures_of_the_contact_centre_lead_each_objective_of_theirs():
    """METRICS.md R099 to R104: call volume, call time, calls handled, cost per call, resolution rate, hold times."""
    objectives = ["call volume", "handling time", "contacts handled", "cost per contact", "resolution", "waiting"]
    assert [METRICS[f"C{number}"].objective for number in range(1, 7)] == objectives == list(OBJECTIVES)[:6]


def test_every_objective_is_served_and_social_metrics_stand_beside_the_contact_centres():
    served = {name: {metric.category for metric in METRICS.values() if metric.objective == name} for name in OBJECTIVES}
    assert [name for name, categories in served.items() if not categories - {"contact centre"}] == []


#: The keywords of the article on social customer care, as METRICS.md R135 lists them.
KEYWORDS = (
    "business result",
    "interaction",
    "loyalty",
    "satisfaction",
    "service channel",
    "deflection rate",
    "KPI",
    "positive sentiment",
    "revenue generation",
    "SLA",
    "strategy",
    "ROI",
)


def units_in_code() -> set[tuple[str, str, str]]:
    """Metric, variant and unit of each row that the library builds with all three as plain text."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in LIBRARY.rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) >= 4]
    named = [node.args for node in calls if isinstance(node.func, ast.Name) and node.func.id == "value_row"]
    words = [tuple(part.value if isinstance(part, ast.Constant) else None for part in args) for args in named]
    return {(each[0], each[1], each[3]) for each in words if None not in (each[0], each[1], each[3])}


def test_rows_have_the_unit_that_the_registry_gives_their_variant():
    """An amount has its currency for a unit, which the registry calls currency."""
    found = units_in_code()
    assert {("A1", "net_growth", "ratio"), ("E1", "growth", "ratio"), ("C1", "per_day", "count/day")} <= found
    assert sorted(each for each in found if each[2] != unit_of(METRICS[each[0]], each[1])) == []


@pytest.mark.parametrize("word", KEYWORDS)
def test_each_keyword_of_the_article_leads_to_one_metric(word):
    holders = [metric.id for metric in METRICS.values() if word in metric.keywords]
    assert holders == [find_metric(METRICS, word.upper()).id]


def test_the_keywords_are_those_of_the_article(shared):
    """Each is in the row of METRICS.md that lists them."""
    (row,) = [line for line in (shared / "METRICS.md").read_text(encoding="utf-8").splitlines() if line.startswith("| R135 |")]
    assert row.split("vocabulary: ")[1].split(" - ")[0].split(", ") == list(KEYWORDS)


def test_no_two_metrics_go_by_the_same_word():
    words = [word.casefold() for metric in METRICS.values() for word in (*metric.keywords, *metric.known_as)]
    assert len(words) == len(set(words))


def test_a_number_of_another_tool_leads_to_the_metric_that_counts_so():
    assert find_metric(METRICS, "first reply time (zendesk)").known_as["First reply time (Zendesk)"] == "zendesk_median"


@pytest.mark.parametrize(
    ("metric", "variant", "unit"),
    [
        ("S2", "median", "minutes"),
        ("S2", "answered_within", "share"),
        ("M5", "linear_conversions", "count"),
        ("Q4", "none", "share"),
    ],
)
def test_a_variant_has_its_own_unit_or_the_metrics(metric, variant, unit):
    """As METRICS.md B counts them: a time, a share within it, orders that a rule shares out; an unknown one has the metric's."""
    assert unit_of(METRICS[metric], variant) == unit


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_definition_is_written_in_plain_sentences(metric):
    """Markup would be shown as it stands, in the report, in the terminal and in the table of the dictionary."""
    assert [text for text in texts(metric) if re.search(r"[`*_<>|#\[\]{}\\]|  |\n|^\s|\s$", text)] == []
    sentences = [metric.meaning, metric.caveat, metric.unlocks, *metric.edge_cases, *metric.variants.values()]
    assert [text for text in sentences if not (text[0].isupper() or text[0].isdigit()) or text[-1] != "."] == []
    assert len(re.findall(r"[.?](?: |$)", metric.meaning)) <= 2


@pytest.mark.parametrize("name", [each.id for each in METRICS.values() if each.unit == "share"])
def test_the_formula_of_a_share_names_its_denominator(name):
    assert re.search(r"\w / \w", METRICS[name].formula)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_definition_says_where_it_comes_from(metric, shared):
    """Requirements and tags are those of METRICS.md, sections A and G."""
    catalogue = (shared / "METRICS.md").read_text(encoding="utf-8")
    requirements = [source for source in metric.sources if re.fullmatch(r"R\d+", source)]
    tags = set(metric.sources) - {*requirements, "general knowledge"}
    assert [name for name in requirements if f"\n| {name} |" not in catalogue] == []
    assert [tag for tag in tags if not re.search(rf"\[{re.escape(tag)}\]", catalogue)] == []
    assert requirements


def test_each_variant_that_the_code_builds_is_described():
    found = variants_in_code()
    assert {("S1", "ever"), ("Q2", "strict"), ("M9", "roi"), ("V1", "care_conversations")} <= found
    assert sorted(pair for pair in found if not sentence_of(METRICS[pair[0]], pair[1])) == []


@pytest.mark.parametrize(
    ("metric", "variant", "known"),
    [
        ("S1", "within_12h", True),
        ("S1", "within_1.5h", True),
        ("S1", "within_h", False),
        ("S1", "nearly_within_12h", False),
        ("S1", "within_12h_at_most", False),
        ("V6", "S2.median", True),
        ("V6", "S2", False),
        ("P12", "thanks:sensitivity", True),
        ("P12", "thanks:guess", False),
        ("S1", "within_24h_change", True),
        ("S1", "_change", False),
    ],
)
def test_a_placeholder_stands_for_one_text_or_more(metric, variant, known):
    assert (sentence_of(METRICS[metric], variant) is not None) == known


@pytest.mark.parametrize(
    ("metric", "variant", "words"),
    [
        ("S1", "within_1.5h", "Response rate, within 1.5 h"),
        ("S18", "within_15min", "Answered at once, within 15 min"),
        ("Q1", "rate_change_mix", "Thank You Score, change by another mix of groups"),
        ("Q3", "improved_unanswered", "Change of tone, improved, nobody answered"),
        ("Q4", "response_rate", "Customer satisfaction, response rate"),
    ],
)
def test_a_variant_reads_as_words(metric, variant, words):
    assert metric_words(metric, variant) == words


def test_a_metric_that_is_not_defined_goes_by_its_id():
    assert metric_words("Z9", "p90") == "Z9, nine in ten"


def test_a_definition_becomes_a_metric():
    assert load_metrics({"service.toml": RIGHT}) == {
        "S1": Metric(
            id="S1",
            name="Response rate",
            meaning="How many were answered.",
            formula="answered / needing",
            unit="share",
            direction="up",
            category="service",
            levels=("manager",),
            objective="waiting",
            trackability="easy",
            sales_link="none",
            inputs=(("messages", "tickets"), ("surveys",)),
            variants={"ever": "At any time."},
            windows={"answer": "24 hours"},
            edge_cases=("A like is no answer.",),
            vendors={"Facebook": "Within 24 hours."},
            caveat="Read by a rule.",
            unlocks="Messages.",
            sources=("R032",),
            version=1,
        )
    }


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("version = 1", "version = 1\nowner = 'me'", r"unknown fields \['owner'\]"),
        ("version = 1", "", r"missing fields \['version'\]"),
        ('category = "service"', 'category = "serving"', r"category \['serving'\] is unknown"),
        ('direction = "up"', 'direction = "north"', r"direction \['north'\] is unknown"),
        ('levels = ["manager"]', 'levels = ["manager", "boss"]', r"levels \['boss'\] is unknown"),
        ('levels = ["manager"]', "levels = []", "levels is empty"),
        ('objective = "waiting"', 'objective = "hope"', r"objective \['hope'\] is unknown"),
        ('sales_link = "none"', 'sales_link = "proven"', r"sales_link \['proven'\] is unknown"),
        ('trackability = "easy"', "", r"missing fields \['trackability'\]"),
        ("version = 1", "version = 1\nkeywords = []", "keywords is empty"),
        ("version = 1", "version = 1\nunits.ever = 1", "units is empty or no dict of texts"),
        ('name = "Response rate"', 'name = ""', "name is empty"),
        ('sources = ["R032"]', 'sources = "R032"', "sources is empty or no list"),
        ('sources = ["R032"]', "sources = [32]", "sources is empty or no list of texts"),
        ('edge_cases = ["A like is no answer."]', 'edge_cases = [" "]', "edge_cases is empty or no list of texts"),
        ('variants.ever = "At any time."', "variants.ever = 1", "variants is empty or no dict of texts"),
        ("version = 1", "version = true", "version is empty or no int"),
        ("version = 1", 'version = "1"', "version is empty or no int"),
    ],
)
def test_a_faulty_definition_is_refused_by_file_and_id(right, wrong, says):
    assert RIGHT.count(right) == 1
    with pytest.raises(ContractError, match=f"^service.toml: S1: {says}"):
        load_metrics({"service.toml": RIGHT.replace(right, wrong)})


def test_a_metric_is_defined_once():
    with pytest.raises(ContractError, match="^more.toml: S1 is defined twice"):
        load_metrics({"service.toml": RIGHT, "more.toml": RIGHT})
    with pytest.raises(ContractError, match="^service.toml: .*S1"):
        load_metrics({"service.toml": RIGHT + RIGHT})


def test_an_entry_that_is_no_table_is_refused():
    with pytest.raises(ContractError, match=r"^service.toml: S1: missing fields"):
        load_metrics({"service.toml": 'S1 = "Response rate"'})


def test_needed_tables_say_where_one_of_several_is_enough():
    (metric,) = load_metrics({"service.toml": RIGHT}).values()
    assert needed_tables(metric, "`") == "`messages` or `tickets`, `surveys`"


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_explain_prints_every_field(metric):
    page = printed("explain", metric.id)
    names = [*metric.variants, *metric.windows, *metric.vendors, *metric.levels, *metric.sources]
    names += [*metric.richer_with, *metric.keywords, metric.trackability, metric.sales_link, OBJECTIVES[metric.objective]]
    names += [f"{name}: {text}" for name, text in (metric.units | metric.known_as).items()]
    words = [f"{metric.id} {metric.name}", f"{metric.direction} is better", metric.category, needed_tables(metric)]
    missing = [text for text in [*texts(metric), *names, *words, f"version {metric.version}"] if text not in page]
    assert missing == []


def test_explain_prints_a_line_for_each_metric_below_its_block():
    lines = printed("explain").splitlines()
    assert [line for line in lines if line and line not in CATEGORIES.values()] == [
        f"{each.id} {each.name}" for each in METRICS.values()
    ]
    assert [line for line in lines if line in CATEGORIES.values()] == list(CATEGORIES.values())


def test_explain_gives_a_program_every_field():
    known = json.loads(json.dumps([asdict(each) for each in METRICS.values()]))
    assert json.loads(printed("explain", "--json")) == known
    assert json.loads(printed("explain", "q1", "--json")) == next(each for each in known if each["id"] == "Q1")


def test_explain_makes_a_table_whose_rows_all_have_its_columns():
    page = printed("explain", "--markdown")
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {7}
    assert len([row for row in rows if row.startswith("| `")]) == len(METRICS)
    assert (page.splitlines()[0], page.splitlines()[-1]) == (FIRST_LINE, LAST_LINE)
    assert markdown_section([METRICS["S1"]]).count("| `S") == 1


def test_the_table_of_the_dictionary_says_what_a_metric_is_called_elsewhere():
    assert "Known as First reply time (Zendesk): `zendesk_median`." in markdown_section([METRICS["S2"]])


def test_an_unknown_metric_is_refused_with_the_nearest(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["careworth", "explain", "S99"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (2, "")
    assert re.fullmatch(r"careworth: no metric 'S99'; the nearest are S9, [A-Z\d, ]+\n", told.err)


@pytest.mark.parametrize("metric_id", ["", "S", "ß", "S1; rm", "S" * 1000])
def test_no_id_finds_another_metric(metric_id):
    with pytest.raises(ParameterError, match="no metric"):
        find_metric(METRICS, metric_id)
