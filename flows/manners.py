"""Loads how people ask, from ``locales/<language>/asking.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from flows.answers.spelling import plain
from flows.marked_yaml import Marked, Misread, read
from flows.wording import Manner

PARTS = ("spellings", "fillers", "openers")


def load_manners(folder: Path) -> dict[str, Manner]:
    """By language, for ``folder`` (``locales/``). Raises ``Misread`` for the first mistake, with its file and line."""
    return {file.parent.name: _manner(file) for file in sorted(folder.glob("*/asking.yaml"))}


def _manner(file: Path) -> Manner:
    shown = "/".join(file.parts[-3:])
    page = read(file, shown)
    for name in page:
        if name not in PARTS:
            raise Misread(shown, page.line_of(name), f"unknown part {name!r}", f"Known: {', '.join(PARTS)}")
    spellings = page.get("spellings") or Marked()
    meant = {word: plain(name) for name in spellings for word in _words(spellings, name, shown)}
    return Manner(meant, frozenset(_words(page, "fillers", shown)), frozenset(_words(page, "openers", shown)))


def _words(page: Mapping[str, object], name: str, shown: str) -> Iterator[str]:
    line = page.line_of(name) if isinstance(page, Marked) else 1
    words = page.get(name) or []
    if not isinstance(words, list):
        raise Misread(shown, line, f"{name} is no list", f"Write {name}: [word, word]")
    for word in words:
        if not isinstance(word, str) or not plain(word):
            raise Misread(shown, line, f"{word!r} under {name} is no word", "Put yes, no and numbers in quotes")
        yield plain(word)
