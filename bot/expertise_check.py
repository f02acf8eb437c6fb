"""Finds expertise of coaches that nobody can ever ask for: it names an answer that the flow does not have."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

from casework.house.organisations import FILE, Organisation
from flows.marked_yaml import read
from flows.problems import Problem
from flows.script import Flow, Where
from flows.talk import Setting


def unknown_expertise(
    folder: Path, organisations: Mapping[str, Organisation], settings: Mapping[tuple[str, str], Setting]
) -> Iterator[str]:
    """One line each, with the file, the line of the expertise, the problem and the remedy."""
    flows = {organisation: setting.flow for (organisation, _), setting in settings.items()}
    for id, organisation in organisations.items():
        known = _answers(flows[id])
        for coach in organisation.coaches.values():
            for name in coach.expertise:
                if name not in known:
                    shown = f"{folder.name}/{id}/{FILE}"
                    line = read(folder / id / FILE, shown)["coaches"][coach.id].line_of("expertise")
                    problem = f"{coach.id}: nobody can answer '{name}', so this expertise is never asked for"
                    yield str(Problem(Where(shown, line), problem, _remedy(name, known)))


def _answers(flow: Flow) -> frozenset[str]:
    """The ids of all options."""
    return frozenset(option.id for ask in flow.asks.values() for option in ask.kind.options)


def _remedy(name: str, known: frozenset[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"Did you mean '{near[0]}'?" if near else "Write the id of an option of the flow, such as 'papers'"
