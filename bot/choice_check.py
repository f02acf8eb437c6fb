"""Finds `choices:` of an organisation that its flow does not have: a question or an option that nobody would miss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.scenes import SCRIPTS, script_folders
from casework.house.organisations import FILE, Organisation
from flows.answers.choice import OneChoice
from flows.load import Scripts
from flows.marked_yaml import read
from flows.problems import Problem
from flows.script import Ask, Where


def unknown_choices(folder: Path, organisations: Mapping[str, Organisation], scripts: Path = SCRIPTS) -> Iterator[str]:
    """One line each, with the file, the line, the problem and the remedy."""
    for id, organisation in organisations.items():
        if organisation.choices:
            asks = Scripts(scripts, script_folders(folder, id)[1]).flow(organisation.flow).asks
            shown = f"{folder.name}/{id}/{FILE}"
            lines = read(folder / id / FILE, shown)["choices"]
            for question, options in organisation.choices.items():
                for problem, remedy in _wrong(asks, question, options):
                    yield str(Problem(Where(shown, lines.line_of(question)), f"choices: {problem}", remedy))


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
