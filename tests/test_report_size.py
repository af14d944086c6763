"""The file that is sent around: small enough for a mail, and the same bytes wherever it is made."""

import os
import subprocess
import sys
from hashlib import sha256

import pytest

from careworth.report import render_report
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete

#: Of one campaign's whole report, in bytes.
MOST_BYTES = 450_000

#: Renders the sample and prints its hash.
RENDER = """
from hashlib import sha256
from careworth.report import render_report
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete
print(sha256(render_report(complete(), campaign(), WORKSPACE, PROVENANCE).encode()).hexdigest())
"""

#: Each value of each setting at least once beside each of the first two.
PLACES = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C.UTF-8", "POLARS_MAX_THREADS": "1"},
    {"PYTHONHASHSEED": "1", "TZ": "America/St_Johns", "LANG": "tr_TR.UTF-8", "POLARS_MAX_THREADS": "2"},
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "LC_ALL": "tr_TR.UTF-8", "POLARS_MAX_THREADS": "1"},
]


@pytest.mark.parametrize("reports", ["demo_reports", "real_reports"])
def test_every_report_is_small(reports, request):
    pages = sorted(request.getfixturevalue(reports).glob("*/report.html"))
    assert len(pages) >= 3
    assert {path.parent.name: path.stat().st_size for path in pages if path.stat().st_size > MOST_BYTES} == {}


def test_three_renders_in_one_process_are_the_same():
    assert len({render_report(complete(), campaign(), WORKSPACE, PROVENANCE) for _ in range(3)}) == 1


def test_it_is_the_same_whatever_the_seed_zone_language_and_threads():
    """The hash of this process's page is what every other process must come to."""
    here = sha256(render_report(complete(), campaign(), WORKSPACE, PROVENANCE).encode()).hexdigest()
    there = [subprocess.check_output([sys.executable, "-c", RENDER], env=os.environ | place, text=True) for place in PLACES]
    assert {each.strip() for each in there} == {here}
