"""What people say, as a coach writes it (``hij (slaat|klopt) mij``), and how it is found in what they type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

from rapidfuzz.distance import OSA

from flows.answers.spelling import plain

_TOKENS = re.compile(r"\.\.|[()|?$^]|[^\s()|?$^]+")
_SENTENCES = re.compile(r"(?:[!?;()\n]|(?<![0-9])[.,:]|[.,:](?![0-9]))+")
"""Where one sentence ends; a date (12.5.1988) and an amount are no end of one."""
_STRETCHED = re.compile(r"(.)\1{2,}")
_CHUNK = 40
"""Words that are made comparable at once: ``plain`` looks at 500 characters."""
_SHORTEST = 4
"""Letters of a word that may be a long one with a typo."""
_EMPTY_CHOICE = re.compile(r"(?:\||\(\?:)\(\?:\)(?=[|)])")
_SHAPE = re.compile(r"[^()|?]")
_WELL_FORMED = re.compile(r"(\(\|*\)|\?)*")
"""The brackets, bars and question marks of a pattern: no bracket within another, no bar outside of them."""
_NOTHING_BEFORE = re.compile(r"(?:^|\?)\s*\?")
_NOTHING = "(?!)"
_END = "| "
"""Stands behind every sentence of a normal text. Words before and behind it are still neighbours."""
_OVERLOOKED = "~ "


Sentences: TypeAlias = tuple[tuple[str, ...], ...]
"""What was typed as ``plain`` words, sentence by sentence."""


def sentences(text: str) -> Sentences:
    return tuple(tuple(_plain_words(part)) for part in _SENTENCES.split(text) if part.strip())


def _plain_words(text: str) -> Iterator[str]:
    words = text.split()
    for at in range(0, len(words), _CHUNK):
        yield from plain(" ".join(words[at : at + _CHUNK])).split()


@dataclass(frozen=True, slots=True)
class Speech:
    """How people write in one language.

    ``spellings`` maps a word to what is meant (``kwil`` to ``ik wil``); ``fillers`` are left out; one letter may be
    wrong in ``long_words``; ``known`` are words that stand for themselves: those of the patterns, and words that
    only look like a long one.
    """

    spellings: Mapping[str, str] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()
    long_words: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    _alike: Mapping[tuple[str, int], tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        alike: dict[tuple[str, int], tuple[str, ...]] = {}
        for word in sorted(self.long_words):
            for size in (len(word) - 1, len(word), len(word) + 1):
                alike[word[0], size] = (*alike.get((word[0], size), ()), word)
        object.__setattr__(self, "_alike", alike)

    def normal(self, said: Sentences) -> str:
        """The text as the patterns know it: a space behind each word, and ``_END`` behind each sentence."""
        return "".join(f"{self.meant(words)}{_END}" for words in said)

    def meant(self, words: Iterable[str]) -> str:
        spelled = (meant for word in words for meant in self._spelled(word).split())
        return "".join(f"{word} " for word in spelled if word not in self.fillers)

    def _spelled(self, word: str) -> str:
        if word in self.spellings:
            return self.spellings[word]
        if word in self.known:
            return word
        if _STRETCHED.search(word):
            return self._calmed(word)
        return self._without_typo(word) if len(word) >= _SHORTEST else word

    def _calmed(self, word: str) -> str:
        """``dooood`` is ``dood``."""
        double, single = _STRETCHED.sub(r"\1\1", word), _STRETCHED.sub(r"\1", word)
        return self.spellings.get(double, double) if double in self.known or double in self.spellings else single

    def _without_typo(self, word: str) -> str:
        """The word of ours that differs by one letter, or by two that changed places; never in the first one."""
        for near in self._alike.get((word[0], len(word)), ()):
            if OSA.distance(near, word, score_cutoff=1) <= 1:
                return near
        return word


@dataclass(frozen=True, slots=True)
class Patterns:
    """What is looked for in one language, by kind, the gravest first; ``harmless`` is overlooked everywhere.

    ``anything`` finds what any kind finds: most texts have nothing of it, and are looked through only once. All
    are regular expressions that are compiled when they are first needed: it takes long, and a program that starts
    shall not wait for it.
    """

    speech: Speech = Speech()
    kinds: tuple[tuple[str, str], ...] = ()
    harmless: str = _NOTHING
    anything: str = _NOTHING

    def warm_up(self) -> None:
        """Compile now what every text is searched with."""
        _compiled(self.anything)

    def find(self, said: Sentences) -> tuple[str, re.Match[str]] | None:
        """The first kind of which something is said, and where."""
        text = self.speech.normal(said)
        if not _compiled(self.anything).search(text):
            return None
        text = _compiled(self.harmless).sub(_OVERLOOKED, text)
        found = ((kind, _compiled(expression).search(text)) for kind, expression in self.kinds)
        return next(((kind, match) for kind, match in found if match), None)


def compile_patterns(speech: Speech, kinds: Mapping[str, Iterable[str]], harmless: Iterable[str] = ()) -> Patterns:
    """Raises ``ValueError`` for a pattern that cannot be read."""
    expressions = {kind: [_expression(pattern, speech) for pattern in patterns] for kind, patterns in kinds.items()}
    overlooked = [_expression(pattern, speech) for pattern in harmless]
    everything = [expression for several in expressions.values() for expression in several]
    return Patterns(
        speech,
        tuple((kind, _any_of(several)) for kind, several in expressions.items()),
        _any_of(overlooked),
        _any_of(everything),
    )


def _any_of(expressions: Sequence[str]) -> str:
    return rf"(?<!\S)(?:{'|'.join(expressions)})" if expressions else _NOTHING


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def _expression(pattern: str, speech: Speech) -> str:
    """``(a|b)`` is a choice, ``?`` behind a word or a choice means perhaps, ``..`` stands for up to three words,
    ``<n>`` for a number, ``word*`` for any ending, and ``^`` and ``$`` for the begin and the end of the sentence.
    """
    expression = "".join(_piece(token, speech) for token in _TOKENS.findall(pattern))
    if _EMPTY_CHOICE.search(expression):
        raise ValueError(f"{pattern!r}: a word that is left out as a filler is no choice")
    if _NOTHING_BEFORE.search(pattern) or not _WELL_FORMED.fullmatch(_SHAPE.sub("", pattern)):
        raise ValueError(f"{pattern!r} cannot be read")
    return expression


def _piece(token: str, speech: Speech) -> str:
    match token:
        case "..":
            return r"(?:[^\s~]+ ){0,3}?"
        case "(":
            return "(?:"
        case ")" | "|" | "?":
            return token
        case "<n>":
            return r"(\d{1,3}) (?:\| )?"
        case "^":
            return r"(?:\A|(?<=\| ))"
        case "$":
            return r"(?<=\| )"
        case _ if token.endswith("*"):
            return rf"(?:{re.escape(plain(token[:-1]))}\S* (?:\| )?)"
        case _:
            return _word(speech.meant(plain(token).split()))


def _word(meant: str) -> str:
    return f"(?:{re.escape(meant)}(?:\\| )?)" if meant else "(?:)"


def words_of(patterns: Iterable[str]) -> frozenset[str]:
    """Every whole word of these patterns, ``plain``."""
    tokens = (token for pattern in patterns for token in _TOKENS.findall(pattern) if not token.endswith("*"))
    return frozenset(word for token in tokens if token not in ("..", "<n>", *"()|?$^") for word in plain(token).split())
