"""Puts what stands in the organisations' catalogue files into the database, once, and says what it left aside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlmodel import Session

from bot.clock import Clock
from casework.offers.catalogue_file import CATALOGUE, Written
from casework.offers.catalogue_seed import Seeded, seed
from storage.ledger import Ledger


async def seed_catalogues(ledger: Ledger, written: Mapping[str, Written], clock: Clock) -> dict[str, Seeded]:
    """What came of each organisation's file. Accounts must be there before: entries name who looks after them."""
    now = clock.now()

    def work(session: Session) -> dict[str, Seeded]:
        return {id: seed(session, id, each, now) for id, each in written.items()}

    return await ledger.write(work)


def in_words(seeded: Mapping[str, Seeded]) -> Iterator[str]:
    """A line for each organisation of which there is something to say."""
    for id, came_of in seeded.items():
        if came_of.new:
            yield f"{id}: {came_of.new} new entries of the catalogue."
        if came_of.differ:
            named = ", ".join(came_of.differ)
            yield f"{id}: {CATALOGUE} differs from the console in {named}; the console counts."
