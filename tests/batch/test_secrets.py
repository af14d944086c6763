"""A secret of the environment is in no file and no output, in whatever ways campaigns fail (RELIABILITY.md K1)."""

import gzip
import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from tests.batch.conftest import CAMPAIGNS, MEASURE, run, write_notebook
from tests.postgres import PASSWORD
from tests.test_config import WORKSPACE

KEY = "canary-key-" + "9c1e7d" * 6

SOURCES = """
[[sources.orders]]
format = "generic"
database = "env:CANARY_DSN"
query = "SELECT 1 AS order_id, '2024-03-05T10:00:00Z' AS ordered_at, 2000 AS net_minor, 0 AS refund_minor"
constants = {brand = "north", currency = "EUR"}
[privacy]
key = "env:CANARY_KEY"
"""

#: What five of the ten campaigns do in their third notebook; each has the environment in its hands then.
FAILURES = {
    "c01": "raise ValueError(f'no orders in {os.environ}')",
    "c02": "sys.exit(str(os.environ))",
    "c03": "os.kill(os.getpid(), 9)",
    "c04": "time.sleep(600)",
    "c05": "os.environ['CANARY_DSN'] * 2**40",
}
FAILING = ["import os, sys, time", "if campaign in {failures}: exec({failures}[campaign])", MEASURE.format(name="04_roi")]

#: A cell that shows the environment, as somebody does who looks why a source does not answer.
SHOWING = """import os, sys
print(os.environ, os.environ['CANARY_DSN'])
print(dict(os.environb), file=sys.stderr)
os.environ['CANARY_KEY']"""


def everything(content: bytes) -> bytes:
    """What a file holds, as it lies there and as programs read it: unpacked, and each value of a table."""
    if content.startswith(b"PAR1"):
        return content + str(pl.read_parquet(io.BytesIO(content)).to_dicts()).encode()
    if content.startswith(b"\x1f\x8b"):
        return content + everything(gzip.decompress(content))
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return content + b"".join(everything(archive.read(name)) for name in archive.namelist())
    return content


def telling(folder: Path, secrets: list[str]) -> list[tuple[str, str]]:
    """The files below the folder that tell one of the secrets."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [(path.name, secret) for path in files for secret in secrets if secret.encode() in everything(path.read_bytes())]


def test_what_hides_a_secret_in_a_file_is_searched(tmp_path):
    """So that an empty list means something."""
    pl.DataFrame({"said": ["a canary"] * 100}).write_parquet(tmp_path / "a.parquet", compression="zstd")
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"a canary"))
    with zipfile.ZipFile(tmp_path / "c.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.gz", (tmp_path / "b.gz").read_bytes())
    assert [name for name, _ in telling(tmp_path, ["canary"])] == ["a.parquet", "b.gz", "c.zip"]


@pytest.mark.parametrize("engine", ["in-process", "papermill"])
def test_no_secret_is_left_by_a_batch_that_fails_in_five_ways(workspace, notebooks, postgres, monkeypatch, tmp_path, engine):
    chosen, failing = (CAMPAIGNS, 5) if engine == "in-process" else (["c01"], 1)
    (workspace / "workspace.toml").write_text(WORKSPACE + SOURCES)
    write_notebook(notebooks / "02_metrics.ipynb", SHOWING, MEASURE.format(name="02_metrics"))
    write_notebook(notebooks / "04_roi.ipynb", *(each.format(failures=FAILURES) for each in FAILING))
    for name, value in {"CANARY_DSN": postgres, "CANARY_KEY": KEY, "HOME": tmp_path / "home", "TMPDIR": tmp_path / "tmp"}.items():
        monkeypatch.setenv(name, str(value))
    (tmp_path / "home").mkdir()
    (tmp_path / "tmp").mkdir()
    ended = run(workspace, notebooks, *chosen, "--engine", engine, "--cell-seconds", "8", "--memory-gib", "4")
    assert (ended.returncode, ended.stdout.count("FAILED: 04_roi: ")) == (1, failing), ended.stdout
    assert "c01                      FAILED: 04_roi: ValueError: no orders in environ({" in ended.stdout
    assert [pl.read_parquet(path).height for path in (workspace / "lake").rglob("orders.parquet")][:1] == [1]
    secrets = [postgres, PASSWORD, KEY]
    assert [secret for secret in secrets if secret in ended.stdout + ended.stderr] == []
    assert telling(tmp_path, secrets) == []
    for name in set(chosen) - set(FAILURES):
        assert "env:CANARY_DSN" in (tmp_path / f"reports/{name}/notebooks/02_metrics.ipynb").read_text()
