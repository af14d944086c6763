"""Secrets of the environment in whatever form they are written: none is told."""

import json

import pytest

from careworth.config import load_workspace
from careworth.redaction import redacted, secrets_of
from tests.test_config import WORKSPACE

KEY = "0123456789abcdef" * 3
SOURCE = """
[sources.orders]
format = "generic"
database = "env:SHOP_DSN"
query = "SELECT 1 AS order_id"
[privacy]
key = "env:CARE_KEY"
"""


@pytest.fixture
def workspace(tmp_path):
    """A workspace that names a database's address and a key."""
    (tmp_path / "workspace.toml").write_text(WORKSPACE + SOURCE)
    return load_workspace(tmp_path)


@pytest.mark.parametrize(
    ("value", "password"),
    [
        ("postgresql://ann:p%40ss'w\"örd\\1@shop:5432/orders", "p@ss'w\"örd\\1"),
        ("host=shop user=ann password=hunter22 dbname=orders", "hunter22"),
        ("host=shop password='hunter 22' dbname=orders", "hunter 22"),
        ("/srv/hidden place/shop.sqlite", "/srv/hidden place/shop.sqlite"),
    ],
)
def test_an_address_and_its_password_are_found_in_each_way_of_writing(workspace, monkeypatch, value, password):
    monkeypatch.setenv("SHOP_DSN", value)
    secrets = secrets_of(workspace)
    for secret in (value, password):
        written = [secret, repr([secret]), repr([secret.encode()]), json.dumps(secret), json.dumps(repr(secret))]
        told = redacted(" ".join([*written, json.dumps([repr(secret)], ensure_ascii=False)]), secrets)
        assert (told.count("env:SHOP_DSN"), secret in told, secret.encode("unicode_escape").decode() in told) == (6, False, False)


def test_the_key_is_one_of_the_secrets_and_what_is_not_set_or_short_is_none(workspace, monkeypatch):
    monkeypatch.delenv("SHOP_DSN", raising=False)
    monkeypatch.setenv("CARE_KEY", KEY)
    assert secrets_of(workspace) == {KEY: "env:CARE_KEY"}
    monkeypatch.setenv("CARE_KEY", "a")
    assert redacted("a word", secrets_of(workspace)) == "a word"


def test_a_password_that_is_a_common_word_is_told_only_within_its_address(workspace, monkeypatch):
    """Executed notebooks have a key of that name in each output."""
    monkeypatch.setenv("SHOP_DSN", "postgresql://ann:text@shop/orders")
    told = redacted('{"text": "no answer from postgresql://ann:text@shop/orders"}', secrets_of(workspace))
    assert told == '{"text": "no answer from env:SHOP_DSN"}'
