"""A small catalogue for tests: partners and entries of one organisation, put in as the desk does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.cases import Actor
from casework.catalogue import Contact, Entry, House
from casework.catalogue_desk import add
from storage.tables import CatalogueEntry, Partner
from tests.staff_stage import HERE, Stage

TITLE = {"nl": "Opvang zoeken", "fr": "Chercher une garde"}
ABOUT = {"nl": "We zoeken samen opvang.", "fr": "Nous cherchons une garde ensemble."}
CHILDREN = "barriers:childcare"
LOGIN = "greet"


def entry(**more: Any) -> Entry:
    """Something that helps with children, for everybody, unless it is said otherwise."""
    return Entry(**{"title": TITLE, "about": ABOUT, "themes": (CHILDREN,), **more})


@dataclass
class Shop:
    """The catalogue, kept by one member of staff."""

    stage: Stage
    organisation: str = HERE

    async def actor(self) -> Actor:
        return Actor.of(await self.stage.account(LOGIN, self.organisation))

    async def entry(self, written: Entry | None = None) -> CatalogueEntry:
        actor, now = await self.actor(), self.stage.now
        return await self.stage.ledger.write(lambda s: add(s, CatalogueEntry, actor, written or entry(), now))

    async def partner(self, name: str = "Loket Kinderopvang", *, sensitive: bool = False) -> Partner:
        actor, now = await self.actor(), self.stage.now
        contacts = (Contact("Mia Peeters", "onthaal", "011 00 00 00", "mia@example.org"),)
        house = House(name, ABOUT, "Voorbeeldstraat 1", contacts, sensitive, check_before=date(2027, 9, 1))
        return await self.stage.ledger.write(lambda s: add(s, Partner, actor, house, now))
