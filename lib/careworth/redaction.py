"""What is told of a run, without the secrets that its workspace keeps in the environment."""

import json
import os
import re
from urllib.parse import unquote

from careworth.config import Workspace
from careworth.sources import SECRET

#: A shorter value may be any word: to put another in the place of "text" would leave no executed notebook whole.
FEWEST_CHARACTERS = 8

#: The password in a connection string, which a driver may tell alone.
PASSWORD = re.compile(r"://[^/@]*?:([^/]+)@|password='([^']+)'|password=([^'\s]+)")


def secrets_of(workspace: Workspace) -> dict[str, str]:
    """For each secret that is in the environment, and each form in which it may be written, the env:NAME to write instead."""
    named = {workspace.privacy.key, *(source.database for _, source in workspace.all_sources)}
    found = {}
    for name in sorted(filter(SECRET.fullmatch, named)):
        value = os.environ.get(name.removeprefix("env:"), "")
        for each in (value, *_passwords(value)):
            found |= dict.fromkeys(_forms(each), name) if len(each) >= FEWEST_CHARACTERS else {}
    return dict(sorted(found.items(), key=lambda each: -len(each[0])))


def redacted(text: str, secrets: dict[str, str]) -> str:
    """The text with the name of each of the `secrets` in its place.

    Examples
    --------
    >>> redacted("no answer from postgresql://ann:pw@shop", {"postgresql://ann:pw@shop": "env:SHOP_DSN"})
    'no answer from env:SHOP_DSN'
    """
    for secret, name in secrets.items():
        text = text.replace(secret, name)
    return text


def _passwords(value: str) -> list[str]:
    written = [each for found in PASSWORD.findall(value) for each in found if each]
    return [*written, *map(unquote, written)]


def _forms(secret: str) -> set[str]:
    # As it is; as Python shows texts and bytes; each of them as JSON writes it, in which executed notebooks are kept.
    shown = {secret, repr(secret)[1:-1], repr(secret.encode("utf-8", "surrogateescape"))[2:-1]}
    return shown | {json.dumps(each, ensure_ascii=is_ascii)[1:-1] for each in shown for is_ascii in (True, False)}
