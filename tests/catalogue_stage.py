"""A small catalogue for tests: partners, entries and referrals of one organisation, put in as the desk does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.cases.cases import Actor
from casework.door.rights import System
from casework.offers.catalogue import Contact, Entry, House
from casework.offers.catalogue_desk import add
from casework.offers.referrals import Answer, Move, Packet, Proposal, move, propose
from storage.tables import CatalogueEntry, Partner, Referral
from tests.staff_stage import HERE, Stage

TITLE = {"nl": "Opvang zoeken", "fr": "Chercher une garde"}
ABOUT = {"nl": "We zoeken samen opvang.", "fr": "Nous cherchons une garde ensemble."}
CHILDREN, MONEY = "barriers:childcare", "barriers:money"
TELLS = Packet((("Naam", "Samira"),), "Graag een eerste gesprek.")


def entry(**more: Any) -> Entry:
    """Something that helps with children, for everybody, unless it is said otherwise."""
    return Entry(**{"title": TITLE, "about": ABOUT, "themes": (CHILDREN,), **more})


def by_system(organisation: str = HERE) -> Actor:
    """Another system, which may do all that is done here."""
    system = System("5" * 16, organisation)
    return Actor(organisation, system.actor, system)


@dataclass
class Shop:
    """The catalogue of one organisation, and what becomes of its people."""

    stage: Stage
    organisation: str = HERE

    async def entry(self, written: Entry | None = None) -> str:
        actor, now = by_system(self.organisation), self.stage.now
        return await self.stage.ledger.write(lambda s: add(s, CatalogueEntry, actor, written or entry(), now).id)

    async def partner(
        self, name: str = "Loket Kinderopvang", *, sensitive: bool = False, owner: str | None = None
    ) -> str:
        actor, now = by_system(self.organisation), self.stage.now
        contacts = (Contact("Mia Peeters", "onthaal", "011 00 00 00", "mia@example.org"),)
        house = House(name, ABOUT, "Voorbeeldstraat 1", contacts, sensitive, owner, date(2027, 9, 1))
        return await self.stage.ledger.write(lambda s: add(s, Partner, actor, house, now).id)

    async def proposed(self, case: str, entry_id: str, packet: Packet = TELLS) -> str:
        stage, actor = self.stage, by_system(self.organisation)
        proposal = Proposal(case, entry_id, packet)
        came_of = await stage.ledger.write(lambda s: propose(s, stage.vault, actor, proposal, stage.now))
        assert isinstance(came_of, Referral), came_of
        return came_of.id

    async def moved(self, referral: str, what: Any, reason: str | None = None, **more: Any) -> Answer:
        """What came of a change of the referral as it is now."""
        stage, actor = self.stage, by_system(self.organisation)
        step = Move(what, reason, "spoken" if what == "agree" else None, **more)

        def work(session: Any) -> Answer:
            return move(session, actor, (referral, session.get_one(Referral, referral).version), step, stage.now)

        return await stage.ledger.write(work)

    async def furnish(self, case: str, owner: str | None) -> dict[str, str]:
        """Something of every sort, by the folder and the part of the console's addresses."""
        partner = await self.partner(owner=owner)
        kept = await self.entry(entry(partner=partner, owner=owner))
        referral = await self.proposed(case, await self.entry())
        return {
            "catalogue entry": kept,
            "catalogue partner": partner,
            "cases entry": kept,
            "cases referral": referral,
        }
