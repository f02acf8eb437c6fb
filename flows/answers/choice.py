"""One choice out of several: tapped, or typed as its label, its number or another word for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.answers import NotUnderstood, Option, Reader, Reading, Understood
from flows.answers.matching import Lexicon, meant
from flows.answers.options import labels, load_options, which
from flows.log import Value

HINT = "Tap a button, or type the number of your choice."


@dataclass(frozen=True, slots=True)
class OneChoice:
    options: tuple[Option, ...]
    expects: str = "choice"

    def read(self, text: str, reader: Reader) -> Reading:
        return read_one(text, self.options, reader)

    def show(self, value: Value, reader: Reader) -> str:
        return ", ".join(labels((str(value),), self.options, reader))


def load(settings: Mapping[str, object]) -> OneChoice:
    """From ``options`` (``id: label`` or ``id: {label, icon}``), and ``unsure: true`` for two more."""
    return OneChoice(load_options(settings))


def read_one(text: str, options: tuple[Option, ...], reader: Reader, hint: str = HINT) -> Reading:
    """``text`` as one of ``options``."""
    found = meant(text, Lexicon.of(options, reader), reader.wording)
    match found:
        case ():
            return NotUnderstood(hint)
        case (option,):
            return Understood(option.id)
        case _:
            return which(found, reader)
