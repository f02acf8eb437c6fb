"""One turn of the conversation: what was heard goes in, what to note, say and do comes out."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from flows.about_whom import hear_about_whom
from flows.answering import answer
from flows.answers import Understood
from flows.answers.choice import HINT
from flows.aside import leave, stay, typed
from flows.care import hear_distress
from flows.company_calls import hear_told
from flows.effects import RecordConsent, SpeakLanguage
from flows.elsewhere import arrive
from flows.heard import (
    COMPANY,
    REFERRAL,
    SESSION,
    SMALL_STEP,
    VISIT,
    Arrived,
    CannotRead,
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
from flows.interrupted import evaded, is_offered, make_again
from flows.log import THE_PERSON, Aside, LanguageChosen
from flows.memory import Memory
from flows.menu import ask_open
from flows.messages import Phrase
from flows.offer_in_words import answered, asks_back, is_beside_a_question
from flows.outcomes import hear_outcome
from flows.recordings import hear_voice
from flows.returning import agrees, leaves, notice, start, welcome
from flows.steer import resume
from flows.talk import Setting, Talk, Turn
from flows.tapped import hear_tap
from flows.their_language import hear_words
from flows.too_personal import refuse
from flows.translated import mark_beginning
from flows.undertone import listened
from flows.unreadable import hear_unreadable
from flows.with_coach import is_for_coach

ROUNDS = 20
"""How often the outcome of an order may lead to another order within one turn."""


_NOTHING = ""
"""No question of a flow is called so: none was seen."""


def hear(setting: Setting, memory: Memory, heard: Heard, now: datetime, by: str = THE_PERSON) -> Turn:
    """The turn that ``heard`` leads to. ``memory`` is read on: afterwards it includes the new entries.

    ``by`` says who gives the answers: the person, or a coach who fills in together with them.
    """
    talk = Talk(setting, memory, now, by)
    heard = listened(heard, setting.wording.care)
    spoken, begins = memory.language, not (memory.told or memory.answers)
    back = not isinstance(heard, Outcome) and notice(talk)
    if memory.language is None and len(setting.offered) == 1:
        talk.note(LanguageChosen(setting.offered[0], now))
    aside = None if isinstance(heard, Outcome) or _comes_first(talk, heard) else leave(talk)
    if hear_distress(talk, heard, aside) or is_for_coach(talk, heard) or hear_about_whom(talk, heard, aside):
        return _end(talk)
    _take(talk, heard, aside)
    if aside:
        make_again(talk, aside)
    if not isinstance(heard, Arrived) and _says_nothing(talk):
        ask_open(talk)
    if back and by == THE_PERSON and not _answers_us(heard, aside):
        welcome(talk)
    mark_beginning(talk, spoken, begins)
    return _end(talk)


def _comes_first(talk: Talk, heard: Heard) -> bool:
    """That somebody is at another chat is heard before their words, which may answer what we said to them there."""
    aside = talk.memory.aside
    return isinstance(heard, Arrived) and heard.how in ("back", "with_coach") and aside is not None and aside.ours


def _end(talk: Talk) -> Turn:
    if talk.says:
        question = talk.open_question()
        talk.memory.asked = _NOTHING if leaves(talk) else question.id if question else None
    return talk.turn()


def _take(talk: Talk, heard: Heard, aside: Aside | None) -> None:
    if isinstance(heard, Outcome):
        hear_outcome(talk, heard)
        return
    resume(talk)
    match heard:
        case Started():
            start(talk)
        case Arrived(how):
            arrive(talk, how)
        case Said(text):
            _words(talk, aside, text)
        case TooPersonal(kind):
            refuse(talk, kind)
        case Tapped(tap):
            _tapped(talk, tap, aside)
            stay(talk, aside)
        case ContactShared(phone):
            _contact(talk, phone, aside)
        case VoiceNote():
            hear_voice(talk, heard)
        case CannotRead(kind):
            hear_unreadable(talk, kind)
        case _:
            assert_never(heard)


def _says_nothing(talk: Talk) -> bool:
    """After the end an answer given again, or another one that nobody needs, leads nowhere by itself."""
    nothing_comes = all(isinstance(effect, RecordConsent | SpeakLanguage) for effect in talk.effects)
    return not talk.says and talk.toast is None and nothing_comes


def _answers_us(heard: Heard, aside: Aside | None) -> bool:
    """A button under a reminder, or a word after it: we wrote first, so nobody has come back."""
    tapped = isinstance(heard, Tapped) and heard.tap.question in (VISIT, SESSION, REFERRAL, SMALL_STEP, COMPANY)
    return tapped or (aside is not None and aside.ours)


def _tapped(talk: Talk, tap: Tap, aside: Aside | None) -> None:
    if is_offered(aside, tap):
        talk.toast = Phrase(HINT)
    else:
        hear_tap(talk, tap)


def _words(talk: Talk, aside: Aside | None, text: str) -> None:
    if hear_told(talk, aside, text):
        return
    beside = aside is not None and is_beside_a_question(talk, aside)
    tap = None
    if aside:
        tap = answered(talk, aside, text) if beside else typed(talk, aside, text) or agrees(talk, aside, text)
    if tap:
        hear_tap(talk, tap)
    elif aside and not beside and evaded(talk, aside, text):
        return
    elif aside is None or not beside or not asks_back(talk, aside, text):
        hear_words(talk, text, aside)


def _contact(talk: Talk, phone: str, aside: Aside | None) -> None:
    if hear_told(talk, aside, phone):
        return
    question = talk.open_question()
    if question and question.kind.expects == "phone":
        reading = question.kind.read(phone, talk.reader(question.id))
        if isinstance(reading, Understood):
            answer(talk, question, reading.value, phone)
            return
    ask_open(talk, Phrase("Thank you. I do not need a phone number now."))
