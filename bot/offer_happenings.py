"""What can happen in a story to the catalogue: it is filled from the organisation's file, as ``opstap load`` does."""

from __future__ import annotations

from sqlmodel import Session

from bot.opening import LOCALES
from bot.stage import Actor
from casework.offers.catalogue_file import CATALOGUE, read_catalogue
from casework.offers.catalogue_seed import seed

FOLDER = LOCALES.parent / "organisations"


async def filled(actor: Actor) -> None:
    house, id = actor.stage.house, actor.place.organisation
    written, now = read_catalogue(FOLDER / id / CATALOGUE, house.organisations[id]), actor.stage.clock.now()

    def work(session: Session) -> None:
        seed(session, id, written, now)

    await house.ledger.write(work)
