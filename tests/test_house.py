"""The house: names and ranges agree, the lock serves every system, the wheel is whole, make builds what is missing."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from itertools import product
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement

import careworth

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

DIRECT = [Requirement(text) for text in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]]

#: Each supported system as the values of its markers: sys_platform, os_name, platform_system, platform_machine.
SYSTEMS = [
    ("linux", "posix", "Linux", "x86_64"),
    ("linux", "posix", "Linux", "aarch64"),
    ("darwin", "posix", "Darwin", "arm64"),
    ("darwin", "posix", "Darwin", "x86_64"),
    ("win32", "nt", "Windows", "AMD64"),
]
ENVIRONMENTS = list(product(("3.11.0", "3.11.14", "3.12.0", "3.13.0"), SYSTEMS))


def entries(lock: str) -> list[str]:
    """Each pin of the lock file with its hashes, as one line."""
    return lock.replace("\\\n", " ").splitlines()


def pins(lock: str) -> list[Requirement]:
    """Each pin of the lock file, without its hashes."""
    return [Requirement(entry.split(" --hash=")[0]) for entry in entries(lock)]


def marker_values(python: str, system: tuple[str, str, str, str]) -> dict[str, str]:
    """What the markers of the lock file see on that Python and system."""
    names = ("sys_platform", "os_name", "platform_system", "platform_machine")
    fixed = {"implementation_name": "cpython", "platform_python_implementation": "CPython", "extra": ""}
    return dict(zip(names, system, strict=True)) | fixed | {"python_version": python[:4], "python_full_version": python}


def applies(marker: Marker | None, values: dict[str, str]) -> bool:
    """True if a pin with this marker is installed there."""
    return marker is None or marker.evaluate(values)


def conda_pip() -> list[str]:
    """What environment.yml installs by pip."""
    return next(each["pip"] for each in CONDA["dependencies"] if isinstance(each, dict))


def test_conda_and_pip_get_the_same_packages_in_the_same_ranges():
    *packages, itself = conda_pip()
    assert sorted(map(str, map(Requirement, packages))) == sorted(map(str, DIRECT))
    assert itself == "-e ."


def test_conda_and_pip_ask_for_the_same_python():
    python = next(each for each in CONDA["dependencies"] if str(each).startswith("python"))
    assert python == f"python{PROJECT['requires-python']}"


def test_each_pin_is_exact_and_hashed_and_names_no_place():
    wrong = [
        entry
        for entry in entries(LOCK)
        if not re.fullmatch(r"[\w.-]+==[\w.]+( ; [^\\/#@]+?)?( +--hash=sha256:[0-9a-f]{64})+", entry)
    ]
    assert (wrong, len(pins(LOCK)) > len(DIRECT)) == ([], True)
    assert not re.search(r"://|--index|--extra-index|--find-links|--trusted", LOCK)


@pytest.mark.parametrize(
    ("python", "system"), ENVIRONMENTS, ids=lambda part: part if isinstance(part, str) else "-".join(part[::3])
)
def test_the_lock_pins_each_package_once_and_in_range_on_every_system(python, system):
    values = marker_values(python, system)
    installed = [pin for pin in pins(LOCK) if applies(pin.marker, values)]
    names = [pin.name for pin in installed]
    assert sorted(set(names)) == sorted(names)
    pinned = {pin.name: str(pin.specifier).removeprefix("==") for pin in installed}
    assert [each.name for each in DIRECT if not each.specifier.contains(pinned.get(each.name, "0"))] == []


def test_the_installed_package_is_this_version():
    assert version("careworth") == careworth.__version__ == PROJECT["version"]


def test_the_hooks_run_the_pinned_tools_and_need_no_network():
    hooks = [hook for repo in HOOKS["repos"] for hook in repo["hooks"]]
    assert {repo["repo"] for repo in HOOKS["repos"]} == {"local"}
    tools = {hook["entry"].split()[0] for hook in hooks}
    assert tools == {".venv/bin/ruff", ".venv/bin/nbstripout"}
    assert {Path(tool).name for tool in tools} <= {each.name for each in DIRECT}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> set[str]:
    """The names of the files in a wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_has_the_library_whole(wheel):
    library = ROOT / "lib" / "careworth"
    files = [path for path in library.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {f"careworth/{path.relative_to(library).as_posix()}" for path in files} <= wheel


def test_the_wheel_has_the_notebooks_and_the_demo_configuration_and_nothing_generated(wheel):
    notebooks = {f"careworth/notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    campaigns = {f"careworth/demo_workspace/campaigns/{path.name}" for path in (ROOT / "data/demo/campaigns").glob("*.toml")}
    configuration = campaigns | {"careworth/demo_workspace/workspace.toml"}
    assert (len(notebooks), len(campaigns) >= 4) == (6, True)
    assert {
        name for name in wheel if name.startswith(("careworth/notebooks/", "careworth/demo_workspace/"))
    } == notebooks | configuration


def test_the_wheel_puts_nothing_beside_the_package(wheel):
    assert {name.split("/")[0] for name in wheel} == {"careworth"}


# --- make, with Pythons that only pretend ---

#: Answers what the Makefile asks a Python, and writes down what it was told to install.
PRETENDER = """#!/bin/sh
case "$*" in
  *version_info*) exit {unsupported} ;;
  *python_version*) echo {version} ;;
  *ensurepip*) exit {lacks_venv} ;;
  "-m venv "*) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
  *--editable*) echo package >> log ;;
  *--require-hashes*) echo lock >> log; test ! -e pip-fails ;;
esac
"""


class House:
    """A folder with the Makefile and Pythons that pretend; nothing else is on its PATH but what the Makefile needs."""

    def __init__(self, folder: Path):
        self.folder, self.tools = folder / "house", folder / "tools"
        self.folder.mkdir()
        self.tools.mkdir()
        for name in ("mkdir", "cp", "rm", "cat", "touch", "find"):
            (self.tools / name).symlink_to(shutil.which(name))
        for name in ("Makefile", "requirements.lock", "pyproject.toml"):
            shutil.copy(ROOT / name, self.folder)

    def add_python(self, name: str, version: str, unsupported: int = 0, lacks_venv: int = 0) -> None:
        """Put a Python on the PATH that says it has this version."""
        path = self.tools / name
        path.write_text(PRETENDER.format(version=version, unsupported=unsupported, lacks_venv=lacks_venv))
        path.chmod(0o755)

    def make(self, *arguments: str) -> subprocess.CompletedProcess:
        """What make did with these arguments."""
        environment = {"PATH": str(self.tools), "LC_ALL": "C"}
        return subprocess.run([MAKE, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def change(self, name: str) -> None:
        """Make the file newer than every stamp."""
        newest = max(path.stat().st_mtime for path in (self.folder / ".venv").iterdir())
        os.utime(self.folder / name, (newest + 2, newest + 2))

    def installed(self) -> list[str]:
        """What was installed since the last time this was asked."""
        log = self.folder / "log"
        lines = log.read_text().split() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines


MAKE = shutil.which("make")


@pytest.fixture
def house(tmp_path) -> House:
    if MAKE is None:
        pytest.skip("make is not installed here")
    return House(tmp_path)


def refusal(result: subprocess.CompletedProcess) -> str:
    """The only line that make wrote, when it refused with exit code 2."""
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    return line


@pytest.mark.parametrize("target", ["report", "test"])
def test_a_python_that_is_too_old_gets_one_sentence(house, target):
    house.add_python("python3", "3.9.2", unsupported=1)
    sentence = refusal(house.make(target))
    assert (
        "careworth needs Python 3.11, 3.12 or 3.13 but found python3 (3.9.2): install one, or name yours with PYTHON=" in sentence
    )
    assert not (house.folder / ".venv").exists()


def test_no_python_gets_one_sentence(house):
    assert "but found none: install one" in refusal(house.make("report"))


def test_a_named_python_that_is_too_old_is_refused_by_its_name(house):
    house.add_python("python3", "3.12.1")
    house.add_python("python3.8", "3.8.20", unsupported=1)
    assert "but found python3.8 (3.8.20): install" in refusal(house.make("report", "PYTHON=python3.8"))


def test_a_python_without_venv_gets_one_sentence(house):
    house.add_python("python3.12", "3.12.1", lacks_venv=1)
    assert "needs the modules venv and ensurepip, which python3.12 lacks: install them" in refusal(house.make("report"))


def test_the_newest_python_that_can_is_used(house):
    house.add_python("python3.13", "3.13.0", lacks_venv=1)
    house.add_python("python3.12", "3.12.1")
    house.add_python("python3", "3.9.2", unsupported=1)
    assert house.make(".venv/ready").returncode == 0
    assert "echo 3.12.1" in (house.folder / ".venv/bin/python").read_text()


@pytest.fixture
def built(house) -> House:
    """A house whose environment is ready."""
    house.add_python("python3", "3.12.1")
    house.make(".venv/ready")
    assert house.installed() == ["lock", "package"]
    return house


def test_a_second_call_builds_nothing(built):
    assert built.make("--question", ".venv/ready").returncode == 0
    assert (built.make(".venv/ready").returncode, built.installed()) == (0, [])


def test_a_new_lock_builds_the_environment_again(built):
    built.change("requirements.lock")
    assert (built.make(".venv/ready").returncode, built.installed()) == (0, ["lock", "package"])


def test_a_new_pyproject_installs_only_the_package_again(built):
    built.change("pyproject.toml")
    assert (built.make(".venv/ready").returncode, built.installed()) == (0, ["package"])


def test_an_environment_that_was_cut_short_is_built_again(house):
    house.add_python("python3", "3.12.1")
    (house.folder / "pip-fails").touch()
    assert (house.make("report").returncode, house.installed()) == (2, ["lock"])
    (house.folder / "pip-fails").unlink()
    assert (house.make(".venv/ready").returncode, house.installed()) == (0, ["lock", "package"])


def test_an_environment_that_was_moved_is_built_again(built):
    built.folder = built.folder.rename(built.folder.with_name("moved"))
    assert (built.make(".venv/ready").returncode, built.installed()) == (0, ["lock", "package"])


def test_an_environment_whose_python_has_gone_is_built_again(built):
    (built.folder / ".venv/bin/python").unlink()
    assert (built.make(".venv/ready").returncode, built.installed()) == (0, ["lock", "package"])


def test_clean_keeps_reports(built):
    report = built.folder / "reports" / "mine" / "report.html"
    report.parent.mkdir(parents=True)
    report.touch()
    (built.folder / "lib").mkdir()
    (built.folder / "tests").mkdir()
    assert built.make("clean").returncode == 0
    assert (report.exists(), (built.folder / ".venv").exists()) == (True, False)
