"""Visits every state that a talk can come to, by the walk itself; an answer is chosen only when a guard looks at it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, TypeAlias

from flows.abstract import Looks, Signature, Tick, Unknown
from flows.answers.choices import SeveralChoices
from flows.conditions import Test
from flows.hear import hear
from flows.heard import Accomplished
from flows.log import Answered, Entry, LanguageChosen, Skipped, Told, Value
from flows.memory import Memory, remember
from flows.script import Ask, Do, Say
from flows.talk import Setting
from flows.walk import walk

MOST = 20_000
"""States visited in one setting before the exploration gives up and says so."""
NOW = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)
BOOKED = {"state": "booked", "appointment": "1", "version": "1", "coach": "A coach", "place": "a place"}
OUTCOMES: Mapping[str, Sequence[dict[str, str]]] = {
    "book_appointment": ({**BOOKED, "start": "2027-03-30T10:00:00+02:00"},),
    "hand_over": ({"state": "handed_over", "case": "1"},),
    "look_for_cheque": ({"state": "left"}, {"state": "none"}, {"state": "unknown"}),
}
"""What the desks may answer to each order; that no time is free comes to the same as skipping its question."""

Key: TypeAlias = tuple[int, frozenset[tuple[Unknown, Signature | None]], frozenset[str]]


@dataclass(frozen=True, slots=True)
class State:
    """A talk that waits at step ``index`` (after the last: it is over). ``memory`` is one example of such a talk;
    ``undecided`` are answers that no guard has looked at yet: the example's value says nothing about them."""

    memory: Memory
    index: int
    undecided: frozenset[Unknown]


@dataclass(frozen=True, slots=True)
class Move:
    """How a talk goes on from a state; ``tapped`` says that nothing has to be typed for it."""

    memory: Memory
    undecided: frozenset[Unknown]
    tapped: bool = True


@dataclass(slots=True)
class Explored:
    """``ways`` lead, per state, to where buttons and desks bring it; ``passed`` are the steps that somebody meets."""

    states: dict[Key, State] = field(default_factory=dict)
    ways: dict[Key, set[Key]] = field(default_factory=dict)
    passed: set[int] = field(default_factory=set)
    complete: bool = True


class Explorer:
    """Explores the talks of one setting: a flow as it is with one set of facts."""

    def __init__(self, setting: Setting) -> None:
        self.flow = setting.flow
        self.looks = Looks(self.flow)
        self.setting = replace(setting, facts=replace(setting.facts, regions=self.looks.regions))
        self._index = {id(step): index for index, step in enumerate(self.flow.steps)}
        self._said = {step.id: index for index, step in enumerate(self.flow.steps) if isinstance(step, Say)}
        self._later = [self.looks.later(index) for index in range(len(self.flow.steps) + 2)]
        self._found = Explored()

    def explore(self, most: int = MOST) -> Explored:
        """Every state from the first hello on, as long as there are at most ``most`` of them."""
        found = self._found
        waiting = deque(self._reach(Move(Memory(), frozenset()), 0))
        while waiting and len(found.states) <= most:
            key = waiting.popleft()
            if key in found.ways:
                continue
            state, found.ways[key] = found.states[key], set()
            for move in self._moves(state):
                reached = set(self._reach(move, state.index + 1))
                waiting.extend(reached - found.ways.keys())
                if move.tapped:
                    found.ways[key] |= reached
        found.complete = not waiting
        return found

    def _reach(self, move: Move, start: int) -> Iterator[Key]:
        """Where the walk comes to: one state, or one for each answer that a guard on the way looks at."""
        position = walk(self.flow, move.memory, self.setting.facts, to_open=True)
        index = self._index.get(id(position.open), len(self.flow.steps))
        for unknown in self.looks.unknowns(start, index + 1):
            if unknown in move.undecided:
                for memory in self._decided(move.memory, unknown, start):
                    yield from self._reach(Move(memory, move.undecided - {unknown}), start)
                return
        told = tuple(step.id for step in position.told_next)
        self._found.passed |= {index, *(self._said[name] for name in (*told, *move.memory.told))}
        state = State(with_entries(move.memory, Told(told, NOW)), index, move.undecided)
        key = self._key(state)
        self._found.states.setdefault(key, state)
        yield key

    def _decided(self, memory: Memory, unknown: Unknown, start: int) -> Iterator[Memory]:
        """The example with each answer that makes a difference from step ``start`` on."""
        if isinstance(unknown, Tick):
            before = memory.value(unknown.question)
            ticked = before if isinstance(before, tuple) else ()
            yield memory
            yield with_entries(memory, Answered(unknown.question, (*ticked, unknown.option), NOW))
        else:
            ask = self.flow.asks[unknown]
            for value in self.looks.values(ask, self._later[start][unknown]):
                yield with_entries(memory, _answer(ask, value))

    def _key(self, state: State) -> Key:
        looked_at = {
            (unknown, None if unknown in state.undecided else self._signature(state.memory, unknown, looking))
            for unknown, looking in self._later[state.index + 1].items()
        }
        return state.index, frozenset(looked_at), frozenset(_came_to(state.memory))

    def _signature(self, memory: Memory, unknown: Unknown, looking: list[Test]) -> Signature:
        name = unknown.question if isinstance(unknown, Tick) else unknown
        return self.looks.signature(name, memory.value(name), looking)

    def _moves(self, state: State) -> Iterator[Move]:
        step = self.flow.steps[state.index] if state.index < len(self.flow.steps) else None
        match step:
            case Do():
                for outcome in OUTCOMES[step.order]:
                    memory = with_entries(state.memory)
                    hear(self.setting, memory, Accomplished(step.name, outcome), NOW)
                    yield Move(memory, state.undecided)
            case Ask() if step.kind.expects == "language":
                yield Move(with_entries(state.memory, LanguageChosen(self.setting.languages[0], NOW)), state.undecided)
            case Ask():
                yield from self._answers(state, step)

    def _answers(self, state: State, ask: Ask) -> Iterator[Move]:
        """Answering decides nothing until a guard looks. Skipping is one of the answers to decide between; where it
        makes no difference to any guard it leads to the same state, but needs no typing."""
        later = self._later[state.index + 1]
        several = isinstance(ask.kind, SeveralChoices)
        tapped = bool(ask.kind.options) or ask.kind.expects == "slot"
        if several:
            open_to: set[Unknown] = {
                unknown for unknown in later if isinstance(unknown, Tick) and unknown.question == ask.id
            }
            yield Move(with_entries(state.memory, _answer(ask, ())), state.undecided | open_to)
        else:
            value = self.looks.values(ask, later.get(ask.id, []))[0]
            open_to = {unknown for unknown in later if unknown == ask.id}
            yield Move(with_entries(state.memory, _answer(ask, value)), state.undecided | open_to, tapped)
        if not ask.required and (not tapped or (several and ask.id in later)):
            yield Move(with_entries(state.memory, Skipped(ask.id, NOW)), state.undecided)


def _came_to(memory: Memory) -> Iterator[str]:
    return (f"{name}:{done.outcome.get('state')}" for name, done in memory.done.items())


def _answer(ask: Ask, value: Value | None) -> Entry:
    return Skipped(ask.id, NOW) if value is None else Answered(ask.id, value, NOW)


_parts = attrgetter(*(part.name for part in fields(Memory)))


def with_entries(memory: Memory, *entries: Entry) -> Memory:
    """Another memory, with ``entries`` in it; ``memory`` stays as it is."""
    parts: Iterator[Any] = (part.copy() if isinstance(part, dict | set) else part for part in _parts(memory))
    return remember(entries, Memory(*parts))
