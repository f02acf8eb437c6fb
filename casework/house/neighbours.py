"""Who works where: the postcodes of an organisation on a day, those of its neighbours here, and public services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic.dataclasses import dataclass

from casework.hours.notation import Id, Postcodes, Texts
from casework.hours.verified import Verified, is_old
from casework.house.organisation import STRICT, Organisation
from casework.house.organisation_file import Marked, reader, validated

PUBLIC = "public_services.yaml"
AREA, NEIGHBOURS = "area", "neighbours"
"""Regions that guards can name: where we work, and where another organisation of this installation does."""


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class PublicService:
    """The public job service for these postcodes; ``line`` tells in each language how to reach it."""

    postcodes: Postcodes
    line: Texts
    last_verified: Verified


Services = Mapping[str, PublicService]


def read_public_services(folder: Path) -> Services:
    """None where there is no such file. Raises ``BadOrganisation``."""
    file = folder / PUBLIC
    return validated(Marked(file), reader(dict[Id, PublicService])) if file.exists() else {}


def services_not_verified_since(services: Services, day: date) -> list[str]:
    return [id for id, service in services.items() if is_old(service.last_verified, day)]


def served(organisation: Organisation, on: date | None) -> frozenset[str]:
    """The postcodes that are served on that day; without a day those that ever were, are or will be."""
    areas = (area for area in organisation.areas if on is None or area.is_on(on))
    return frozenset[str]().union(*(area.postcodes for area in areas))


def regions(organisations: Mapping[str, Organisation], id: str, on: date | None) -> dict[str, frozenset[str]]:
    """Where this organisation works, and where it does not but another one here does."""
    area = served(organisations[id], on)
    others = (served(other, on) for other in organisations.values() if other.id != id)
    return {AREA: area, NEIGHBOURS: frozenset[str]().union(*others) - area}


def serving(organisations: Mapping[str, Organisation], id: str, postcode: str, on: date) -> Organisation | None:
    """Another organisation here that works at this postcode on that day."""
    others = (other for other in organisations.values() if other.id != id)
    return next((other for other in others if other.serves(postcode, on)), None)


def public_line(services: Services, postcode: str, language: str) -> str:
    """How to reach the public job service there; empty where none is named."""
    found = next((service for service in services.values() if postcode in service.postcodes), None)
    return (found.line.get(language) or next(iter(found.line.values()), "")) if found else ""
