"""What sounds beneath the words, whatever was asked: distress, and of whom somebody speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.distress import Distress, gravest
from flows.heard import Heard, Said
from flows.patterns import Patterns, Sentences, sentences
from flows.wording import Care

MY_AGE = "my_age"
YOUNGEST_SAID = 5
"""Nobody younger types how old they are."""


@dataclass(frozen=True, slots=True)
class Undertone:
    """``about`` is of whom, and how many years old; an empty kind if nothing of it is said."""

    distress: Distress | None
    about: tuple[str, int]


def listen(text: str, care: Care) -> Undertone:
    said = sentences(text)
    return Undertone(gravest(said, care.distress), _of_whom(said, care.about_whom))


def listened(heard: Heard, care: Care) -> Heard:
    """The same, with the undertone of words: for whoever hears them more than once."""
    if isinstance(heard, Said) and heard.undertone is None:
        return Said(heard.text, listen(heard.text, care))
    return heard


def _of_whom(said: Sentences, patterns: Mapping[str, Patterns]) -> tuple[str, int]:
    for each in patterns.values():
        found = each.find(said)
        if found:
            kind, match = found
            years = next((int(number) for number in match.groups() if number), 0)
            return ("", 0) if kind == MY_AGE and years < YOUNGEST_SAID else (kind, years)
    return "", 0
