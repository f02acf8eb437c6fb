"""A reader for the tests of answers: the shipped words, all places of Belgium, and Wednesday 24 March 2027."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from flows.answers import Kind, Reader, Understood, Which
from flows.answers.gazetteer import Gazetteer, load_gazetteer
from flows.answers.kinds import KINDS
from flows.answers.slot import OfferedReading
from flows.log import Value
from flows.wording import Wording
from flows.words import load_words

ROOT = Path(__file__).parents[1]
TODAY = date(2027, 3, 24)
LABELS = {
    "nl": {"Bike": "Fiets", "Car": "Auto", "Bus or train": "Bus of trein", "No transport": "Geen vervoer"},
    "fr": {"Bike": "Vélo", "Car": "Voiture", "Bus or train": "Bus ou train", "No transport": "Pas de transport"},
}
HOSTILE = (
    "a" * 65536,
    "9" * 1_000_000,
    "\u202e" * 65536,
    "\ud800",
    "\x00",
    "ik heb geen fiets " * 4000,
    "a\u0301" * 32768,
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "👨‍👩‍👧" * 8000,
    "@." * 32768,
    "&,;/" * 16384,
    "{{7*7}} =cmd() '; DROP TABLE people; --",
    "مرحبا أنا أبحث عن عمل",
    "[" * 1000 + "]" * 1000,
    "-",
    "?",
    " ",
)


@cache
def gazetteer() -> Gazetteer:
    return load_gazetteer()


@cache
def wording() -> Wording:
    return Wording(LABELS, load_words(ROOT / "locales"))


def reader(language: str = "nl", question: str = "question", of: Wording | None = None) -> Reader:
    return Reader(question, language, of or wording(), gazetteer(), TODAY)


def kind(name: str, settings: Mapping[str, object] | None = None) -> Kind:
    return KINDS[name](settings or {})


def value(reading: OfferedReading) -> Value | None:
    """The value that was understood, or ``None``."""
    return reading.value if isinstance(reading, Understood) else None


def asked(reading: OfferedReading) -> list[str]:
    """The values among which the person is asked to choose."""
    return [option.id for option in reading.options] if isinstance(reading, Which) else []
