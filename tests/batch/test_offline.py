"""The whole pipeline where there is no network, not even the machine's own (RELIABILITY.md V5)."""

import os
import shutil
import subprocess
import sys

import pytest

from careworth.batch.manifest import read_manifest
from careworth.execution import CAMPAIGN_NOTEBOOKS

#: Runs what follows in a network of its own that has nothing in it.
WITHOUT_NETWORK = ["unshare", "--net"]

ASKS = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"


@pytest.mark.parametrize("engine", ["in-process", "papermill"])
def test_a_campaign_is_read_measured_and_reported_without_any_network(small, tmp_path, engine):
    if shutil.which("unshare") is None or subprocess.run([*WITHOUT_NETWORK, "true"], capture_output=True, check=False).returncode:
        pytest.skip("taking the network away needs root on Linux; .ci/run has it")
    asked = subprocess.run([*WITHOUT_NETWORK, sys.executable, "-c", ASKS], capture_output=True, text=True, check=False)
    assert "Network is unreachable" in asked.stderr
    shutil.copytree(small, tmp_path / "workspace", ignore=shutil.ignore_patterns("lake"))
    words = [sys.executable, "-m", "careworth", "run", "spring-help-line", "--engine", engine]
    words += ["--workspace", str(tmp_path / "workspace"), "--reports", str(tmp_path / "reports")]
    ended = subprocess.run([*WITHOUT_NETWORK, *words], capture_output=True, text=True, env=os.environ, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert list(read_manifest(tmp_path / "reports/spring-help-line")) == list(CAMPAIGN_NOTEBOOKS)
    assert (tmp_path / "reports/index.html").is_file()
