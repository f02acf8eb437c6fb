"""The map of what there is: by theme and municipality, for whom, and which themes nothing helps with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlmodel import Session

from casework.offers.catalogue_desk import rows
from casework.offers.catalogue_finding import is_for, is_there
from storage.tables import CatalogueEntry

MOST_TOWNS = 12
"""Municipalities that have a column of their own; of more, those that something is for in particular."""
OTHERS = ""
"""The column of all other municipalities."""


@dataclass(frozen=True, slots=True)
class Map:
    """``cells`` has, by theme and municipality, the ids of what there is; ``OTHERS`` is the rest of the area."""

    themes: Sequence[str]
    towns: Sequence[str]
    cells: Mapping[tuple[str, str], Sequence[str]]

    @property
    def nowhere(self) -> frozenset[str]:
        """The themes that nothing helps with in any municipality."""
        return frozenset(theme for theme in self.themes if not any(self.cells[theme, town] for town in self.towns))


def on_offer(session: Session, organisation: str, day: date) -> list[CatalogueEntry]:
    """What holds on this day; what can only be imposed is nothing on offer."""
    every = rows(session, CatalogueEntry, organisation)
    return [entry for entry in every if not entry.compulsory and _holds(entry, day)]


def _holds(entry: CatalogueEntry, day: date) -> bool:
    begun = entry.valid_from is None or entry.valid_from <= day
    return begun and all(last is None or last >= day for last in (entry.valid_until, entry.ends_on))


def draw_map(
    entries: Iterable[CatalogueEntry],
    themes: Sequence[str],
    towns: Sequence[str],
    audience: str = "",
    several: frozenset[str] = frozenset(),
) -> Map:
    """What is on offer, for whom gives the answer ``audience``; empty for everybody."""
    offered = [entry for entry in entries if is_for(entry, audience, several)]
    columns = _columns(offered, towns)
    cells = {
        (theme, town): [entry.id for entry in offered if theme in entry.themes and _serves(entry, town)]
        for theme in themes
        for town in columns
    }
    return Map(themes, columns, cells)


def _columns(entries: Iterable[CatalogueEntry], towns: Sequence[str]) -> list[str]:
    if len(towns) <= MOST_TOWNS:
        return list(towns) or [OTHERS]
    named = {town for entry in entries for town in entry.municipalities}
    return [*islice((town for town in towns if town in named), MOST_TOWNS), OTHERS]


def _serves(entry: CatalogueEntry, town: str) -> bool:
    return is_there(entry, town) if town != OTHERS else not entry.municipalities
