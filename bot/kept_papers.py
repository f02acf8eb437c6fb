"""Keeps what was read from the files and found in order, so that the next start need not read it again.

It stands beside a SQLite database, sealed with the secret that stands there too, for exactly these files and this
program: after any change of them, or of the file itself, it does not open and everything is read anew.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import pickle
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import structlog

from bot.opening import Papers, read_vault
from bot.secret_key import secret_file
from bot.settings import Settings
from storage.address import read_address
from storage.vault import SealBroken

log = structlog.get_logger()
HERE = Path(__file__).parent.parent
PROGRAM = tuple(HERE / room for room in ("bot", "casework", "flows", "locales"))
"""Whose files say what papers are: their texts and scripts, and the code that reads them."""


class KeptPapers:
    """Those of one installation. A database of several programs has no place of its own beside it: nothing is kept."""

    def __init__(self, settings: Settings, read: Callable[[Settings], Papers]) -> None:
        """``papers`` as they were kept, else as ``read`` reads them, which raises for what is wrong."""
        self._settings = settings
        database = read_address(settings.database_url).path
        digest = _digest((*PROGRAM, settings.organisations)) if database else None
        self._file = database.with_suffix(".papers") if database and digest else None
        self._about = f"papers {digest}"
        kept = self._kept()
        self._are_kept = kept is not None
        self.papers = kept or read(settings)

    def _kept(self) -> Papers | None:
        secret = secret_file(self._settings)
        if self._file is None or not self._file.exists() or (secret and not secret.exists()):
            return None
        try:
            opened = read_vault(self._settings).house.open(self._file.read_bytes(), self._about)
        except SealBroken:
            return None
        return cast(Papers, pickle.loads(opened))  # noqa: S301 - nobody without our secret can have written it

    def keep(self) -> None:
        """For the next start, once the house is open; where they cannot be kept it only starts more slowly."""
        if self._file is None or self._are_kept:
            return
        sealed = read_vault(self._settings).house.seal(pickled(self.papers), self._about)
        try:
            _replace(self._file, sealed)
        except OSError as error:
            log.warning("papers.not_kept", error=type(error).__name__)


def pickled(papers: Papers) -> bytes:
    found = io.BytesIO()
    _Pickler(found, pickle.HIGHEST_PROTOCOL).dump(papers)
    return found.getvalue()


class _Pickler(pickle.Pickler):
    """What a value works out for itself when it is made is not written but worked out again: it may be a function."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, MappingProxyType):
            return MappingProxyType, (dict(value),)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = dataclasses.fields(value)
            if not all(field.init for field in fields):
                return type(value), tuple(getattr(value, field.name) for field in fields if field.init)
        return NotImplemented


def _replace(file: Path, content: bytes) -> None:
    new = file.with_suffix(".papers-new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
        written.write(content)
    new.replace(file)


def _digest(folders: tuple[Path, ...]) -> str | None:
    """Of every file there by name and content, of the Python that runs and of the libraries beside it. Where a file
    cannot be read there is none: who reads them says which."""
    found = hashlib.blake2b(repr((sys.version, sorted(os.listdir(sysconfig.get_path("purelib"))))).encode())
    for name in (name for folder in folders for name in _files(str(folder))):
        try:
            content = Path(name).read_bytes()
        except OSError:
            return None
        found.update(f"\0{name}\0".encode())
        found.update(content)
    return found.hexdigest()


def _files(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if each != "__pycache__")
        yield from (os.path.join(place, name) for name in sorted(names))
