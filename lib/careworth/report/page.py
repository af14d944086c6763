"""Pages from templates: escaped, under a content-security policy, with everything they need inside."""

import json
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from careworth.readable import FEWEST_SHOWN, as_share
from careworth.report.content import filled_columns
from careworth.report.explanations import asked_in
from careworth.report.library import packed, script_hash
from careworth.report.signs import CODES, written_out
from careworth.report.vega import chart_library

#: Characters that could end a script element, as JSON escapes, and those that nobody sees, as their codes.
ESCAPED = CODES | str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})

#: The scripts that draw charts, tables and definitions, each after those that it uses: one closure, packed with Vega.
SCRIPTS = ("interpreter.js", "tooltip.js", "tables.js", "glossary.js", "charts.js")


def page(template: str, content: dict | None = None, model: dict | None = None, **context) -> str:
    """A page from its template, under a policy that runs only the scripts that draw, compute and explain what is in it.

    `content` is what the page's scripts draw, as `page_content` gives it; None for a page that is complete without scripts.
    """
    boot, library = (_asset("boot.js"), _library(bool(content["charts"]))) if content else ("", "")
    move = _asset("what_if.js") if model else ""
    explain = _asset("explain.js") if "glossary" in context else ""
    scripts = " ".join(script_hash(each) for each in (boot, library, move, explain) if each) or "'none'"
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        _environment()
        .get_template(template)
        .render(
            policy=Markup(policy),
            style=Markup(_asset("style.css")),
            boot=Markup(boot),
            charts=packed(as_json(content)),
            library=packed(library),
            model=Markup(as_json(model)),
            move=Markup(move),
            explain=Markup(explain),
            **context,
        )
    )


def _library(has_charts: bool) -> str:
    parts = "\n".join(_asset(name) for name in SCRIPTS)
    return f'{chart_library() if has_charts else ""}(() => {{\n"use strict";\n{parts}}})();'


def as_json(values: list | dict | None) -> str:
    """The values as JSON that can stand in a script element."""
    return json.dumps(values, separators=(",", ":"), ensure_ascii=False).translate(ESCAPED)


@cache
def _asset(name: str) -> str:
    return files("careworth.report").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("careworth.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=written_out,
    )
    environment.filters["visible"] = _visible
    environment.filters["asked_in"] = asked_in
    environment.filters["style_text"] = _style_text
    environment.filters["filled_columns"] = filled_columns
    environment.filters["found_share"] = _found_share
    return environment


def read_templates() -> None:
    """Read and compile every template now, for all pages that this process and those forked from it will make."""
    for name in _environment().list_templates(extensions=["j2"]):
        _environment().get_template(name)


def _visible(name: str) -> Markup:
    # A bidirectional isolate keeps the rest of the line in order.
    return Markup("<bdi>{}</bdi>").format(name)


def _style_text(name: str) -> Markup:
    # Between the quotes of a style sheet every sign but a plain one is written as its number, so that none can end it.
    shown = "".join(sign if sign.isprintable() else f"[U+{ord(sign):04X}]" for sign in name)
    plain = (sign if sign.isascii() and sign.isalnum() or sign in ",." else f"\\{ord(sign):06x}" for sign in shown)
    return Markup("".join(plain))


def _found_share(join: dict) -> str:
    return as_share(join["matched"] / join["records"]) if join["records"] >= FEWEST_SHOWN else "too few to show"
