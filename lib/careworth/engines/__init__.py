"""The two ways in which papermill runs a notebook: in a kernel of its own, or in this process."""

import logging
import os
from collections.abc import Callable
from pathlib import Path

import papermill
from nbformat import NotebookNode

from careworth.engines.in_process import IN_PROCESS
from careworth.engines.kernel import run_in_kernel

__all__ = ["run_here", "run_in_kernel"]

logging.getLogger("papermill").setLevel(logging.ERROR)


def run_here(source: Path, parameters: dict, folder: Path, told: Callable[[int], None]) -> NotebookNode:
    """The executed notebook, its cells run in this process and inside `folder`; `told` hears of each before it starts."""
    start = Path.cwd()
    os.chdir(folder)
    try:
        return papermill.execute_notebook(
            source, None, parameters, kernel_name="python3", engine_name=IN_PROCESS, progress_bar=False, told=told
        )
    finally:
        os.chdir(start)
