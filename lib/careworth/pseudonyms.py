"""Pseudonyms: people told apart but not named. Whoever lacks the key cannot turn one back, nor try out all ids."""

import hashlib
import os
import re

import polars as pl

from careworth.errors import ConfigError

#: Bytes of a pseudonym: among ten million ids two share one with a chance of 4 in 100,000,000,000 (RELIABILITY.md 5).
BYTES = 10

FEWEST_CHARACTERS = 32
#: The longest key that BLAKE2b takes.
MOST_BYTES = hashlib.blake2b.MAX_KEY_SIZE

#: A long name is in capitals, so that a key written here by mistake is told from a name and not shown.
SETTING = re.compile(r"env:([A-Z_][A-Z0-9_]*|[A-Za-z_][A-Za-z0-9_]{0,30})")
HOW_TO_MAKE_ONE = 'make one with: python -c "import secrets; print(secrets.token_hex(32))"'

# Different uses of one key give different hashes, so a fingerprint is nobody's pseudonym.
PSEUDONYM, FINGERPRINT = b"careworth", b"careworth key"


def pseudonym(identifier: str, key: bytes) -> str:
    """The 20 hex digits that stand for the person with this identifier, the same for the same key; empty for an empty one.

    Parameters
    ----------
    identifier : str
        Taken exactly: capitals and spaces count.
    key : bytes
        1 to 64 bytes, as from `read_key`.

    Raises
    ------
    ConfigError
        If the key is empty or too long.

    Examples
    --------
    >>> pseudonym("115712", key=b"an example, at least 32 bytes long")
    'ea887d783514e4a775ed'
    """
    return _digest(_keyed(key, PSEUDONYM, BYTES), identifier)


def pseudonymize(values: pl.Series, key: bytes) -> pl.Series:
    """The texts `values` with a pseudonym in each place of an identifier; nulls and empty texts stay as they are.

    Raises
    ------
    ConfigError
        If the key is empty or too long.

    Examples
    --------
    >>> pseudonymize(pl.Series(["ann", None, ""]), key=b"an example, at least 32 bytes long").to_list()
    ['f0d8eb1828cb02a2c026', None, '']
    """
    keyed = _keyed(key, PSEUDONYM, BYTES)
    distinct = values.drop_nulls().unique()
    digests = pl.Series([_digest(keyed, each) for each in distinct], dtype=pl.String)
    return values.cast(pl.String).replace_strict(distinct, digests, default=None, return_dtype=pl.String)


def read_key(setting: str) -> bytes:
    """The key that the environment variable holds which `setting` names as env:NAME; its value is in no message.

    Raises
    ------
    ConfigError
        If `setting` is not env:NAME, or the variable is unset, shorter than 32 characters or longer than 64 bytes.

    Examples
    --------
    >>> os.environ["EXAMPLE_KEY"] = "0123456789abcdef" * 4
    >>> len(read_key("env:EXAMPLE_KEY"))
    64
    """
    named = SETTING.fullmatch(setting)
    if not named:
        raise ConfigError("the key of the pseudonyms is not env:NAME; name an environment variable", "E_BAD_FIELD")
    value = os.environ.get(named[1], "")
    if not value.strip():
        raise ConfigError(f"{named[1]}: this environment variable is not set; {HOW_TO_MAKE_ONE}", "E_MISSING_KEY")
    key = value.encode("utf-8", "surrogateescape")
    if len(value) < FEWEST_CHARACTERS or len(key) > MOST_BYTES:
        wanted = f"a key has at least {FEWEST_CHARACTERS} characters and at most {MOST_BYTES} bytes"
        raise ConfigError(f"{named[1]}: {wanted}; {HOW_TO_MAKE_ONE}", "E_BAD_KEY")
    return key


def key_fingerprint(key: bytes) -> str:
    """The 16 hex digits that name a key without giving it away, to tell whether two tables were written with the same one.

    Examples
    --------
    >>> key_fingerprint(b"an example, at least 32 bytes long")
    'c82666387b571cb5'
    """
    return _keyed(key, FINGERPRINT, 8).hexdigest()


def _keyed(key: bytes, use: bytes, size: int) -> "hashlib.blake2b":
    if not 0 < len(key) <= MOST_BYTES:
        # Without a key it would be a plain hash, which two seconds of trying all ids turn back.
        raise ConfigError(f"a key of {len(key)} bytes; it has 1 to {MOST_BYTES}, {HOW_TO_MAKE_ONE}", "E_BAD_KEY")
    return hashlib.blake2b(key=key, digest_size=size, person=use)


def _digest(keyed: "hashlib.blake2b", identifier: str) -> str:
    # An empty identifier names nobody; hashed, all who have none would be one person.
    if not identifier:
        return identifier
    hasher = keyed.copy()
    hasher.update(identifier.encode())
    return hasher.hexdigest()
