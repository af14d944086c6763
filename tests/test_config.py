"""Every refusal of a configuration is one sentence that names the place and the remedy."""

import pytest

from careworth.config import differences_from_defaults, load_campaign, load_workspace
from careworth.errors import ConfigError

WORKSPACE = """
name = "Test"
brand = "north"
time_zone = "Europe/Amsterdam"
currency = "EUR"
roi_definition = "(gains - cost) / cost"
[sources.messages]
format = "twcs"
path = "twcs.csv"
"""
CAMPAIGN = """
id = "spring"
name = "Spring"
brand = "north"
start = 2024-03-01
end = 2024-04-01
currency = "EUR"
"""


@pytest.fixture
def root(tmp_path):
    """A small valid workspace without data."""
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "workspace.toml").write_text(WORKSPACE)
    (tmp_path / "campaigns/spring.toml").write_text(CAMPAIGN)
    return tmp_path


def test_a_valid_workspace_and_campaign_are_read(root):
    campaign = load_campaign(load_workspace(root), "spring")
    assert (campaign.name, campaign.start.month) == ("Spring", 3)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("currency", "curency", "unknown key: 'curency'; did you mean 'currency'?"),
        ('"Europe/Amsterdam"', '"Amsterdam"', "time_zone: 'Amsterdam' is not an IANA time zone"),
        ('"EUR"', '"euro"', "currency: String should match pattern"),
        ("[sources.messages]", "[sources.mesages]", "sources: 'mesages'; did you mean 'messages'?"),
        ('"twcs"', '"twsc"', "sources.messages.format: 'twsc'; did you mean 'twcs'?"),
        ('"twcs.csv"', '"../secret.csv"', "must lead from the workspace folder downwards"),
        ('"twcs.csv"', '"/etc/passwd"', "must lead from the workspace folder downwards"),
        ('name = "Test"', "name = ", "is not valid TOML"),
        ('name = "Test"', "", "missing key 'name'; add it"),
        ('roi_definition = "(gains - cost) / cost"', "", "missing key 'roi_definition'; add it"),
        ('"(gains - cost) / cost"', '"  "', "roi_definition: must not be blank"),
    ],
)
def test_a_wrong_workspace_is_refused_in_one_sentence(root, old, new, says):
    (root / "workspace.toml").write_text(WORKSPACE.replace(old, new))
    with pytest.raises(ConfigError) as refusal:
        load_workspace(root)
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2024-04-01", "2024-03-01", "end 2024-03-01 is not after start 2024-03-01"),
        ('currency = "EUR"', 'currency = "USD"', "is not the workspace's EUR"),
        ('id = "spring"', 'id = "autumn"', "name the file autumn.toml or correct the id"),
        ('id = "spring"', 'id = "../spring"', "id: String should match pattern"),
        ("brand", "brnd", "unknown key: 'brnd'; did you mean 'brand'?"),
        ('name = "Spring"', 'name = "Spring"\nbudget = nan', "budget"),
    ],
)
def test_a_wrong_campaign_is_refused_in_one_sentence(root, old, new, says):
    (root / "campaigns/spring.toml").write_text(CAMPAIGN.replace(old, new))
    with pytest.raises(ConfigError) as refusal:
        load_campaign(load_workspace(root), "spring")
    assert says in str(refusal.value)


def test_an_unknown_campaign_is_refused_with_the_nearest_known(root):
    with pytest.raises(ConfigError, match="unknown campaign: 'sping'; did you mean 'spring'"):
        load_campaign(load_workspace(root), "sping")


def test_a_missing_workspace_is_refused_with_the_way_to_one(tmp_path):
    with pytest.raises(ConfigError, match="no workspace.toml in folder .*; run `careworth init DIR`"):
        load_workspace(tmp_path)


def test_the_report_can_say_how_a_workspace_differs_from_the_defaults(root):
    (root / "workspace.toml").write_text(WORKSPACE + "[boundaries]\npublic_hours = 72\n")
    assert differences_from_defaults(load_workspace(root)) == ["boundaries.public_hours = 72.0 (default: 120)"]
