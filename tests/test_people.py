"""People in the lake: pseudonyms where there is a key, joins to customers only with consent, the rest counted."""

import pytest

from careworth.config import load_workspace
from careworth.errors import ConfigError
from careworth.lake import open_lake
from careworth.lake.purged import LIST
from careworth.pseudonyms import pseudonym
from careworth.study import open_study
from tests.test_config import CAMPAIGN, WORKSPACE
from tests.test_staging import HEADER

KEY = "0123456789abcdef" * 3
CANARY = "canary-" + "8f3a" * 10

MESSAGES = """1,115712,True,Tue Oct 31 22:10:47 +0000 2017,@north where is it,,
2,north,False,Tue Oct 31 22:20:47 +0000 2017,@115712 It is on its way,,1
3,115713,True,Wed Nov 01 22:10:47 +0000 2017,@north and mine,,
4,north,False,Wed Nov 01 22:20:47 +0000 2017,@115713 Tomorrow,,3
5,115714,True,Wed Nov 01 23:10:47 +0000 2017,@north and mine,,
6,north,False,Wed Nov 01 23:20:47 +0000 2017,@115714 Never,,5
"""
LINKS = "handle,115712,c-1,yes\nhandle,115713,c-2,no\n"
ORDERS = "o-1,c-1,2017-11-05T10:00:00Z\no-2,c-2,2017-11-05T10:00:00Z\n"
TABLES = """
[sources.identity_links]
format = "generic"
path = "links.csv"
columns = {alias_type = "type", alias_value = "alias", customer_id = "customer", consent = "consent"}
[sources.touchpoints]
format = "generic"
path = "touches.csv"
columns = {touch_id = "id", person_key = "customer", touched_at = "at"}
constants = {channel = "email"}
"""


@pytest.fixture
def root(tmp_path):
    """Three customers: one who may be joined to what she bought, one who has not agreed, one whom nobody knows."""
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "campaigns/autumn.toml").write_text(
        CAMPAIGN.replace("spring", "autumn").replace("2024-03-01", "2017-10-01").replace("2024-04-01", "2017-12-01")
    )
    (tmp_path / "workspace.toml").write_text(WORKSPACE + TABLES)
    (tmp_path / "twcs.csv").write_text(HEADER + MESSAGES)
    (tmp_path / "links.csv").write_text("type,alias,customer,consent\n" + LINKS)
    (tmp_path / "touches.csv").write_text("id,customer,at\n" + ORDERS)
    return tmp_path


@pytest.fixture
def keyed(root, monkeypatch):
    """The same with a key for pseudonyms in the environment."""
    (root / "workspace.toml").write_text(WORKSPACE + '[privacy]\nkey = "env:CARE_KEY"\n' + TABLES)
    monkeypatch.setenv("CARE_KEY", KEY)
    return root


def test_people_go_by_pseudonyms_and_brands_by_their_accounts(keyed):
    lake = open_lake(load_workspace(keyed))
    authors = lake.table("messages").sort("message_id")["author_id"].to_list()
    assert authors[:2] == [pseudonym("115712", KEY.encode()), "north"]
    assert lake.table("touchpoints")["person_key"].to_list() == [pseudonym(name, KEY.encode()) for name in ("c-1", "c-2")]


def test_another_key_makes_other_pseudonyms(keyed, monkeypatch):
    first = set(open_lake(load_workspace(keyed)).table("messages")["author_id"])
    monkeypatch.setenv("CARE_KEY", KEY[::-1])
    assert first & set(open_lake(load_workspace(keyed)).table("messages")["author_id"]) == {"north"}


@pytest.mark.parametrize("value", ["", "short"])
def test_a_key_that_is_none_stops_everything(keyed, monkeypatch, value):
    monkeypatch.setenv("CARE_KEY", value)
    with pytest.raises(ConfigError, match="CARE_KEY"):
        open_lake(load_workspace(keyed))
    assert not (keyed / "lake").exists()


def test_the_key_is_in_no_file(keyed, monkeypatch):
    monkeypatch.setenv("CARE_KEY", CANARY)
    open_study(str(keyed), "autumn")
    assert not [path for path in keyed.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


def test_the_handles_of_people_are_in_no_table_but_in_the_words_of_others(keyed):
    lake = open_lake(load_workspace(keyed))
    tables = [lake.table(name).drop("text", strict=False) for name in lake.manifest["outputs"]]
    assert not [table for table in tables if "115712" in table.write_json()]


@pytest.mark.parametrize("workspace", ["root", "keyed"])
def test_only_who_agreed_is_joined_and_the_others_are_counted(workspace, request):
    study = open_study(str(request.getfixturevalue(workspace)), "autumn")
    match = study.people
    assert (match.aliases, match.joined, match.without_consent, match.ambiguous, match.unmatched) == (3, 1, 1, 0, 1)
    care = study.touchpoints.filter(channel="care_social")
    own = "c-1" if workspace == "root" else pseudonym("c-1", KEY.encode())
    assert care.select("person_key", "conversation_id", "campaign_id").rows() == [(own, "1", "autumn")]


def test_care_that_is_connected_already_is_not_counted_twice(root):
    (root / "touches.csv").write_text("id,customer,at,talk\nk-1,c-1,2017-10-31T22:20:47Z,1\n")
    text = (root / "workspace.toml").read_text().replace('touched_at = "at"', 'touched_at = "at", conversation_id = "talk"')
    (root / "workspace.toml").write_text(text)
    assert open_study(str(root), "autumn").touchpoints["touch_id"].to_list() == ["k-1"]


def test_without_links_nobody_is_joined_and_nothing_is_claimed(root):
    (root / "workspace.toml").write_text(WORKSPACE)
    assert open_study(str(root), "autumn").people is None


def test_who_was_purged_stays_out_of_every_later_lake(keyed):
    (keyed / LIST).write_text(f"# purged\n{pseudonym('115712', KEY.encode())}\n")
    lake = open_lake(load_workspace(keyed))
    assert (lake.table("messages").height, lake.funnel["accepted"], lake.funnel["excluded:purged"]) == (5, 5, 1)


def test_a_private_thread_that_is_named_by_its_people_gets_another_name(keyed):
    mails = """
[sources.messages]
format = "generic"
path = "mails.csv"
columns = {message_id = "id", author_id = "who", author_role = "role", created_at = "at", native_thread_id = "thread"}
constants = {network = "x", message_kind = "original"}
"""
    text = (keyed / "workspace.toml").read_text()
    (keyed / "workspace.toml").write_text(text.replace('[sources.messages]\nformat = "twcs"\npath = "twcs.csv"\n', mails))
    rows = "1,150001,customer,2017-11-02T10:00:00Z,150001-9100\n2,north,agent,2017-11-02T11:00:00Z,150001-9100\n"
    (keyed / "mails.csv").write_text("id,who,role,at,thread\n" + rows)
    threads = open_lake(load_workspace(keyed)).table("messages")["native_thread_id"].to_list()
    assert threads == [pseudonym("150001-9100", KEY.encode())] * 2
