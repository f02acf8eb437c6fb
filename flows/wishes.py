"""A wish about the time, typed where a time is asked for, where an appointment is offered, or to move one."""

from __future__ import annotations

from collections.abc import Iterator

from flows import asking
from flows.answers.consent import ConsentAnswer
from flows.answers.slot import SlotAnswer
from flows.answers.spelling import plain, spelled
from flows.answers.text import ShortText
from flows.conditions import ALWAYS, All, Is, tests
from flows.correction import Correction
from flows.free_times import look_for, turn_on
from flows.heard import VISIT
from flows.log import Reopened, Value, Wished
from flows.proceed import proceed
from flows.script import Ask
from flows.steer import steer
from flows.talk import Talk
from flows.when import ANY_TIME
from flows.when_read import Wish, read_wish, wants_other_times

YES = "yes"
"""The answer that takes an appointment."""


def hear_wish(talk: Talk, question: Ask, wish: Wish) -> None:
    """At the question of a time: show the times that were wished for."""
    shown = talk.memory.offered.get(question.id, ())
    if wish.other and wish.when == ANY_TIME and shown:
        turn_on(talk, question, asking.last_of(shown))
    else:
        look_for(talk, question, wish.when)


def asks_for_others(talk: Talk, question: Ask | None, text: str) -> bool:
    """Whether all of ``text`` asks for other times than those on the screen; elsewhere it is a command to move."""
    is_slot = question is not None and isinstance(question.kind, SlotAnswer)
    return is_slot and wants_other_times(text, talk.reader(question.id if question else ""))


def keep_wish(talk: Talk, question: Ask, value: Value, text: str) -> None:
    """ "Ja, dinsdag na de middag": what a yes to an appointment says besides, or the answer to a question on the way
    to the times, is kept for when times are shown."""
    slot = _slot(talk)
    if slot and (value in _leads_to_times(talk, question) or _is_on_the_way(question, slot)):
        _keep(talk, slot, text, surely=False)


def agrees_by_wish(talk: Talk, question: Ask, text: str) -> Value | None:
    """Who answers the offer of an appointment with nothing but a time says yes to it: that answer. A day says nothing
    of the rest on which the way there depends, such as an age or a consent."""
    offers = YES in _leads_to_times(talk, question) and not isinstance(question.kind, ConsentAnswer)
    wish = read_wish(text, talk.reader(question.id)) if offers else None
    return YES if wish and wish.sure and wish.when != ANY_TIME and not wish.turns_down else None


def moves(talk: Talk, question: Ask | None, said: Correction) -> bool:
    """ "Verplaats mijn afspraak naar donderdag", or a time in answer to the offer of another one: then it is done, with
    that wish."""
    slot = _slot(talk)
    if slot is None or (question is not None and isinstance(question.kind, SlotAnswer | ShortText)):
        return False
    if talk.standing_booking() and _wants_to_move(talk, said):
        kept = _keep(talk, slot, said.text, surely=False)
        return (kept or _says_no_more(talk, said)) and _move(talk)
    if talk.standing_booking() and _offers(said, f"{VISIT} move:"):
        return _keep(talk, slot, said.text, surely=True) and _move(talk)
    if slot.id in talk.memory.answers and _offers(said, f"{slot.id} ~"):
        return _keep(talk, slot, said.text, surely=True) and _ask_again(talk, slot)
    return False


def _keep(talk: Talk, slot: Ask, text: str, *, surely: bool) -> bool:
    """Keep what ``text`` wishes for; ``surely`` only if it says nothing else."""
    wish = read_wish(text, talk.reader(slot.id))
    if wish is None or wish.when == ANY_TIME or (surely and (not wish.sure or wish.turns_down)):
        return False
    talk.note(Wished(slot.id, wish.when.as_text(), talk.now))
    return True


def _move(talk: Talk) -> bool:
    steer(talk, "move")
    return True


def _ask_again(talk: Talk, slot: Ask) -> bool:
    talk.note(Reopened(slot.id, talk.now))
    proceed(talk)
    return True


def _offers(said: Correction, tap: str) -> bool:
    """Whether a button with this tap stands on the screen, beside the flow or under a message of ours."""
    return said.aside is not None and any(button.startswith(tap) for button in said.aside.taps)


def _wants_to_move(talk: Talk, said: Correction) -> bool:
    if said.has("change") and any(isinstance(ask.kind, SlotAnswer) for ask in said.named):
        return True
    words = f" {plain(said.text)} "
    return any(f" {spelled(word)} " in words for word in _words_of_moving(talk))


def _says_no_more(talk: Talk, said: Correction) -> bool:
    """ "Ik wil graag een ander uur": besides the words of moving only small ones, so nothing else is meant."""
    rest = f" {plain(said.text)} "
    for word in sorted(map(spelled, _words_of_moving(talk)), key=len, reverse=True):
        rest = rest.replace(f" {word} ", " ")
    small = {piece.words for piece in said.pieces if piece.has("want", "filler", "slip")}
    return {word for words in small for word in words.split()}.issuperset(rest.split())


def _words_of_moving(talk: Talk) -> Iterator[str]:
    return (word for each in talk.setting.wording.words.values() for word in each.commands.get("move", ()))


def _is_on_the_way(question: Ask, slot: Ask) -> bool:
    """Whether it is asked in just the same case as the time: whoever is asked the one is asked the other."""
    guards = (question.when, *(question.when.parts if isinstance(question.when, All) else ()))
    return question is not slot and slot.when != ALWAYS and slot.when in guards and bool(question.kind.options)


def _slot(talk: Talk) -> Ask | None:
    """The question of a time, where this flow has one."""
    return next((ask for ask in talk.setting.flow.asks.values() if isinstance(ask.kind, SlotAnswer)), None)


def _leads_to_times(talk: Talk, question: Ask) -> tuple[Value, ...]:
    """The answers to ``question`` with which a time is asked for."""
    slot = _slot(talk) if question.kind.options else None
    guards = tests(slot.when) if slot else ()
    return next((test.values for test in guards if isinstance(test, Is) and test.name == question.id), ())
