"""The page's own interpreter of Vega's expressions, in node: right for every chart of ours, closed to hostile expressions."""

import json
import re
import shutil
import subprocess
from importlib.resources import files

import pytest

from careworth.report import render_report
from careworth.report.vega import chart_library
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete
from tests.test_report import unpacked

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node runs the interpreter without a page: install Debian's package nodejs")

#: Reads trees and what they may see, and prints what each comes to; a tree that is refused comes to its message.
DRIVER = """
const told = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const offered = { twice: (value) => 2 * value, format: (value, how) => `${value} as ${how}` };
const seen = { datum: { low: 3, "a b": 4, list: [5, 6], constructor: "a column", run: () => 1 }, item: { x: 7 } };
const answer = (ast) => {
  try {
    const found = interpreter.parameter({ functions: offered }, { ast })(seen.datum, { $chosen: 8 });
    return found === undefined ? "undefined" : found;
  } catch (error) {
    return `refused: ${error.message}`;
  }
};
console.log(JSON.stringify(told.map(answer)));
"""


def script(name: str) -> str:
    """A script of the page."""
    return files("careworth.report").joinpath("templates", name).read_text(encoding="utf-8")


def answers(*trees: dict) -> list:
    """What the interpreter makes of each tree."""
    code = script("interpreter.js") + DRIVER
    done = subprocess.run([NODE, "-e", code], input=json.dumps(trees), capture_output=True, text=True, check=True, timeout=30)
    return json.loads(done.stdout)


def literal(value: object) -> dict:
    """The tree of a value."""
    return {"type": "Literal", "value": value}


def name(word: str) -> dict:
    """The tree of a name."""
    return {"type": "Identifier", "name": word}


def member(value: dict, key: str | dict) -> dict:
    """The tree of `value.key` or, for a key that is a tree, of `value[key]`."""
    computed = isinstance(key, dict)
    return {"type": "MemberExpression", "object": value, "computed": computed, "property": key if computed else name(key)}


def call(word: str, *given: dict) -> dict:
    """The tree of a call."""
    return {"type": "CallExpression", "callee": name(word), "arguments": list(given)}


def pair(kind: str, operator: str, left: dict, right: dict) -> dict:
    """The tree of an operator between two values."""
    return {"type": kind, "operator": operator, "left": left, "right": right}


DATUM = name("datum")
LOW = member(DATUM, "low")


def test_values_names_and_fields():
    """By hand: datum is {low: 3, "a b": 4, list: [5, 6]}, the signal chosen is 8."""
    trees = [
        literal(2),
        LOW,
        member(DATUM, literal("a b")),
        member(member(DATUM, "list"), literal(1)),
        name("chosen"),
        name("PI"),
    ]
    assert answers(*trees) == [2, 3, 4, 6, 8, 3.141592653589793]


def test_operators_are_those_of_javascript():
    """By hand: 3 + 4, 3 - 4, 3 % 2, 3 < 4, "3" == 3, "3" === 3, !3, -3."""
    binary = [("+", 4), ("-", 4), ("%", 2), ("<", 4), ("==", "3"), ("===", "3")]
    trees = [pair("BinaryExpression", sign, LOW, literal(right)) for sign, right in binary]
    unary = [{"type": "UnaryExpression", "operator": sign, "argument": LOW} for sign in "!-"]
    assert answers(*trees, *unary) == [7, -1, 1, True, True, False, False, -3]


def test_only_the_branch_that_is_taken_runs():
    """The other branch asks for a function and would be refused."""
    bad = member(DATUM, "run")
    choice = {"type": "ConditionalExpression", "test": LOW, "consequent": literal("then"), "alternate": bad}
    either = pair("LogicalExpression", "||", LOW, bad)
    both = pair("LogicalExpression", "&&", literal(0), bad)
    assert answers(choice, call("if", LOW, literal("then"), bad), either, both) == ["then", "then", 3, 0]


def test_functions_are_ours_or_those_that_vega_offers_by_either_name():
    """By hand: 2 * 3; max(3, 9); the length of [5, 6]; 5 held between 0 and 3; 2025 of a date."""
    date = call("datetime", literal(2025), literal(2), literal(3))
    trees = [
        call("twice", LOW),
        call("_twice", LOW),
        call("max", LOW, literal(9)),
        call("length", member(DATUM, "list")),
        call("clamp", literal(5), literal(0), literal(3)),
        call("year", date),
        call("month", date),
        call("split", literal("a|b"), literal("|")),
    ]
    assert answers(*trees) == [6, 6, 9, 2, 3, 2025, 2, ["a", "b"]]


def test_lists_and_objects():
    key = {"type": "Property", "key": name("low"), "value": LOW}
    trees = [{"type": "ArrayExpression", "elements": [LOW, literal(1)]}, {"type": "ObjectExpression", "properties": [key]}]
    assert answers(*trees) == [[3, 1], {"low": 3}]


#: What hostile expressions have reached in Vega or elsewhere (RELIABILITY.md 3; CVE-2025-59840): each must come to nothing.
UNREACHED = {
    "window": name("window"),
    "Function": name("Function"),
    "globalThis": name("globalThis"),
    "a constructor": member(literal("text"), "constructor"),
    "the constructor of a list": member(member(DATUM, "list"), "constructor"),
    "a prototype": member(DATUM, "__proto__"),
    "a prototype by a computed name": member(DATUM, pair("BinaryExpression", "+", literal("__pro"), literal("to__"))),
    "a method of a text": member(literal("text"), "replace"),
    "a field of nothing": member(member(DATUM, "missing"), "x"),
}


@pytest.mark.parametrize("way", list(UNREACHED))
def test_what_is_not_data_is_not_there(way):
    assert answers(UNREACHED[way]) == ["undefined"]


REFUSED = {
    "a function in the data": member(DATUM, "run"),
    "Function": call("Function", literal("return 1")),
    "eval": call("eval", literal("1")),
    "setTimeout": call("setTimeout", literal("1")),
    "constructor": call("constructor", literal("return 1")),
    "toString": call("toString"),
    "hasOwnProperty": call("hasOwnProperty", literal("x")),
    "a call of a field": {"type": "CallExpression", "callee": member(literal("text"), "constructor"), "arguments": []},
    "an assignment": {"type": "AssignmentExpression", "operator": "=", "left": LOW, "right": literal(1)},
    "new": {"type": "NewExpression", "callee": name("Date"), "arguments": []},
    "a kind named constructor": {"type": "constructor"},
}


@pytest.mark.parametrize("way", list(REFUSED))
def test_what_is_not_offered_is_refused(way):
    (answer,) = answers(REFUSED[way])
    assert str(answer).startswith("refused: ")


def test_a_column_of_a_hostile_name_is_data_like_any_other():
    assert answers(member(DATUM, "constructor")) == ["a column"]


def test_an_object_is_given_no_prototype_by_an_expression():
    """A field named __proto__ becomes a field and no prototype: asking for what it would lend comes to nothing."""
    lent = {"type": "ObjectExpression", "properties": [{"type": "Property", "key": name("low"), "value": literal(1)}]}
    keyed = {"type": "ObjectExpression", "properties": [{"type": "Property", "key": name("__proto__"), "value": lent}]}
    assert answers(member(keyed, "low")) == ["undefined"]


#: Draws each chart twice without a page: expressions walked by our interpreter, and compiled by Vega itself.
DRAWING = """
const told = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const script = {};
new Function("document", told.library)({ currentScript: script });
const { View, parse } = script.vega;
const rowsOf = ({ rows, columns }) => {
  const row = (_, at) => Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[at]]));
  return Array.from({ length: rows }, row);
};
const withValues = (each) => (told.data[each.name] ? { ...each, values: rowsOf(told.data[each.name]) } : each);
const svg = (chart, ways, options) => {
  const runtime = parse({ ...chart, data: chart.data.map(withValues) }, null, ways);
  return new View(runtime, { renderer: "none", ...options }).toSVG();
};
const both = async (chart) => [await svg(chart, { ast: true }, { expr: interpreter }), await svg(chart)];
Promise.all(told.charts.map(both)).then((pairs) => console.log(JSON.stringify(pairs)));
"""


def drawn_twice(content: dict) -> list[list[str]]:
    """Each chart as our interpreter and as Vega's compiler draws it; clips are numbered on, so their numbers are taken out."""
    told = json.dumps(content | {"library": chart_library()})
    code = script("interpreter.js") + DRAWING
    done = subprocess.run([NODE, "-e", code], input=told, capture_output=True, text=True, check=True, timeout=120)
    return [[re.sub(r"(clip|gradient_)\d+", r"\1", svg) for svg in pair] for pair in json.loads(done.stdout)]


def content_of(page: str) -> dict:
    """Charts and data of a page."""
    return json.loads(unpacked(page, "charts"))


def test_every_chart_is_the_same_as_with_vegas_own_compiler(demo_reports):
    """The compiler, which a page under our policy cannot use, is the independent computation."""
    pages = [path.read_text(encoding="utf-8") for path in sorted(demo_reports.glob("*/report.html"))]
    pages.append(render_report(complete(), campaign(), WORKSPACE, PROVENANCE))
    for page in pages:
        content = content_of(page)
        pictures = drawn_twice(content)
        assert len(pictures) == len(content["charts"]) >= 5
        assert [at for at, (ours, theirs) in enumerate(pictures) if ours != theirs or "<path" not in ours] == []
