"""Where private questions may be answered: on our own page, or with the coach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.answers import Option, Reader, Reading, Understood
from flows.answers.choice import read_one
from flows.answers.matching import answers
from flows.answers.options import labels
from flows.answers.settings import id, only
from flows.answers.spelling import plain, spelled
from flows.log import Value

PAGE = Option("page", "Yes, on the page", "🔒")
COACH = Option("coach", "With my coach", "🧑")
HINT = "Please tap a button, or type yes or no. Both are fine."


@dataclass(frozen=True, slots=True)
class OwnPage:
    """``before`` is the first of the private questions: once it was answered, this need not be asked any more."""

    before: str
    options: tuple[Option, ...] = (PAGE, COACH)
    expects: str = "choice"

    def read(self, text: str, reader: Reader) -> Reading:
        """A yes is the page; a no is not a refusal to talk about it, so the coach may ask."""
        said = plain(text)
        for option, name in ((PAGE, "yes"), (COACH, "no")):
            if said in map(spelled, answers(reader, name)):
                return Understood(option.id)
        return read_one(text, self.options, reader, HINT)

    def show(self, value: Value, reader: Reader) -> str:
        return ", ".join(labels((str(value),), self.options, reader))


def load(settings: Mapping[str, object]) -> OwnPage:
    """From ``before``, the id of a question."""
    only(settings, "before")
    return OwnPage(id(settings, "before"))
