"""Finds what an organisation's file names and its flow does not have: the flow itself, a question, an option."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from casework.house.organisations import FILE, Organisation
from flows.answers.choice import OneChoice
from flows.marked_yaml import read
from flows.problems import Problem
from flows.script import Ask, Where


def no_such_flow(folder: Path, organisation: Organisation, *scripts: Path) -> Iterator[Problem]:
    """Where none of the folders with flow files has the flow under ``flow:``."""
    names = sorted({file.stem for place in scripts for file in place.glob("*.yaml")})
    if organisation.flow not in names:
        where = _where(folder, organisation, "flow")
        yield Problem(where, f"there is no flow {organisation.flow}", f"Known: {', '.join(names)}")


def unknown_choices(folder: Path, organisation: Organisation, asks: Mapping[str, Ask]) -> Iterator[Problem]:
    """What stands under ``choices:`` and would be missed by nobody."""
    for question, options in organisation.choices.items():
        for problem, remedy in _wrong(asks, question, options):
            yield Problem(_where(folder, organisation, "choices", question), f"choices: {problem}", remedy)


def _where(folder: Path, organisation: Organisation, *keys: str) -> Where:
    shown = f"{folder.name}/{organisation.id}/{FILE}"
    page, (*above, last) = read(folder / organisation.id / FILE, shown), keys
    for key in above:
        page = page[key]
    return Where(shown, page.line_of(last))


def _wrong(asks: Mapping[str, Ask], question: str, options: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    ask = asks.get(question)
    if ask is None:
        yield f"the flow has no question {question}", f"Known: {', '.join(sorted(asks))}"
    elif not isinstance(ask.kind, OneChoice):
        yield (
            f"{question} is not a choice of one out of several",
            "Take the line out: of other questions all is offered",
        )
    else:
        known = [option.id for option in ask.kind.options]
        for option in options:
            if option not in known:
                yield f"{question} has no option {option}", f"Known: {', '.join(known)}"
