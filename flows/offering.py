"""Offers to change an answer: "change X to Y?" with two buttons, for an old button and for words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

from flows.answering import change, change_all
from flows.aside import beside
from flows.asking import command
from flows.heard import CHANGES, Tap
from flows.log import Aside, Offered, Reopened, Value
from flows.messages import Choice, Param, Phrase
from flows.possible import possible
from flows.proceed import proceed
from flows.script import Ask
from flows.talk import Talk

NAME = "change"
"""What the log calls this side question."""

_NONE = "Nothing"
"""The last button of the question which answer to change."""

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
    if offered_to_open(talk, before) is question or asks_which(before):
        talk.note(Reopened(question.id, talk.now))
        proceed(talk)
        return
    text = Phrase("Do you want to change: {label}?", {"label": Phrase(question.label or question.text)})
    beside(talk, NAME, text, Choice(Phrase("Yes, change it"), Tap(question.id, "~")), command("No", "repeat"))


def offer_changes(talk: Talk, changes: Sequence[tuple[Ask, Value]], before: Aside | None) -> None:
    """The same for several answers at once, a line for each."""
    words = tuple(f"{question.id}={_kept_as(question, value)}" for question, value in changes)
    sign = _sign("\n".join(words))
    if before and before.name == NAME and before.taps[:1] == (f"{CHANGES} {sign}",):
        change_all(talk, changes)
        return
    talk.note(Offered(CHANGES, words, talk.now))
    _ask_for_changes(talk, changes, sign)


def _ask_for_changes(talk: Talk, changes: Sequence[tuple[Ask, Value]], sign: str) -> None:
    lines = tuple(Phrase("• {label}: {answer}", _named(talk, question, value)) for question, value in changes)
    labels = tuple(Phrase(question.label or question.text) for question, _ in changes)
    text = Phrase("Do you want to change: {label}?", {"label": labels})
    yes = Choice(Phrase("Yes, change it"), Tap(CHANGES, sign))
    beside(talk, NAME, text, yes, command("No", "repeat"), before=lines)


def _named(talk: Talk, question: Ask, value: Value) -> dict[str, Param]:
    """A private answer is not echoed."""
    shown = Phrase(question.kind.show(value, talk.reader(question.id)), fixed=True)
    answer = shown if question.tier == "A" else Phrase("(only your coach sees this)")
    return {"label": Phrase(question.label or question.text), "answer": answer}


def take_changes(talk: Talk, sign: str) -> bool:
    """The button of such an offer; false for an older one."""
    changes = _offered_changes(talk, sign)
    if changes:
        change_all(talk, changes)
    return bool(changes)


def _offered_changes(talk: Talk, sign: str) -> list[tuple[Ask, Value]]:
    words = talk.memory.offered.get(CHANGES, ())
    if sign != _sign("\n".join(words)):
        return []
    asks = talk.setting.flow.asks
    pairs = (each.partition("=")[::2] for each in words)
    return [(asks[name], _meant(asks[name], kept)) for name, kept in pairs if name in asks]


def offer_again(talk: Talk, aside: Aside) -> bool:
    """Make the offer that ``aside`` was once more, if it was one: nobody has said yes or no to it."""
    if aside.name != NAME or asks_which(aside):
        return False
    name, _, option = aside.taps[0].partition(" ")
    if name == CHANGES:
        changes = _offered_changes(talk, option)
        if changes:
            _ask_for_changes(talk, changes, option)
        return bool(changes)
    question = talk.setting.flow.asks.get(name)
    if question is None:
        return False
    if option == "~":
        offer_to_open(talk, question, None)
        return True
    value = offered_value(talk, question, option.removeprefix("="))
    if value is not None:
        offer_change(talk, question, value)
    return value is not None


def offered_to_open(talk: Talk, aside: Aside | None) -> Ask | None:
    """The question that ``aside`` offered to ask again, if it did that."""
    if aside is None or aside.name != NAME or asks_which(aside):
        return None
    question, _, option = aside.taps[0].partition(" ")
    return talk.setting.flow.asks.get(question) if option == "~" else None


def asks_which(aside: Aside | None) -> bool:
    """Whether it was asked which answer to change: then the name of one is enough."""
    return aside is not None and aside.name == NAME and aside.labels[-1:] == (_NONE,)


def ask_which(talk: Talk, questions: Iterable[Ask]) -> None:
    """Ask which of these answers is meant."""
    lines = (Choice(Phrase(ask.label), Tap(ask.id, "~")) for ask in questions)
    beside(talk, NAME, Phrase("What do you want to change?"), *lines, command(_NONE, "repeat"))


def offered_value(talk: Talk, question: Ask, option: str) -> Value | None:
    """The answer that a button with ``option`` gives, if the question knows it or if it was offered."""
    if not option.startswith(_TYPED):
        return possible(question, option)
    words = next(iter(talk.memory.offered.get(_kept(question), ())), "")
    if option != _sign(words):
        return None
    return _as_kept(words)


def _option(talk: Talk, question: Ask, value: Value) -> str:
    words = _kept_as(question, value)
    if possible(question, words) == value:
        return words
    talk.note(Offered(_kept(question), (words,), talk.now))
    return _sign(words)


def _kept_as(question: Ask, value: Value) -> str:
    """The option that gives this answer, or the answer itself with what it is."""
    option = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    if isinstance(option, str) and possible(question, option) == value:
        return option
    return f"{type(value).__name__}:{value}"


def _meant(question: Ask, kept: str) -> Value:
    value = possible(question, kept)
    return _as_kept(kept) if value is None else value


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
