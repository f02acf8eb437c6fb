"""The funnel as a table that may be shown: small cells hidden, in the order of the flow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.funnel import ALL, BESIDE, OUTCOMES, Tally
from flows.hiding import LEAST, Sum, to_hide
from flows.met import name_of
from flows.script import Ask, Flow

COLUMNS = ("asked", *OUTCOMES, *BESIDE)
BY = ("language", "channel")
Cell = tuple[str, str]
"""A column and a group."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question in one group (``all``, ``language nl``, ``channel web``). ``None`` is a hidden cell.

    ``seconds`` is the median from asked to the first answer; ``None`` where fewer than five answered.
    """

    question: str
    group: str
    cells: Mapping[str, int | None]
    seconds: int | None


def people(tally: Tally) -> dict[str, int | None]:
    """How many people talked, by group."""
    cells = {("people", group): count for group, count in tally.people.items()}
    hidden = to_hide(cells, list(_over_groups("people", tally)))
    return {group: None if cell in hidden else count for cell, count in cells.items() for group in (cell[1],)}


def rows(tally: Tally, flow: Flow) -> Iterator[Row]:
    """For each question of the flow that was asked, a row for all and one for each language and channel."""
    for question in flow.asks:
        cells = {(name, group): tally.counts[question, group, name] for group in tally.people for name in COLUMNS}
        hidden = to_hide(cells, list(_sums(tally)))
        for group in groups(tally):
            if cells["asked", group]:
                shown = {name: None if (name, group) in hidden else cells[name, group] for name in COLUMNS}
                yield Row(question, group, shown, _median(tally.seconds.get((question, group), Counter())))


def reached(tally: Tally, flow: Flow) -> dict[str, int | None]:
    """How many people heard each statement and met each order, by its name (``say hello``, ``do case``)."""
    names = {
        name_of(step): tally.counts[name_of(step), ALL, "reached"] for step in flow.steps if not isinstance(step, Ask)
    }
    hidden = to_hide(names, ())
    return {name: None if name in hidden else count for name, count in names.items()}


def groups(tally: Tally) -> list[str]:
    """Everybody first, then languages and channels."""
    return sorted(tally.people, key=lambda group: (group != ALL, not group.startswith("language"), group))


def _sums(tally: Tally) -> Iterator[Sum[Cell]]:
    for group in tally.people:
        yield ("asked", group), [(outcome, group) for outcome in OUTCOMES]
    for column in COLUMNS:
        yield from _over_groups(column, tally)


def _over_groups(column: str, tally: Tally) -> Iterator[Sum[Cell]]:
    for by in BY:
        yield (column, ALL), [(column, group) for group in tally.people if group.startswith(by)]


def _median(seconds: Counter[int]) -> int | None:
    """The lower median, to the second."""
    count = seconds.total()
    if count < LEAST:
        return None
    passed = 0
    for second in sorted(seconds):
        passed += seconds[second]
        if 2 * passed >= count:
            return second
    return None
