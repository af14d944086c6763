"""A notebook in a kernel of its own, as papermill runs it by itself: slower, and independent of everything of ours."""

import os
import tempfile
from pathlib import Path

import papermill
from jupyter_client import AsyncKernelManager
from nbformat import NotebookNode
from traitlets.config import Config


def run_in_kernel(source: Path, parameters: dict, folder: Path, cell_seconds: float) -> NotebookNode:
    """The executed notebook, run inside `folder`; no cell may take longer than `cell_seconds`."""
    with tempfile.TemporaryDirectory(prefix="careworth-") as sockets:
        return papermill.execute_notebook(
            source,
            None,
            parameters,
            kernel_name="python3",
            cwd=folder,
            progress_bar=False,
            execution_timeout=cell_seconds,
            config=_transport(sockets),
            kernel_manager_class=_PatientManager,
        )


class _PatientManager(AsyncKernelManager):
    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        """Ask the kernel to stop; Jupyter's own interrupts it first, which one busy with its last reply logs as an error."""
        await self.request_shutdown(restart)
        await self.finish_shutdown(restart=restart)
        await self.cleanup_resources(restart)


def _transport(sockets: str) -> Config:
    # Over TCP, anybody on this machine could listen to a kernel; sockets in a private folder are not for others.
    on_files = {"transport": "ipc", "ip": f"{sockets}/kernel"}
    return Config({"KernelManager": on_files} if os.name == "posix" else {})
