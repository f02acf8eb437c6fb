"""Yes or no, in all the ways people say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.answers import Option, Reader, Reading
from flows.answers.choice import read_one
from flows.answers.options import labels, unsure
from flows.answers.settings import only
from flows.log import Value

YES = Option("yes", "Yes")
NO = Option("no", "No")
HINT = "Tap a button, or type yes or no."


@dataclass(frozen=True, slots=True)
class YesNo:
    options: tuple[Option, ...] = (YES, NO)
    expects: str = "choice"

    def read(self, text: str, reader: Reader) -> Reading:
        return read_one(text, self.options, reader, HINT)

    def show(self, value: Value, reader: Reader) -> str:
        return ", ".join(labels((str(value),), self.options, reader))


def load(settings: Mapping[str, object]) -> YesNo:
    """``unsure: true`` adds two options for who does not know or would rather not say."""
    only(settings, "unsure")
    return YesNo((YES, NO, *unsure(settings)))
