"""What a new version of a flow means for somebody who is in the middle of it, found by replay of their log."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from flows.log import Done, Entry, LanguageChosen, Log, Skipped
from flows.memory import Memory, remember
from flows.script import Ask, Do, Flow
from flows.walk import Facts, given_to, walk

Kind: TypeAlias = Literal[
    "unchanged",
    "is asked more",
    "is asked less",
    "must answer again",
    "an answer falls away",
    "an answer counts again",
    "has finished now",
    "had finished and is asked more",
]
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """``questions`` are the ids that it is about."""

    kind: Kind
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Way:
    """How it goes on for somebody in one version: ``counting`` are the answers that count in the end."""

    over: bool
    counting: frozenset[str]
    to_come: tuple[str, ...]


def foresee(log: Log, old: Flow, new: Flow, facts: Facts) -> tuple[Change, ...]:
    """All that changes for the person with this ``log``; nothing for who had finished and is asked nothing more."""
    memory = remember(log)
    before, after = _way(old, memory, facts), _way(new, memory, facts)
    if before.over:
        return (Change("had finished and is asked more", after.to_come),) if after.to_come else ()
    return tuple(_changes(memory, before, after)) or (Change("unchanged"),)


def foresee_from_the_screen(log: Log, asked: str | None, flow: Flow, facts: Facts) -> tuple[Change, ...]:
    """The same where the old version is not known: compared with ``asked``, the question on the person's screen.

    What comes behind that question, and which answers have ceased to count, cannot be told from there.
    """
    memory = remember(log)
    way = _way(flow, memory, facts)
    if asked is None:
        more = way.to_come if memory.done else ()
        return (Change("had finished and is asked more", more),) if more else ()
    return tuple(_since_asked(memory, asked, way)) or (Change("unchanged"),)


def _since_asked(memory: Memory, asked: str, way: _Way) -> Iterable[Change]:
    again = tuple(name for name in way.to_come if name in memory.answers and name not in memory.reopened)
    stays = asked in way.to_come
    before = way.to_come[: way.to_come.index(asked)] if stays else ()
    more = tuple(name for name in before if name not in again)
    if again:
        yield Change("must answer again", again)
    if more:
        yield Change("is asked more", more)
    if way.over:
        yield Change("has finished now")
    elif not stays:
        yield Change("is asked less", (asked,))


def _changes(memory: Memory, before: _Way, after: _Way) -> Iterable[Change]:
    if after.over:
        yield Change("has finished now")
    again = tuple(
        name for name in after.to_come if name in memory.answers and name not in (*memory.reopened, *before.to_come)
    )
    differences: tuple[tuple[Kind, Iterable[str]], ...] = (
        ("must answer again", again),
        ("is asked more", (name for name in after.to_come if name not in (*before.to_come, *again))),
        ("is asked less", (name for name in before.to_come if name not in after.to_come)),
        ("an answer falls away", sorted(before.counting - after.counting - set(again))),
        ("an answer counts again", sorted(after.counting - before.counting)),
    )
    for kind, names in differences:
        questions = tuple(names)
        if questions and not (kind == "is asked less" and after.over):
            yield Change(kind, questions)


def _way(flow: Flow, memory: Memory, facts: Facts) -> _Way:
    """The way from here to the end, if the person skipped every question that is still asked."""
    asked: list[str] = []
    memory = Memory(**{part.name: copy(getattr(memory, part.name)) for part in fields(memory)})
    position = walk(flow, memory, facts)
    over = position.open is None
    for _ in flow.steps:
        match position.open:
            case None:
                break
            case Ask(id, kind=kind):
                asked.append(id)
                passed: Entry = LanguageChosen("", NEVER) if kind.expects == "language" else Skipped(id, NEVER)
            case Do(name=name) as step:
                passed = Done(name, given_to(step, position.result), {"state": "done"}, NEVER)
        remember((passed,), memory)
        position = walk(flow, memory, facts)
    return _Way(over, frozenset(position.result), tuple(asked))
