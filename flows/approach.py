"""Writes to somebody of our own accord: a message with buttons, which a typed answer may answer as well."""

from __future__ import annotations

from flows.log import Approached
from flows.messages import Choice, Phrase, Saying
from flows.talk import Talk
from flows.translated import translation_mark


def approach(talk: Talk, name: str, text: Phrase, *choices: Choice, before: tuple[Phrase, ...] = ()) -> None:
    """Say it. A typed answer is one to this only where no question stands open: to that one it is otherwise."""
    if choices and talk.memory.asked is None:
        taps = tuple(f"{choice.tap.question} {choice.tap.option}" for choice in choices)
        talk.note(Approached(name, taps, tuple(choice.label.source for choice in choices), talk.now))
    talk.says.append(Saying(text, choices, before=(*translation_mark(talk.setting, talk.language), *before)))
