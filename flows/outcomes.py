"""What the desks answer to an order, and how the talk goes on from there."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from flows import asking
from flows.afresh import begin_again
from flows.agenda import hand
from flows.agenda_offer import offer
from flows.aloud import tell_aloud
from flows.effects import CallPerson, WaitForTime
from flows.elsewhere import hand_link
from flows.heard import (
    Accomplished,
    Erased,
    HearsAloud,
    LinkMade,
    Outcome,
    RecordingKept,
    SlotGone,
    SlotsFound,
    VisitFile,
    VisitGone,
    slot_start,
)
from flows.log import Answered, Done, Offered, Reopened, Skipped
from flows.messages import Phrase, Saying
from flows.proceed import known_values, proceed
from flows.recordings import tell_kept
from flows.script import Do
from flows.session_card import SessionAnswered, SessionsFound
from flows.sessions import hear_answer, hear_sessions
from flows.talk import Talk
from flows.visiting import hear_visit
from flows.walk import given_to
from flows.whose_times import other_coaches, why_these


def hear_outcome(talk: Talk, outcome: Outcome) -> None:
    """Take the outcome of an order into the log and go on."""
    match outcome:
        case SlotsFound():
            _offer(talk, outcome)
        case SlotGone(question):
            gone = _gone(talk, question)
            talk.note(Reopened(question, talk.now))
            _offer(talk, outcome, gone)
        case Accomplished(step, came_of):
            _accomplished(talk, talk.setting.flow.dos[step], dict(came_of))
        case Erased(because):
            begin_again(talk, because)
        case LinkMade():
            hand_link(talk, outcome)
        case VisitFile():
            hand(talk, outcome)
        case SessionsFound():
            hear_sessions(talk, outcome)
        case SessionAnswered():
            hear_answer(talk, outcome)
        case HearsAloud():
            tell_aloud(talk, outcome)
        case RecordingKept():
            tell_kept(talk, outcome)
        case VisitGone():
            talk.say("This appointment has changed or is over.")
            proceed(talk)
        case _:
            assert_never(outcome)


def _gone(talk: Talk, question: str) -> Phrase:
    start = slot_start(str(talk.memory.value(question)))
    if start and start <= talk.now:
        return Phrase("That time has passed. These times are free.")
    return Phrase("That time was just taken. These times are free.")


def _offer(talk: Talk, found: SlotsFound | SlotGone, *before: Phrase) -> None:
    question, slots = talk.setting.flow.asks[found.question], found.slots
    if not slots:
        _nothing_free(talk, question.id)
        return
    talk.note(Offered(question.id, tuple(slot.value for slot in slots), talk.now))
    asked = asking.ask_slot(talk, question, slots, found.more, *before, *why_these(talk, found))
    talk.says.append(replace(asked, choices=(*asked.choices, *other_coaches(found))))


def _nothing_free(talk: Talk, question: str) -> None:
    """No time is free: nobody is left waiting in front of an empty list, a person takes over."""
    booked = talk.standing_booking()
    if booked:
        talk.say("No other time is free now. Your appointment stays: {when}.", **known_values(talk))
        talk.note(Answered(question, booked.given[question], talk.now))
    else:
        talk.order(WaitForTime(dict(talk.position().result), talk.language))
        talk.say("No time is free now. A coach will contact you about a time.")
        talk.note(Skipped(question, talk.now))
    talk.order(CallPerson(question))
    proceed(talk)


def _accomplished(talk: Talk, do: Do, outcome: dict[str, str]) -> None:
    if hear_visit(talk, do, outcome):
        return
    before = talk.memory.done.get(do.name)
    talk.note(Done(do.name, given_to(do, talk.position().result), outcome, talk.now))
    if before:
        _say_changed(talk, do)
    proceed(talk)


def _say_changed(talk: Talk, do: Do) -> None:
    if do.order == "book_appointment":
        talk.says.append(Saying(Phrase("Your new appointment: {when}.", known_values(talk)), tools=offer(talk)))
    else:
        talk.say("Your coach will see your change.")
