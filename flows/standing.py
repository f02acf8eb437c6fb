"""The visit that stands stays as it is, whatever was chosen instead: the answers that led to it hold again."""

from __future__ import annotations

from flows.log import Answered, Done
from flows.talk import Talk
from flows.walk import given_to


def stays(talk: Talk, booked: Done) -> None:
    """Its time, its kind and its way; a change of one of them that could not be had is taken back."""
    for question, value in booked.given.items():
        if talk.memory.value(question) != value or question in talk.memory.reopened:
            talk.note(Answered(question, value, talk.now))


def was_not_had(talk: Talk) -> None:
    """What was asked of an agenda elsewhere came to nothing: the same time can be asked for again."""
    asked = talk.booking()
    if asked and asked.outcome.get("state") == "asked":
        talk.note(Done(asked.step, {}, {"state": "not_had"}, talk.now))


def fits_no_longer(talk: Talk, question: str) -> bool:
    """Whether the time is the one that stands and something else was chosen with it: nobody has taken it."""
    booked, do = talk.standing_booking(), talk.setting.flow.order("book_appointment")
    if booked is None or do is None or booked.given.get(question) != talk.memory.value(question):
        return False
    return dict(booked.given) != given_to(do, talk.position().result)
