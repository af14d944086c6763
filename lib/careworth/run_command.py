"""The commands that make reports: all of them, or the demo company's."""

import os
import shutil
from pathlib import Path
from typing import Annotated, Literal

import typer

from careworth.execution import CELL_TIMEOUT_SECONDS
from careworth.file_commands import say

WorkspaceOption = Annotated[Path, typer.Option("--workspace", "-w", help="Folder that holds workspace.toml.")]
ReportsOption = Annotated[Path, typer.Option("--reports", "-r", help="Folder that the reports go to.")]
JobsOption = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Campaigns that run at once.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Run again even if nothing changed.")]
ParametersOption = Annotated[
    list[str] | None, typer.Option("--parameter", "-p", help="A notebook's parameter as name=value; may be repeated.")
]
LayerOption = Annotated[
    Literal["executive", "manager"], typer.Option("--layer", help="executive: the first page alone too, as executive.html.")
]
EmailOption = Annotated[bool, typer.Option("--email", help="Write the first page as email.html too, for a message.")]
PdfOption = Annotated[bool, typer.Option("--pdf", help="Print the page of that layer too, by this machine's Chromium.")]
CampaignsArgument = Annotated[list[str] | None, typer.Argument(help="Campaign ids; all of them when none is named.")]
EngineOption = Annotated[
    Literal["in-process", "papermill"], typer.Option(help="Cells run in the campaign's own process, or in a kernel per notebook.")
]
NotebooksOption = Annotated[Path | None, typer.Option(help="Folder with your own copies of a campaign's five notebooks.")]
CellSecondsOption = Annotated[float, typer.Option(min=1.0, help="Seconds that one cell may take.")]
MemoryOption = Annotated[float, typer.Option(min=0.0, help="Gibibytes of address space for one campaign; 0: no limit.")]
DaskOption = Annotated[str, typer.Option(metavar="ADDRESS", help="Run on the workers of this Dask scheduler.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Check everything and say what would run; make no report.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object a line, for programs.")]

HERE = Path(".")
REPORTS = Path("reports")
JOBS = min(4, os.cpu_count() or 1)


def demo(reports: ReportsOption = REPORTS, jobs: JobsOption = JOBS, force: ForceOption = False) -> None:
    """Build the demo company's year and a report for each of its campaigns."""
    run(workspace=demo_workspace(), reports=reports, jobs=jobs, force=force)


def run(
    campaigns: CampaignsArgument = None,
    workspace: WorkspaceOption = HERE,
    reports: ReportsOption = REPORTS,
    jobs: JobsOption = JOBS,
    force: ForceOption = False,
    parameters: ParametersOption = None,
    layer: LayerOption = "manager",
    email: EmailOption = False,
    pdf: PdfOption = False,
    engine: EngineOption = "in-process",
    notebooks: NotebooksOption = None,
    cell_seconds: CellSecondsOption = CELL_TIMEOUT_SECONDS,
    memory_gib: MemoryOption = 0.0,
    dask: DaskOption = "",
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    """Render the report of each campaign, and the portfolio page."""
    from careworth.batch import Limits, Request, plan
    from careworth.execution import notebooks_folder, parse_parameters
    from careworth.progress import plan_lines

    if pdf:
        from careworth.exports import browser

        browser()
    request = Request(
        workspace,
        reports,
        campaigns or [],
        jobs,
        force,
        parse_parameters(parameters) if parameters else {},
        Limits(cell_seconds, memory_gib),
        engine == "papermill",
        notebooks.resolve() if notebooks else notebooks_folder(),
        dask,
    )
    if dry_run:
        print("\n".join(plan_lines(plan(request), as_json)))
    elif not _made(request, (layer == "executive", email, pdf), as_json):
        raise typer.Exit(1)


def _made(request, forms: tuple[bool, bool, bool], as_json: bool) -> bool:
    from careworth.batch import run_campaigns
    from careworth.progress import tell

    outcomes = list(tell(run_campaigns(request), request.reports, say, as_json))
    told = print if not as_json else lambda _: None
    told(f"{'portfolio':<24} {request.reports / 'index.html'}")
    if any(forms):
        from careworth.exports import Forms, write_forms

        for name in (each.campaign_id for each in outcomes if each.status != "failed"):
            for path in write_forms(request.workspace, name, request.reports, Forms(*forms)):
                told(f"{name:<24} {path}")
    return not any(each.status == "failed" for each in outcomes)


def demo_workspace() -> Path:
    """The demo workspace: the checkout's own, else a copy of the packaged one in the working folder."""
    package = Path(__file__).parent
    checkout = package.parents[1] / "data" / "demo"
    if (checkout / "workspace.toml").is_file():
        return checkout
    copy = Path("careworth-demo")
    shutil.copytree(package / "demo_workspace", copy, dirs_exist_ok=True)
    return copy
