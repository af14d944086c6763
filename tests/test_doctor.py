"""The doctor: each check fails where what it looks for is missing, and says what to do."""

import errno
import json
import os
import re
import shutil
from collections import namedtuple
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from typer.testing import CliRunner

from careworth import doctor
from careworth.cli import app
from careworth.execution import CAMPAIGN_NOTEBOOKS, notebooks_folder
from tests.test_cli import files_below

Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def sick(monkeypatch):
    """A machine on which Linux is asked, and a setter of what it says."""
    monkeypatch.setattr(doctor.sys, "platform", "linux")
    return monkeypatch.setattr


def test_each_check_is_one_line_and_a_healthy_machine_exits_with_0(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "memory_fault", lambda: "")
    ended = CliRunner().invoke(app, ["doctor", "--reports", str(tmp_path / "a/b")])
    needed = [line for line in ended.output.splitlines() if not re.match("kernel|browser|fonts|compiled", line)]
    assert (ended.exit_code, len(ended.output.splitlines())) == (0, 13)
    assert [line for line in needed if not line.endswith(" ok")] == []
    assert files_below(tmp_path) == {}


def test_what_a_run_needs_decides_the_exit_code_and_what_some_options_need_does_not(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "browser_fault", lambda: "none is there")
    asked = ["doctor", "--reports", str(tmp_path), "--json"]
    monkeypatch.setattr(doctor, "memory_fault", lambda: "")
    assert CliRunner().invoke(app, asked).exit_code == 0
    monkeypatch.setattr(doctor, "memory_fault", lambda: "too little")
    ended = CliRunner().invoke(app, asked)
    told = {each["check"]: each for each in map(json.loads, ended.output.splitlines())}
    assert ended.exit_code == 1
    assert told["memory"] == {"check": "memory", "ok": False, "needed": True, "fault": "too little"}
    assert told["browser"] == {"check": "browser", "ok": False, "needed": False, "fault": "none is there"}


def test_a_python_out_of_range_is_found(sick):
    assert doctor.python_fault() == ""
    sick(doctor, "python_version", lambda: "3.9.1")
    assert doctor.python_fault().startswith("3.9.1 is not ")


def test_a_missing_package_and_one_out_of_range_are_named(sick):
    assert doctor.packages_fault() == ""
    real = doctor.version

    def version(name: str) -> str:
        if name == "polars":
            raise PackageNotFoundError(name)
        return "5.0" if name == "altair" else real(name)

    sick(doctor, "version", version)
    assert re.fullmatch(
        r"altair 5\.0 is not <7,>=6\.3; polars is not installed; install what requirements\.lock names", doctor.packages_fault()
    )


def test_a_missing_notebook_is_named(tmp_path):
    assert doctor.notebooks_fault(notebooks_folder()) == ""
    for name in CAMPAIGN_NOTEBOOKS[1:]:
        (tmp_path / f"{name}.ipynb").touch()
    assert doctor.notebooks_fault(tmp_path) == f"{CAMPAIGN_NOTEBOOKS[0]}.ipynb not found; install Careworth again"


def test_a_kernel_without_its_program_and_no_kernel_are_found(sick, tmp_path):
    assert doctor.kernel_fault() == ""
    sick(doctor.shutil, "which", lambda name: None)
    assert doctor.kernel_fault().startswith("the program of the kernel python3 is gone: python -m ipykernel install")
    sick(doctor, "KERNEL", "nobody")
    assert doctor.kernel_fault().startswith("no kernel is called nobody: python -m ipykernel install")


def test_without_a_browser_or_a_font_nothing_can_be_printed(sick, tmp_path):
    sick(doctor.shutil, "which", lambda name: None)
    assert doctor.browser_fault().startswith("--pdf needs Chromium")
    sick(doctor.os, "environ", {"PATH": str(tmp_path)})
    assert doctor.fonts_fault().startswith("the fonts cannot be listed (fc-list); install fontconfig")
    (tmp_path / "fc-list").write_text("#!/bin/sh\n")
    (tmp_path / "fc-list").chmod(0o755)
    assert doctor.fonts_fault().startswith("there is no font to print with")
    sick(doctor.sys, "platform", "win32")
    assert doctor.fonts_fault() == ""


def test_shared_memory_must_be_there_and_large_enough(sick, tmp_path):
    sick(doctor, "SHARED_MEMORY", tmp_path / "missing")
    assert doctor.shared_memory_fault() == "/dev/shm cannot be written to; in a container mount a tmpfs there"
    sick(doctor, "SHARED_MEMORY", tmp_path)
    sick(doctor.shutil, "disk_usage", lambda path: Disk(0, 0, 2**20))
    assert (
        doctor.shared_memory_fault() == "only 0.00 GiB free of the 0.06 that are wanted; give the container more: --shm-size 256m"
    )
    sick(doctor.sys, "platform", "darwin")
    assert doctor.shared_memory_fault() == ""


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ("MemTotal: 8 kB\nMemAvailable:  1048576 kB\n", "only 1.00 GiB free of the 1.5 that are wanted; end other programs"),
        ("MemAvailable: 1572864 kB\n", ""),
        ("nothing known", ""),
        (None, ""),
    ],
)
def test_too_little_memory_is_found_where_the_system_tells(sick, tmp_path, facts, says):
    """1,048,576 kB are one GiB, 1,572,864 kB one and a half."""
    sick(doctor, "MEMORY_FACTS", tmp_path / "meminfo")
    if facts:
        (tmp_path / "meminfo").write_text(facts)
    assert doctor.memory_fault()[: len(says) or None] == says


def test_a_full_disk_is_found_also_under_a_folder_that_is_not_there_yet(sick, tmp_path):
    asked = []
    sick(doctor.shutil, "disk_usage", lambda path: asked.append(path) or Disk(0, 0, 2**29))
    assert doctor.disk_fault(tmp_path / "a" / "b") == "only 0.50 GiB free of the 1 that are wanted; free some of that disk"
    assert asked == [tmp_path]


def test_a_disk_that_does_not_answer_is_told(sick, tmp_path):
    def lost(path: Path):
        raise OSError(errno.EIO, "Input/output error")

    sick(doctor.shutil, "disk_usage", lost)
    assert doctor.disk_fault(tmp_path) == "its disk cannot be asked (Input/output error); name another folder"


def test_a_folder_that_takes_no_file_is_found(tmp_path):
    """Root may write anywhere, so a file stands where the folder should, and a folder that the system keeps for itself."""
    (tmp_path / "file").touch()
    assert doctor.writing_fault(tmp_path) == doctor.writing_fault(tmp_path / "new") == ""
    says = "nothing can be written there (Not a directory); change its permissions or name another folder"
    assert doctor.writing_fault(tmp_path / "file" / "reports") == says
    if os.access("/proc", os.R_OK):
        assert doctor.writing_fault(Path("/proc/reports")).startswith("nothing can be written there (")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_without_a_folder_for_compiled_code_the_variable_is_named():
    def none() -> None:
        raise RuntimeError("cannot cache function: no locator available")

    assert doctor.compiling_fault() == ""
    assert doctor.compiling_fault(none).endswith("set NUMBA_CACHE_DIR to one that can be written to")


def test_it_asks_nothing_that_is_secret(monkeypatch):
    """No value of the environment is told, whatever is wrong."""
    monkeypatch.setenv("ORDERS_DSN", "pw-canary-4711")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "canary" not in CliRunner().invoke(app, ["doctor", "--json"]).output
