"""Asks the open question again; after the end, shows what can still be done."""

from __future__ import annotations

from flows.agenda_offer import offer
from flows.aside import MENU, beside
from flows.asking import command
from flows.heard import Tap
from flows.log import Done
from flows.messages import Choice, Phrase, Saying
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
        show_menu(talk, MENU, *before)
    else:
        proceed(talk, *before)


def show_menu(talk: Talk, name: str, *before: Phrase) -> None:
    """What can still be done, so that a number names a button as well."""
    visit = (command("Another time", "move"), command("Cancel appointment", "cancel"))
    booked, over = talk.standing_booking(), visit_over(talk)
    know = (Phrase("Your appointment: {when}.", known_values(talk)),) if booked else ()
    choices = (
        *(visit if booked else ()),
        *((again(talk),) if over else ()),
        *beside_the_flow(talk),
        command("Change an answer", "change"),
        command("A person", "person"),
    )
    text = Phrase("What can I do for you?")
    beside(talk, name, text, *choices, before=(*before, *know, *over), tools=offer(talk))


def beside_the_flow(talk: Talk) -> tuple[Choice, ...]:
    """What there is for this person besides the questions."""
    return (
        *((command("My small steps", "small_steps"),) if talk.memory.has_steps else ()),
        *((command("Group sessions", "sessions"),) if talk.sees_sessions() else ()),
    )


def visit_over(talk: Talk) -> tuple[Phrase, ...]:
    """That the visit has passed, where another one can be chosen now."""
    booking = talk.booking()
    if booking is None or booking.outcome["state"] != "over" or not _can_choose_again(talk, booking):
        return ()
    return (Phrase("Your appointment was {when}. It is over now.", known_values(talk)),)


def _can_choose_again(talk: Talk, booking: Done) -> bool:
    return any(ask.id in booking.given for ask in talk.position().behind)


def visit_gone(talk: Talk) -> None:
    """There is no visit to move or to cancel: say why, and offer another time after one that has passed."""
    booking = talk.booking()
    if booking and booking.outcome["state"] == "asked":
        ask_open(talk, Phrase("I am still asking for your time. I write to you when I know."))
        return
    over, position = visit_over(talk), talk.position()
    if over and position.open is not None:
        beside(talk, "visit", Phrase("Do you want another time?"), again(talk), command("No", "repeat"), before=over)
    else:
        ask_open(talk, *(() if over else (Phrase("You have no appointment."),)))


def again(talk: Talk) -> Choice:
    """The button that asks for a time once more, after a visit that has passed."""
    booking = talk.booking()
    slot = next(iter(booking.given)) if booking else ""
    return Choice(Phrase("New appointment"), Tap(slot, "~"), "📅")
