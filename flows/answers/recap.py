"""What was said, shown once more: right, or something to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.answers import Option, Reader, Reading
from flows.answers.choice import read_one
from flows.answers.options import labels
from flows.answers.settings import only
from flows.log import Value

RIGHT = Option("ok", "That is right")
CHANGE = Option("change", "Change something")
HINT = "Is it right? Tap a button, or type yes or no."


@dataclass(frozen=True, slots=True)
class Recap:
    options: tuple[Option, ...] = (RIGHT, CHANGE)
    expects: str = "choice"

    def read(self, text: str, reader: Reader) -> Reading:
        return read_one(text, self.options, reader, HINT)

    def show(self, value: Value, reader: Reader) -> str:
        return ", ".join(labels((str(value),), self.options, reader))


def load(settings: Mapping[str, object]) -> Recap:
    only(settings)
    return Recap()
