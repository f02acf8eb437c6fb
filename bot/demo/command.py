"""``opstap demo``, and the demonstration of ``opstap serve --demo``."""

from __future__ import annotations

from bot.catalogue_seeding import seed_catalogues
from bot.command import Wrong
from bot.demo.demonstration import RealPeople, forget_all, furnish
from bot.opening import load_staff, open_migrated, read_papers
from bot.settings import Settings
from casework.house.in_force import InForce

REAL = (
    "people talk with these organisations already, and nothing invented may come among them. "
    "Choose another OPSTAP_DATABASE_URL for a demonstration."
)


async def demonstrate(settings: Settings) -> str:
    """Make what is missing, accounts and catalogues as well, and say what was done."""
    papers, clock = read_papers(settings), settings.make_clock()
    ledger = await open_migrated(settings.database_url)
    try:
        await load_staff(ledger, InForce(papers.organisations), clock)
        await seed_catalogues(ledger, papers.catalogues, clock)
        return told(await furnish(ledger, settings, papers, clock))
    except RealPeople:
        raise Wrong(REAL) from None
    finally:
        await ledger.close()


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
