"""Which frequently asked question a sentence asks, whatever its word order, dialect and typos.

A sentence is compared with the examples of each question by the words they share. A word that few questions have
("uitkering") counts for much, one that many have ("ik") for little, and one that none has is held against it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from flows.answers.spelling import plain, spelled
from flows.patterns import Speech
from flows.wording import Manner

Examples: TypeAlias = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Per question and language, sentences in which people ask it; see ``organisations/faq.yaml``."""

_LIKE_ENOUGH = 0.6
"""How much of both sentences must be the same where the words are put as a question."""
_VERY_LIKE = 0.9
"""The same where they can be read as an answer too."""
_NEARLY_THE_SAME = 0.85
"""The same where they are not, and where no answer was understood."""
_UNKNOWN = 2.5
"""What a word counts that no question has."""
_LONG = 5
"""Letters of a word in which a typo is looked for."""
_MOST_WORDS = 25
"""Who writes more tells a story."""


class Near(NamedTuple):
    """A question, how much like it something is (from 0 to 1), and how many words they share."""

    id: str
    likeness: float
    shared: int


_NOTHING = Near("", 0.0, 0)


class Faq:
    """The questions of one organisation, in the order of its list."""

    def __init__(self, examples: Examples, manners: Mapping[str, Manner]) -> None:
        self.ids = tuple(examples)
        self._manners = tuple(manners.values())
        self._tongues = tuple(_Tongue(language, examples, manner) for language, manner in manners.items())

    def asked(self, text: str, *, surely: bool = False) -> str | None:
        """The question that ``text`` asks: put as a question, and in more than one word. ``surely``: it might be an
        answer as well."""
        if not self._is_put_as_question(text):
            return None
        near = self.nearest(text)
        enough = _VERY_LIKE if surely else _LIKE_ENOUGH
        return near.id if near.likeness >= enough and near.shared > 1 else None

    def meant(self, text: str) -> str | None:
        """The same for words that were understood as nothing else."""
        near = self.nearest(text)
        enough = _LIKE_ENOUGH if self._is_put_as_question(text) else _NEARLY_THE_SAME
        return near.id if near.likeness >= enough else None

    def nearest(self, text: str) -> Near:
        """The question that is asked most like this."""
        words = plain(text).split()
        if not 0 < len(words) <= _MOST_WORDS:
            return _NOTHING
        found = (tongue.nearest(words) for tongue in self._tongues)
        return max(found, key=lambda near: near.likeness, default=_NOTHING)

    def _is_put_as_question(self, text: str) -> bool:
        words = plain(text).split()
        return "?" in text or any(manner.begins_a_question(words) for manner in self._manners)


class _Tongue:
    """The examples of one language, and what each of their words counts for."""

    def __init__(self, language: str, examples: Examples, manner: Manner) -> None:
        asked = [(id, spelled(text)) for id, languages in examples.items() for text in languages.get(language, ())]
        self._speech = _speech(manner, (text for _, text in asked))
        self._examples = [(id, self._meaning(text.split())) for id, text in asked]
        self._counts = dict(self._weights(len(examples)))
        self._having: dict[str, list[int]] = {}
        for number, (_, words) in enumerate(self._examples):
            for word in words:
                self._having.setdefault(word, []).append(number)
        self._sums = [self._sum(words) for _, words in self._examples]

    def nearest(self, words: list[str]) -> Near:
        said = self._meaning(words)
        total = self._sum(said)
        likeness: defaultdict[int, float] = defaultdict(float)
        for word in said & self._having.keys():
            for number in self._having[word]:
                likeness[number] += 2 * self._counts[word] / (total + self._sums[number])
        best = max(likeness, key=lambda number: likeness[number], default=None)
        if best is None:
            return _NOTHING
        id, asked = self._examples[best]
        return Near(id, likeness[best], len(said & asked))

    def _meaning(self, words: Iterable[str]) -> frozenset[str]:
        return frozenset(self._speech.meant(words).split())

    def _weights(self, questions: int) -> Iterator[tuple[str, float]]:
        having: dict[str, set[str]] = {}
        for id, words in self._examples:
            for word in words:
                having.setdefault(word, set()).add(id)
        return ((word, math.log((questions + 1) / len(ids))) for word, ids in having.items())

    def _sum(self, words: Iterable[str]) -> float:
        return sum(self._counts.get(word, _UNKNOWN) for word in words)


def _speech(manner: Manner, asked: Iterable[str]) -> Speech:
    words = {word for text in (*asked, *manner.spellings.values()) for word in text.split()}
    long_words = frozenset(word for word in words if len(word) >= _LONG)
    return Speech(manner.spellings, manner.fillers, long_words, frozenset(words) | manner.fillers)


NO_QUESTIONS = Faq({}, {})
