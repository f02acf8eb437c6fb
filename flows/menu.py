"""Asks the open question again; after the end, shows what can still be done."""

from __future__ import annotations

from flows.asking import command
from flows.messages import Phrase, Saying
from flows.proceed import find_slots, known_values, proceed, question_of
from flows.script import Ask
from flows.talk import Talk


def ask_open(talk: Talk, *before: Phrase) -> None:
    """Ask the open question again; after the end, show what can still be done."""
    position = talk.position()
    if isinstance(position.open, Ask) and not position.told_next:
        if position.open.kind.expects == "slot":
            find_slots(talk, position.open, position)
            talk.says.extend(Saying(remark) for remark in before)
        else:
            talk.says.append(question_of(talk, position.open, position, *before))
    elif position.open is None and not position.told_next:
        talk.says.append(menu(talk, *before))
    else:
        proceed(talk, *before)


def menu(talk: Talk, *before: Phrase) -> Saying:
    visit = (command("Another time", "move"), command("Cancel appointment", "cancel"))
    booked = talk.standing_booking()
    know = (Phrase("Your appointment: {when}.", known_values(talk)),) if booked else ()
    choices = (
        *(visit if booked else ()),
        command("Change an answer", "change"),
        command("A person", "person"),
    )
    return Saying(Phrase("What can I do for you?"), choices, before=(*before, *know))
