"""What a person wants with a visit, and what came of it: they come, want another time, cannot, take an offer."""

from __future__ import annotations

from flows import asking
from flows.answers.slot import SlotAnswer
from flows.aside import beside
from flows.effects import AnswerVisit
from flows.heard import Tap
from flows.log import Answered, Done, Reopened, Skipped
from flows.menu import ask_open
from flows.messages import Choice, Phrase, Saying
from flows.proceed import find_slots, known_values, proceed
from flows.script import Do
from flows.sessions import mean_session
from flows.standing import stays
from flows.talk import Talk
from flows.walk import given_to

ABOUT_A_VISIT = frozenset({"come", "move", "cancel"})
ABOUT_AN_OFFER = frozenset({"take", "refuse"})
OTHER_TIME = Phrase("Do you want another time?")

LATE = {
    "late_move": Phrase(
        "Your appointment is very soon. I told your coach that you want another time. Your coach contacts you."
        " {phone_line}"
    ),
    "late_cancel": Phrase(
        "Thank you for telling me. Your appointment is very soon. I told your coach that you cannot come. {phone_line}"
    ),
}
"""By the state of the outcome: what is said when only the coach can still change the visit."""


def tap_visit(talk: Talk, option: str) -> bool:
    """A button about a visit or an offer, such as ``move:3``; false if it means nothing here."""
    wish, _, version = option.partition(":")
    do = talk.setting.flow.order("book_appointment")
    known = wish in ABOUT_AN_OFFER or (wish in ABOUT_A_VISIT and talk.booking() is not None)
    if do is None or not known or not version.isdecimal():
        return False
    talk.order(AnswerVisit(do.name, wish, int(version)))
    return True


def wish(talk: Talk, wanted: str) -> None:
    """The same in words, about the visit that stands."""
    booked = talk.standing_booking()
    if booked is None:
        mean_session(talk)
    else:
        talk.order(AnswerVisit(booked.step, wanted, int(booked.outcome["version"])))


def hear_visit(talk: Talk, do: Do, outcome: dict[str, str]) -> bool:
    """Go on after such a wish was carried out; false if ``outcome`` is of something else."""
    match outcome["state"]:
        case "confirmed":
            _confirmed(talk, do, outcome)
        case "moving":
            _choose_again(talk, do)
        case "cancelled":
            _cancelled(talk, do, outcome)
        case "late_move" | "late_cancel" as late:
            _too_late(talk, do, LATE[late])
        case "asked":
            _asked(talk, do, outcome)
        case "taken":
            _taken(talk, do, outcome)
        case "refused":
            _say_and_return(talk, Phrase("That is fine. I write to you when another time is free."))
        case "offer_over":
            _offer_over(talk, do)
        case _:
            return False
    return True


def _confirmed(talk: Talk, do: Do, outcome: dict[str, str]) -> None:
    before = talk.memory.done.get(do.name)
    talk.note(Done(do.name, before.given if before else {}, outcome, talk.now))
    _say_and_return(talk, Phrase("Good, you are coming. See you {when}.", known_values(talk)))


def _choose_again(talk: Talk, do: Do) -> None:
    """A few other times at once: who is asked to choose among many chooses none."""
    talk.note(Reopened(do.given[0], talk.now))
    question = talk.open_question()
    if question and isinstance(question.kind, SlotAnswer) and not talk.position().told_next:
        find_slots(talk, question, talk.position(), few=True)
    else:
        proceed(talk)


def _cancelled(talk: Talk, do: Do, outcome: dict[str, str]) -> None:
    """The time is free again; without an answer the question of a time no longer leads to a booking."""
    talk.note(Done(do.name, {}, outcome, talk.now))
    talk.note(Skipped(do.given[0], talk.now))
    _offer_another(talk, do, Phrase("Your appointment is cancelled. Do you want another time?"))


def _offer_another(talk: Talk, do: Do, text: Phrase) -> None:
    waits = talk.open_question() is not None
    again = Choice(Phrase("Another time"), Tap(do.given[0], "~"))
    beside(talk, "visit", text, again, asking.command("No", "repeat" if waits else "done"))
    if not waits:
        proceed(talk)


def _too_late(talk: Talk, do: Do, told: Phrase) -> None:
    """The visit stays as it is until the coach decides; so does the answer that led to it."""
    booked = talk.standing_booking()
    if booked:
        stays(talk, booked)
    _say_and_return(talk, told)


def _asked(talk: Talk, do: Do, outcome: dict[str, str]) -> None:
    """Somebody else's agenda has the last word. The visit that would be moved stays as it is until then."""
    booked = talk.standing_booking()
    if booked:
        stays(talk, booked)
    else:
        talk.note(Done(do.name, given_to(do, talk.position().result), outcome, talk.now))
    talk.say("I ask the agenda for this time. I write to you here when it is sure.")
    proceed(talk)


def _taken(talk: Talk, do: Do, outcome: dict[str, str]) -> None:
    talk.note(Answered(do.given[0], outcome["slot"], talk.now))
    talk.note(Done(do.name, given_to(do, talk.position().result), outcome | {"state": "booked"}, talk.now))
    talk.say("Good, this time is yours: {when}.", **known_values(talk))
    proceed(talk)


def _offer_over(talk: Talk, do: Do) -> None:
    _offer_another(talk, do, Phrase("This time is no longer free. Do you want another time?"))


def _say_and_return(talk: Talk, remark: Phrase) -> None:
    """Say it, and come back to the open question if there is one."""
    if talk.open_question():
        ask_open(talk, remark)
    else:
        talk.says.append(Saying(remark))
