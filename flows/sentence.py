"""Takes a typed sentence apart: words that name a question, words of somebody who corrects, and the rest."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from flows.answers.spelling import plain, spelled
from flows.script import Flow
from flows.wording import Wording

LONGEST = 24
"""Words of a sentence that is taken apart; who writes more tells a story and corrects nothing."""

_WORD = re.compile(r"\w+")
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase can be: ``tags`` of the part ``corrections`` of the words, and questions.

    ``named`` are questions that the phrase is a name of ("gemeente"), ``told`` those whose answer it introduces
    ("ik woon in").
    """

    tags: frozenset[str] = _NONE
    named: frozenset[str] = _NONE
    told: frozenset[str] = _NONE


_UNKNOWN = Meaning()


@dataclass(frozen=True, slots=True)
class Piece:
    """A known phrase or a single unknown word, and where in the text it stands."""

    words: str
    start: int
    end: int
    meaning: Meaning

    def has(self, *tags: str) -> bool:
        return not self.meaning.tags.isdisjoint(tags)

    @property
    def known(self) -> bool:
        return self.meaning is not _UNKNOWN


@dataclass(frozen=True, slots=True)
class Phrases:
    """Every phrase of every language that means something here; ``longest`` counts the words of the longest one, by
    its first word."""

    meanings: Mapping[str, Meaning]
    longest: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A value as a key of a cache by what it is, not by what it holds."""

    flow: Flow
    wording: Wording

    def __hash__(self) -> int:
        return hash((id(self.flow), id(self.wording)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.flow is other.flow and self.wording is other.wording


def phrases_of(flow: Flow, wording: Wording) -> Phrases:
    return _phrases(_Same(flow, wording))


@lru_cache(maxsize=32)
def _phrases(of: _Same) -> Phrases:
    found = _Found()
    for words in of.wording.words.values():
        for tag, typed in words.corrections.items():
            found.add(found.tags, tag, typed)
        for question, typed in words.questions.items():
            found.add(found.named, question, typed)
        for question, typed in words.statements.items():
            found.add(found.told, question, typed)
    for ask in of.flow.asks.values():
        labels = {of.wording.translate(ask.label, language) for language in of.wording.languages}
        found.add(found.named, ask.id, tuple(labels))
    return found.phrases()


@dataclass(slots=True)
class _Found:
    tags: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    named: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    told: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, where: dict[str, set[str]], what: str, typed: tuple[str, ...]) -> None:
        for phrase in filter(None, map(spelled, typed)):
            where[phrase].add(what)

    def phrases(self) -> Phrases:
        every = {*self.tags, *self.named, *self.told}
        longest: dict[str, int] = {}
        for phrase in every:
            first = phrase.partition(" ")[0]
            longest[first] = max(longest.get(first, 1), phrase.count(" ") + 1)
        return Phrases({phrase: self._meaning(phrase) for phrase in every}, longest)

    def _meaning(self, phrase: str) -> Meaning:
        """ "Mijn leeftijd" can be the name of one question, and "leeftijd" that of another: both are meant."""
        first, _, rest = phrase.partition(" ")
        named = self.named.get(phrase, set())
        if named and "filler" in self.tags.get(first, ()):
            named = named | self.named.get(rest, set())
        return Meaning(frozenset(self.tags.get(phrase, ())), frozenset(named), frozenset(self.told.get(phrase, ())))


def pieces(text: str, phrases: Phrases) -> tuple[Piece, ...]:
    """``text`` from left to right, the longest known phrases first; empty for a text of too many words."""
    words = list(_words(text))
    return tuple(_pieces(words, phrases)) if len(words) <= LONGEST else ()


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _WORD.finditer(text):
        word = plain(match[0])
        if word:
            yield word, match.start(), match.end()


def _pieces(words: list[tuple[str, int, int]], phrases: Phrases) -> Iterator[Piece]:
    at = 0
    while at < len(words):
        size = min(phrases.longest.get(words[at][0], 1), len(words) - at)
        while size > 1 and _joined(words[at : at + size]) not in phrases.meanings:
            size -= 1
        phrase = _joined(words[at : at + size])
        yield Piece(phrase, words[at][1], words[at + size - 1][2], phrases.meanings.get(phrase, _UNKNOWN))
        at += size


def _joined(words: list[tuple[str, int, int]]) -> str:
    return " ".join(word for word, _, _ in words)
