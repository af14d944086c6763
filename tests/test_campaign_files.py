"""Campaign files that would break readers: those of shared/hostile by their expected codes, and as many of our own."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from careworth import cli
from careworth.config import campaign_file, campaign_ids, load_campaign, load_workspace, read_campaigns
from careworth.errors import ConfigError
from tests.test_config import CAMPAIGN, WORKSPACE

GOOD = {"id": "spring", "name": "Spring", "brand": "north", "start": "2024-03-01", "end": "2024-04-01", "currency": "EUR"}


def as_yaml(**changed: str | None) -> str:
    """A campaign in YAML with some fields changed, or left out where they are None."""
    return "".join(f"{key}: {value}\n" for key, value in (GOOD | changed).items() if value is not None)


#: Files by what is wrong with them: their name, their content, and the code that they are refused with.
REFUSED = {
    "an id that leads elsewhere": ("a.yaml", as_yaml(id="../spring"), "E_BAD_ID"),
    "an id that Windows keeps": ("a.yaml", as_yaml(id="con"), "E_BAD_ID"),
    "an id with a space": ("a.yaml", as_yaml(id='"spring "'), "E_BAD_ID"),
    "an id with a dot": ("a.yaml", as_yaml(id="spring."), "E_BAD_ID"),
    "an id in capitals": ("a.yaml", as_yaml(id="Spring"), "E_BAD_ID"),
    "an id of 65 letters": ("a.yaml", as_yaml(id="a" * 65), "E_BAD_ID"),
    "an id that is a number": ("a.yaml", as_yaml(id="2017"), "E_BAD_ID"),
    "an id that is no text": ("a.yaml", as_yaml(id="[spring]"), "E_BAD_ID"),
    "a name that is a truth value": ("a.yaml", as_yaml(name="true"), "E_BAD_FIELD"),
    "a name of spaces": ("a.yaml", as_yaml(name='"  "'), "E_BAD_FIELD"),
    "a day that is not": ("a.yaml", as_yaml(end="2024-02-30"), "E_BAD_FIELD"),
    "an instant for a day": ("a.toml", CAMPAIGN.replace("2024-03-01", "2024-03-01T00:00:00Z"), "E_BAD_FIELD"),
    "an end on its start": ("a.yaml", as_yaml(end="2024-03-01"), "E_BAD_FIELD"),
    "a currency in words": ("a.yaml", as_yaml(currency="euro"), "E_BAD_FIELD"),
    "a budget without end": ("a.yaml", as_yaml(budget=".inf"), "E_BAD_FIELD"),
    "a budget below nothing": ("a.yaml", as_yaml(budget="-1"), "E_BAD_FIELD"),
    "a budget in words": ("a.yaml", as_yaml(budget="much"), "E_BAD_FIELD"),
    "accounts that are no list": ("a.yaml", as_yaml(accounts="north"), "E_BAD_FIELD"),
    "a field that we do not know": ("a.yaml", as_yaml(budgt="1"), "E_UNKNOWN_FIELD"),
    "no currency": ("a.yaml", as_yaml(currency=None), "E_MISSING_FIELD"),
    "a field twice": ("a.yaml", as_yaml() + "name: Autumn\n", "E_YAML"),
    "a field twice in TOML": ("a.toml", CAMPAIGN + 'name = "Autumn"\n', "E_TOML"),
    "an alias": ("a.yaml", as_yaml(name="&n Spring", brand="*n"), "E_YAML"),
    "an anchor": ("a.yaml", as_yaml(name="&n Spring"), "E_YAML"),
    "a billion laughs": (
        "a.yaml",
        "a: &a [x,x,x,x]\n" + "".join(f"{b}: &{b} [*{a},*{a},*{a},*{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
        "E_YAML",
    ),
    "a merge key": ("a.yaml", as_yaml() + "<<: {budget: 1}\n", "E_YAML"),
    "a tag": ("a.yaml", as_yaml(name="!!binary aGk="), "E_YAML"),
    "two documents": ("a.yaml", as_yaml() + "---\n" + as_yaml(), "E_YAML"),
    "a tab for an indent": ("a.yaml", "id:\n\tspring\n", "E_YAML"),
    "TOML that is none": ("a.toml", "id = spring", "E_TOML"),
    "a hundred levels": ("a.yaml", "[" * 100 + "]" * 100, "E_YAML"),
    "a hundred thousand levels": ("a.toml", "a = " + "[" * 100_000, "E_TOML"),
    "one id twice": ("a.yaml", f"- {json.dumps(GOOD)}\n- {json.dumps(GOOD | {'id': 'SPRING'})}\n", "E_DUPLICATE_ID"),
    "a list of texts": ("a.yaml", "- spring\n", "E_FORMAT"),
    "a text": ("a.yaml", "spring\n", "E_FORMAT"),
    "another kind of file": ("a.json", json.dumps(GOOD), "E_FORMAT"),
    "nothing": ("a.yaml", "", "E_EMPTY_FILE"),
    "a tab": ("a.yaml", "\t\n", "E_EMPTY_FILE"),
    "a comment": ("a.yaml", "# later\n", "E_EMPTY_FILE"),
    "a NUL": ("a.yaml", as_yaml() + "\0", "E_ENCODING"),
    "Latin letters": ("a.yaml", as_yaml(name="Café").encode("latin-1"), "E_ENCODING"),
    "two bytes a letter": ("a.yaml", as_yaml().encode("utf-16"), "E_ENCODING"),
    "an older YAML, where NO is a falsehood": ("a.yaml", "%YAML 1.1\n---\n" + as_yaml(brand="NO"), "E_YAML"),
    "half a character": ("a.yaml", as_yaml(name='"\\ud83d"'), "E_YAML"),
    "no character at all": ("a.yaml", as_yaml(name='"\\UFFFFFFFF"'), "E_YAML"),
    "a version that the parser fails over": ("a.yaml", "%YAML 1.9\n---\n" + as_yaml(), "E_YAML"),
    "a list for a key": ("a.yaml", as_yaml() + "[a]: 1\n", "E_YAML"),
    "a number that cannot be written out": ("a.toml", CAMPAIGN + f"budget = 0x{'f' * 5000}\n", "E_BAD_FIELD"),
    "a number that cannot be read": ("a.yaml", as_yaml(budget="9" * 5000), "E_YAML"),
    "a key of half a million parts": ("a.toml", CAMPAIGN + "a" + ".a" * 500_000 + " = 1\n", "E_TOML"),
    "a key of a hundred parts": ("a.toml", CAMPAIGN + "a" + ".a" * 100 + " = 1\n", "E_TOML"),
    "the year 1, before any zone": ("a.yaml", as_yaml(start="0001-01-01"), "E_BAD_FIELD"),
    "an instant that no UTC has": ("a.toml", CAMPAIGN + "as_of = 0001-01-01T00:00:00+14:00\n", "E_BAD_FIELD"),
    "a day as seconds since 1970": ("a.yaml", as_yaml(start="1709251200"), "E_BAD_FIELD"),
    "a budget in quotes": ("a.yaml", as_yaml(budget='"100"'), "E_BAD_FIELD"),
    "a budget that is a truth value": ("a.toml", CAMPAIGN + "budget = true\n", "E_BAD_FIELD"),
    "a currency with a line end": ("a.yaml", as_yaml(currency='"EUR\\n"'), "E_BAD_FIELD"),
    "a field of a goal that we do not know": ("a.yaml", as_yaml(goals="[{metrik: S1.within_24h}]"), "E_UNKNOWN_FIELD"),
    "a port of Windows": ("a.yaml", as_yaml(id="com1"), "E_BAD_ID"),
    "an id with a line end": ("a.yaml", as_yaml(id='"spring\\n"'), "E_BAD_ID"),
    "an empty list": ("a.yaml", "[]\n", "E_EMPTY_FILE"),
    "two megabytes": ("a.yaml", as_yaml() + "#" * (2 << 20), "E_TOO_LARGE"),
}
#: What some of those faults are called, beside the code.
SENTENCES = {
    "an alias": "a.yaml, line 2: anchor or alias 'n'; write the value itself in both places",
    "a hundred levels": "a.yaml, line 1: nested more than 20 levels deep; no setting is",
    "a list for a key": "a.yaml, line 7: a key that is not a text; write a field's name",
    "a field twice": "a.yaml, line 7: key 'name' a second time; keep one",
    "a day that is not": "a.yaml: end: day is out of range for month, found '2024-02-30'",
    "an instant for a day": "a.toml: start: write one day, without a time, such as 2024-03-01, found 2024-03-01T00:00:00+00:00",
    "an id with a space": "found 'spring '; write small letters, digits and hyphens, 64 at most",
    "a field that we do not know": "a.yaml: unknown key: 'budgt'; did you mean 'budget'?",
    "no currency": "a.yaml: missing key 'currency'; add it",
}
ACCEPTED = {
    "a country that is no falsehood": ("a.yaml", as_yaml(brand="NO")),
    "a time that is a text": ("a.yaml", as_yaml(name="22:30")),
    "a name that turns its direction": ("a.yaml", as_yaml(name='"Spring \\u202e"')),
    "a byte order mark before TOML": ("a.toml", b"\xef\xbb\xbf" + CAMPAIGN.encode()),
    "a byte order mark": ("a.yaml", b"\xef\xbb\xbf" + as_yaml().encode()),
    "DOS line ends": ("a.toml", CAMPAIGN.replace("\n", "\r\n")),
    "several in one file": ("a.yaml", f"- {json.dumps(GOOD)}\n- {json.dumps(GOOD | {'id': 'autumn'})}\n"),
    "JSON, which is YAML": ("a.yml", json.dumps(GOOD)),
}


def written(folder: Path, name: str, content: str | bytes) -> Path:
    """A file with that content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def checked(path: Path) -> tuple[int, dict]:
    """The exit code of `careworth check --campaign FILE --json` and the object on its last line."""
    ended = CliRunner().invoke(cli.app, ["check", "--campaign", str(path), "--json"])
    return ended.exit_code, json.loads(ended.stdout.splitlines()[-1])


def test_the_hostile_campaign_files_get_the_expected_codes(shared):
    """c13: YAML 1.2 reads NO as a text, so accepting it is right too (issue 3)."""
    expected = json.loads((shared / "hostile/expected.json").read_text())["campaign_files"]
    assert len(expected) == 14
    for name, wanted in expected.items():
        code, said = checked(shared / "hostile/campaigns" / name)
        may_accept = wanted["outcome"] == "accept" or name == "c13_norway.yaml"
        assert (code, said) == (0, {"outcome": "accept"}) if may_accept else said["error"] in wanted["errors_any"], name
        assert "must_not_exist" not in wanted or not Path(wanted["must_not_exist"]).exists()


@pytest.mark.parametrize("fault", REFUSED)
def test_a_campaign_file_is_refused_with_a_code_and_one_line_that_names_it(tmp_path, fault):
    name, content, error = REFUSED[fault]
    code, said = checked(written(tmp_path, name, content))
    assert (code, said["outcome"], said["error"]) == (2, "refuse", error)
    assert said["message"].startswith(name)
    assert said["message"].isprintable()
    assert str(tmp_path) not in said["message"]


@pytest.mark.parametrize("fault", SENTENCES)
def test_the_refusal_says_where_what_and_what_to_do(tmp_path, fault):
    name, content, _ = REFUSED[fault]
    assert SENTENCES[fault] in checked(written(tmp_path, name, content))[1]["message"]


def test_the_name_of_a_file_cannot_break_the_line(tmp_path):
    message = checked(written(tmp_path, "a\n\u202eb.yaml", as_yaml(id="con")))[1]["message"]
    assert message.startswith(r"a\n\u202eb.yaml: id: ")


@pytest.mark.parametrize("what", ACCEPTED)
def test_what_is_plain_is_accepted(tmp_path, what):
    assert checked(written(tmp_path, *ACCEPTED[what])) == (0, {"outcome": "accept"})


def test_a_file_that_is_not_there_is_refused(tmp_path):
    code, said = checked(tmp_path / "gone.yaml")
    assert (code, said["error"]) == (2, "E_MISSING_FILE")
    assert said["message"] == f"no gone.yaml in folder {tmp_path.name!r}; correct its name"


def test_a_folder_is_no_campaign_file(tmp_path):
    code, said = checked(tmp_path)
    assert (code, said["error"]) == (2, "E_FORMAT")


def test_one_wrong_campaign_of_several_is_named(tmp_path):
    path = written(tmp_path, "a.yaml", f"- {json.dumps(GOOD)}\n- {json.dumps(GOOD | {'id': 'con'})}\n")
    assert checked(path)[1]["message"].startswith("a.yaml, campaign 2: id: ")


def test_an_unknown_field_is_answered_with_the_nearest_beside_it(tmp_path):
    path = written(tmp_path, "a.yaml", as_yaml(goals="[{metrik: S1.within_24h}]"))
    assert "'goals.metrik'; did you mean 'goals.metric'?" in checked(path)[1]["message"]


def test_people_get_a_sentence_and_the_same_exit_codes(tmp_path):
    path = written(tmp_path, "a.yaml", as_yaml())
    ended = CliRunner().invoke(cli.app, ["check", "--campaign", str(path)])
    assert (ended.exit_code, ended.stdout) == (0, "nothing is wrong with spring\n")
    ended = CliRunner().invoke(cli.app, ["check", "--campaign", str(tmp_path / "gone.yaml")])
    assert isinstance(ended.exception, ConfigError)


def test_yaml_and_toml_say_the_same(tmp_path):
    yaml, toml = written(tmp_path, "a.yaml", as_yaml()), written(tmp_path, "a.toml", CAMPAIGN)
    assert read_campaigns(yaml) == read_campaigns(toml)


@pytest.fixture
def root(tmp_path) -> Path:
    """A workspace with a campaign in YAML."""
    (tmp_path / "campaigns").mkdir()
    written(tmp_path, "workspace.toml", WORKSPACE)
    written(tmp_path, "campaigns/spring.yaml", as_yaml())
    return tmp_path


def test_a_workspace_takes_campaigns_in_yaml(root):
    workspace = load_workspace(root)
    assert campaign_ids(workspace) == ["spring"]
    assert load_campaign(workspace, "spring").name == "Spring"


def test_two_files_for_one_campaign_are_refused(root):
    written(root, "campaigns/spring.toml", CAMPAIGN)
    with pytest.raises(ConfigError, match="say the same thing twice") as refused:
        campaign_ids(load_workspace(root))
    assert refused.value.code == "E_DUPLICATE_ID"


def test_several_campaigns_in_one_file_of_a_workspace_are_refused(root):
    written(root, "campaigns/spring.yaml", f"- {json.dumps(GOOD)}\n- {json.dumps(GOOD | {'id': 'autumn'})}\n")
    with pytest.raises(ConfigError, match="spring.yaml: 2 campaigns"):
        load_campaign(load_workspace(root), "spring")


def test_what_macos_lays_beside_a_campaign_is_no_campaign(root):
    written(root, "campaigns/._spring.yaml", b"\x00\x05\x16\x07")
    assert campaign_ids(load_workspace(root)) == ["spring"]


def test_a_workspace_cannot_say_where_it_lies(root):
    written(root, "workspace.toml", 'root = "/"\n' + WORKSPACE)
    with pytest.raises(ConfigError, match="unknown key: 'root'"):
        load_workspace(root)


def test_the_file_of_a_yaml_campaign_is_found_by_its_id(root):
    assert campaign_file(load_workspace(root), "spring") == root / "campaigns/spring.yaml"


def test_a_workspace_itself_may_be_yaml_and_only_once(root):
    said = WORKSPACE.replace(" = ", ": ").partition("[")[0] + "sources: {messages: {format: twcs, path: twcs.csv}}\n"
    written(root, "workspace.yaml", said)
    with pytest.raises(ConfigError, match=r"workspace\.toml and workspace\.yaml say the same thing twice"):
        load_workspace(root)
    (root / "workspace.toml").unlink()
    assert load_workspace(root).brand == "north"
