"""The visit that stands stays as it is, whatever was chosen instead: the answers that led to it hold again."""

from __future__ import annotations

from flows.log import Answered, Done
from flows.talk import Talk


def stays(talk: Talk, booked: Done) -> None:
    """Its time, its kind and its way; a change of one of them that could not be had is taken back."""
    for question, value in booked.given.items():
        if talk.memory.value(question) != value or question in talk.memory.reopened:
            talk.note(Answered(question, value, talk.now))


def moves_only_for_a_choice(talk: Talk, question: str) -> bool:
    """Whether the time itself is the one that stands: then it was not taken by somebody else, it no longer fits."""
    booked = talk.standing_booking()
    return booked is not None and booked.given.get(question) == talk.memory.value(question)
