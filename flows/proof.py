"""Proves of a flow that from every state of a talk a person, "stop" and the end are within reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.conditions import tests
from flows.effects import CallPerson
from flows.explore import MOST, NOW, Explored, Explorer, Key, State, with_entries
from flows.hear import hear
from flows.heard import COMMAND, Heard, Said, Tap, Tapped
from flows.log import Stopped
from flows.problems import Problem
from flows.script import Do, Flow, Say, Step, Where
from flows.talk import Setting, Turn
from flows.walk import walk

WORDS = 3
"""Of the words for a way out so many are tried in each language, the most common first."""


@dataclass(frozen=True, slots=True)
class Proof:
    """``states`` were looked at; without ``problems`` nobody gets stuck in any of them."""

    states: int
    problems: tuple[Problem, ...]


def prove(settings: Iterable[Setting], most: int = MOST) -> Proof:
    """``settings`` are one flow with each set of facts that it can meet."""
    problems: dict[Problem, None] = {}
    looked = [(setting, Explorer(setting).explore(most)) for setting in _unlike(settings)]
    for setting, explored in looked:
        flow = setting.flow
        problems |= dict.fromkeys((*_unfinished(flow, explored, most), *_stuck(flow, explored)))
        problems |= dict.fromkeys(_never_met(flow, set().union(*(each.passed for _, each in looked))))
    problems |= dict.fromkeys(_shut(looked))
    return Proof(sum(len(explored.states) for _, explored in looked), tuple(problems))


def _unlike(settings: Iterable[Setting]) -> Iterable[Setting]:
    """One setting for each way in which the guards see the facts."""
    found: dict[tuple[bool, ...], Setting] = {}
    for setting in settings:
        named = setting.facts.named
        looks = [test for step in setting.flow.steps for test in tests(step.when) if test.name in named]
        found.setdefault(tuple(test.holds(named, {}) for test in looks), setting)
    return found.values()


def _unfinished(flow: Flow, explored: Explored, most: int) -> Iterator[Problem]:
    if not explored.complete:
        problem = f"only {most} states of {flow.id} were looked at, and there are more"
        yield Problem(Where(f"{flow.id}.yaml", 1), problem, "Test fewer answers far away from their question")


def _stuck(flow: Flow, explored: Explored) -> Iterator[Problem]:
    """Questions from which no taps lead to the end: what must be typed."""
    if not explored.complete:
        return
    good = _leading_to_the_end(explored, len(flow.steps))
    caught = {key[0] for key in explored.states if key not in good}
    for index in sorted(caught):
        ways = [way[0] for key in explored.states if key[0] == index and key not in good for way in explored.ways[key]]
        if not ways or min(ways) <= index:
            yield _dead_end(flow.steps[index])


def _leading_to_the_end(explored: Explored, end: int) -> set[Key]:
    back: dict[Key, list[Key]] = {}
    for key, ways in explored.ways.items():
        for way in ways:
            back.setdefault(way, []).append(key)
    good: set[Key] = set()
    waiting = [key for key in explored.states if key[0] == end]
    while waiting:
        key = waiting.pop()
        if key not in good:
            good.add(key)
            waiting.extend(back.get(key, ()))
    return good


def _dead_end(step: Step) -> Problem:
    """Orders never are one: each is given once for what was said, see ``flows/walk.py``."""
    name = step.name if isinstance(step, Do) else step.id
    remedy = "Take out `required: true`, or offer choices"
    return Problem(step.where, f"whoever cannot type an answer to {name} never comes to the end", remedy)


def _shut(looked: Iterable[tuple[Setting, Explored]]) -> Iterator[Problem]:
    """States from which a tap or a word brings no person, or does not stop the talk.

    What a typed word means depends on the open question alone: it is tried once at each.
    """
    typed: set[int] = set()
    for setting, explored in looked:
        for state in explored.states.values():
            state.memory.walked = setting, walk(setting.flow, state.memory, setting.facts)
            for name, heard in _exits(setting, words=state.index not in typed):
                turn = hear(setting, with_entries(state.memory), heard, NOW)
                if not _opened(name, turn):
                    yield _locked(setting.flow, state, name, heard)
            typed.add(state.index)


def _exits(setting: Setting, *, words: bool) -> Iterator[tuple[str, Heard]]:
    wording = setting.wording
    for name in ("person", "stop"):
        yield name, Tapped(Tap(COMMAND, name))
        for language in wording.catalogues if words else ():
            said = wording.words[language].commands.get(name, ()) if language in wording.words else ()
            yield from ((name, Said(word)) for word in said[:WORDS])


def _opened(name: str, turn: Turn) -> bool:
    if name == "person":
        return bool(turn.says) and any(isinstance(effect, CallPerson) for effect in turn.effects)
    return bool(turn.says) and any(isinstance(entry, Stopped) for entry in turn.entries)


def _locked(flow: Flow, state: State, name: str, heard: Heard) -> Problem:
    how = f"typing {heard.text!r}" if isinstance(heard, Said) else "its button"
    where = flow.steps[state.index].where if state.index < len(flow.steps) else flow.steps[-1].where
    wish = "a person" if name == "person" else "the stop"
    remedy = "Give the option that is called so another name"
    return Problem(where, f"{wish} cannot be reached here by {how}", remedy)


def _never_met(flow: Flow, passed: set[int]) -> Iterator[Problem]:
    for index, step in enumerate(flow.steps):
        if index not in passed:
            name = step.name if isinstance(step, Do) else step.id
            kind = "statement" if isinstance(step, Say) else "step"
            yield Problem(step.where, f"nobody ever comes to the {kind} {name}", "Mend its `when:`, or take it out")
