"""What follows from an answer: it is noted, what it changes is said, and the talk goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flows import asking
from flows.answers import Option
from flows.answers.consent import ConsentAnswer
from flows.answers.language import LanguageChoice
from flows.answers.own_page import PAGE, OwnPage
from flows.answers.recap import Recap
from flows.answers.slot import SlotAnswer
from flows.answers.text import ShortText
from flows.answers.yesno import YesNo
from flows.contacts import ASKED_FOR, without_contacts
from flows.effects import MakeLink, RecordConsent
from flows.heard import Tap
from flows.log import Answered, Chatted, Offered, Value
from flows.messages import Choice, Phrase, Saying
from flows.minors import answers_too_young, is_minor
from flows.neighbours import goes_there
from flows.proceed import UNDERSTOOD, proceed
from flows.script import Ask
from flows.steer import speak, steer
from flows.talk import Talk
from flows.walk import answered

SHOWS_ITSELF = ShortText | ConsentAnswer | YesNo | LanguageChoice | Recap

_WHICH = "which"


def answer(talk: Talk, question: Ask, value: Value, said: str | None = None, notice: str | None = None) -> None:
    """Note the answer with all that follows from it, and go on."""
    if isinstance(question.kind, Recap) and value == "change":
        steer(talk, "change")
        return
    if question.kind.expects == "language" and value not in talk.setting.languages:
        steer(talk, "language")
        return
    known = is_minor(talk.memory)
    differs = _note(talk, question, value, said)
    if answers_too_young(talk, question, value, known=known) or goes_there(talk, question, value):
        return
    if isinstance(question.kind, ConsentAnswer) and value == "person":
        steer(talk, "person")
        return
    proceed(talk, *_echo(talk, question, said), *((Phrase(notice),) if notice else ()), *differs)


def change(talk: Talk, question: Ask, value: Value, said: str | None = None) -> None:
    """Put ``value`` in the place of the answer that stands, say so, and go on where the talk was."""
    change_all(talk, ((question, value),), said)


def change_all(talk: Talk, changes: Sequence[tuple[Ask, Value]], said: str | None = None) -> None:
    """The same for several answers at once."""
    told: list[Phrase] = []
    for question, value in changes:
        known = is_minor(talk.memory)
        differs = _note(talk, question, value, said)
        if answers_too_young(talk, question, value, known=known) or goes_there(talk, question, value):
            return
        told += (*_noted(talk, question), *differs)
    proceed(talk, *told)


def _noted(talk: Talk, question: Ask) -> tuple[Phrase, ...]:
    """What stands now; a private answer is not echoed, and of a time the booking is told."""
    label, shown = Phrase(question.label or question.text), talk.shown(question)
    if isinstance(question.kind, SlotAnswer):
        return ()
    if shown:
        return (Phrase("✓ {label}: {answer}", {"label": label, "answer": shown}),)
    return (Phrase("✓ {label}", {"label": label}),)


def which(talk: Talk, question: Ask, options: tuple[Option, ...]) -> None:
    """What was said fits several answers of the open question."""
    choices = tuple(Choice(Phrase(option.label, fixed=True), Tap(question.id, option.id)) for option in options)
    tools = asking.tools(talk, question, talk.position())
    meant = tuple(option.id for option in options)
    others = tuple(value for value in talk.memory.offered.get(question.id, ()) if value not in meant)
    talk.note(Offered(question.id, (*meant, *others), talk.now))
    talk.note(Chatted(question.id, _WHICH, talk.now))
    more = (asking.other_days(question, asking.last_of(meant)),) if isinstance(question.kind, SlotAnswer) else ()
    talk.says.append(Saying(Phrase("Which one do you mean?"), (*choices, *more), tools, question.id))


def asked_which(talk: Talk, question: Ask, options: tuple[Option, ...]) -> bool:
    """Whether exactly this was asked just before: then it needs other words."""
    meant = tuple(option.id for option in options)
    shown = talk.memory.offered.get(question.id, ())[: len(meant)]
    return talk.memory.chatted.get(question.id) == _WHICH and shown == meant


def _note(talk: Talk, question: Ask, value: Value, said: str | None) -> tuple[Phrase, ...]:
    """Note the answer, and tell what another answer than before makes needless or brings back."""
    before = _standing(talk) if question.id in talk.memory.answers else None
    if said is not None and question.kind.expects not in ASKED_FOR:
        said = without_contacts(said)
    talk.note(Answered(question.id, value, talk.now, said))
    if isinstance(question.kind, ConsentAnswer):
        kind = question.kind
        talk.order(RecordConsent(kind.scope, kind.wording, value == "yes", talk.language))
    if isinstance(question.kind, OwnPage) and value == PAGE.id:
        talk.order(MakeLink("web"))
    if question.kind.expects == "language":
        speak(talk, str(value))
    return () if before is None else tuple(_differences(before, _standing(talk), question.id))


def _standing(talk: Talk) -> dict[str, Ask]:
    """The questions with an answer that counts."""
    setting, memory = talk.setting, talk.memory
    counting = answered(setting.flow, memory, setting.facts)
    return {ask.id: ask for ask in counting if ask.label and memory.value(ask.id) is not None}


def _differences(before: dict[str, Ask], after: dict[str, Ask], changed: str) -> Iterator[Phrase]:
    gone = tuple(Phrase(ask.label) for id, ask in before.items() if id not in {*after, changed})
    back = tuple(Phrase(ask.label) for id, ask in after.items() if id not in {*before, changed})
    if gone:
        yield Phrase("No longer needed: {labels}.", {"labels": gone})
    if back:
        yield Phrase("I still know: {labels}.", {"labels": back})


def _echo(talk: Talk, question: Ask, said: str | None) -> tuple[Phrase, ...]:
    """What was typed is shown as it was understood; a tapped button shows itself."""
    if said is None or isinstance(question.kind, SHOWS_ITSELF):
        return ()
    shown = talk.shown(question)
    return (Phrase(UNDERSTOOD, {"answer": shown}),) if shown else ()
