"""What others claim is shown with its source, and computes nothing (METRICS.md P11)."""

from pathlib import Path

import pytest

from careworth.config import load_workspace
from careworth.errors import ConfigError
from careworth.report import render_index, render_report
from careworth.targets import Claim
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete
from tests.test_config import WORKSPACE as SETTINGS

CLAIM = """
[[claims]]
id = "fare"
text = "Customers pay more."
figure = 20
unit = "US dollars"
source = "A vendor, 2016"
year = 2016
interested = true
"""


def written(tmp_path, settings: str):
    """A workspace with these settings."""
    (tmp_path / "workspace.toml").write_text(SETTINGS + settings)
    return load_workspace(tmp_path)


def test_a_claim_is_read_with_its_source(tmp_path):
    (claim,) = written(tmp_path, CLAIM).claims
    assert (claim.figure, claim.unit, claim.source, claim.interested) == (20, "US dollars", "A vendor, 2016", True)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (CLAIM + CLAIM, "claims: id 'fare' more than once; rename one"),
        (CLAIM.replace('source = "A vendor, 2016"\n', ""), "source"),
        (CLAIM.replace("A vendor, 2016", " "), "must not be blank"),
        (CLAIM.replace("figure = 20", "figure = nan"), "figure"),
        (CLAIM.replace("year = 2016", "year = 16"), "year"),
        (CLAIM.replace("interested", "intrested"), "interested"),
    ],
    ids=["twice", "no source", "blank source", "no number", "no year of ours", "unknown key"],
)
def test_a_claim_that_says_too_little_is_refused(tmp_path, settings, said):
    with pytest.raises(ConfigError, match=said):
        written(tmp_path, settings)


def with_claims(*claims: Claim):
    """The sample's workspace with these claims."""
    return type(WORKSPACE)(**(vars(WORKSPACE) | {"claims": list(claims)}))


def test_the_report_shows_claims_as_what_is_not_used():
    claim = Claim(id="fare", text="Pay <more>", figure=20, unit="US dollars", source="A vendor", year=2016, interested=True)
    page = render_report(complete(), campaign(), with_claims(claim), PROVENANCE)
    assert "What others claim: not used here (1)" in page
    assert "<bdi>Pay &lt;more&gt;</bdi>" in page
    assert "<bdi>A vendor</bdi>, 2016; it gains by being believed" in page


def test_without_claims_the_report_has_no_such_section():
    assert "What others claim" not in render_report(complete(), campaign(), WORKSPACE, PROVENANCE)


def test_a_claim_changes_no_number():
    """The pages with and without it are the same but for the claim's own section."""
    claim = Claim(id="fare", text="T", figure=20, unit="U", source="S", year=2016, interested=False)
    before, after = (render_report(complete(), campaign(), each, PROVENANCE) for each in (WORKSPACE, with_claims(claim)))
    start = after.index("<details><summary>What others claim")
    end = after.index("</details>\n", start) + len("</details>\n")
    assert after[:start] + after[end:] == before
    rows = [{"campaign": campaign(), "values": complete(), "failure": None, "link": None}]
    assert render_index(rows, with_claims(claim)) == render_index(rows, WORKSPACE)


def test_the_demo_cites_whom_it_does_not_use():
    assert {claim.id for claim in load_workspace(Path(__file__).parents[1] / "data" / "demo").claims} == {
        "airline-fare",
        "direct-deflection",
        "dell-revenue",
    }
