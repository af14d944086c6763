"""The command line: every refusal is one sentence and exit code 2, and leaves everything as it was."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from typer.testing import CliRunner

from careworth import batch, cli, config
from careworth.config import differences_from_defaults, load_campaign, load_workspace
from careworth.errors import CareworthError
from careworth.lake import open_lake
from careworth.schemas import MESSAGES, TABLES
from tests.tables import message
from tests.test_config import CAMPAIGN, WORKSPACE

SETTINGS = WORKSPACE.replace('"twcs"', '"canonical"').replace("twcs.csv", "messages.parquet")
SPRING = CAMPAIGN + 'accounts = ["help"]\n'

#: Each fault as the file, its wrong content (None: no such file) and what the refusal says.
FAULTS = {
    "no settings": ("workspace.toml", None, "no workspace.toml in folder 'mine'; run `careworth init DIR` for one to start from"),
    "no TOML": ("workspace.toml", SETTINGS.replace('"Test"', ""), "workspace.toml is not valid TOML: Invalid value (at line 2"),
    "unknown key": (
        "workspace.toml",
        SETTINGS.replace("currency", "curency"),
        "workspace.toml: unknown key: 'curency'; did you mean 'currency'?",
    ),
    "no source": ("messages.parquet", None, "source messages: no file 'messages.parquet' in folder 'mine'"),
    "no table": ("messages.parquet", "message_id,text", "messages.parquet: is no whole Parquet file"),
    "no campaign": ("campaigns/spring.toml", None, "no campaign: put at least one <id>.toml into"),
    "unknown account": (
        "campaigns/spring.toml",
        SPRING.replace("help", "hlep"),
        "spring.toml: no conversation with account 'hlep'; did you mean 'help'?",
    ),
}


class Ended(NamedTuple):
    """How a command ended: its exit code and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def careworth(monkeypatch, capsys):
    """The command line as a function of its arguments."""

    def call(*arguments) -> Ended:
        monkeypatch.setattr(sys, "argv", ["careworth", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit:
            cli.main()
        return Ended(exit.value.code, *capsys.readouterr())

    return call


@pytest.fixture
def root(tmp_path) -> Path:
    """A small valid workspace: a question and its answer, no lake yet; a report of last night lies beside it."""
    root = tmp_path / "mine"
    (root / "campaigns").mkdir(parents=True)
    (root / "workspace.toml").write_text(SETTINGS)
    (root / "campaigns/spring.toml").write_text(SPRING)
    rows = [message(1, "customer", 0), message(2, "agent", 5, "It is on its way.")]
    pl.DataFrame(rows, schema=MESSAGES.columns).write_parquet(root / "messages.parquet")
    (tmp_path / "reports/spring").mkdir(parents=True)
    (tmp_path / "reports/spring/report.html").write_text("last night's")
    return root


def spoil(root: Path, fault: str) -> str:
    """What the refusal must say, now that the workspace has that fault."""
    name, content, says = FAULTS[fault]
    (root / name).unlink() if content is None else (root / name).write_text(content)
    return says


def files_below(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file and folder below `folder`, with when it was written and what it holds."""
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"") for path in folder.rglob("*")}


def refusal(ended: Ended) -> str:
    """The one sentence of a command that refused with exit code 2 and wrote nothing else."""
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("careworth: ")
    return line.removeprefix("careworth: ")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_in_one_sentence_and_nothing_is_touched(careworth, root, fault):
    open_lake(load_workspace(root))
    says = spoil(root, fault)
    before = files_below(root.parent)
    assert says in refusal(careworth("run", "-w", root, "-r", root.parent / "reports"))
    assert files_below(root.parent) == before


@pytest.mark.parametrize("fault", FAULTS)
def test_check_finds_every_fault_that_run_refuses(careworth, root, fault):
    says = spoil(root, fault)
    assert says in refusal(careworth("check", "-w", root))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_refused_run_leaves_a_whole_lake_or_none(careworth, root, fault):
    spoil(root, fault)
    assert refusal(careworth("run", "-w", root, "-r", root.parent / "reports"))
    files = {path.name for path in (root / "lake").rglob("*") if path.is_file() and "staged" not in path.parts}
    assert files in (set(), {"manifest.json", "message_labels.parquet", "messages.parquet", "turns.parquet"})


@pytest.mark.parametrize("command", ["run", "check", "ingest"])
def test_a_missing_folder_is_refused_and_not_made(careworth, tmp_path, command):
    assert "no workspace.toml in folder 'nowhere'" in refusal(careworth(command, "-w", tmp_path / "nowhere"))
    assert not list(tmp_path.iterdir())


def test_an_unknown_campaign_is_refused_with_the_nearest_before_the_known_one_runs(careworth, root):
    before = files_below(root.parent)
    ended = careworth("run", "spring", "sping", "-w", root, "-r", root.parent / "reports")
    assert refusal(ended) == "unknown campaign: 'sping'; did you mean 'spring'?"
    assert files_below(root.parent) == before


def test_the_installed_command_refuses_without_a_traceback(tmp_path):
    script = shutil.which("careworth", path=Path(sys.executable).parent)
    ended = subprocess.run([script, "run", "-w", "nowhere"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "no workspace.toml in folder 'nowhere'" in refusal(Ended(ended.returncode, ended.stdout, ended.stderr))
    assert not list(tmp_path.iterdir())


def test_check_says_that_nothing_is_wrong_and_what_it_saw(careworth, root):
    ended = careworth("check", "-w", root)
    assert (ended.code, ended.err) == (0, "")
    first, last = ended.out.splitlines()
    assert first == "spring: accounts 1, 2024-03-01 to 2024-04-01, as of 2024-01-01 09:05 UTC"
    assert last == "nothing is wrong"


def test_ingest_says_what_became_of_every_record(careworth, root):
    ended = careworth("ingest", "-w", root)
    assert (ended.code, ended.err) == (0, "")
    said = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert {"read 2", "accepted 2", "messages.parquet 2 rows"} <= set(said)


def test_a_campaign_that_failed_makes_exit_code_1_and_the_others_are_listed(careworth, monkeypatch):
    outcomes = [batch.Outcome("spring", "failed", 1.0, "04_roi: no"), batch.Outcome("summer", "done", 9.0)]
    monkeypatch.setattr(batch, "run_campaigns", lambda *given: iter(outcomes))
    ended = careworth("run", "-r", "out")
    assert (ended.code, ended.err) == (1, "")
    said = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert said[:2] == ["spring FAILED: 04_roi: no", f"summer {Path('out/summer/report.html')} (9 s)"]
    assert said[2:] == [f"portfolio {Path('out/index.html')}"]


@pytest.mark.parametrize("command", ["", *(each.callback.__name__ for each in cli.app.registered_commands)])
def test_every_command_has_help(careworth, command):
    ended = careworth(*command.split(), "--help")
    assert (ended.code, ended.err) == (0, "")
    assert re.search(rf"Usage: .*careworth {command}", ended.out)


@pytest.mark.parametrize("place", ["mine", "mine/workspace.toml", "mine/workspace.toml/new"])
def test_init_refuses_what_is_there_already(careworth, root, place):
    before = files_below(root)
    assert refusal(careworth("init", root.parent / place))
    assert files_below(root) == before


@pytest.fixture
def scaffold(careworth, tmp_path) -> Path:
    """What `careworth init` writes into a new folder."""
    assert careworth("init", tmp_path / "new").code == 0
    return tmp_path / "new"


def test_init_writes_a_workspace_that_loads(scaffold):
    workspace = load_workspace(scaffold)
    assert differences_from_defaults(workspace) == []
    assert load_campaign(workspace, "first-campaign").name == "First campaign"


def test_the_first_check_says_which_file_is_missing(careworth, scaffold):
    sentence = refusal(careworth("check", "-w", scaffold))
    assert sentence.startswith("source messages: no file 'messages.parquet' in folder 'sources'; ")
    assert not (scaffold / "lake").exists()


def take_up_every_offer(path: Path) -> None:
    """Uncomment each setting in a TOML file."""
    path.write_text(re.sub(r"(?m)^# (?=\w+ = |\[)", "", path.read_text()))


def test_the_scaffold_offers_every_setting_at_its_default_and_every_table(scaffold):
    take_up_every_offer(scaffold / "workspace.toml")
    workspace = load_workspace(scaffold)
    assert workspace.model_fields_set == set(config.Workspace.model_fields) - {"demo_seed"}
    sections = [workspace.boundaries, workspace.service, workspace.roi, workspace.privacy, workspace.decisions]
    assert [each.model_fields_set for each in sections] == [set(type(each).model_fields) for each in sections]
    assert (differences_from_defaults(workspace), set(workspace.sources)) == ([], set(TABLES))


def test_the_scaffold_offers_every_setting_of_a_campaign(scaffold):
    take_up_every_offer(scaffold / "campaigns/first-campaign.toml")
    campaign = load_campaign(load_workspace(scaffold), "first-campaign")
    assert campaign.model_fields_set == set(config.Campaign.model_fields)
    assert [goal.metric for goal in campaign.goals] == ["S1.within_24h"]


def test_the_scaffold_names_the_columns_that_messages_need(scaffold):
    words = set(re.findall(r"`(\w+)`", (scaffold / "sources/README.md").read_text()))
    assert set(MESSAGES.required) <= words <= set(MESSAGES.columns)


def test_explain_says_what_a_metric_is_in_either_case():
    printed = CliRunner().invoke(cli.app, ["explain", "s2"]).output
    assert printed.startswith("S2 First response time")
    assert "Kaplan-Meier" in printed


def test_explain_offers_the_metrics_there_are():
    with pytest.raises(CareworthError, match="no metric 'q99'; the nearest are Q9"):
        cli.explain("q99")


FIXTURES = Path(__file__).parent / "fixtures"


def counts_in(printed: str) -> dict[str, str]:
    """The counts that a command printed, by what they count."""
    return {
        name: count for name, count, *_ in (re.split(r" {2,}", line.strip()) for line in printed.splitlines() if "  " in line)
    }


def test_inspect_shows_a_vendors_export_and_what_the_workspace_has_to_give(careworth):
    """Every line of the export is counted once; tests/formats/test_shopify.py says which."""
    ended = careworth("inspect", FIXTURES / "shopify/orders_export.csv", "--format", "shopify", "--table", "orders")
    found = counts_in(ended.out)
    told = [int(count) for name, count in found.items() if name.startswith(("accepted", "rejected", "excluded"))]
    assert (ended.code, found["constants have to give"], sum(told)) == (0, "brand", int(found["read"]))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--format", "zendesc"), "format 'zendesc'; did you mean 'zendesk'?"),
        (("--format", "shopify"), "format 'shopify' gives orders; choose a --table"),
        (("--format", "zendesk", "--table", "tickets"), "is JSON of another shape than its format"),
    ],
)
def test_inspect_refuses_what_is_not_of_the_format(careworth, words, says):
    assert says in refusal(careworth("inspect", FIXTURES / "zendesk/ticket_events.json", *words))


def test_inspect_answers_programs_with_one_object(careworth):
    ended = careworth("inspect", FIXTURES / "zendesk/tickets.json", "--format", "zendesk", "--table", "tickets", "--json")
    found = json.loads(ended.out)
    assert found["funnel"]["accepted"] + len(found["rejected"]) <= found["funnel"]["read"]
    assert (found["outcome"], found["missing"]) == ("ingest", [])


def test_a_dry_run_names_records_and_columns_and_writes_nothing(careworth, root):
    (root / "orders.csv").write_text("id,at,shop,net,colour\n1,2024-03-01T10:00Z,help,100,red\n2,yesterday,help,100,red\n")
    (root / "workspace.toml").write_text(
        SETTINGS
        + """
[sources.orders]
format = "generic"
path = "orders.csv"
columns = {order_id = "id", ordered_at = "at", brand = "shop", net_minor = "net"}
constants = {refund_minor = 0, currency = "EUR"}
"""
    )
    before = files_below(root)
    ended = careworth("ingest", "-w", root, "--dry-run")
    assert re.search(r"rejected:ordered_at_unparsed +1  such as record 2\n", ended.out)
    assert re.search(r"columns that nobody takes +'colour'\n", ended.out)
    assert (ended.code, files_below(root)) == (0, before)
    assert "1 of 2 records rejected (50.0%" in refusal(careworth("ingest", "-w", root))
