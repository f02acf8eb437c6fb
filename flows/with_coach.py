"""While a coach has the talk the assistant only listens: for distress, and for what anybody can demand of it."""

from __future__ import annotations

from typing import assert_never

from flows.commands import recognise
from flows.effects import RemoveMessage
from flows.heard import (
    COMMAND,
    REFERRAL,
    VISIT,
    Arrived,
    CannotRead,
    CoachLeft,
    ContactShared,
    Heard,
    Outcome,
    Said,
    Started,
    Tap,
    Tapped,
    TooPersonal,
    VoiceNote,
)
from flows.menu import ask_open
from flows.messages import Phrase, Saying
from flows.talk import Talk

DEMANDS = frozenset({"stop", "erase"})
"""Commands that work whoever has the talk: nobody has to ask a coach for them."""
WAITS = Phrase("A coach talks with you now. My questions wait.")
NOT_HERE = Phrase("Your coach cannot get this here. Please type it.")
NOT_KEPT = Phrase("This is a number that we may not have. Your coach does not see it.")
BACK = Phrase("The assistant is back. {coach} has left the talk.")
LATER = Phrase("{coach} reads your last message later.")


def is_for_coach(talk: Talk, heard: Heard) -> bool:
    """Whether it has been seen to here: it is no answer, and the open question is not asked again."""
    if not talk.memory.with_coach or isinstance(heard, Outcome):
        return False
    match heard:
        case Said(text):
            return recognise(text, talk.setting.wording, fuzzy=False) not in DEMANDS
        case Tapped(tap):
            return _holds_up(talk, tap)
        case TooPersonal():
            talk.order(RemoveMessage())
            talk.say(NOT_KEPT.source)
        case VoiceNote() | CannotRead() | ContactShared():
            talk.say(NOT_HERE.source)
        case Started() | Arrived():
            pass
        case _:
            assert_never(heard)
    return True


def _holds_up(talk: Talk, tap: Tap) -> bool:
    """A reminder or a coach's question can be answered, and what anybody can demand be tapped; other buttons are for
    later."""
    answers = tap.question == REFERRAL or (tap.question == VISIT and tap.option.startswith("come"))
    if answers or _demands(tap):
        return False
    talk.toast = WAITS
    return True


def _demands(tap: Tap) -> bool:
    return tap.question == COMMAND and tap.option.partition(":")[0] in DEMANDS


def come_back(talk: Talk, left: CoachLeft) -> None:
    """Say openly who talks now, and ask the open question once; who rests or has stopped is asked nothing."""
    sources = (BACK, LATER) if left.waits else (BACK,)
    told = [Phrase(phrase.source, {"coach": left.coach}) for phrase in sources]
    if talk.memory.stopped or talk.memory.distress:
        talk.says.extend(map(Saying, told))
    else:
        ask_open(talk, *told)
