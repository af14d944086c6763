"""What this machine has of what Careworth needs, and what to do about the rest; nothing is changed by asking."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from platform import python_version
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from careworth.errors import CareworthError
from careworth.execution import CAMPAIGN_NOTEBOOKS, notebooks_folder
from careworth.exports import browser

#: The kernel that the notebooks name.
KERNEL = "python3"

#: Gibibytes below which a run may end half-way: of a disk for a hundred reports, and of memory for a million records.
FREE_DISK_GIB = 1.0
FREE_MEMORY_GIB = 1.5

#: Gibibytes of shared memory that Chromium draws in; containers often have 64 MiB.
SHARED_MEMORY_GIB = 0.06

SHARED_MEMORY = Path("/dev/shm")
MEMORY_FACTS = Path("/proc/meminfo")


class Check(NamedTuple):
    """One thing that was looked at: what is wrong and what to do (nothing: all is well), and whether a run needs it."""

    name: str
    fault: str = ""
    is_needed: bool = True

    @property
    def is_ok(self) -> bool:
        """True if nothing is wrong."""
        return not self.fault


def examine(reports: Path) -> Iterator[Check]:
    """Each check of this machine in turn, for runs that write into `reports`."""
    temporary = Path(tempfile.gettempdir())
    yield Check("Python", python_fault())
    yield Check("packages", packages_fault())
    yield Check("notebooks", notebooks_fault(notebooks_folder()))
    yield Check("kernel", kernel_fault(), is_needed=False)
    yield Check("browser", browser_fault(), is_needed=False)
    yield Check("fonts", fonts_fault(), is_needed=False)
    yield Check("shared memory", shared_memory_fault())
    yield Check("memory", memory_fault())
    yield Check("writing reports", writing_fault(reports))
    yield Check("writing temporary files", writing_fault(temporary))
    yield Check("space for reports", disk_fault(reports))
    yield Check("space for temporary files", disk_fault(temporary))
    yield Check("compiled code", compiling_fault(), is_needed=False)


def python_fault() -> str:
    """What is wrong with the version of Python."""
    wanted = metadata("careworth")["Requires-Python"]
    if python_version() in SpecifierSet(wanted, prereleases=True):
        return ""
    return f"{python_version()} is not {wanted}; make the environment again with another Python"


def packages_fault() -> str:
    """Which declared packages are missing or of another version than Careworth was made for."""
    asked = [Requirement(each) for each in requires("careworth") or []]
    found = [_package_fault(each) for each in asked if not each.marker or each.marker.evaluate({"extra": ""})]
    wrong = "; ".join(filter(None, found))
    return f"{wrong}; install what requirements.lock names" if wrong else ""


def _package_fault(asked: Requirement) -> str:
    try:
        found = version(asked.name)
    except PackageNotFoundError:
        return f"{asked.name} is not installed"
    return "" if asked.specifier.contains(found, prereleases=True) else f"{asked.name} {found} is not {asked.specifier}"


def notebooks_fault(folder: Path) -> str:
    """Which notebooks of a campaign are not there."""
    missing = [f"{name}.ipynb" for name in CAMPAIGN_NOTEBOOKS if not (folder / f"{name}.ipynb").is_file()]
    return f"{', '.join(missing)} not found; install Careworth again" if missing else ""


def kernel_fault() -> str:
    """What is wrong with the kernel that JupyterLab and --engine papermill start."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    advice = "python -m ipykernel install --sys-prefix; --engine papermill and JupyterLab need it"
    try:
        program = KernelSpecManager().get_kernel_spec(KERNEL).argv[0]
    except (NoSuchKernel, IndexError):
        return f"no kernel is called {KERNEL}: {advice}"
    return "" if shutil.which(program) else f"the program of the kernel {KERNEL} is gone: {advice}"


def browser_fault() -> str:
    """What --pdf lacks to print a page."""
    try:
        browser()
    except CareworthError as error:
        return str(error)
    return ""


def fonts_fault() -> str:
    """What a printed page lacks to be read; a page that is sent is drawn with the reader's fonts."""
    if sys.platform != "linux":
        return ""
    try:
        fonts = subprocess.run(["fc-list"], capture_output=True, check=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        return "the fonts cannot be listed (fc-list); install fontconfig and a font such as DejaVu, for --pdf"
    return "" if fonts.strip() else "there is no font to print with; install one such as DejaVu, for --pdf"


def shared_memory_fault() -> str:
    """What is wrong with the memory that processes share; only Linux has it as a folder."""
    if sys.platform != "linux":
        return ""
    if not SHARED_MEMORY.is_dir() or not os.access(SHARED_MEMORY, os.W_OK):
        return "/dev/shm cannot be written to; in a container mount a tmpfs there"
    return _too_little(shutil.disk_usage(SHARED_MEMORY).free, SHARED_MEMORY_GIB, "give the container more: --shm-size 256m")


def memory_fault() -> str:
    """Whether there is less memory free than a million records take; only Linux tells."""
    try:
        facts = dict(line.split(":", 1) for line in MEMORY_FACTS.read_text().splitlines())
        free = int(facts["MemAvailable"].split()[0]) * 1024
    except (OSError, ValueError, KeyError, IndexError):
        return ""
    return _too_little(free, FREE_MEMORY_GIB, "end other programs, or run with --jobs 1")


def disk_fault(folder: Path) -> str:
    """Whether the disk of a folder, which need not be there yet, is nearly full."""
    try:
        free = shutil.disk_usage(_nearest(folder)).free
    except OSError as error:
        return f"its disk cannot be asked ({error.strerror}); name another folder"
    return _too_little(free, FREE_DISK_GIB, "free some of that disk")


def writing_fault(folder: Path) -> str:
    """What keeps files from being written into a folder, which need not be there yet."""
    try:
        with tempfile.NamedTemporaryFile(dir=_nearest(folder), prefix=".careworth."):
            return ""
    except OSError as error:
        return f"nothing can be written there ({error.strerror}); change its permissions or name another folder"


def compiling_fault(compiled: Callable[[], object] | None = None) -> str:
    """Whether Numba finds no folder to keep compiled code in; without one each process compiles it again."""
    try:
        (compiled or _keep_compiled)()
    except (RuntimeError, OSError):
        return "no folder for compiled code, so each run compiles it again; set NUMBA_CACHE_DIR to one that can be written to"
    return ""


def _keep_compiled() -> None:
    import numba

    numba.njit(cache=True)(_nothing)


def _nothing() -> None: ...


def _nearest(folder: Path) -> Path:
    folder = folder.absolute()
    return next(each for each in (folder, *folder.parents) if each.exists())


def _too_little(free: int, wanted_gib: float, advice: str) -> str:
    return (
        "" if free >= wanted_gib * 2**30 else f"only {free / 2**30:.2f} GiB free of the {wanted_gib:g} that are wanted; {advice}"
    )
