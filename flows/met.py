"""What people met of a flow: each step, guard and option that their logs show, found by replay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from flows.conditions import ALWAYS
from flows.log import Answered, Done, Entry, LanguageChosen, Log, Skipped, Told, Value
from flows.memory import Memory, remember
from flows.script import Ask, Do, Flow, Say, Step
from flows.talk import Setting
from flows.walk import Position, walk

SHOWN, ANSWERED, SKIPPED, HELD, HELD_NOT = "shown", "answered", "skipped", "guard true", "guard false"
OPTION = "option "


class Mark(NamedTuple):
    """In ``language``, ``what`` was met of a step: ``shown``, ``answered``, ``guard true``, ``option bike``."""

    language: str
    file: str
    step: str
    what: str


def turns(log: Log) -> Iterator[Log]:
    """The log in pieces: what one turn has noted has one moment."""
    for _, entries in groupby(log, key=lambda entry: entry.at):
        yield tuple(entries)


def met(conversation: Iterable[tuple[Setting, Log]]) -> set[Mark]:
    """All that was met in a conversation, given turn by turn with the setting it was held in."""
    memory, marks = Memory(), set[Mark]()
    for setting, entries in conversation:
        remember(entries, memory)
        languages = (memory.language,) if memory.language else setting.languages
        for step, what in _met(setting, memory, entries):
            marks |= {Mark(language, step.where.file, name_of(step), what) for language in languages}
    return marks


def _met(setting: Setting, memory: Memory, entries: Log) -> Iterator[tuple[Step, str]]:
    flow = setting.flow
    position = walk(flow, memory, setting.facts)
    if isinstance(position.open, Ask):
        yield position.open, SHOWN
    for step, held in decided(setting, memory, position):
        if step.when != ALWAYS:
            yield step, HELD if held else HELD_NOT
    for entry in entries:
        yield from _noted(flow, entry)


def decided(setting: Setting, memory: Memory, position: Position) -> Iterator[tuple[Step, bool]]:
    """The steps that the walk to ``position`` has come to, and whether each one's guard held."""
    known: dict[str, Value] = {**setting.facts.named, **position.result}
    for step in setting.flow.steps:
        held = step.when.holds(known, setting.facts.regions)
        yield step, held
        if step is position.open:
            return
        if held and isinstance(step, Do) and step.name in memory.done:
            known[step.name] = memory.done[step.name].outcome.get("state", "done")


def _noted(flow: Flow, entry: Entry) -> Iterator[tuple[Step, str]]:
    match entry:
        case Answered(question, value) if question in flow.asks:
            yield from _answered(flow.asks[question], value)
        case Skipped(question) if question in flow.asks:
            yield flow.asks[question], SKIPPED
        case LanguageChosen(language):
            for ask in flow.asks.values():
                if ask.kind.expects == "language":
                    yield from _answered(ask, language)
        case Told(steps):
            yield from ((step, SHOWN) for step in flow.steps if isinstance(step, Say) and step.id in steps)
        case Done(name) if name in flow.dos:
            yield flow.dos[name], SHOWN


def _answered(ask: Ask, value: Value) -> Iterator[tuple[Step, str]]:
    yield ask, ANSWERED
    chosen = value if isinstance(value, tuple) else (value,)
    yield from ((ask, OPTION + option.id) for option in ask.kind.options if option.id in chosen)


def meetable(steps: Iterable[Step], languages: Sequence[str]) -> Iterator[Mark]:
    """Everything that can be met of these steps of a flow."""
    for step in steps:
        for language in languages:
            for what in _meetable(step):
                yield Mark(language, step.where.file, name_of(step), what)


def _meetable(step: Step) -> Iterator[str]:
    yield SHOWN
    if step.when != ALWAYS:
        yield from (HELD, HELD_NOT)
    if isinstance(step, Ask):
        yield ANSWERED
        if not step.required:
            yield SKIPPED
        yield from (OPTION + option.id for option in step.kind.options)


def name_of(step: Step) -> str:
    """``ask privacy``: the step as it is named in its file."""
    match step:
        case Ask(id):
            return f"ask {id}"
        case Say(id):
            return f"say {id}"
        case Do(_, name):
            return f"do {name}"
