"""Somebody whose place another service serves: what that is called, and what happens when they go there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from flows.effects import EraseEverything
from flows.log import Value
from flows.messages import Link, Param, Phrase, Saying
from flows.script import Ask

if TYPE_CHECKING:
    from flows.talk import Talk

GO_THERE, YES = "go_there", "yes"
"""The question whether to go to the other service, and its answer."""
PLACES = ("place", "where")
"""The questions for where somebody lives, or needs us."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The organisation of this installation that works there, with its web chat; and how to reach the public one."""

    name: str = ""
    page: str = ""
    line: str = ""


Look: TypeAlias = Callable[[str, date, str], Elsewhere]
"""Who works at a postcode on a day, in the words of a language."""


def nobody(postcode: str, on: date, language: str) -> Elsewhere:
    return Elsewhere()


def elsewhere(talk: Talk) -> Elsewhere:
    """Who works where this person said to live, or to need us."""
    said = next((str(value) for name in PLACES if (value := talk.memory.value(name))), "")
    return talk.setting.neighbours(said.partition(":")[0], talk.today, talk.language)


def values(talk: Talk) -> dict[str, Param]:
    """For the placeholders of texts."""
    if not any(talk.memory.value(name) for name in PLACES):
        return {}
    found = elsewhere(talk)
    return {"other_service": found.name, "other_line": found.line}


def goes_there(talk: Talk, question: Ask, value: Value) -> bool:
    """Whether this answer means that the person goes there; then all is erased here."""
    if question.id != GO_THERE or value != YES or not elsewhere(talk).page:
        return False
    talk.order(EraseEverything(GO_THERE))
    return True


def show_the_way(talk: Talk) -> None:
    """The last word to who was erased here to go there; the memory is still that of who went."""
    text = Phrase("I erased what you told me here. Tap below and tell it to {other_service}.", values(talk))
    talk.says.append(Saying(text, link=Link(Phrase("Go to the other one"), elsewhere(talk).page)))
