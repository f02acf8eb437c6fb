"""What typed words mean: a command, an answer, or something to ask again in another way."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from flows import asking
from flows.answers import NotUnderstood, Option, Reading, Understood, Which
from flows.answers.consent import ConsentAnswer
from flows.answers.language import LanguageChoice
from flows.answers.matching import names_an_option
from flows.answers.recap import Recap
from flows.answers.slot import SlotAnswer
from flows.answers.spelling import clean, plain
from flows.answers.text import ShortText
from flows.answers.yesno import YesNo
from flows.aside import beside
from flows.asking import command
from flows.commands import recognise
from flows.effects import RecordConsent
from flows.heard import Slot, Tap, slot_start
from flows.log import Answered, Missed, Offered, Reopened, Value
from flows.menu import ask_open
from flows.messages import Choice, Phrase, Saying
from flows.possible import possible
from flows.proceed import UNDERSTOOD, proceed
from flows.script import Ask
from flows.steer import speak, steer
from flows.talk import Talk

SHOWS_ITSELF = ShortText | ConsentAnswer | YesNo | LanguageChoice | Recap
LONGEST = 2000
"""Characters of a message that are looked at; what a question keeps is shorter still."""


def hear_text(talk: Talk, text: str) -> None:
    """An exact command first, then an answer, then a command with a typo; else the question asks again."""
    text, _ = clean(text, LONGEST)
    wording = talk.setting.wording
    question = talk.position().open
    exact = None if _names_an_option(talk, question, text) else recognise(text, wording, fuzzy=False)
    if exact:
        steer(talk, exact)
    elif not isinstance(question, Ask):
        _after_the_end(talk, text)
    elif not text:
        missed(talk, question, "")
    else:
        _answer_by_words(talk, question, text)


def _names_an_option(talk: Talk, question: object, text: str) -> bool:
    """Whether this is word for word an answer to the open question: then it is no command."""
    return isinstance(question, Ask) and names_an_option(text, question.kind.options, talk.reader(question.id))


def _after_the_end(talk: Talk, text: str) -> None:
    guess = recognise(text, talk.setting.wording, fuzzy=True)
    if guess:
        steer(talk, guess)
    else:
        ask_open(talk)


def _answer_by_words(talk: Talk, question: Ask, text: str) -> None:
    reading = _read(talk, question, text)
    match reading:
        case Understood(value):
            answer(talk, question, value, text, reading.notice)
        case Which(options):
            _which(talk, question, options)
        case NotUnderstood(hint):
            guess = recognise(text, talk.setting.wording, fuzzy=True)
            if guess:
                steer(talk, guess)
            elif not _reopened_line(talk, question, text):
                missed(talk, question, question.hint or hint)
        case _:
            assert_never(reading)


def _read(talk: Talk, question: Ask, text: str) -> Reading:
    reader = talk.reader(question.id)
    if isinstance(question.kind, SlotAnswer):
        return question.kind.read_offered(text, reader, _offered(talk, question))
    meant = talk.memory.offered.get(question.id, ())
    if text.isdecimal() and 0 < int(text) <= len(meant):
        value = possible(question, meant[int(text) - 1])
        return Understood(value) if value is not None else NotUnderstood("")
    return question.kind.read(text, reader)


def _offered(talk: Talk, question: Ask) -> tuple[Slot, ...]:
    """The times on the screen, as far as their ids tell: enough to know which one was meant."""
    zone = talk.setting.zone
    starts = ((value, slot_start(value)) for value in talk.memory.offered.get(question.id, ()))
    return tuple(Slot(value, start.astimezone(zone), 0, "", "") for value, start in starts if start)


def answer(talk: Talk, question: Ask, value: Value, said: str | None = None, notice: str | None = None) -> None:
    """Note the answer with all that follows from it, and go on."""
    if isinstance(question.kind, Recap) and value == "change":
        steer(talk, "change")
        return
    talk.note(Answered(question.id, value, talk.now, said))
    if isinstance(question.kind, ConsentAnswer):
        kind = question.kind
        talk.order(RecordConsent(kind.scope, kind.wording, value == "yes", talk.language))
    if question.kind.expects == "language":
        speak(talk, str(value))
    if isinstance(question.kind, ConsentAnswer) and value == "person":
        steer(talk, "person")
        return
    proceed(talk, *_echo(talk, question, said), *((Phrase(notice),) if notice else ()))


def _echo(talk: Talk, question: Ask, said: str | None) -> tuple[Phrase, ...]:
    """What was typed is shown as it was understood; a tapped button shows itself."""
    if said is None or isinstance(question.kind, SHOWS_ITSELF):
        return ()
    shown = talk.shown(question)
    return (Phrase(UNDERSTOOD, {"answer": shown}),) if shown else ()


def _which(talk: Talk, question: Ask, options: tuple[Option, ...]) -> None:
    choices = tuple(Choice(Phrase(option.label, fixed=True), Tap(question.id, option.id)) for option in options)
    tools = asking.tools(talk, question, talk.position())
    meant = tuple(option.id for option in options)
    others = tuple(value for value in talk.memory.offered.get(question.id, ()) if value not in meant)
    talk.note(Offered(question.id, (*meant, *others), talk.now))
    talk.says.append(Saying(Phrase("Which one do you mean?"), choices, tools, question.id))


def _reopened_line(talk: Talk, question: Ask, text: str) -> bool:
    """Under the recap, a line's name opens that line."""
    if not isinstance(question.kind, Recap):
        return False
    wording, said = talk.setting.wording, plain(text)
    for ask in asking.changeable(talk.position()):
        if said in {plain(wording.translate(ask.label, language)) for language in wording.languages}:
            talk.note(Reopened(ask.id, talk.now))
            proceed(talk)
            return True
    return False


def missed(talk: Talk, question: Ask, hint: str) -> None:
    """Not understood: first a hint, then simpler words, then a person; never the same sentence twice."""
    talk.note(Missed(question.id, talk.now))
    times = talk.memory.missed[question.id]
    if times == 1:
        ask_open(talk, Phrase(hint or "I did not understand that."))
    elif times % 2 == 0:
        _ask_simpler(talk, question)
    else:
        help_offer = Phrase("This is not easy by chat. Shall a person help you?")
        beside(talk, "person", help_offer, command("A person", "person"), command("Try again", "repeat"))


def _ask_simpler(talk: Talk, question: Ask) -> None:
    if question.simpler and not isinstance(question.kind, SlotAnswer):
        saying = asking.ask(talk, question, talk.position())
        talk.says.append(replace(saying, text=Phrase(question.simpler)))
    else:
        ask_open(talk, Phrase("Try other words, or tap a button. You can also skip this question."))
