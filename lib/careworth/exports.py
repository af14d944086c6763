"""Other forms of a finished report: its first page alone, as a message, on paper, and its table for a spreadsheet."""

import os
import shutil
import subprocess
import tempfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import polars as pl
from openpyxl import Workbook

from careworth.config import Workspace, load_campaign, load_workspace
from careworth.errors import CareworthError
from careworth.files import write_bytes
from careworth.report import provenance, render_email, render_executive
from careworth.results import SHARED, read_values, values_file
from careworth.study import open_study
from careworth.suppression import suppressed

#: What a browser that can print is called, on Linux, macOS and Windows.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

#: Nothing is asked of a network, and the page has so much time to draw its charts.
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
DRAWING_MILLISECONDS = 20_000
PRINTING_SECONDS = 120

#: How a text begins that a spreadsheet would take for a formula, with what such programs pass over before it.
FORMULA = r"^[\s\p{C}\p{M}\p{Z}]*[=+\-@＝＋－＠]|^[\t\r\n]"


class Forms(NamedTuple):
    """Which forms are wanted beside the report itself."""

    executive: bool = False
    email: bool = False
    pdf: bool = False


def write_forms(workspace_root: Path, campaign_id: str, reports: Path, wanted: Forms) -> list[Path]:
    """The files of the wanted forms, written beside the campaign's report from the results that lie there.

    The PDF is of the first page alone where that is wanted, else of the whole report.
    """
    folder, written = reports / campaign_id, []
    if wanted.executive or wanted.email:
        study = open_study(str(workspace_root), campaign_id)
        told = (shared_values(folder, study.workspace), study.campaign, study.workspace, provenance(study, folder))
        pages = {"executive": render_executive, "email": render_email}
        chosen = [name for name in pages if getattr(wanted, name)]
        written = [write_bytes(folder / f"{name}.html", pages[name](*told).encode()) for name in chosen]
    if wanted.pdf:
        written.append(write_pdf(folder / ("executive.html" if wanted.executive else "report.html")))
    return written


def shared_values(folder: Path, workspace: Workspace) -> pl.DataFrame:
    """The campaign's `metric_values` as they may be shared, whichever version of Careworth wrote them.

    Raises
    ------
    CareworthError
        If the campaign has no results yet.
    """
    if not values_file(folder, SHARED).is_file():
        raise CareworthError(f"no results of {folder.name!r} in {folder.parent.name!r}; run: careworth run {folder.name}")
    return suppressed(read_values(folder, SHARED), workspace.privacy.smallest_group)


def export_values(workspace_root: Path, campaign_id: str, reports: Path, kind: str) -> Path:
    """The campaign's table as `metric_values.xlsx` or `.csv` beside its report; no cell of it is a formula."""
    workspace = load_workspace(workspace_root)
    load_campaign(workspace, campaign_id)
    folder = reports / campaign_id
    table = without_formulas(shared_values(folder, workspace))
    return write_bytes(folder / f"{SHARED}.{kind}", {"xlsx": as_workbook, "csv": as_csv}[kind](table))


def without_formulas(table: pl.DataFrame) -> pl.DataFrame:
    """The table with an apostrophe before each text that a spreadsheet would compute; numbers stay numbers.

    Examples
    --------
    >>> without_formulas(pl.DataFrame({"text": ["=1+1", "fine"], "number": [-1, 2]})).rows()
    [("'=1+1", -1), ('fine', 2)]
    """
    text = pl.col(pl.String)
    return table.with_columns(pl.when(text.str.contains(FORMULA)).then("'" + text).otherwise(text).name.keep())


def as_csv(table: pl.DataFrame) -> bytes:
    """The table as CSV in UTF-8, marked as such for Excel."""
    return table.write_csv(include_bom=True).encode()


def as_workbook(table: pl.DataFrame) -> bytes:
    """The table as an Excel workbook of one sheet, its head frozen; texts are texts, and no address becomes a link."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHARED)
    sheet.freeze_panes = "A2"
    for row in (table.columns, *table.with_columns(_printable()).iter_rows()):
        sheet.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _printable() -> pl.Expr:
    # A workbook holds no control characters; what they hide is shown as a sign for the unknown.
    return pl.col(pl.String).str.replace_all(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd")


def browser() -> str:
    """A Chromium or Chrome of this machine.

    Raises
    ------
    CareworthError
        If there is none.
    """
    found = next(filter(None, map(shutil.which, (*BROWSERS, MAC))), None)
    if found is None:
        raise CareworthError("--pdf needs Chromium or Google Chrome; install one, or print the report from your own browser")
    return found


def write_pdf(page: Path) -> Path:
    """The page printed by a browser that reaches no network, as a PDF beside it.

    Raises
    ------
    CareworthError
        If there is no browser, or if it does not print.
    """
    # As root, Chromium runs only without its sandbox.
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="careworth-", ignore_cleanup_errors=True) as own:
        target = Path(own) / "page.pdf"
        given = [f"--user-data-dir={own}", f"--virtual-time-budget={DRAWING_MILLISECONDS}", f"--print-to-pdf={target}"]
        command = [browser(), *FLAGS, *as_root, "--no-pdf-header-footer", *given, page.resolve().as_uri()]
        try:
            subprocess.run(command, capture_output=True, check=True, timeout=PRINTING_SECONDS)
            content = target.read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise CareworthError(
                f"{page.name}: the browser did not print it ({type(error).__name__}); print it by hand"
            ) from None
    return write_bytes(page.with_suffix(".pdf"), content)
