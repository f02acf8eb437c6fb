"""The master secrets: from the environment, or for a SQLite file of one's own from a file beside it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from bot.settings import BadSettings, Settings

SQLITE = "sqlite:///"


def master_secrets(settings: Settings) -> tuple[str, ...]:
    """The newest first. ``OPSTAP_SECRET_KEY`` may name several, separated by commas, while one replaces another."""
    given = settings.secret_key.get_secret_value()
    if given:
        return tuple(part.strip() for part in given.split(","))
    if not kept_beside(settings):
        raise BadSettings("OPSTAP_SECRET_KEY: it is not set. Make one with `openssl rand -hex 32` and keep it safe.")
    return (_beside(Path(settings.database_url.removeprefix(SQLITE))),)


def kept_beside(settings: Settings) -> bool:
    """Whether the secret is not a setting but a file beside the database."""
    return not settings.secret_key.get_secret_value() and settings.database_url.startswith(SQLITE)


def _beside(database: Path) -> str:
    """Made once, readable by its owner only. Who loses this file can no longer read what people said."""
    file = database.with_suffix(".key")
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(handle, "w") as new:
        new.write(secrets.token_hex(32))
    return file.read_text().strip()
