"""Reads what is not plain in a language, and what may stay all the same, from ``locales/<language>/plain.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path

from flows.marked_yaml import Marked, Misread, read
from flows.plain_language import PlainRules
from flows.problems import Problem
from flows.script import Where

FILE = "plain.yaml"
_LISTS = tuple(field.name for field in fields(PlainRules))


def load_plain_rules(locales: Path) -> dict[str, PlainRules]:
    """The rules of every language that has some. Raises ``Misread`` for the first mistake in a file."""
    return {language: PlainRules(**_lists(page, shown)) for language, shown, page in _pages(locales)}


def unused(locales: Path, texts: Mapping[str, Iterable[str]]) -> Iterator[Problem]:
    """Exceptions for what is no longer said: ``texts`` are all texts by language."""
    for language, shown, page in _pages(locales):
        said = set(texts.get(language, ()))
        everything = " ".join(said).casefold()
        idle = [("exceptions", text) for text in page.get("exceptions") or () if text not in said]
        idle += [("long_words", word) for word in page.get("long_words") or () if word not in everything]
        for name, text in idle:
            where = Where(shown, page[name].line_of(text))
            yield Problem(where, f"nothing needs this exception any more: {text!r}", "Take the line out")


def _pages(locales: Path) -> Iterator[tuple[str, str, Marked]]:
    for file in sorted(locales.glob(f"*/{FILE}")):
        shown = f"{locales.name}/{file.parent.name}/{FILE}"
        yield file.parent.name, shown, read(file, shown)


def _lists(page: Marked, shown: str) -> dict[str, dict[str, str]]:
    for name in page:
        if name not in _LISTS:
            raise Misread(shown, page.line_of(name), f"unknown list {name!r}", f"Known: {', '.join(_LISTS)}")
    return {name: _list(page, name, shown) for name in page}


def _list(page: Marked, name: str, shown: str) -> dict[str, str]:
    lines = page[name]
    if not isinstance(lines, Marked):
        raise Misread(shown, page.line_of(name), f"{name} is no list of lines", "Write `word: reason` lines under it")
    for word, reason in lines.items():
        if not isinstance(word, str) or not isinstance(reason, str) or not reason.strip():
            problem = f"{word!r} under {name} is not explained"
            raise Misread(shown, lines.line_of(word), problem, "Write `word: reason`, both as text")
    return dict(lines)
