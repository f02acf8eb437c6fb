"""Where a conversation stands, computed by replay: the first thing that is missing is where we are."""

from __future__ import annotations

import hashlib
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from flows.answers.own_page import OwnPage
from flows.conditions import PRIVATE_CHANNEL, Answers
from flows.log import Answered, Done, Skipped, Value
from flows.memory import Memory
from flows.script import Ask, Do, Flow, Say, Step


@dataclass(frozen=True, slots=True)
class Facts:
    """What holds whatever is said: named facts for conditions, and regions as sets of postcodes."""

    named: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Position:
    """``open`` is what is missing next (``None``: nothing), ``told_next`` what must be said before it.

    ``result`` holds the answers that count: those of questions on the path. ``behind`` are the settled
    questions on the path in their order, ``ahead`` those that would still be asked as things stand;
    ``reopened`` says that the open question has an answer already, and was opened to change it. ``elsewhere``
    are those settled at another channel that cannot be asked at this one: their answers count all the same.
    """

    open: Ask | Do | None = None
    told_next: list[Say] = field(default_factory=list)
    result: dict[str, Value] = field(default_factory=dict)
    behind: list[Ask] = field(default_factory=list)
    elsewhere: list[Ask] = field(default_factory=list)
    ahead: int = 0
    reopened: bool = False

    @property
    def progress(self) -> tuple[int, int]:
        """The number of the open question, and of all questions, on this person's own path.

        Required questions are the doorway (language, consent, which way): they are not counted, because
        before them nobody knows how long the way is.
        """
        behind = sum(not ask.required for ask in self.behind)
        return behind + 1, behind + max(1, self.ahead)


def walk(flow: Flow, memory: Memory, facts: Facts, *, to_open: bool = False) -> Position:
    """Run the flow from the top over what is remembered; with ``to_open`` no further than to what is missing.

    Then nothing is counted ahead: enough for who only asks where a conversation stands.
    """
    position = Position()
    known: dict[str, Value] = dict(facts.named)
    elsewhere = ChainMap(_facts_elsewhere(facts), known)
    at, course = 0, flow.course
    while at < len(course):
        gate = course[at]
        at += 1
        step = gate.step
        if gate.holds is not None and not gate.holds(known, facts.regions):
            at += gate.length
            if gate.elsewhere and position.open is None:
                there = _there(gate.elsewhere, memory, elsewhere, facts)
                _collect_elsewhere(there, memory, position, known)
        elif step is None or (isinstance(step, Ask) and step.id in position.result):
            continue
        elif isinstance(step, Ask) and _needless(step, memory):
            _collect_elsewhere((step,), memory, position, known)
        elif position.open is not None:
            position.ahead += _still_asked(step, memory)
        elif isinstance(step, Say):
            if step.id not in memory.told:
                position.told_next.append(step)
        elif not _passed(step, memory, position, known):
            position.open = step
            position.ahead += _still_asked(step, memory)
            _expect(step, memory, position, known)
            if to_open:
                break
        elif isinstance(step, Ask) and step.id in flow.implied:
            _imply(flow, step.id, position.result, known)
    return position


def _imply(flow: Flow, ask: str, result: dict[str, Value], known: dict[str, Value]) -> None:
    """What an answer means besides is known from here on; a later question that it answers is not asked."""
    for name, value in flow.implied[ask].get(result.get(ask, ""), ()):
        result[name] = known[name] = value


def _facts_elsewhere(facts: Facts) -> dict[str, Value]:
    """What holds at channels of the other sort: those rated for private questions, or those that are not."""
    here = facts.named.get(PRIVATE_CHANNEL)
    return {PRIVATE_CHANNEL: "no" if here == "yes" else "yes"} if here else {}


def _needless(ask: Ask, memory: Memory) -> bool:
    """Nobody is asked where to answer private questions who has answered the first of them."""
    return isinstance(ask.kind, OwnPage) and ask.kind.before in memory.answers


def _there(steps: Iterable[Step], memory: Memory, elsewhere: Answers, facts: Facts) -> Iterator[Ask]:
    """The questions that were answered and would be asked at a channel of the other sort."""
    for step in steps:
        if isinstance(step, Ask) and step.id in memory.answers and step.when.holds(elsewhere, facts.regions):
            yield step


def _collect_elsewhere(asks: Iterable[Ask], memory: Memory, position: Position, known: dict[str, Value]) -> None:
    for ask in asks:
        if ask.id in position.result or position.open is not None or not _has_answer(ask, memory):
            continue
        position.elsewhere.append(ask)
        value = memory.value(ask.id)
        if value is not None:
            position.result[ask.id] = known[ask.id] = value


def answered(flow: Flow, memory: Memory, facts: Facts) -> list[Ask]:
    """The questions that were answered or skipped and still count, also those behind the open one."""
    known: dict[str, Value] = dict(facts.named)
    implied: dict[str, Value] = {}
    found = []
    at, course = 0, flow.course
    while at < len(course):
        gate = course[at]
        at += 1
        step = gate.step
        if gate.holds is not None and not gate.holds(known, facts.regions):
            at += gate.length
        elif isinstance(step, Do):
            if step.name in memory.done:
                known[step.name] = memory.done[step.name].outcome.get("state", "done")
        elif isinstance(step, Ask) and step.id not in implied and _has_answer(step, memory):
            found.append(step)
            value = memory.value(step.id)
            if value is not None:
                known[step.id] = value
                if step.id in flow.implied:
                    _imply(flow, step.id, {step.id: value}, implied)
                    known.update(implied)
    return found


def _has_answer(ask: Ask, memory: Memory) -> bool:
    if ask.kind.expects == "language":
        return memory.language is not None
    answer = memory.answers.get(ask.id)
    return isinstance(answer, Skipped) or (answer is not None and _still_possible(ask, answer.value))


def _still_asked(step: Step, memory: Memory) -> int:
    return int(isinstance(step, Ask) and not step.required and not _settled(step, memory))


def _passed(step: Ask | Do, memory: Memory, position: Position, known: dict[str, Value]) -> bool:
    """Whether nothing is missing here; then what it came to is known from here on."""
    if isinstance(step, Ask):
        if not _settled(step, memory):
            return False
        position.behind.append(step)
        answer = memory.answers.get(step.id)
        if isinstance(answer, Answered):
            position.result[step.id] = known[step.id] = answer.value
        return True
    done = memory.done.get(step.name)
    if done is None or (step.on_change == "redo" and _given_anew(step, done, memory, position)):
        return False
    known[step.name] = done.outcome.get("state", "done")
    return True


def _given_anew(step: Do, done: Done, memory: Memory, position: Position) -> bool:
    """Whether the person changed what it rests on: an edited flow that counts their answers otherwise does not."""
    return step.name in memory.since and dict(done.given) != given_to(step, position.result)


def _settled(ask: Ask, memory: Memory) -> bool:
    if ask.kind.expects == "language":
        return memory.language is not None and ask.id not in memory.reopened
    answer = memory.answers.get(ask.id)
    if answer is None or ask.id in memory.reopened:
        return False
    return isinstance(answer, Skipped) or _still_possible(ask, answer.value)


def _still_possible(ask: Ask, value: Value) -> bool:
    """Whether the flow as it is today still knows the chosen options; what was typed always stands."""
    if not ask.ids:
        return True
    return ask.ids.issuperset(value) if isinstance(value, tuple) else value in ask.ids


def _expect(step: Ask | Do, memory: Memory, position: Position, known: dict[str, Value]) -> None:
    """For counting ahead, take the answer that stood before its question was opened again."""
    value = memory.value(step.id) if isinstance(step, Ask) else None
    if isinstance(step, Ask) and value is not None:
        known[step.id] = value
        position.reopened = step.id in memory.reopened


def given_to(do: Do, result: Mapping[str, Value]) -> dict[str, Value]:
    """The inputs of an order as they stand: the named answers, or a fingerprint of all of them."""
    if do.given:
        return {question: result[question] for question in do.given if question in result}
    everything = repr(sorted(result.items())).encode()
    return {"*": hashlib.sha256(everything).hexdigest()[:16]}
