"""How a language is said: its voice, and the words it would say wrong, from ``locales/<language>/speech.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flows.marked_yaml import Marked, Misread, read

PARTS = ("voice", "link", "words", "patterns")
Pattern = tuple[re.Pattern[str], str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``voice`` is the engine's name of it, ``link`` stands for an address of the web.

    ``patterns`` are tried in order, before ``words``, which are whole words as they are written.
    """

    voice: str
    link: str
    words: Mapping[str, str]
    patterns: tuple[Pattern, ...]
    any_word: re.Pattern[str]

    def worded(self, text: str) -> str:
        """The text as the voice should get it."""
        for pattern, said in self.patterns:
            text = pattern.sub(said, text)
        return self.any_word.sub(lambda found: self.words[found[0]], text) if self.words else text


@cache
def load_lexicons(folder: Path) -> Mapping[str, Lexicon]:
    """By language of ``folder`` (``locales/``), read once. Raises ``Misread`` for the first mistake, with its file and
    line."""
    return {file.parent.name: read_lexicon(file) for file in sorted(folder.glob("*/speech.yaml"))}


def read_lexicon(file: Path) -> Lexicon:
    shown = "/".join(file.parts[-3:])
    page = read(file, shown)
    for name in page:
        if name not in PARTS:
            raise Misread(shown, page.line_of(name), f"unknown part {name!r}", f"Known: {', '.join(PARTS)}")
    for name in ("voice", "link"):
        if not isinstance(page.get(name), str):
            raise Misread(shown, page.line_of(name), f"{name} is no text", f"Write `{name}: ...`")
    words = page.get("words") or Marked()
    if not isinstance(words, Marked) or not all(isinstance(said, str) for said in words.values()):
        raise Misread(shown, page.line_of("words"), "words is no list of `word: how it is said`", "Put texts in quotes")
    any_word = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?!\w)")
    return Lexicon(page["voice"], page["link"], dict(words), _patterns(page, shown), any_word)


def _patterns(page: Marked, shown: str) -> tuple[Pattern, ...]:
    found = []
    for pair in page.get("patterns") or ():
        try:
            pattern, said = pair
            compiled = re.compile(pattern)
            compiled.sub(said, "")
            re.compile(f"{pattern}|").sub(said, "")
        except (ValueError, TypeError, re.error, IndexError) as error:
            problem = f"{pair!r} is no pattern with its words ({type(error).__name__})"
            raise Misread(shown, page.line_of("patterns"), problem, "Write - ['pattern', 'words']") from None
        found.append((compiled, said))
    return tuple(found)
