"""Looks after the books of ids: that of the shared flow files, and one for each organisation with files of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flows.ids import BOOK, Id, Line, kept, read_book, used_ids, wrong_ids
from flows.marked_yaml import read
from flows.problems import Problem
from flows.script import Where


def id_problems(scripts: Path, own: list[Path]) -> Iterator[Problem]:
    """Raises ``Misread`` for a book or a flow file that cannot be read."""
    shared = read_book(scripts)
    yield from wrong_ids(_used(scripts), shared)
    for folder in own:
        yield from wrong_ids(_used(folder), read_book(folder), shared)


def keep_ids(scripts: Path, own: list[Path]) -> None:
    """Write new ids into the books and retire those that are no longer used. Raises ``Misread`` as above."""
    shared = read_book(scripts)
    _write(scripts, shared, [])
    for folder in own:
        _write(folder, read_book(folder), read_book(scripts))


def _write(folder: Path, book: list[Line], shared: list[Line]) -> None:
    (folder / BOOK).write_text(kept(_used(folder), book, shared), encoding="utf-8")


def _used(folder: Path) -> list[tuple[Id, Where]]:
    found: list[tuple[Id, Where]] = []
    for path in sorted(folder.glob("*.yaml")):
        shown = f"{folder.parent.name}/{folder.name}/{path.name}"
        found += used_ids(shown, read(path, shown))
    return found
