"""The command line: parse, call, print; every refusal is one sentence and exit code 2."""

import json
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from careworth.config import campaign_ids, load_workspace, read_campaigns
from careworth.doctor_command import doctor
from careworth.errors import CareworthError
from careworth.file_commands import alarms, attribute, count_line, effect, export, inspect, label, preview_lines, roi, say, train
from careworth.run_command import HERE, REPORTS, ReportsOption, WorkspaceOption, demo, demo_workspace, run

app = typer.Typer(add_completion=False, no_args_is_help=True, help="What is your social care worth?")
for command in (demo, run, inspect, label, train, attribute, effect, alarms, roi, export, doctor):
    app.command()(command)


def main() -> None:
    """Run the command line; exit 0 when all went well, 1 when a campaign failed, 2 when something was refused."""
    try:
        app()
    except CareworthError as error:
        print(f"careworth: {error}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        print(f"careworth: {error}; check that place, its permissions and the free space", file=sys.stderr)
        sys.exit(2)


@app.command()
def ingest(
    workspace: WorkspaceOption = HERE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Keep nothing; say what would be read, and what nobody takes.")
    ] = False,
) -> None:
    """Read the workspace's sources into its lake, and say what became of every record."""
    from careworth.lake import open_lake, reading_of
    from careworth.lake.preview import preview

    settings = load_workspace(workspace)
    if dry_run:
        for found in preview(settings, reading_of(settings)):
            say.print(preview_lines(found))
        return
    lake = open_lake(settings, refresh=True)
    for name, count in lake.funnel.items():
        say.print(count_line(name, count))
    for name, given in sorted(lake.manifest["inputs"].items()):
        for step, count in given["funnel"].items() if name != "messages" else ():
            say.print(count_line(f"{name} {step}", count))
    for name, output in sorted(lake.manifest["outputs"].items()):
        say.print(count_line(f"{name}.parquet", output["rows"]) + " rows")


@app.command()
def check(
    workspace: WorkspaceOption = HERE,
    campaign: Annotated[Path | None, typer.Option(help="Check this campaign file alone; no workspace is needed.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --campaign: print one JSON object.")] = False,
) -> None:
    """Say what is wrong before anything runs: configuration, campaigns, sources."""
    if campaign or as_json:
        return _check_file(campaign, as_json)
    from careworth.returns import require_sound_money
    from careworth.study import open_study

    settings = load_workspace(workspace)
    for campaign_id in campaign_ids(settings):
        study = open_study(str(workspace), campaign_id)
        period = f"{study.campaign.start} to {study.campaign.end}, as of {study.as_of:%Y-%m-%d %H:%M} UTC"
        require_sound_money(study)
        say.print(f"{campaign_id}: accounts {len(study.accounts)}, {period}")
    say.print("nothing is wrong")


def _check_file(campaign: Path | None, as_json: bool) -> None:
    if not campaign:
        raise CareworthError("--json needs --campaign FILE; name a campaign file")
    try:
        found = read_campaigns(campaign)
    except CareworthError as error:
        if not as_json:
            raise
        print(json.dumps({"outcome": "refuse", "error": error.code, "message": str(error)}))
        raise typer.Exit(2) from None
    print(json.dumps({"outcome": "accept"}) if as_json else f"nothing is wrong with {', '.join(each.id for each in found)}")


@app.command()
def purge(
    ids: Annotated[list[str], typer.Argument(help="Ids of one person, as the exports write them, or as the lake does.")],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Remove a person from every file of the workspace, and keep them out."""
    from careworth.purging import purge as remove

    for line in remove(load_workspace(workspace), ids).lines:
        say.print(line)


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="New folder for the workspace.")]) -> None:
    """Scaffold a workspace with a commented configuration."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise CareworthError(f"{folder.name!r} is a file or a folder that is not empty; name a new folder")
    shutil.copytree(Path(__file__).parent / "scaffold", folder, dirs_exist_ok=True)
    settings, campaign = folder / "workspace.toml", folder / "campaigns" / "first-campaign.toml"
    say.print(f"wrote {settings} and {campaign}; edit both, then run: careworth check -w {folder}")


@app.command()
def lab(
    campaign: Annotated[str, typer.Argument(help="Campaign whose parameters are filled in.")] = "",
    workspace: Annotated[Path | None, typer.Option("--workspace", "-w", help="Its folder; the demo's when left out.")] = None,
    reports: ReportsOption = REPORTS,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of this machine; 0: the first free one.")] = 0,
) -> None:
    """Open JupyterLab on the tour of the notebooks, or on copies in lab/CAMPAIGN that are set to one campaign."""
    from careworth.lab import open_lab

    sys.exit(open_lab(workspace or demo_workspace(), campaign, reports, port))


@app.command()
def explain(
    metric: Annotated[
        str, typer.Argument(help="A metric's id or a word for it, such as S2 or SLA; none lists all of them.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, or a list of all of them.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the section of data/README.md.")] = False,
) -> None:
    """Say what a metric counts, how, of which tables, and what to beware of."""
    from careworth.registry import METRICS, pages

    chosen = pages.find_metric(METRICS, metric) if metric else None
    if as_json:
        print(json.dumps(pages.as_plain(chosen) if chosen else [pages.as_plain(each) for each in METRICS.values()], indent=2))
    elif as_markdown:
        print(pages.markdown_section([chosen] if chosen else METRICS.values()))
    elif chosen:
        _print_fields(f"{chosen.id} {chosen.name}", pages.explained(chosen))
    else:
        say.print(pages.listed(METRICS.values()))


def _print_fields(title: str, fields: list[tuple[str, str]]) -> None:
    table = Table.grid("label", "text", padding=(0, 2, 1, 0))
    for name, text in fields:
        table.add_row(name, Text(text))
    say.print(f"{title}\n")
    say.print(table, soft_wrap=False)
