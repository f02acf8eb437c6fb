"""``opstap demo``, and the demonstration of ``opstap serve --demo``."""

from __future__ import annotations

from bot.catalogue_seeding import seed_catalogues
from bot.command import Wrong
from bot.demo.demonstration import RealPeople, forget_all, furnish
from bot.opening import load_staff, open_house, open_migrated, read_papers
from bot.settings import Settings

REAL = (
    "people talk with these organisations already, and nothing invented may come among them. "
    "Choose another OPSTAP_DATABASE_URL for a demonstration."
)


async def demonstrate(settings: Settings) -> str:
    """Make what is missing, accounts and catalogues as well, and say what was done."""
    papers = read_papers(settings)
    async with open_house(settings, papers, open_migrated) as house:
        await load_staff(house.ledger, house.organisations, house.clock)
        await seed_catalogues(house.ledger, papers.catalogues, house.clock)
        try:
            return told(await furnish(house.ledger, settings, papers, house.clock))
        except RealPeople:
            raise Wrong(REAL) from None


def told(people: int) -> str:
    if not people:
        return "The demonstration is there already."
    return f"Demonstration: {people} invented people are there now. opstap demo --forget erases them."


async def forget(settings: Settings) -> str:
    papers, clock = read_papers(settings), settings.make_clock()
    ledger = await open_migrated(settings.database_url)
    try:
        people = await forget_all(ledger, tuple(papers.organisations), clock)
    finally:
        await ledger.close()
    return f"{people} invented people are erased." if people else "There is no demonstration."
