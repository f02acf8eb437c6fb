"""The list of free times: what is said above it, what leads to other times, and what to do where there is none."""

from __future__ import annotations

from dataclasses import replace

from flows import asking
from flows.aside import beside
from flows.asking import command
from flows.effects import CallPerson, WaitForTime
from flows.heard import SlotGone, SlotsFound, Tap, slot_start
from flows.log import Offered, Reopened, Skipped, Wished
from flows.messages import Choice, Phrase, Saying
from flows.proceed import ANYBODY, find_slots, known_values, proceed, standing_wish
from flows.script import SCREEN, Ask
from flows.standing import fits_no_longer, stays, was_not_had
from flows.talk import Talk
from flows.when import AFTERNOON, ANY_TIME, MORNING, When
from flows.when_said import in_words
from flows.whose_times import other_coaches, why_these

PARTS = {"morning": MORNING, "afternoon": AFTERNOON}
"""By the option of its button, a part of the day."""
FIRST_FREE = "first"
_UNREACHABLE = Phrase("I cannot look into the agenda now. What do you want to do?")


def hear_times(talk: Talk, found: SlotsFound) -> None:
    """Show the times that were found; where there are none, look for the nearest ones before giving up."""
    question = talk.setting.flow.asks[found.question]
    if found.slots:
        _show(talk, question, found, *_about(talk, found))
    elif found.empty == "unreachable":
        _agenda_is_silent(talk, question)
    elif found.after:
        talk.say("No later time is free now.")
        find_slots(talk, question, talk.position())
    elif found.when != ANY_TIME:
        find_slots(talk, question, talk.position(), when=found.when.wider())
    else:
        _nothing_free(talk, question.id)


def hear_gone(talk: Talk, gone: SlotGone) -> None:
    """The time that was chosen cannot be had: say why, and show others, those that were wished for first."""
    question = talk.setting.flow.asks[gone.question]
    start = slot_start(str(talk.memory.value(question.id)))
    passed = start is not None and start <= talk.now
    unfit = fits_no_longer(talk, question.id)
    was_not_had(talk)
    talk.note(Reopened(question.id, talk.now))
    if gone.slots:
        over = Phrase("That time has passed. These times are free.")
        taken = Phrase("That time was just taken. These times are free.")
        other = Phrase("Your time does not fit with that. These times are free.")
        found = SlotsFound(gone.question, gone.slots, gone.more, gone.when, why=gone.why)
        _show(talk, question, found, over if passed else other if unfit else taken, *_about(talk, found))
    elif gone.empty == "unreachable":
        _agenda_is_silent(talk, question, Phrase("You do not have this time yet."))
    elif gone.when != ANY_TIME:
        talk.says.append(Saying(Phrase("That time has passed.") if passed else Phrase("That time was just taken.")))
        find_slots(talk, question, talk.position(), when=gone.when.wider())
    else:
        _nothing_free(talk, question.id)


def _show(talk: Talk, question: Ask, found: SlotsFound, *before: Phrase) -> None:
    talk.note(Offered(question.id, tuple(slot.value for slot in found.slots), talk.now))
    asked = asking.ask_slot(talk, question, found.slots, *before, *why_these(talk, found))
    others = (*other_times(question, found), *other_coaches(found))
    talk.says.append(replace(asked, choices=(*asked.choices, *others)))


def _about(talk: Talk, found: SlotsFound) -> tuple[Phrase, ...]:
    """The wish said back in full, or that nothing is free then; after that it stands no longer."""
    wish = standing_wish(talk, found.question)
    if wish == ANY_TIME:
        return ()
    words = Phrase(in_words(wish, talk.language, talk.reader(found.question).today), fixed=True)
    if found.when == wish:
        return (Phrase("You ask for: {wish}.", {"wish": words}),)
    talk.note(Wished(found.question, ANY_TIME.as_text(), talk.now))
    return (Phrase("Nothing is free then: {wish}. These times are free.", {"wish": words}),)


def other_times(question: Ask, found: SlotsFound) -> tuple[Choice, ...]:
    """The buttons under a list: later days, half a day where that makes a long list shorter, and the soonest ones."""
    chosen = found.when != ANY_TIME
    buttons = []
    if found.more or chosen:
        whose = "" if found.why == "earlier" else ANYBODY
        buttons.append(asking.other_days(question, f"{found.slots[-1].value}{whose}"))
    if found.more and len(found.slots) >= SCREEN and _has_both_halves(found):
        buttons.append(Choice(Phrase("Morning"), Tap(question.id, "@morning")))
        buttons.append(Choice(Phrase("Afternoon"), Tap(question.id, "@afternoon")))
    if chosen or found.after:
        buttons.append(Choice(Phrase("First free"), Tap(question.id, f"@{FIRST_FREE}")))
    return tuple(buttons)


def _has_both_halves(found: SlotsFound) -> bool:
    return all(any(half.fits(slot.start) for slot in found.slots) for half in PARTS.values())


def turn_to(talk: Talk, question: Ask, what: str) -> None:
    """A button for half a day, or for the soonest times of all."""
    half, wish = PARTS.get(what), standing_wish(talk, question.id)
    look_for(talk, question, replace(wish, begin=half.begin, end=half.end) if half else ANY_TIME)


def turn_on(talk: Talk, question: Ask, after: str) -> None:
    """The times behind the last one that was shown, at the same hours and on the same days of the week; or those of any
    coach."""
    wish = standing_wish(talk, question.id)
    later = wish if after == ANYBODY else wish.on_other_days()
    if later != wish:
        talk.note(Wished(question.id, later.as_text(), talk.now))
    find_slots(talk, question, talk.position(), after)


def look_for(talk: Talk, question: Ask, when: When) -> None:
    """Find times for this wish; it stands until a time is booked, or until another wish."""
    talk.note(Wished(question.id, when.as_text(), talk.now))
    find_slots(talk, question, talk.position())


def _agenda_is_silent(talk: Talk, question: Ask, *before: Phrase) -> None:
    """Nobody knows which times are free: the question stays open, and it can be tried again."""
    booked = talk.standing_booking()
    stays = (Phrase("Your appointment stays: {when}.", known_values(talk)),) if booked else before
    leave = Choice(Phrase("Leave it so"), Tap(question.id, "=")) if booked else command("Skip", "skip")
    again = command("Try again", "repeat")
    beside(talk, "agenda", _UNREACHABLE, again, command("A person", "person"), leave, before=stays)


def _nothing_free(talk: Talk, question: str) -> None:
    """Every time is taken: nobody is left waiting in front of an empty list, a person takes over."""
    booked = talk.standing_booking()
    if booked:
        talk.say("No other time is free now. Your appointment stays: {when}.", **known_values(talk))
        stays(talk, booked)
    else:
        wish = standing_wish(talk, question)
        talk.order(WaitForTime(dict(talk.position().result), talk.language, wish))
        talk.say("No time is free now. I write to you when one is free. A coach contacts you too.")
        talk.note(Skipped(question, talk.now))
    talk.order(CallPerson(question))
    proceed(talk)
