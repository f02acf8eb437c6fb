"""One turn of the conversation: what was heard goes in, what to note, say and do comes out."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from flows.answers import Understood
from flows.aside import leave, typed
from flows.heard import (
    VISIT,
    Accomplished,
    CannotRead,
    ContactShared,
    Erased,
    Heard,
    Outcome,
    Said,
    SlotGone,
    SlotsFound,
    Started,
    Tapped,
    VisitGone,
)
from flows.log import Aside, LanguageChosen, Memory
from flows.menu import ask_open
from flows.messages import Phrase
from flows.outcomes import hear_outcome
from flows.returning import agrees, notice, start, welcome
from flows.script import Ask
from flows.steer import resume
from flows.talk import Setting, Talk, Turn
from flows.tapped import hear_tap
from flows.understand import answer, hear_text

ROUNDS = 20
"""How often the outcome of an order may lead to another order within one turn."""


def hear(setting: Setting, memory: Memory, heard: Heard, now: datetime) -> Turn:
    """The turn that ``heard`` leads to. ``memory`` is read on: afterwards it includes the new entries."""
    talk = Talk(setting, memory, now)
    back = not isinstance(heard, Outcome) and notice(talk)
    if memory.language is None and len(setting.offered) == 1:
        talk.note(LanguageChosen(setting.offered[0], now))
    aside = None if isinstance(heard, Outcome) else leave(talk)
    match heard:
        case Started():
            resume(talk)
            start(talk)
        case Said(text):
            resume(talk)
            _words(talk, aside, text)
        case Tapped(tap):
            resume(talk)
            hear_tap(talk, tap)
        case ContactShared(phone):
            resume(talk)
            _contact(talk, phone)
        case CannotRead(kind):
            resume(talk)
            ask_open(talk, _cannot_read(kind))
        case SlotsFound() | SlotGone() | Accomplished() | VisitGone() | Erased():
            hear_outcome(talk, heard)
        case _:
            assert_never(heard)
    if back and not _answers_us(heard):
        welcome(talk)
    return talk.turn()


def _answers_us(heard: Heard) -> bool:
    """A button under a reminder: we wrote first, so nobody has come back."""
    return isinstance(heard, Tapped) and heard.tap.question == VISIT


def _words(talk: Talk, aside: Aside | None, text: str) -> None:
    tap = (typed(talk, aside, text) or agrees(talk, aside, text)) if aside else None
    if tap:
        hear_tap(talk, tap)
    else:
        hear_text(talk, text)


def _contact(talk: Talk, phone: str) -> None:
    question = talk.position().open
    if isinstance(question, Ask) and question.kind.expects == "phone":
        reading = question.kind.read(phone, talk.reader(question.id))
        if isinstance(reading, Understood):
            answer(talk, question, reading.value, phone)
            return
    ask_open(talk, Phrase("Thank you. I do not need a phone number now."))


def _cannot_read(kind: str) -> Phrase:
    match kind:
        case "voice":
            return Phrase("I cannot listen to voice messages. Type it, or ask for a person.")
        case "photo" | "file":
            return Phrase("I cannot look at photos or papers, and I do not keep them. Show them to your coach.")
        case "location":
            return Phrase("I cannot use your location. Type your postcode or village.")
        case _:
            return Phrase("I can only read text and buttons.")
