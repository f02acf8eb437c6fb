"""How a question appears: its text, the answers that can be tapped, and the tools beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

from flows.answers import Option
from flows.answers.choices import SeveralChoices
from flows.answers.recap import Recap
from flows.answers.slot import SlotAnswer
from flows.heard import COMMAND, Slot, Tap
from flows.log import Answered, Value
from flows.messages import Choice, Phrase, Saying
from flows.script import SCREEN, Ask
from flows.talk import Talk
from flows.walk import Position

ANYBODY = "*"
"""Shows the times of any coach, instead of those of the coach whom the person knows."""

ROUND = 3
"""Misses of a round: a hint, then simpler words, then a person; the next round says each in other words."""


def ask(talk: Talk, question: Ask, position: Position, *before: Phrase, page: int = 1) -> Saying:
    """The question as one message. ``before`` are short remarks that stand above it."""
    return Saying(
        Phrase(question.text),
        choices(talk, question, page),
        tools(talk, question, position),
        question.id,
        question.kind.expects,
        before=(*before, *_progress(question, position), *_earlier(talk, question)),
        lines=recap_lines(talk, position) if isinstance(question.kind, Recap) else (),
    )


def moment(start: datetime) -> Phrase:
    """A free time on a button."""
    return Phrase("{when_short}", {"when": start})


def ask_slot(talk: Talk, question: Ask, slots: Sequence[Slot], *before: Phrase) -> Saying:
    """The slot question with the free times as buttons."""
    position = talk.position()
    free = tuple(Choice(moment(slot.start), Tap(question.id, slot.value)) for slot in slots)
    simpler = talk.memory.missed.get(question.id, 0) % ROUND == ROUND - 1 and question.simpler
    return Saying(
        Phrase(simpler or question.text),
        free,
        tools(talk, question, position),
        question.id,
        question.kind.expects,
        before=(*before, *_progress(question, position)),
    )


def last_of(shown: Sequence[str]) -> str:
    """The last of the times that are shown; with ``*`` behind it where they are of several coaches."""
    coaches = {value.partition("-")[2] for value in shown}
    return max(shown) + (ANYBODY if len(coaches) > 1 else "")


def other_days(question: Ask, last: str) -> Choice:
    """The button for the times behind the ``last`` one that is shown; with ``*`` behind it those of any coach."""
    return Choice(Phrase("Other days"), Tap(question.id, f">{last}"))


def ask_again(talk: Talk, question: Ask, page: int) -> Saying:
    """The question on the screen with other ticks, or its next screen."""
    return replace(ask(talk, question, talk.position(), page=page), redraws=True)


def choices(talk: Talk, question: Ask, page: int = 1) -> tuple[Choice, ...]:
    """The buttons of one screen of a question."""
    options = offered(talk, question)
    size = question.page or len(options) or SCREEN
    shown = options[(page - 1) * size : page * size]
    several = isinstance(question.kind, SeveralChoices)
    ticked = ticks(talk, question) if several else ()
    buttons = tuple(_choice(question, option, several, ticked) for option in shown)
    return (*buttons, *_screens(question, page, len(options), size), *_finish(question, several, ticked))


def offered(talk: Talk, question: Ask) -> tuple[Option, ...]:
    """Of the languages, only those that this organisation speaks with people."""
    options = question.kind.options
    if question.kind.expects != "language":
        return options
    return tuple(option for option in options if option.id in talk.setting.languages)


def _choice(question: Ask, option: Option, several: bool, ticked: Sequence[str]) -> Choice:
    """A tick's button says what it will do, so that a double tap ticks once."""
    on = option.id in ticked
    wanted = f"{'-' if on else '+'}{option.id}" if several and not option.alone else option.id
    return Choice(Phrase(option.label, fixed=option.own_words), Tap(question.id, wanted), option.icon, on)


def _screens(question: Ask, page: int, count: int, size: int) -> tuple[Choice, ...]:
    last = -(-count // size) if count else 1
    if last == 1:
        return ()
    label = Phrase("More choices") if page < last else Phrase("First choices")
    return (Choice(label, Tap(question.id, f">{page % last + 1}"), "⋯"),)


def _finish(question: Ask, several: bool, ticked: Sequence[str]) -> tuple[Choice, ...]:
    return (Choice(Phrase("That is all"), Tap(question.id, "="), "✔"),) if several and ticked else ()


def ticks(talk: Talk, question: Ask) -> tuple[str, ...]:
    """What is ticked: since the question was opened, or else what was answered before."""
    ticked = talk.memory.ticked.get(question.id)
    if ticked is not None:
        return ticked
    value: Value | None = talk.memory.value(question.id)
    return value if isinstance(value, tuple) else ()


def with_ticks(talk: Talk, question: Ask, value: Value) -> Value:
    """What was typed joins what was ticked just before; what stands alone is all there is."""
    ticked = talk.memory.ticked.get(question.id, ())
    if not isinstance(value, tuple) or any(option.alone for option in question.kind.options if option.id in value):
        return value
    return tuple(option.id for option in question.kind.options if option.id in {*ticked, *value})


def page_of(question: Ask, option: str) -> int:
    """The screen on which an option stands."""
    ids = [option.id for option in question.kind.options]
    return ids.index(option) // question.page + 1 if question.page and option in ids else 1


def tools(talk: Talk, question: Ask, position: Position) -> tuple[Choice, ...]:
    """What can always be done besides answering."""
    keep = (Choice(Phrase("Leave it so"), Tap(question.id, "=")),) if _stands(talk, question, position) else ()
    back = (command("Back", "back"),) if position.behind else ()
    skip = () if question.required else (command("Skip", "skip"),)
    why = (command("Why?", "why"),) if question.why else ()
    return (*keep, *back, *skip, *why, command("A person", "person"))


def _stands(talk: Talk, question: Ask, position: Position) -> bool:
    """Whether there is an earlier answer to leave as it is: of a time, only one that was really booked."""
    if isinstance(question.kind, SlotAnswer):
        return position.reopened and talk.standing_booking() is not None
    return position.reopened and not isinstance(question.kind, SeveralChoices)


@cache
def command(label: str, name: str) -> Choice:
    """A button that does what typing the command does."""
    return Choice(Phrase(label), Tap(COMMAND, name))


def _progress(question: Ask, position: Position) -> tuple[Phrase, ...]:
    number, total = position.progress
    if question.required or isinstance(question.kind, Recap) or total < 2:
        return ()
    return (Phrase("Question {number} of {total}", {"number": number, "total": total}),)


def _earlier(talk: Talk, question: Ask) -> tuple[Phrase, ...]:
    if question.id not in talk.memory.reopened or isinstance(question.kind, SeveralChoices | Recap):
        return ()
    shown = talk.shown(question)
    return (Phrase("You said: {answer}", {"answer": shown}),) if shown else ()


def recap_lines(talk: Talk, position: Position) -> tuple[Phrase, ...]:
    """What was said so far, a line a question, under the name by which it can be opened again."""
    return tuple(
        Phrase("• {label}: {answer}", {"label": Phrase(ask.label), "answer": _line(talk, ask)})
        for ask in (*changeable(position), *_private(position))
    )


def _private(position: Position) -> tuple[Ask, ...]:
    """What was answered on our own page and is not to be seen or changed here."""
    return tuple(ask for ask in position.elsewhere if ask.tier == "C")


def _line(talk: Talk, ask: Ask) -> Phrase:
    if ask.kind.expects == "language":
        return Phrase(ask.kind.show(talk.language, talk.reader(ask.id)), fixed=True)
    if not isinstance(talk.memory.answers.get(ask.id), Answered):
        return Phrase("(skipped)")
    return talk.shown(ask) or Phrase("(only your coach sees this)")


def changeable(position: Position) -> tuple[Ask, ...]:
    """The questions whose answers a person can look back at and change."""
    return tuple(ask for ask in position.behind if ask.label and not isinstance(ask.kind, Recap))


def change_list(position: Position, page: int = 1) -> Saying:
    """Which answer to change: a button for each, so many a screen."""
    asks = changeable(position)
    shown = asks[(page - 1) * SCREEN : page * SCREEN]
    last = -(-len(asks) // SCREEN) if asks else 1
    more = (Choice(Phrase("More choices"), Tap(COMMAND, f"change:{page % last + 1}"), "⋯"),) if last > 1 else ()
    lines = tuple(Choice(Phrase(ask.label), Tap(ask.id, "~")) for ask in shown)
    return Saying(Phrase("What do you want to change?"), (*lines, *more), (command("Nothing", "repeat"),))


def in_every_language(saying: Saying) -> Saying:
    """The same message, its text said in all languages that can be chosen."""
    return replace(saying, before=(), every_language=True)
