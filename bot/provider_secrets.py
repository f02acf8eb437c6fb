"""Reads what the sign-ins of organisations know us by: from the environment, or from files that it names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from bot.settings import PROVIDERS, BadSettings
from casework.house.organisations import Organisation

FILE = "FILE_"


def provider_secrets(
    organisations: Mapping[str, Organisation], environment: Mapping[str, str] = os.environ
) -> dict[str, SecretStr]:
    """By organisation. Raises ``BadSettings`` for one that is not set, and for one that nobody asks for."""
    wanted = {_named(id): id for id, each in organisations.items() if each.sign_in.provider}
    secrets = {}
    for name, value in environment.items():
        if not name.startswith(PROVIDERS) or not value:
            continue
        rest = name.removeprefix(PROVIDERS)
        id = wanted.get(rest) or wanted.get(rest.removeprefix(FILE))
        if id is None:
            raise BadSettings(f"{name}: no organisation of that name has a `provider:` in its file. Take it out")
        secrets[id] = SecretStr(value if rest in wanted else _in_file(name, value))
    for name, id in wanted.items():
        if id not in secrets:
            raise BadSettings(f"{PROVIDERS}{name}: set the secret that the sign-in of {id} knows us by")
    return secrets


def _named(organisation: str) -> str:
    return organisation.upper().replace("-", "_")


def _in_file(name: str, file: str) -> str:
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadSettings(f"{name}: the file that it names cannot be read. Mend its path or its rights") from None
