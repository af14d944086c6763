"""Whatever a campaign or a notebook's results are called, what is written stays in its folder (RELIABILITY.md K4)."""

from functools import cache
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from careworth.config import DEVICES, Campaign, load_campaign, load_workspace
from careworth.errors import CareworthError, ConfigError
from careworth.execution import CAMPAIGN_NOTEBOOKS
from careworth.exports import export_values
from careworth.lab import first_notebook
from careworth.results import SHARED, values_file
from careworth.strict import checked
from tests.test_campaign_files import GOOD
from tests.test_config import CAMPAIGN, WORKSPACE

#: What leads elsewhere on one system or another, or is no file there, among letters that may stand in a name.
PIECES = [
    "..",
    ".",
    "/",
    "\\",
    "\0",
    "\n",
    " ",
    "~",
    "C:",
    ":",
    "con",
    "nul.",
    "%2e%2e",
    "a",
    "spring",
    "-",
    "_",
    "A",
    "ſ",
    "0",
    "∕",
    "．",
]
NAMES = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,63}", fullmatch=True),
    st.text(),
)
REPORTS = Path("/somewhere/reports")

thousand = settings(max_examples=1000, deadline=None, derandomize=True)


def is_one_name(name: str) -> bool:
    """True if it is the name of one file or folder on every system, and of the folder itself nowhere."""
    ways = (PurePosixPath(name).parts, PureWindowsPath(name).parts)
    return ways == ((name,),) * 2 and name not in ("..", "~") and not name.endswith((".", " ")) and name.casefold() not in DEVICES


def is_below(folder: Path, path: Path) -> bool:
    """True if the path leads to something in the folder, and not to the folder itself."""
    return folder.resolve() in path.resolve().parents


@thousand
@given(NAMES)
@example("spring")
@example("../spring")
def test_a_campaign_is_refused_or_all_its_files_are_in_a_folder_of_its_own(name):
    try:
        campaign = checked(Campaign, GOOD | {"id": name}, "campaign.toml")
    except ConfigError:
        return
    own = REPORTS / campaign.id
    assert (is_one_name(campaign.id), own.parent, own.resolve().parent) == (True, REPORTS, REPORTS.resolve())
    written = [values_file(own, each) for each in (SHARED, *CAMPAIGN_NOTEBOOKS)]
    assert all(is_below(own, each) for each in [*written, own / "report.html"])
    assert is_below(REPORTS, REPORTS / f".{campaign.id}.tmp" / campaign.id)


@thousand
@given(NAMES)
@example("spring")
def test_so_is_the_campaign_before_it_which_is_read(name):
    try:
        campaign = checked(Campaign, GOOD | {"previous": name}, "campaign.toml")
    except ConfigError:
        return
    assert not campaign.previous or is_one_name(campaign.previous)


@thousand
@given(NAMES)
@example("02_metrics")
@example("../02_metrics")
def test_results_have_a_plain_name_or_none(name):
    try:
        path = values_file(REPORTS / "spring", name)
    except CareworthError:
        return
    assert is_one_name(path.name)
    assert path.parent in (REPORTS / "spring", REPORTS / "spring/notebooks")


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A workspace of one campaign."""
    root = tmp_path_factory.mktemp("paths") / "workspace"
    (root / "campaigns").mkdir(parents=True)
    (root / "workspace.toml").write_text(WORKSPACE)
    (root / "campaigns/spring.toml").write_text(CAMPAIGN)
    return root


UNKNOWN = NAMES.filter(lambda name: name not in ("", "spring"))


@thousand
@given(UNKNOWN)
def test_no_name_but_that_of_a_campaign_finds_one(root, name):
    with pytest.raises(ConfigError, match="unknown campaign"):
        load_campaign(load_workspace_once(root), name)


load_workspace_once = cache(load_workspace)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(UNKNOWN)
@example("../outside")
def test_a_command_refuses_it_and_writes_nothing(root, name):
    for asked in (
        lambda: export_values(root, name, root / "reports", "csv"),
        lambda: first_notebook(root, name, root / "reports"),
    ):
        with pytest.raises(ConfigError):
            asked()
    assert {path.name for path in root.rglob("*")} == {"workspace.toml", "campaigns", "spring.toml"}
