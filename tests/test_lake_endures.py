"""The lake under kill signals and in any surroundings: whole, and the same byte for byte."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from careworth.files import sha256
from tests.test_config import WORKSPACE
from tests.test_staging import HEADER

OPEN = """
import sys
from pathlib import Path
from careworth.config import load_workspace
from careworth.lake import open_lake
open_lake(load_workspace(Path(sys.argv[1])))
"""

#: Writes the source anew and opens the lake, again and again, until it is killed.
REBUILD = """
import sys
from pathlib import Path
from careworth.config import load_workspace
from careworth.lake import open_lake
root = Path(sys.argv[1])
source = (root / "twcs.csv").read_text()
for turn in range(10_000):
    (root / "next.csv").write_text(source.replace("hello", f"hello {turn}"))
    (root / "next.csv").replace(root / "twcs.csv")
    open_lake(load_workspace(root))
    print(turn, flush=True)
"""

SURROUNDINGS = [
    {"TZ": zone, "LANG": language, "PYTHONHASHSEED": seed, "POLARS_MAX_THREADS": threads}
    for zone in ("UTC", "Asia/Kolkata", "America/St_Johns")
    for language in ("C.UTF-8", "tr_TR.UTF-8")
    for seed in ("0", "1")
    for threads in ("1", "2")
]


@pytest.fixture
def root(tmp_path) -> Path:
    """A workspace with five hundred questions, their answers, and one record that is rejected."""
    (tmp_path / "workspace.toml").write_text(WORKSPACE)
    times = [f"Tue Oct 31 {hour:02}:{minute:02}:47 +0000 2017" for hour in range(10) for minute in range(50)]
    asked = "".join(f"{2 * k + 1},{k + 100},True,{time},hello İ ı,,\n" for k, time in enumerate(times))
    answered = "".join(f"{2 * k + 2},north,False,{time},hi,,{2 * k + 1}\n" for k, time in enumerate(times))
    (tmp_path / "twcs.csv").write_text(HEADER + asked + answered + "x,1,True,,,,\n")
    return tmp_path


def outputs(root: Path) -> dict[str, str]:
    """The hash of each table's file that the manifest names, each checked against the file."""
    manifest = json.loads((root / "lake/manifest.json").read_text())
    told = {file: digest for output in manifest["outputs"].values() for file, digest in output["files"].items()}
    assert {path.name: sha256(path) for path in (root / "lake" / manifest["folder"]).iterdir()} == told
    return {file.removesuffix(".parquet"): digest for file, digest in told.items()}


def test_the_lake_is_the_same_in_any_surroundings(root):
    built = []
    for surroundings in SURROUNDINGS:
        shutil.rmtree(root / "lake", ignore_errors=True)
        subprocess.run([sys.executable, "-c", OPEN, root], env=os.environ | surroundings, check=True)
        built.append(outputs(root))
    assert (len(built), len(built[0])) == (24, 4)
    assert all(each == built[0] for each in built)


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have SIGKILL")
def test_a_build_that_is_killed_leaves_the_old_lake_or_the_new_one(root):
    moments = random.Random(7)
    for _ in range(20):
        with subprocess.Popen([sys.executable, "-c", REBUILD, root], stdout=subprocess.PIPE) as building:
            building.stdout.readline()
            time.sleep(moments.uniform(0, 0.3))
            building.send_signal(signal.SIGKILL)
        assert set(outputs(root)) == {"messages", "message_labels", "turns", "rejected_messages"}
    # What a killed build left behind, the next build removes.
    (root / "twcs.csv").write_text((root / "twcs.csv").read_text().replace("hello", "good day"))
    subprocess.run([sys.executable, "-c", OPEN, root], check=True)
    assert len([path for path in (root / "lake").iterdir() if path.is_dir() and path.name != "staged"]) <= 2
    assert len(list((root / "lake/staged").iterdir())) == 1
