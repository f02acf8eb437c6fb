"""In which language a sentence is written, or which one it asks for; short answers and names tell nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flows.answers.spelling import plain
from flows.tongues import Tongues

_LONGEST = 400
"""Characters that are looked at: a sentence shows its language soon."""

_WORD = re.compile(r"[^\W\d_]+")
_COMMA = re.compile(r"[.,;:!?\n]+")
_CLAUSE = re.compile(r"[.,;:!?\n]+|\b(?:maar|mais|but)\b", re.IGNORECASE)
_FOREIGN = {"ARABIC": "ar", "CYRILLIC": "uk", "ETHIOPIC": "ti", "GREEK": "el", "CJK": "zh", "HEBREW": "he"}
_LETTERS = 4
"""Letters of another script that make a text one in another language."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """``sure``: a clear sentence, or a clear wish. ``wished``: the language was asked for by its name.

    ``about``: the sentence is about speaking some language, this one or another.
    """

    language: str
    sure: bool
    wished: bool = False
    about: bool = False


def recognise_language(text: str, tongues: Tongues) -> Recognised | None:
    """The language of ``text`` or the one it asks for; ``None`` if it does not tell."""
    text = text[:_LONGEST]
    script = _script(text)
    if script:
        return Recognised(script, sure=True)
    words = _words(text)
    written = _written(words, _longest_clause(text), tongues)
    if tongues.names.keys().isdisjoint(words):
        return written
    return _wish(text, written, tongues) or (written and replace(written, about=not tongues.says.isdisjoint(words)))


def not_spoken(text: str, tongues: Tongues) -> frozenset[str]:
    """The languages that somebody says not to speak or to understand: "ik spreek geen Nederlands"."""
    text = text[:_LONGEST]
    if tongues.names.keys().isdisjoint(_WORD.findall(plain(text))):
        return frozenset()
    return frozenset(_not_spoken(text, tongues))


def _not_spoken(text: str, tongues: Tongues) -> Iterator[str]:
    for clause in _CLAUSE.split(text):
        words = _words(clause)
        speaks = tongues.says.intersection(words) and not tongues.learns.intersection(words)
        if speaks and tongues.refuses.intersection(words):
            yield from (tongues.names[word] for word in words if word in tongues.names)


def _words(text: str) -> list[str]:
    """Each word once: whoever repeats a word says no more."""
    return list(dict.fromkeys(_WORD.findall(plain(text))))


def _longest_clause(text: str) -> int:
    """Words of the longest part between commas: several short answers are no sentence."""
    return max(len(_words(clause)) for clause in _COMMA.split(text))


def _script(text: str) -> str | None:
    letters = [character for character in text if character.isalpha()]
    foreign = [character for character in letters if character > "\u036f" and not _is_latin(character)]
    if len(foreign) < _LETTERS or len(foreign) * 2 < len(letters):
        return None
    script = unicodedata.name(foreign[0], "").partition(" ")[0]
    return _FOREIGN.get(script, "other")


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN")


def _written(words: Sequence[str], longest: int, tongues: Tongues) -> Recognised | None:
    """The language that more words tell of than of any other, if they are most of the text."""
    told = {language: tongue.words.intersection(words) for language, tongue in tongues.by_language.items()}
    best = max(told, key=lambda language: len(told[language]), default="")
    if len(words) < 2 or not told.get(best):
        return None
    known = tongues.by_language[best].known
    others = ((tongues.by_language[other].known, told[other]) for other in told if other != best)
    lead = min((len(told[best] - theirs) - len(tell - known) for theirs, tell in others), default=0)
    share = len(known.intersection(words)) / len(words)
    if lead < 2 or share < 0.5:
        return None
    return Recognised(best, sure=lead >= 3 or (share >= 0.7 and longest >= 4))


def _wish(text: str, written: Recognised | None, tongues: Tongues) -> Recognised | None:
    """A language called by its name among words of speaking or wanting: one, and not one that is refused."""
    wished = dict(_wished(text, tongues))
    if len(wished) != 1:
        return None
    ((language, asked_for),) = wished.items()
    same = written is None or written.language == language
    return Recognised(language, sure=asked_for or same, wished=True, about=True)


def _wished(text: str, tongues: Tongues) -> Iterator[tuple[str, bool]]:
    """Of each clause the language it names, and whether it asks for it."""
    for clause in _CLAUSE.split(text):
        words = _words(clause)
        named = {tongues.names[word] for word in words if word in tongues.names}
        if len(named) == 1 and not tongues.learns.intersection(words) and not tongues.refuses.intersection(words):
            wants, says = tongues.wants.intersection(words), tongues.says.intersection(words)
            if wants or says:
                yield named.pop(), bool(wants)
