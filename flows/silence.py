"""What is said of our own accord to somebody who fell silent in the middle, if anything may be said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flows.answers.consent import ConsentAnswer
from flows.asking import command
from flows.log import Answered, Entry, Nudged, Restarted, Resumed, Returned, WentOn
from flows.memory import Memory
from flows.messages import Phrase, Saying
from flows.script import Ask, Flow
from flows.talk import Setting
from flows.translated import translation_mark
from flows.walk import Position, walk

MOST = 2
"""Messages of our own accord in all the time that somebody talks with us."""


def begins_silence(flow: Flow, entries: Iterable[Entry]) -> bool:
    """Whether a turn is one after which a silence may be noticed that nobody watches for yet."""
    return any(isinstance(entry, Returned | Resumed | Restarted | WentOn) or _agrees(flow, entry) for entry in entries)


def _agrees(flow: Flow, entry: Entry) -> bool:
    if not isinstance(entry, Answered) or entry.value != "yes":
        return False
    question = flow.asks.get(entry.question)
    return question is not None and isinstance(question.kind, ConsentAnswer)


def nudge(setting: Setting, memory: Memory, language: str) -> Saying | None:
    """The message that asks to go on; ``None`` before a consent, after the end, after stop, in distress."""
    position = walk(setting.flow, memory, setting.facts)
    may = memory.nudges < MOST and not memory.stopped and memory.distress is None and _agreed(setting.flow, memory)
    if not may or not isinstance(position.open, Ask):
        return None
    return Saying(
        _left(position),
        (command("Go on", "continue"), command("A person", "person"), command("Stop messages", "stop")),
        before=translation_mark(setting, language),
    )


def _agreed(flow: Flow, memory: Memory) -> bool:
    return any(memory.value(ask.id) == "yes" for ask in flow.asks.values() if isinstance(ask.kind, ConsentAnswer))


def _left(position: Position) -> Phrase:
    number, total = position.progress
    if position.open is None or (isinstance(position.open, Ask) and position.open.required):
        return Phrase("Hello! You are not at the end yet. Do you want to go on?")
    if number == total:
        return Phrase("Hello! There is one question left. Do you want to go on?")
    return Phrase("Hello! There are {count} questions left. Do you want to go on?", {"count": total - number + 1})


def nudged(saying: Saying, now: datetime) -> Nudged:
    """What the log keeps of it, so that a typed answer is understood."""
    taps = tuple(f"{choice.tap.question} {choice.tap.option}" for choice in saying.choices)
    return Nudged(taps, tuple(choice.label.source for choice in saying.choices), now)
