"""The words people type, read from ``locales/<language>/words.yaml``, and about days and hours from ``times.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from flows.answers.spelling import plain
from flows.commands import COMMANDS, NAMES_LANGUAGE
from flows.marked_yaml import Marked, Misread, read
from flows.when_words import NAMES
from flows.wording import Words

PARTS = ("commands", "answers", "options", "questions", "statements", "corrections", "chatter")
ANSWERS = frozenset(
    (
        *("yes", "no", "dont_know", "rather_not", "agree", "refuse"),
        *("my_name_is", "no_name", "not", "doubt", "all", "and", "number", "last", "at", "dot"),
        *("today", "tomorrow", "after_tomorrow", "yesterday", "morning", "afternoon"),
    )
)
"""The common answers and little words the kinds of answer look up, besides numbers (``2``) and ranks (``2.``)."""

CORRECTIONS = frozenset(
    (
        *("change", "wrong", "slip", "misclick", "no", "not", "instead", "but", "rather", "and", "have", "indeed"),
        *("want", "filler"),
    ),
)
"""What the words of somebody who corrects an earlier answer can be; see ``flows.change_by_word``."""

CHATTER = frozenset(("thanks", "bye", "nice", "smile", "polite", "insult", "what"))
"""What is said besides, and is no answer; see ``flows.small_talk``."""

_NUMBER = re.compile(r"\d{1,4}\.?")
_OPTION = re.compile(r"([a-z][a-z0-9_]*\.)?[a-z0-9][a-z0-9_-]*")


def load_words(folder: Path) -> dict[str, Words]:
    """The words of every language in ``folder`` (``locales/``) that has a ``words.yaml``.

    Raises ``Misread`` for the first mistake, with its file and line; also where one word is two commands.
    """
    files = sorted(folder.glob("*/words.yaml"))
    pages = {file.parent.name: read(file, _shown(file)) for file in files}
    _no_word_twice({_shown(file): pages[file.parent.name] for file in files})
    return {
        file.parent.name: replace(
            _words(pages[file.parent.name], _shown(file)), times=_times(file.parent / "times.yaml")
        )
        for file in files
    }


def _shown(file: Path) -> str:
    return "/".join(file.parts[-3:])


def _words(page: Marked, shown: str) -> Words:
    for name in page:
        if name not in PARTS:
            raise Misread(shown, page.line_of(name), f"unknown part {name!r}", f"Known: {', '.join(PARTS)}")
    return Words(*(_lists(page, part, shown) for part in PARTS))


def _times(file: Path) -> Mapping[str, tuple[str, ...]]:
    if not file.exists():
        return {}
    page = read(file, _shown(file))
    return {name: _list(page, name, "times", _shown(file)) for name in page}


def _lists(page: Marked, part: str, shown: str) -> Mapping[str, tuple[str, ...]]:
    lists = page.get(part)
    if lists is None:
        return {}
    if not isinstance(lists, Marked):
        raise Misread(shown, page.line_of(part), f"{part} is no mapping", "Write `name: [word, word]` lines under it")
    return {name: _list(lists, name, part, shown) for name in lists}


def _list(lists: Marked, name: str, part: str, shown: str) -> tuple[str, ...]:
    line = lists.line_of(name)
    if not _is_known(part, name):
        raise Misread(shown, line, f"{part} knows no {name!r}", "Check the name; put yes, no and numbers in quotes")
    words = lists[name]
    if not isinstance(words, list):
        raise Misread(shown, line, f"{name} is no list", f"Write {name}: [word, word]")
    for word in words:
        if not isinstance(word, str) or not plain(word):
            raise Misread(shown, line, f"{word!r} under {name} is no word", "Put yes, no and numbers in quotes")
    return tuple(words)


def _is_known(part: str, name: object) -> bool:
    if not isinstance(name, str):
        return False
    match part:
        case "commands":
            return name in COMMANDS or name.startswith(NAMES_LANGUAGE)
        case "answers":
            return name in ANSWERS or _NUMBER.fullmatch(name) is not None
        case "corrections":
            return name in CORRECTIONS
        case "chatter":
            return name in CHATTER
        case "times":
            return name in NAMES
        case _:
            return _OPTION.fullmatch(name) is not None


def _no_word_twice(pages: Mapping[str, Marked]) -> None:
    known: dict[str, str] = {}
    for shown, line, command, word in _commands(pages):
        other = known.setdefault(plain(word), command)
        if other != command:
            problem = f"{word!r} is the command {command} here and {other} elsewhere"
            raise Misread(shown, line, problem, "Take it out of one of the two")


def _commands(pages: Mapping[str, Marked]) -> Iterator[tuple[str, int, str, str]]:
    for shown, page in pages.items():
        lists = page.get("commands")
        if isinstance(lists, Marked):
            for command, words in lists.items():
                yield from ((shown, lists.line_of(command), command, str(word)) for word in words or ())
