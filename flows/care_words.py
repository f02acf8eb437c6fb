"""Loads what care knows: the words of distress, of who speaks for somebody else, of ages, and the helplines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from flows.answers.spelling import plain
from flows.distress import KINDS
from flows.helplines import load_helplines
from flows.marked_yaml import Marked, Misread, read
from flows.patterns import Patterns, Speech, compile_patterns, words_of
from flows.wording import Care

DISTRESS = "distress.yaml"
ABOUT_WHOM = "about_whom.yaml"
ABOUT_WHOM_KINDS = ("somebody_else", "shared_phone", "under_age", "my_age")
_PARTS = ("spellings", "fillers", "typos_in", "look_alikes", "harmless")


def load_care(folder: Path) -> Care:
    """Everything in ``folder`` (``locales/``). Raises ``Misread`` for the first mistake, with its file and line."""
    return Care(
        _load(folder, DISTRESS, KINDS),
        _load(folder, ABOUT_WHOM, ABOUT_WHOM_KINDS),
        load_helplines(folder / "helplines.yaml"),
    )


def _load(folder: Path, name: str, kinds: tuple[str, ...]) -> Mapping[str, Patterns]:
    return {file.parent.name: _patterns(file, kinds) for file in sorted(folder.glob(f"*/{name}"))}


def _patterns(file: Path, kinds: tuple[str, ...]) -> Patterns:
    shown = "/".join(file.parts[-3:])
    page = read(file, shown)
    _check_parts(page, shown, kinds)
    patterns = {kind: page.get(kind) or () for kind in kinds}
    harmless = page.get("harmless") or ()
    speech = _speech(page, (*harmless, *(pattern for several in patterns.values() for pattern in several)))
    try:
        return compile_patterns(speech, patterns, harmless)
    except ValueError as error:
        raise Misread(shown, 1, str(error), "Check its brackets, and the fillers") from None


def _check_parts(page: Marked, shown: str, kinds: tuple[str, ...]) -> None:
    parts = (*_PARTS, *kinds)
    for name, value in page.items():
        line = page.line_of(name)
        if name not in parts:
            raise Misread(shown, line, f"unknown part {name!r}", f"Known: {', '.join(parts)}")
        wanted = Marked if name == "spellings" else list
        if value is not None and not (isinstance(value, wanted) and all(isinstance(each, str) for each in value)):
            raise Misread(shown, line, f"{name} is no list of words", "Put yes, no and numbers in quotes")


def _speech(page: Marked, patterns: Iterable[str]) -> Speech:
    spellings = {plain(word): plain(meant) for meant, words in (page.get("spellings") or {}).items() for word in words}
    known = words_of((*patterns, *spellings.values()))
    return Speech(
        spellings,
        _plain(page, "fillers"),
        _plain(page, "typos_in"),
        known | _plain(page, "look_alikes"),
    )


def _plain(page: Marked, name: str) -> frozenset[str]:
    return frozenset(map(plain, page.get(name) or ()))
