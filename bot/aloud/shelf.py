"""Keeps sounds that were made: the last ones in memory, those of our own words in files, so many bytes at most."""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

SUFFIX = ".mp3"


@dataclass(slots=True)
class Shelf:
    """``folder`` may not be there yet; without one nothing is written. Not for several threads at once.

    What holds anything of a person stays in memory, and only among the last ``recent`` sounds.
    """

    folder: Path | None = None
    most_bytes: int = 64 * 2**20
    recent: int = 24
    _last: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    _files: OrderedDict[str, int] | None = None

    def get(self, name: str) -> bytes | None:
        """``name`` is a keyed hash: it says nothing about the words."""
        files = self._known()
        if name in files:
            files.move_to_end(name)
        if name in self._last:
            self._last.move_to_end(name)
            return self._last[name]
        if self.folder is None or name not in files:
            return None
        file = self.folder / f"{name}{SUFFIX}"
        try:
            os.utime(file)
            return self._remember(name, file.read_bytes())
        except OSError:
            del files[name]
            return None

    def put(self, name: str, sound: bytes, *, write: bool) -> None:
        """``write`` puts it into a file as well; a full disk only costs the file."""
        self._remember(name, sound)
        if self.folder is None or not write:
            return
        try:
            self._write(self.folder, name, sound)
        except OSError:
            return
        self._known()[name] = len(sound)
        self._make_room(self.folder)

    def _remember(self, name: str, sound: bytes) -> bytes:
        self._last[name] = sound
        while len(self._last) > self.recent:
            self._last.popitem(last=False)
        return sound

    @staticmethod
    def _write(folder: Path, name: str, sound: bytes) -> None:
        """Whole or not at all; readable by its owner only."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = folder / f"{name}.{os.getpid()}.new"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(sound)
        new.replace(folder / f"{name}{SUFFIX}")

    def _make_room(self, folder: Path) -> None:
        """Of the files, those go first that were not asked for the longest."""
        files = self._known()
        total = sum(files.values())
        while total > self.most_bytes and len(files) > 1:
            name, size = files.popitem(last=False)
            total -= size
            (folder / f"{name}{SUFFIX}").unlink(missing_ok=True)

    def _known(self) -> OrderedDict[str, int]:
        if self._files is None:
            found = sorted(self.folder.glob(f"*{SUFFIX}"), key=_age) if self.folder else []
            self._files = OrderedDict((file.stem, file.stat().st_size) for file in found)
        return self._files


def _age(file: Path) -> float:
    return file.stat().st_mtime
