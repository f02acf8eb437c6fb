"""What a tap means: a button names its question, so an old one is never an answer to a new question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flows import asking
from flows.answering import answer, change
from flows.answers import Option
from flows.answers.choices import SeveralChoices
from flows.answers.slot import SlotAnswer
from flows.company_calls import hear_company_tap
from flows.free_times import turn_on, turn_to
from flows.heard import CHANGES, COMMAND, COMPANY, OFFER, REFERRAL, SESSION, SMALL_STEP, VISIT, Tap
from flows.log import Reopened, Ticked, Value
from flows.menu import ask_open
from flows.messages import Phrase
from flows.offering import offer_change, offered_value, take_changes
from flows.proceed import proceed
from flows.referring import hear_referral_tap
from flows.script import Ask
from flows.sessions import hear_session_tap
from flows.small_steps import hear_small_step_tap
from flows.standing import stays
from flows.steer import steer
from flows.suggested import hear_offer_tap
from flows.talk import Talk
from flows.visiting import tap_visit
from flows.walk import answered

CLOSED = Phrase("This button no longer works.")

_BESIDE: Mapping[str, Callable[[Talk, str], bool]] = {
    VISIT: tap_visit,
    OFFER: hear_offer_tap,
    SESSION: hear_session_tap,
    REFERRAL: hear_referral_tap,
    COMPANY: hear_company_tap,
    SMALL_STEP: hear_small_step_tap,
    CHANGES: take_changes,
}
"""What hears the buttons beside the questions; each says whether its button still means something."""


def hear_tap(talk: Talk, tap: Tap) -> None:
    """Answer, tick, turn the page, steer; or, for an old button, offer to change that answer."""
    if tap.question == COMMAND:
        steer(talk, tap.option)
    elif tap.question in _BESIDE:
        if not _BESIDE[tap.question](talk, tap.option):
            talk.toast = CLOSED
    else:
        question = talk.setting.flow.asks.get(tap.question)
        if question is None:
            talk.toast = CLOSED
            ask_open(talk)
        elif question in (talk.open_question(), talk.seen_instead()):
            _on_open(talk, question, tap.option)
        elif _is_answered(talk, question):
            _on_answered(talk, question, tap.option)
        else:
            talk.toast = CLOSED
            ask_open(talk)


def _on_open(talk: Talk, question: Ask, option: str) -> None:
    match option[:1], option[1:]:
        case "=", "":
            _finish(talk, question)
        case "~", "":
            ask_open(talk)
        case "@", what if isinstance(question.kind, SlotAnswer):
            turn_to(talk, question, what)
        case ">", page:
            _turn_page(talk, question, page)
        case ("+" | "-") as sign, name if isinstance(question.kind, SeveralChoices):
            _tick(talk, question, name, sign == "+")
        case _:
            _choose(talk, question, option.removeprefix("="))


def _finish(talk: Talk, question: Ask) -> None:
    """ "That is all" under ticks, and "leave it so" under a question that was opened again."""
    booked, value = talk.standing_booking(), _standing(talk, question)
    if booked and isinstance(question.kind, SlotAnswer):
        stays(talk, booked)
    if value:
        answer(talk, question, value)
    else:
        ask_open(talk)


def _standing(talk: Talk, question: Ask) -> Value | None:
    booked = talk.standing_booking()
    if isinstance(question.kind, SlotAnswer) and booked:
        return booked.given[question.id]
    if isinstance(question.kind, SeveralChoices):
        return asking.ticks(talk, question)
    return talk.memory.value(question.id)


def _turn_page(talk: Talk, question: Ask, page: str) -> None:
    if isinstance(question.kind, SlotAnswer):
        turn_on(talk, question, page)
    else:
        talk.says.append(asking.ask_again(talk, question, int(page) if page.isdecimal() else 1))


def _tick(talk: Talk, question: Ask, name: str, on: bool) -> None:
    ticked = _ticked(question.kind.options, asking.ticks(talk, question), name if on else None, name)
    talk.note(Ticked(question.id, ticked, talk.now))
    talk.says.append(asking.ask_again(talk, question, asking.page_of(question, name)))


def _ticked(options: Sequence[Option], before: Sequence[str], on: str | None, changed: str) -> tuple[str, ...]:
    """The ticks in the order of the options; what stands alone goes when something else is ticked."""
    kept = {*before, on} - ({changed} if on is None else set())
    return tuple(option.id for option in options if option.id in kept and (not option.alone or option.id == on))


def _choose(talk: Talk, question: Ask, option: str) -> None:
    value = offered_value(talk, question, option)
    if value is None:
        talk.toast = CLOSED
        ask_open(talk)
    else:
        answer(talk, question, value)


def _is_answered(talk: Talk, question: Ask) -> bool:
    return question in answered(talk.setting.flow, talk.memory, talk.setting.facts)


def _on_answered(talk: Talk, question: Ask, option: str) -> None:
    """An old button: the same answer changes nothing, another one is offered as a change."""
    if option == "~":
        talk.note(Reopened(question.id, talk.now))
        proceed(talk)
        return
    sure, plain = option.startswith("="), option.removeprefix("=")
    value = offered_value(talk, question, plain)
    if value is None or value == _stands_now(talk, question):
        talk.toast = Phrase("I have noted this.") if value is not None else CLOSED
    elif sure:
        change(talk, question, value)
    else:
        offer_change(talk, question, value)


def _stands_now(talk: Talk, question: Ask) -> Value | None:
    """The language may have been chosen by a word, or be the only one there is."""
    return talk.memory.language if question.kind.expects == "language" else talk.memory.value(question.id)
