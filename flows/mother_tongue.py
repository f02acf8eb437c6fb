"""In which language a sentence is written, or which one it asks for; short answers and names tell nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flows.answers.spelling import plain
from flows.tongues import Tongue, Tongues

_LONGEST = 400
"""Characters that are looked at: a sentence shows its language soon."""

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
    written = _written(words, tongues)
    if tongues.names.keys().isdisjoint(words):
        return written
    return _wish(text, written, tongues) or (written and replace(written, about=not tongues.says.isdisjoint(words)))


def _words(text: str) -> list[str]:
    return [word for word in plain(text).split() if word.isalpha()]


def _script(text: str) -> str | None:
    letters = [character for character in text if character.isalpha()]
    foreign = [character for character in letters if character > "\u036f" and not _is_latin(character)]
    if len(foreign) < _LETTERS or len(foreign) * 2 < len(letters):
        return None
    script = unicodedata.name(foreign[0], "").partition(" ")[0]
    return _FOREIGN.get(script, "other")


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN")


def _written(words: Sequence[str], tongues: Tongues) -> Recognised | None:
    """The language that more words tell of than of any other, if they are most of the text."""
    known = tongues.by_language
    if len(words) < 2 or not known:
        return None
    best = max(known, key=lambda language: len(known[language].words.intersection(words)))
    lead = min((_lead(words, known[best], other) for name, other in known.items() if name != best), default=0)
    share = sum(word in known[best].known for word in words) / len(words)
    if (lead >= 3 and share >= 0.5) or (lead >= 2 and share >= 0.7 and len(words) >= 4):
        return Recognised(best, sure=True)
    if (lead >= 2 and share >= 0.5) or (lead >= 1 and share >= 0.8 and len(words) >= 3):
        return Recognised(best, sure=False)
    return None


def _lead(words: Sequence[str], one: Tongue, other: Tongue) -> int:
    """How many more words tell of ``one`` than of ``other``; a word of both tells of none."""
    mine = sum(word in one.words and word not in other.known for word in words)
    theirs = sum(word in other.words and word not in one.known for word in words)
    return mine - theirs


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
