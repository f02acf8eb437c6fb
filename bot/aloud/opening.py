"""Finds what it takes to read aloud on this machine, or says in one line what is missing."""

from __future__ import annotations

from pathlib import Path

import structlog

from bot.aloud.engine import PROGRAM, REMEDY, find_engine
from bot.aloud.lexicon import load_lexicons
from bot.aloud.reading import Reading
from bot.aloud.shelf import Shelf
from bot.web.pages import Translate
from storage.address import read_address
from storage.vault import Vault

log = structlog.get_logger()
FOLDER = "sounds"
DATA = Path("data")
"""Where the sounds are kept beside a database that is no file."""


def open_reading(locales: Path, database_url: str, vault: Vault, translate: Translate) -> Reading | None:
    """``None`` where the engine is not installed."""
    engine = find_engine()
    if engine is None:
        return None
    secret = vault.derive("names of sounds")
    return Reading(engine, load_lexicons(locales), translate, Shelf(_folder(database_url)), secret)


def _folder(database_url: str) -> Path | None:
    """Beside the database; nothing is written for one in memory."""
    address = read_address(database_url)
    if address.dialect == "sqlite":
        return address.path.parent / FOLDER if address.path else None
    return DATA / FOLDER


def say_if_off(reading: Reading | None) -> None:
    if reading is None:
        log.warning("reading_aloud.off", missing=PROGRAM, remedy=REMEDY)
