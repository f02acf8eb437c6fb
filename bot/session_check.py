"""Finds group sessions that can fit nobody: their conditions name questions or answers that the flow does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from casework.house.organisations import FILE, Organisation
from flows.check import unfit
from flows.marked_yaml import read
from flows.problems import Problem
from flows.script import Where
from flows.talk import Setting


def unfit_sessions(
    folder: Path, organisations: Mapping[str, Organisation], settings: Mapping[tuple[str, str], Setting]
) -> Iterator[str]:
    """One line each, with the file, the line of the condition, the problem and the remedy."""
    flows = {organisation: setting.flow for (organisation, _), setting in settings.items()}
    for id, organisation in organisations.items():
        for group in organisation.sessions.values():
            for problem, remedy in unfit(flows[id], group.fits):
                shown = f"{folder.name}/{id}/{FILE}"
                line = read(folder / id / FILE, shown)["sessions"][group.id].line_of("fits")
                yield str(Problem(Where(shown, line), f"{group.id}: {problem}", remedy))
