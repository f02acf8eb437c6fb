"""The master secrets: from the environment, or for a SQLite file of one's own from a file beside it."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from bot.settings import BadSettings, Settings
from storage.address import read_address
from storage.vault import SHORTEST_SECRET


def master_secrets(settings: Settings) -> tuple[str, ...]:
    """The newest first. ``OPSTAP_SECRET_KEY`` may name several, separated by commas, while one replaces another."""
    given = settings.secret_key.get_secret_value()
    if given:
        return tuple(part.strip() for part in given.split(","))
    file = secret_file(settings)
    if file is None:
        raise BadSettings("OPSTAP_SECRET_KEY: it is not set. Make one with `openssl rand -hex 32` and keep it safe.")
    return (_kept_in(file),)


def secret_file(settings: Settings) -> Path | None:
    """Where the secret is not a setting but a file beside the database, whether that is there yet or not."""
    database = read_address(settings.database_url).path
    return database.with_suffix(".key") if database and not settings.secret_key.get_secret_value() else None


def _kept_in(file: Path) -> str:
    """Made once, readable by its owner only. Who loses this file can no longer read what people said."""
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            _make(file)
        secret = file.read_text(errors="replace").strip()
    except OSError as problem:
        raise BadSettings(f"{file}: it cannot be read or made ({problem.strerror}). Look at its rights.") from None
    if len(secret) < SHORTEST_SECRET:
        raise BadSettings(f"{file}: this is not the secret that was made here. Put it back from where you keep it.")
    return secret


def _make(file: Path) -> None:
    """It is there whole or not at all, and on the disk before anything is sealed with it; who is first makes it."""
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=file.name) as new:
        new.write(secrets.token_hex(32))
        new.flush()
        os.fsync(new.fileno())
        with suppress(FileExistsError):
            os.link(new.name, file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
