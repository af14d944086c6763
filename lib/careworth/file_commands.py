"""The commands that look at one file or one report: a text for people, JSON for programs."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from careworth.errors import ParameterError, SourceError

say = Console(highlight=False, markup=False, soft_wrap=True)


def count_line(name: str, count: int) -> str:
    """A count behind its name, in columns."""
    return f"{name:>44}  {count:>12,}"


def preview_lines(found) -> str:
    """What would be read of a source, a line for each step, and the columns that nobody takes."""
    counts = [
        count_line(step, count) + _examples(found.rejected.get(step.removeprefix("rejected:")))
        for step, count in found.funnel.items()
    ]
    nobody = [f"{'columns that nobody takes':>44}  {', '.join(map(repr, found.unmapped))}"] if found.unmapped else []
    return "\n".join([f"{found.table}: {found.file}", *counts, *nobody])


def _examples(records: list[int] | None) -> str:
    return f"  such as record {', '.join(map(str, records))}" if records else ""


def inspect(
    file: Annotated[Path, typer.Argument(help="A file as it was exported.")],
    source_format: Annotated[str, typer.Option("--format", help="Its format, such as twcs, zendesk or shopify.")] = "twcs",
    table: Annotated[str, typer.Option("--table", help="The table to make of it.")] = "messages",
    own: Annotated[list[str] | None, typer.Option("--own", help="The brand's own id or name in it; may be repeated.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object; for twcs with every id and text.")] = False,
) -> None:
    """Say what would be taken of a file, what set aside and why."""
    from careworth.inspection import inspect_file, inspect_table

    try:
        is_plain = source_format in ("twcs", "canonical")
        found = inspect_file(file, source_format) if is_plain else inspect_table(file, source_format, table, own or [])
    except SourceError as error:
        if not as_json:
            raise
        print(json.dumps({"outcome": "refuse", "error": error.code or "E_FORMAT", "message": str(error)}))
        raise typer.Exit(2) from None
    print(json.dumps(found) if as_json else _found_lines(found))


def _found_lines(found: dict) -> str:
    reasons = Counter(reason for record in found["rejected"] for reason in record["reasons"])
    if "funnel" in found:
        counts = [count_line(step, count) for step, count in found["funnel"].items()]
        lists = {"columns that nobody takes": found["unmapped"], "constants have to give": found["missing"]}
        return "\n".join([*counts, *(f"{words:>44}  {', '.join(names)}" for words, names in lists.items() if names)])
    counts = {"records": found["records"], "accepted": len(found["accepted_ids"])}
    counts |= {f"rejected: {name}": count for name, count in sorted(reasons.items())}
    counts |= {f"flagged: {name}": len(ids) for name, ids in sorted(found["flags"].items())}
    counts |= {"conversations": found["conversations"]}
    return "\n".join(count_line(name, count) for name, count in counts.items())


def label(
    file: Annotated[Path, typer.Argument(help="Conversations as JSON lines (conversation_id; turns: id, who, text), or CSV.")],
    out: Annotated[Path | None, typer.Option("--json", help="Write the labels here, one JSON object a line.")] = None,
    column: Annotated[str, typer.Option("--column", help="The file is a CSV, and this is its column of texts.")] = "",
    compare: Annotated[Path | None, typer.Option("--compare", help="Labels that people gave: print how well ours agree.")] = None,
    engine: Annotated[
        str, typer.Option("--engine", help="Who reads tone: care, care-open, textblob or a model's .npz.")
    ] = "care",
) -> None:
    """Say what the customers and agents of a file mean: sentiment, thanks, openings, redirects."""
    from careworth import labelling
    from careworth.reading.engines import engine_named

    read, said = labelling.label_file(file, engine_named(engine), column)
    if out:
        labelling.write_labels(said, out, file)
    if compare:
        pairs = labelling.pairs_with(read, said, compare, column)
        say.print("\n".join(labelling.comparison_lines(pairs)).rstrip())
    elif not out:
        say.print("\n".join(labelling.summary_lines(said)))


def train(
    file: Annotated[Path, typer.Argument(help="A CSV of texts that people labelled negative, neutral or positive.")],
    out: Annotated[Path, typer.Option("--out", help="The model's .npz file; name it as `reading.engine` in workspace.toml.")],
    column: Annotated[str, typer.Option("--column", help="Its column of texts.")] = "text",
    label_column: Annotated[str, typer.Option("--label", help="Its column of labels.")] = "sentiment",
    base: Annotated[str, typer.Option("--base", help="Where to start: care, care-open or a model's .npz.")] = "care",
    balance_only: Annotated[bool, typer.Option("--balance-only", help="Move the balance between the tones alone.")] = False,
) -> None:
    """Fit an engine further to texts that you labelled."""
    from careworth.labelling.training import train_own

    say.print("\n".join(train_own(file, out, column, label_column, base, balance_only)))


def effect(
    file: Annotated[Path, typer.Argument(help="One row a day (CSV, Excel or Parquet); with --panel one a unit and time.")],
    start: Annotated[str, typer.Option("--start", help="First day of the campaign, YYYY-MM-DD; it lasts to the end.")],
    date: Annotated[str, typer.Option("--date", help="Column of the days.")] = "date",
    value: Annotated[str, typer.Option("--value", help="Column of what may have changed.")] = "value",
    controls: Annotated[str, typer.Option("--controls", help="Columns that the campaign cannot have touched: a,b,c.")] = "",
    promo: Annotated[str | None, typer.Option("--promo", help="Column that marks days with promotions.")] = None,
    method: Annotated[
        str, typer.Option("--method", help="How to estimate; an unknown one is answered with the list.")
    ] = "default",
    panel: Annotated[str | None, typer.Option("--panel", help="Column of the units of a panel.")] = None,
    treated: Annotated[str | None, typer.Option("--treated", help="The treated units of the panel: a,b.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what a campaign changed in a series, with its interval, what speaks against it, and the words it allows."""
    from careworth.effects.command import effect_of_file

    names = [name.strip() for name in controls.split(",") if name.strip()]
    print(effect_of_file(file, date, value, start, names, promo, method, panel, treated, as_json))


def alarms(
    file: Annotated[Path, typer.Argument(help="Counts by five minutes, hour, day or week (CSV, Excel or Parquet).")],
    time: Annotated[str, typer.Option("--time", help="Column of the times.")] = "timestamp",
    value: Annotated[str, typer.Option("--value", help="Column of the counts.")] = "value",
    out: Annotated[Path | None, typer.Option("--json", help="Write each row judged here, one JSON object a line.")] = None,
    budget: Annotated[
        float | None, typer.Option("--budget", help="False alarms to be accepted: a week below a day, a year from a day on.")
    ] = None,
) -> None:
    """Say when more came than was to be expected of what came before."""
    from careworth.alarms.command import alarms_of_file

    print(alarms_of_file(file, time, value, out, budget))


def attribute(
    file: Annotated[Path, typer.Argument(help="An event log, or a table of paths with their counts (CSV, Excel or Parquet).")],
    models: Annotated[
        str, typer.Option("--models", help="Separated by commas; an unknown one is answered with the list.")
    ] = "first,last,linear,markov:1,shapley",
    columns: Annotated[
        list[str] | None, typer.Option("--column", help="What a column is called, as role=NAME; may be repeated.")
    ] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help="The word that makes a row of a log an outcome.")] = None,
    separator: Annotated[str, typer.Option("--separator", help="Between the channels of a path.")] = ">",
    lookback_days: Annotated[float | None, typer.Option("--lookback", help="Days before an outcome that a touch counts.")] = None,
    session_minutes: Annotated[
        float | None, typer.Option("--session", help="Minutes within which touches are one visit.")
    ] = None,
    direct: Annotated[str, typer.Option("--direct", help="Channels that last_non_direct passes over: a,b.")] = "",
    no_null: Annotated[bool, typer.Option("--no-null", help="Leave out journeys that led to no outcome.")] = False,
    replicates: Annotated[int | None, typer.Option("--bootstrap", help="Give intervals from so many resamples.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """Share out conversions and value among channels by rules and models; credit is no cause."""
    from careworth.attribution.command import attribute_file

    named = dict(_role_and_name(word) for word in columns or [])
    passed_over = [name.strip() for name in direct.split(",") if name.strip()]
    given = {"lookback_days": lookback_days, "session_minutes": session_minutes, "direct": passed_over}
    print(attribute_file(file, models, named, no_null, replicates, as_json, separator, outcome, **given))


def roi(
    file: Annotated[Path, typer.Argument(help="A ledger of costs and benefits (TOML, YAML or JSON).")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    draws: Annotated[
        int | None, typer.Option("--draws", help="Outcomes to simulate, rounded up to a power of two; else what the file says.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Where the simulation starts; else what the file says.")] = None,
) -> None:
    """Say what a ledger of costs and benefits returns, how sure that is, and what moves it."""
    from careworth.roi.command import roi_of_file

    print(roi_of_file(file, as_json, draws, seed))


def export(
    campaign: Annotated[str, typer.Argument(help="Campaign whose numbers are wanted.")],
    kind: Annotated[Literal["xlsx", "csv"], typer.Option("--format", help="For Excel, or for anything.")] = "xlsx",
    workspace: Annotated[Path, typer.Option("--workspace", "-w", help="Folder that holds workspace.toml.")] = Path("."),
    reports: Annotated[Path, typer.Option("--reports", "-r", help="Folder of the reports.")] = Path("reports"),
) -> None:
    """Write a campaign's numbers for a spreadsheet, beside its report; no cell is a formula."""
    from careworth.exports import export_values

    say.print(str(export_values(workspace, campaign, reports, kind)))


def _role_and_name(word: str) -> tuple[str, str]:
    role, equals, name = word.partition("=")
    if not equals:
        raise ParameterError(f"--column {word}: say role=NAME, such as person=customer_id or path=journey")
    return role.strip(), name.strip()
