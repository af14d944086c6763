"""What a run publishes, and what it need not run again (RELIABILITY.md B6, B8)."""

import json
import random
import re
import shutil
import time
from datetime import date
from importlib.metadata import distribution, version
from pathlib import Path

import polars as pl
import pytest

from careworth.batch import Outcome, Request, plan, run_campaigns, stages
from careworth.batch.versions import versions, versions_below
from careworth.execution import CAMPAIGN_NOTEBOOKS
from tests.batch.conftest import run
from tests.conftest import ROOT
from tests.test_cli import files_below
from tests.test_house import LOCK, PROJECT, pins

SPRING = "spring-help-line"


def request_of(workspace: Path, **given) -> Request:
    """A run of the spring campaign, with its reports beside the workspace."""
    return Request(workspace, workspace.parent / "reports", [SPRING], **given)


def stages_of(workspace: Path, **given) -> list[str]:
    """The stages that such a run would start."""
    (planned,) = plan(request_of(workspace, **given)).campaigns
    return planned.stages


@pytest.fixture(scope="module")
def report(small) -> Path:
    """The folder of a report that was really run."""
    outcomes = [told for told in run_campaigns(request_of(small)) if isinstance(told, Outcome)]
    assert [each.status for each in outcomes] == ["done"], outcomes
    return small.parent / "reports" / SPRING


def test_a_run_publishes_the_report_its_table_and_the_executed_notebooks(report):
    names = {path.relative_to(report).as_posix() for path in report.rglob("*") if path.is_file()}
    notebooks = {f"notebooks/{name}.ipynb" for name in CAMPAIGN_NOTEBOOKS}
    assert names >= {"report.html", "metric_values.parquet", "metric_values.json", "run.json"} | notebooks
    assert {path.name for path in report.parent.iterdir()} == {SPRING, "index.html", "ledger.json", ".careworth.lock"}


def test_the_manifest_names_every_other_file(report):
    names = {path.relative_to(report).as_posix() for path in report.rglob("*") if path.is_file()}
    told = json.loads((report / "run.json").read_text())["stages"]
    assert {name for each in told.values() for name in each["outputs"]} == names - {"run.json"}


def test_nothing_that_is_published_names_a_folder_of_this_machine(small, report):
    folders = [str(folder) for folder in (small.parent, ROOT, Path.home()) if folder != Path("/")]
    files = [path for path in report.parent.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert not [(path.name, folder) for path in files for folder in folders if folder.encode() in path.read_bytes()]


def test_the_table_is_the_same_in_parquet_and_json(report):
    rows = pl.read_parquet(report / "metric_values.parquet").rows(named=True)
    plain = [{name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()} for row in rows]
    assert json.loads((report / "metric_values.json").read_text()) == plain
    assert len(plain) > 100


def test_a_kernel_for_each_notebook_gives_the_same_bytes(small, report, tmp_path):
    asked = Request(small, tmp_path / "reports", [SPRING], has_kernels=True)
    assert [told.status for told in run_campaigns(asked) if isinstance(told, Outcome)] == ["done"]
    for name in ("report.html", "metric_values.json", "metric_values.parquet", "model.json"):
        assert (tmp_path / "reports" / SPRING / name).read_bytes() == (report / name).read_bytes(), name


@pytest.fixture
def again(small, report, tmp_path) -> Path:
    """A copy of the workspace and its report."""
    shutil.copytree(small.parent, tmp_path / "copy")
    return tmp_path / "copy" / small.name


def test_a_second_run_starts_nothing_and_changes_nothing(again):
    before = files_below(again.parent / "reports")
    assert [told.status for told in run_campaigns(request_of(again)) if isinstance(told, Outcome)] == ["unchanged"]
    assert files_below(again.parent / "reports") == before


def test_a_touched_file_starts_nothing(again):
    for path in (again / "sources").iterdir():
        path.touch()
    assert stages_of(again) == []


def test_a_run_by_force_starts_all(again):
    assert stages_of(again, force=True) == list(CAMPAIGN_NOTEBOOKS)


@pytest.mark.parametrize("name", [f"campaigns/{SPRING}.toml", "workspace.toml"])
def test_an_edited_configuration_starts_all(again, name):
    """In the same process too, such as a scheduler's."""
    assert stages_of(again) == []
    (again / name).write_text((again / name).read_text() + "\n")
    assert stages_of(again) == list(CAMPAIGN_NOTEBOOKS)


def test_another_campaigns_edit_starts_nothing(again):
    (again / "campaigns/summer-escape.toml").unlink()
    assert stages_of(again) == []


def test_another_value_of_a_parameter_starts_what_declares_it(again):
    assert stages_of(again, given={"response_hours": 4.0}) == ["02_metrics", "04_roi", "05_changes", "06_report"]


def test_other_code_starts_all(again, monkeypatch):
    monkeypatch.setattr(stages, "code_fingerprint", lambda: "other")
    assert stages_of(again) == list(CAMPAIGN_NOTEBOOKS)


def test_another_version_of_a_package_starts_all(again, monkeypatch):
    monkeypatch.setattr(stages, "versions", lambda: {"polars": "0.0.1"})
    assert stages_of(again) == list(CAMPAIGN_NOTEBOOKS)


def test_so_does_another_version_of_a_package_that_only_others_need(again, tmp_path, monkeypatch):
    """Numba's compiler, which no file of ours imports: another one lies before it on the path."""
    installed = distribution("llvmlite").read_text("METADATA")
    other = tmp_path / "llvmlite-0.0.1.dist-info/METADATA"
    other.parent.mkdir()
    other.write_text(re.sub("^Version: .*", "Version: 0.0.1", installed, flags=re.MULTILINE))
    monkeypatch.syspath_prepend(tmp_path)
    assert stages_of(again) == []
    monkeypatch.setattr(stages, "versions", versions.__wrapped__)
    assert stages_of(again) == list(CAMPAIGN_NOTEBOOKS)


def test_the_versions_are_those_of_the_lock_file_and_no_others():
    """Whatever Careworth's packages lead to on this system is pinned; what only the tests need is not asked for."""
    found = versions_below(PROJECT["dependencies"])
    here = {pin.name: str(pin.specifier).removeprefix("==") for pin in pins(LOCK) if pin.marker is None or pin.marker.evaluate()}
    assert (len(found) > 100, set(found) - set(here)) == (True, set())
    needed = versions_below([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]])
    assert set(here) - set(needed) == set()
    assert "hypothesis" in set(needed) - set(found)


def test_a_package_s_extras_and_what_is_not_installed_are_followed_too():
    assert versions_below(["psycopg[binary]"])["psycopg-binary"] == version("psycopg-binary")
    assert "psycopg-binary" not in versions_below(["psycopg"])
    assert versions_below(["no-such-package>=1; python_version >= '3'", "nor-this; python_version < '3'"]) == {
        "no-such-package": ""
    }


def test_the_versions_cost_a_process_at_most_a_tenth_of_a_second():
    """Some 30 milliseconds on a slow core; of three times the shortest counts."""
    assert min(_cpu_seconds(versions.__wrapped__) for _ in range(3)) < 0.1


def _cpu_seconds(do) -> float:
    started = time.process_time()
    do()
    return time.process_time() - started


#: A changed row, by its source, and the stages that do not read it.
UNTOUCHED = {"costs.csv": {"02_metrics"}, "surveys.csv": {"03_attribution"}, "orders.csv": set()}


@pytest.mark.parametrize("source", UNTOUCHED)
def test_one_changed_row_starts_what_reads_it_and_what_reads_its_results(again, source):
    path = next((again / "sources").glob(source.replace(".csv", ".*")))
    table = pl.read_parquet(path)
    table.head(table.height - 1).write_parquet(path)
    assert set(stages_of(again)) == set(CAMPAIGN_NOTEBOOKS) - UNTOUCHED[source]


@pytest.mark.parametrize("name", ["report.html", "metric_values.json", "run.json", "notebooks/02_metrics.ipynb"])
@pytest.mark.parametrize("content", [None, b"altered"])
def test_a_missing_or_altered_output_is_made_again(again, name, content):
    path = again.parent / "reports" / SPRING / name
    path.unlink() if content is None else path.write_bytes(content)
    assert stages_of(again)


def test_every_flipped_bit_of_a_cached_file_is_found(again):
    """300 bits of the lake's tables and of the published files, one after the other (RELIABILITY.md 0.7: Polars sees 38 %)."""
    drawn = random.Random(1)
    report = again.parent / "reports" / SPRING
    lake = [path for path in (again / "lake").rglob("*.parquet") if "staged" not in path.parts]
    files = sorted([*lake, *(path for path in report.rglob("*") if path.is_file())])
    found = 0
    for _ in range(300):
        path = drawn.choice(files)
        sound = path.read_bytes()
        place = drawn.randrange(len(sound))
        path.write_bytes(sound[:place] + bytes([sound[place] ^ (1 << drawn.randrange(8))]) + sound[place + 1 :])
        found += _is_noticed(again, path)
        path.write_bytes(sound)
    assert found == 300


def _is_noticed(workspace: Path, path: Path) -> bool:
    from careworth.lake import _is_whole, _read_manifest

    lake = workspace / "lake"
    if lake in path.parents:
        return not _is_whole(lake, _read_manifest(lake))
    return bool(stages_of(workspace))


def test_a_report_follows_up_on_the_campaign_before_it_in_the_same_run(small, tmp_path):
    """A campaign that names another as `previous` waits for it and reads what it published."""
    shutil.copytree(small, tmp_path / "workspace")
    path = tmp_path / f"workspace/campaigns/{SPRING}.toml"
    path.write_text('previous = "city-concierge"\n' + path.read_text())
    asked = Request(tmp_path / "workspace", tmp_path / "reports", [SPRING, "city-concierge"], jobs=2)
    ended = [told.campaign_id for told in run_campaigns(asked) if isinstance(told, Outcome)]
    values = pl.read_parquet(tmp_path / f"reports/{SPRING}/metric_values.parquet")
    assert ended == ["city-concierge", SPRING]
    assert values.filter(pl.col("metric_id") == "P8", pl.col("slice") == "since").height > 0


def test_folders_may_be_told_from_where_one_stands(workspace, notebooks):
    """As README tells it: careworth run --workspace our-care."""
    ended = run(Path(workspace.name), notebooks, "c00", cwd=workspace.parent)
    assert (ended.returncode, "FAILED" in ended.stdout) == (0, False), ended.stdout
    assert (workspace.parent / "reports/c00/run.json").is_file()
