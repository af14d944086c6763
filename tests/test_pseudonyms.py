"""Pseudonyms: the same person stays the same, nobody is named, and the key shows up nowhere."""

import hashlib

import polars as pl
import pytest

from careworth.errors import ConfigError
from careworth.pseudonyms import key_fingerprint, pseudonym, pseudonymize, read_key

KEY = b"k" * 32
OTHER_KEY = b"k" * 31 + b"l"

#: As secrets.token_hex(32) makes it.
VALUE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def refusal(setting: str) -> str:
    """What is said of a setting that names no key."""
    with pytest.raises(ConfigError) as refused:
        read_key(setting)
    return str(refused.value)


def test_a_pseudonym_is_a_keyed_hash_of_80_bits():
    """The expected one is made by the standard library here; the person says that it is ours."""
    expected = hashlib.blake2b("Zoë 🦊".encode(), key=KEY, digest_size=10, person=b"careworth").hexdigest()
    assert (pseudonym("Zoë 🦊", KEY), len(expected)) == (expected, 20)


def test_a_column_has_the_pseudonym_of_each_value_in_its_place():
    values = pl.Series("author_id", ["ann", "bob", "ann", "Ann", " ann"])
    result = pseudonymize(values, KEY)
    assert (result.name, result.dtype, result.to_list()) == ("author_id", pl.String, [pseudonym(each, KEY) for each in values])
    assert result.n_unique() == 4


def test_an_empty_identifier_is_nobodys():
    assert pseudonymize(pl.Series(["", None, "ann"]), KEY).to_list() == ["", None, pseudonym("ann", KEY)]
    assert pseudonym("", KEY) == ""


@pytest.mark.parametrize("values", [pl.Series([], dtype=pl.String), pl.Series([None, None]), pl.Series([None], dtype=pl.String)])
def test_a_column_without_any_identifier_keeps_its_length(values):
    result = pseudonymize(values, KEY)
    assert (result.dtype, result.len(), result.null_count()) == (pl.String, len(values), len(values))


def test_another_key_changes_every_pseudonym():
    values = pl.Series([str(number) for number in range(1000)])
    assert not (pseudonymize(values, KEY) == pseudonymize(values, OTHER_KEY)).any()


def test_two_hundred_thousand_identifiers_have_as_many_pseudonyms():
    values = pl.Series([str(number) for number in range(200_000)])
    assert pseudonymize(values, KEY).n_unique() == 200_000


@pytest.mark.parametrize("key", [b"", b"k" * 65])
def test_without_a_proper_key_there_is_no_pseudonym(key):
    for make in (lambda: pseudonym("ann", key), lambda: pseudonymize(pl.Series(["ann"]), key), lambda: key_fingerprint(key)):
        with pytest.raises(ConfigError, match="1 to 64"):
            make()


def test_a_key_comes_from_the_environment_as_it_is(monkeypatch):
    monkeypatch.setenv("CAREWORTH_KEY", VALUE)
    assert read_key("env:CAREWORTH_KEY") == VALUE.encode()


@pytest.mark.parametrize("value", ["", " " * 32, "k" * 31, "k" * 65, "ü" * 33])
def test_a_variable_without_a_proper_key_is_refused_with_the_way_to_make_one(monkeypatch, value):
    monkeypatch.setenv("CAREWORTH_KEY", value)
    said = refusal("env:CAREWORTH_KEY")
    assert "CAREWORTH_KEY" in said and "secrets.token_hex(32)" in said
    assert not value.strip() or value not in said


def test_a_variable_that_is_not_set_is_refused_by_its_name(monkeypatch):
    monkeypatch.delenv("CAREWORTH_KEY", raising=False)
    assert "CAREWORTH_KEY: this environment variable is not set" in refusal("env:CAREWORTH_KEY")


@pytest.mark.parametrize("setting", [VALUE, f"env:{VALUE}", "env:" + "abcdef" * 10, "", "env:", "env:A B", "ENV:A", "env:A\n"])
def test_a_setting_that_names_no_variable_is_refused_and_not_shown(setting):
    said = refusal(setting)
    assert "env:NAME" in said
    assert len(setting) < 9 or setting.removeprefix("env:") not in said


def test_a_fingerprint_names_the_key_and_is_nobodys_pseudonym():
    expected = hashlib.blake2b(b"", key=KEY, digest_size=8, person=b"careworth key").hexdigest()
    assert key_fingerprint(KEY) == expected != key_fingerprint(OTHER_KEY)
    assert not pseudonym("ann", KEY).startswith(expected)
