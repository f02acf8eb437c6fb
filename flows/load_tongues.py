"""Reads the words by which languages are known from ``locales/<language>/tongue.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from flows.answers.spelling import plain
from flows.marked_yaml import Marked, Misread, read
from flows.tongues import Tongue, Tongues

PARTS = ("words", "also", "names", "says", "wants", "refuses", "learns")


def load_tongues(folder: Path) -> Tongues:
    """Every language of ``folder`` (``locales/``) that has a list. Raises ``Misread`` for the first mistake."""
    pages = {file.parent.name: _page(file) for file in sorted(folder.glob("*/tongue.yaml"))}
    names = ((name, language) for language, page in pages.items() for name in page["names"])
    return Tongues(
        {
            language: Tongue(page["words"] - page["also"], page["words"] | page["also"])
            for language, page in pages.items()
        },
        dict(names),
        *(_all(pages.values(), part) for part in PARTS[3:]),
    )


def _all(pages: Iterable[Mapping[str, frozenset[str]]], part: str) -> frozenset[str]:
    return frozenset().union(*(page[part] for page in pages))


def _page(file: Path) -> dict[str, frozenset[str]]:
    shown = "/".join(file.parts[-3:])
    page = read(file, shown)
    for part in page:
        if part not in PARTS:
            raise Misread(shown, page.line_of(part), f"unknown part {part!r}", f"Known: {', '.join(PARTS)}")
    return {part: frozenset(_words(page, part, shown)) for part in PARTS}


def _words(page: Marked, part: str, shown: str) -> Iterable[str]:
    for word in page.get(part) or ():
        if not isinstance(word, str) or len(plain(word).split()) != 1:
            raise Misread(shown, page.line_of(part), f"{word!r} is not one word", "Write one; quote yes, no and on")
        yield plain(word)
