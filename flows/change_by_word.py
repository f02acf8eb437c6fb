"""Changing an earlier answer by word: "verander mijn gemeente", "nee, ik ben 52", "je m'appelle Sara en fait"."""

from __future__ import annotations

from collections.abc import Iterator

from flows.answering import answer
from flows.answers.recap import Recap
from flows.answers.slot import SlotAnswer
from flows.answers.text import ShortText
from flows.contrast import contrasted
from flows.correction import Correction, Typed, exactly, reads, stands_alone
from flows.log import Chatted, Reopened, Value
from flows.menu import ask_open
from flows.messages import Phrase
from flows.offering import NAME, ask_which, offer_change, offer_to_open, offered_to_open
from flows.proceed import proceed
from flows.script import Ask
from flows.steer import steer
from flows.talk import Talk


def corrects(talk: Talk, said: Correction) -> bool:
    """Whether this clearly corrects an earlier answer, whatever is asked now; then it is done or offered."""
    return contrasted(talk, said) or _wants_change(talk, said) or _says_otherwise(talk, said)


def may_correct(talk: Talk, said: Correction) -> bool:
    """The same for words that are no answer to the open question: then the name of another one is enough."""
    if _told(talk, said, said.named + said.told):
        return True
    if _names_a_value(talk, said):
        return True
    names = said.named
    if not names or not (said.all_known or said.has("wrong")):
        return False
    if said.open is None or isinstance(said.open.kind, Recap) or said.has("wrong"):
        _open(talk, names)
    else:
        return _offer_to_open(talk, said, names)
    return True


def _names_a_value(talk: Talk, said: Correction) -> bool:
    """After "do you want to change this answer?" the new answer says yes as well."""
    question = offered_to_open(talk, said.aside)
    value = exactly(talk, question, Typed.of(said.text)) if question and question is not said.open else None
    if question is None or value is None:
        return False
    offer_change(talk, question, value)
    return True


def _wants_change(talk: Talk, said: Correction) -> bool:
    """It says that something is to be changed, or wrong, and mostly also what."""
    if not said.has("change") and (not said.has("wrong") or _takes_any_words(said.open)):
        return False
    names = said.named or (said.told if said.has("wrong") else ())
    if not names:
        return _wants_any_change(talk, said)
    if said.all_known or (said.has("change") and not _takes_any_words(said.open)):
        return _told(talk, said, names) or _open(talk, names)
    return _told(talk, said, names)


def _wants_any_change(talk: Talk, said: Correction) -> bool:
    if not said.all_known or said.told or _takes_any_words(said.open):
        return False
    if said.names_something:
        return _remark(talk, said, "unasked", Phrase("I did not ask this yet."))
    if said.has("change"):
        steer(talk, "change")
    return said.has("change")


def _takes_any_words(question: Ask | None) -> bool:
    return question is not None and isinstance(question.kind, ShortText) and not question.kind.name


def _says_otherwise(talk: Talk, said: Correction) -> bool:
    """It carries another answer, and a word such as "sorry" or "eigenlijk", or begins with "no"."""
    if not said.has("slip") and not said.begins_with_no:
        return False
    about = said.named + said.told
    if about:
        return _told(talk, said, about)
    if said.open and stands_alone(talk, said.open, said):
        return said.has("slip") and _told(talk, said, (said.open,))
    if not said.has("slip") and _takes_a_no(talk, said):
        return False
    fitting = tuple(ask for ask in said.answered if ask.kind.options and stands_alone(talk, ask, said))
    return len(fitting) == 1 and _told(talk, said, fitting)


def _takes_a_no(talk: Talk, said: Correction) -> bool:
    question = said.open
    return question is not None and exactly(talk, question, Typed.of(said.pieces[0].words)) is not None


def _told(talk: Talk, said: Correction, about: tuple[Ask, ...]) -> bool:
    """Take or offer the answer that is told to exactly one of these questions."""
    hits = list(_readings(talk, said, about))
    if len(hits) != 1:
        return False
    question, value = hits[0]
    if question is said.open:
        answer(talk, question, value, said.text)
    elif value == talk.memory.value(question.id):
        return _remark(talk, said, "noted", Phrase("I have noted this."))
    else:
        offer_change(talk, question, value, said.aside)
    return True


def _readings(talk: Talk, said: Correction, about: tuple[Ask, ...]) -> Iterator[tuple[Ask, Value]]:
    for ask in about:
        value = reads(talk, ask, said)
        if value is not None:
            yield ask, value


def _open(talk: Talk, questions: tuple[Ask, ...]) -> bool:
    """Ask this question again; of a time, the appointment is moved."""
    if any(isinstance(ask.kind, SlotAnswer) for ask in questions) and talk.standing_booking():
        steer(talk, "move")
    elif len(questions) > 1:
        ask_which(talk, questions)
    elif questions[0].kind.expects == "language":
        steer(talk, "language")
    else:
        talk.note(Reopened(questions[0].id, talk.now))
        proceed(talk)
    return True


def _offer_to_open(talk: Talk, said: Correction, questions: tuple[Ask, ...]) -> bool:
    if len(questions) == 1:
        offer_to_open(talk, questions[0], said.aside)
    elif said.aside and said.aside.name == NAME:
        return False
    else:
        ask_which(talk, questions)
    return True


def _remark(talk: Talk, said: Correction, kind: str, remark: Phrase) -> bool:
    """Say it above the open question, once; the second time it is not understood, and asked in another way."""
    if said.open:
        if talk.memory.chatted.get(said.open.id) == kind:
            return False
        talk.note(Chatted(said.open.id, kind, talk.now))
    ask_open(talk, remark)
    return True
