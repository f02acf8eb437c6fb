"""Offers to change an answer: "change X to Y?" with two buttons, for an old button and for words."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from flows.answering import change
from flows.aside import beside
from flows.asking import command
from flows.heard import Tap
from flows.log import Aside, Offered, Reopened, Value
from flows.messages import Choice, Phrase
from flows.possible import possible
from flows.proceed import proceed
from flows.script import Ask
from flows.talk import Talk

NAME = "change"
"""What the log calls this side question."""

_TWO = 2
"""Buttons of an offer: to change, and not to."""

_TYPED = "*"
"""Begins an option that stands for words: they are too long and too private for a button."""


def offer_change(talk: Talk, question: Ask, value: Value, before: Aside | None = None) -> None:
    """Ask whether ``value`` shall stand from now on. Who says it again to the same question (``before``) means it."""
    option = _option(talk, question, value)
    if before and before.name == NAME and before.taps[:1] == (f"{question.id} ={option}",):
        change(talk, question, value)
        return
    label = Phrase(question.label or question.text)
    text = Phrase("Do you want to change: {label}?", {"label": label})
    if question.tier == "A":
        shown = Phrase(question.kind.show(value, talk.reader(question.id)), fixed=True)
        text = Phrase("Do you want to change {label} to {answer}?", {"label": label, "answer": shown})
    beside(talk, NAME, text, Choice(Phrase("Yes, change it"), Tap(question.id, f"={option}")), command("No", "repeat"))


def offer_to_open(talk: Talk, question: Ask, before: Aside | None) -> None:
    """Ask whether this question shall be asked again; who says it again (``before``) means it."""
    if offered_to_open(talk, before) is question:
        talk.note(Reopened(question.id, talk.now))
        proceed(talk)
        return
    text = Phrase("Do you want to change: {label}?", {"label": Phrase(question.label or question.text)})
    beside(talk, NAME, text, Choice(Phrase("Yes, change it"), Tap(question.id, "~")), command("No", "repeat"))


def offered_to_open(talk: Talk, aside: Aside | None) -> Ask | None:
    """The question that ``aside`` offered to ask again, if it did that."""
    if aside is None or aside.name != NAME or len(aside.taps) != _TWO:
        return None
    question, _, option = aside.taps[0].partition(" ")
    return talk.setting.flow.asks.get(question) if option == "~" else None


def ask_which(talk: Talk, questions: Iterable[Ask]) -> None:
    """Ask which of these answers is meant."""
    lines = (Choice(Phrase(ask.label), Tap(ask.id, "~")) for ask in questions)
    beside(talk, NAME, Phrase("What do you want to change?"), *lines, command("Nothing", "repeat"))


def offered_value(talk: Talk, question: Ask, option: str) -> Value | None:
    """The answer that a button with ``option`` gives, if the question knows it or if it was offered."""
    if not option.startswith(_TYPED):
        return possible(question, option)
    words = next(iter(talk.memory.offered.get(_kept(question), ())), "")
    if option != _sign(words):
        return None
    return _as_kept(words)


def _option(talk: Talk, question: Ask, value: Value) -> str:
    option = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    if isinstance(option, str) and possible(question, option) == value:
        return option
    words = f"{type(value).__name__}:{value}"
    talk.note(Offered(_kept(question), (words,), talk.now))
    return _sign(words)


def _kept(question: Ask) -> str:
    """Apart from what was shown as answers to the question itself: there "1" is the first of these."""
    return f"={question.id}"


def _sign(words: str) -> str:
    return f"{_TYPED}{crc32(words.encode()):08x}"


def _as_kept(words: str) -> Value:
    kind, _, value = words.partition(":")
    match kind:
        case "int":
            return int(value)
        case "float":
            return float(value)
        case _:
            return value
