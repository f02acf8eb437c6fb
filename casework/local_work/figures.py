"""Both counters of chores, of a year, by municipality: who did them, and who was helped; small numbers are hidden."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias, get_args

from sqlmodel import Session, col, or_, select

from casework.figures.merged_places import lies_now
from casework.local_work.forgetting import CUSTOMERS, UNKNOWN, WORKERS
from flows.hiding import to_hide
from storage.tables import LocalWorker, LocalWorkKept, LocalWorkMatch

Split: TypeAlias = Literal["now", "before"]
SPLITS: tuple[Split, ...] = get_args(Split)
"""Municipalities as they are, or as they were before the mergers of 2025."""
COUNTED = (WORKERS, CUSTOMERS)
ALL = "*"
Cell: TypeAlias = tuple[str, str, str]
"""What is counted, the split, and the municipality; ``ALL`` for all of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """Of one municipality (``UNKNOWN`` for nobody knows which); ``None`` for a number that nobody is shown."""

    town: str
    workers: int | None
    customers: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    year: int
    lines: tuple[Line, ...]
    total: Line


def figures(session: Session, organisation: str, year: int, split: Split) -> Figures:
    """Each person once, on whatever days of the year; with those who were erased since."""
    counts: Counter[tuple[str, str]] = Counter()
    for counted, people in _people(session, organisation, year).items():
        counts.update((counted, town) for town in people.values())
    for kept in session.exec(
        select(LocalWorkKept).where(LocalWorkKept.organisation == organisation, LocalWorkKept.year == year)
    ):
        counts[kept.counted, kept.town] += kept.count
    cells = _cells(counts)
    hidden = to_hide(cells, list(_sums(cells)))
    towns = sorted({town for _, of, town in cells if of == split and town != ALL})
    lines = tuple(_line(cells, hidden, split, town) for town in towns)
    return Figures(year, lines, _line(cells, hidden, SPLITS[0], ALL))


def _people(session: Session, organisation: str, year: int) -> Mapping[str, Mapping[str, str]]:
    """By what is counted each person, and where they were when it began first."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    worked = select(LocalWorker).where(LocalWorker.organisation == organisation, LocalWorker.began_on <= last)
    worked = worked.where(or_(col(LocalWorker.ended_on).is_(None), col(LocalWorker.ended_on) >= first))
    for worker in session.exec(worked.order_by(col(LocalWorker.began_on), col(LocalWorker.id))):
        found[WORKERS].setdefault(worker.person_id, worker.town or UNKNOWN)
    helped = select(LocalWorkMatch).where(
        LocalWorkMatch.organisation == organisation,
        LocalWorkMatch.begins_on <= last,
        or_(col(LocalWorkMatch.ends_on).is_(None), col(LocalWorkMatch.ends_on) >= first),
    )
    for match in session.exec(helped.order_by(col(LocalWorkMatch.begins_on), col(LocalWorkMatch.id))):
        found[CUSTOMERS].setdefault(match.customer_id, match.town or UNKNOWN)
    return found


def _cells(counts: Mapping[tuple[str, str], int]) -> Mapping[Cell, int]:
    """By both splits: who reads the one reads the other too, so they are hidden together."""
    cells: Counter[Cell] = Counter()
    for (counted, town), count in counts.items():
        cells[counted, "before", town] += count
        cells[counted, "now", lies_now(town)] += count
        cells[counted, "now", ALL] += count
    return cells


def _sums(cells: Mapping[Cell, int]) -> Iterator[tuple[Cell, Sequence[Cell]]]:
    for counted in COUNTED:
        mine = [cell for cell in cells if cell[0] == counted and cell[2] != ALL]
        towns = [cell for cell in mine if cell[1] == "now"]
        yield (counted, "now", ALL), towns
        for whole in towns:
            yield whole, [cell for cell in mine if cell[1] == "before" and lies_now(cell[2]) == whole[2]]


def _line(cells: Mapping[Cell, int], hidden: frozenset[Cell], split: Split, town: str) -> Line:
    found = ((counted, split, town) for counted in COUNTED)
    return Line(town, *(None if cell in hidden else cells.get(cell, 0) for cell in found))


def years(session: Session, organisation: str, today: date) -> list[int]:
    """Those that can be asked for, the latest first."""
    worked = select(LocalWorker).where(LocalWorker.organisation == organisation).order_by(col(LocalWorker.began_on))
    kept = select(LocalWorkKept).where(LocalWorkKept.organisation == organisation).order_by(col(LocalWorkKept.year))
    first, erased = session.exec(worked.limit(1)).first(), session.exec(kept.limit(1)).first()
    began = [first.began_on.year] if first else []
    began += [erased.year] if erased else []
    return list(range(today.year, min([today.year, *began]) - 1, -1))
