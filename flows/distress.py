"""Hears distress in what somebody typed: which kind, and in which language it was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.patterns import Patterns, Sentences, sentences

AMBIGUOUS = "ambiguous"
"""Words that may be about the questions or about life: they are asked about."""
KINDS = ("danger", "suicide", "violence", "hopeless", AMBIGUOUS)
"""The gravest first."""


@dataclass(frozen=True, slots=True)
class Distress:
    """What was heard, never the words. ``language`` is that of the words; words such as "suicide" are of several
    ``languages``."""

    kind: str
    language: str
    languages: tuple[str, ...] = ()


def recognise(text: str, patterns: Mapping[str, Patterns]) -> Distress | None:
    """The gravest kind of distress in ``text``, in whichever language it is said."""
    return gravest(sentences(text), patterns)


def gravest(said: Sentences, patterns: Mapping[str, Patterns]) -> Distress | None:
    found = [(KINDS.index(heard[0]), language) for language, each in patterns.items() if (heard := each.find(said))]
    if not found:
        return None
    kind = min(found)[0]
    languages = tuple(language for gravity, language in found if gravity == kind)
    return Distress(KINDS[kind], languages[0], languages)
