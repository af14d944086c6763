"""JupyterLab on the notebooks: the tour, or one campaign's own copies with its parameters filled in."""

import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from careworth.config import load_campaign, load_workspace
from careworth.errors import CareworthError
from careworth.execution import CAMPAIGN_NOTEBOOKS, INGEST, notebooks_folder, prepare_notebooks


def open_lab(root: Path, campaign: str, reports: Path, port: int = 0) -> int:
    """JupyterLab's exit code, once the reader has closed it; copies of a campaign's notebooks lie in lab/CAMPAIGN.

    Raises
    ------
    CareworthError
        If JupyterLab is not installed, the port is another program's, or there is no such campaign.
    """
    require_jupyterlab()
    if port:
        require_free(port)
    return subprocess.run(lab_command(first_notebook(root, campaign, reports), port), check=False).returncode


def require_jupyterlab() -> None:
    """Refuse to go on without JupyterLab."""
    if find_spec("jupyterlab") is None:
        raise CareworthError("JupyterLab is not installed beside this Python; install it: python -m pip install jupyterlab")


def require_free(port: int) -> None:
    """Refuse a port of this machine that another program listens on."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            says = "perhaps by another JupyterLab; close that, name another port or none, and a free one is looked for"
            raise CareworthError(f"port {port} is taken, {says}")


def first_notebook(root: Path, campaign: str, reports: Path) -> Path:
    """The notebook to open: the tour of all of them, or the first of one campaign's own copies."""
    if not campaign:
        return notebooks_folder() / f"{INGEST}.ipynb"
    load_campaign(load_workspace(root), campaign)
    return prepare_notebooks(root, campaign, reports, Path("lab") / campaign) / f"{CAMPAIGN_NOTEBOOKS[0]}.ipynb"


def lab_command(notebook: Path, port: int) -> list[str]:
    """What starts JupyterLab at a notebook; without a port, at the first free one from 8888 on."""
    options = [f"--port={port}", "--ServerApp.port_retries=0"] if port else []
    # In a container everybody is root, and whoever is may run the notebooks by `careworth run` as well.
    options += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    # Not the notebook itself: the address that is printed, for a browser elsewhere, would not lead to it.
    opened = [str(notebook.parent), f"--LabApp.default_url=/lab/tree/{notebook.name}"]
    return [sys.executable, "-m", "jupyterlab", *opened, *options]
