"""What is changed in one place counts everywhere: the bell renews the organisations of every process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from aiohttp import web
from sqlmodel import Session

from bot.following import follow
from casework.door.accounts import Account
from casework.hours.hours_desk import save
from casework.hours.house_edits import Edit
from casework.house.in_force import InForce
from casework.house.organisation import Organisation
from casework.privacy.erasing import erase
from storage.ledger import Ledger
from storage.tables import Appointment, KeptVisit
from tests.calendar_stage import at_work, booked, calendar_stage, known_person
from tests.patience import PATIENCE
from tests.staff_stage import HERE, ORGANISATIONS
from tests.stage import open_stage

LEAD = Account("s", HERE, "greet", "Greet", "team_lead", "greet", "nl")


class Elsewhere(InForce):
    """Another process; ``away`` is set once it knows that Greet is not there on the third of May."""

    def __init__(self, files: Mapping[str, Organisation]) -> None:
        super().__init__(files)
        self.away = asyncio.Event()

    async def renew(self, ledger: Ledger) -> None:
        await super().renew(ledger)
        if any(date(2027, 5, 3) in days for days in self[HERE].coaches["greet"].leave):
            self.away.set()


async def test_another_process_hears_of_new_hours_and_offers_no_time_outside_them() -> None:
    async with open_stage() as stage:
        elsewhere = Elsewhere(ORGANISATIONS)
        running = follow(replace(stage.house, organisations=elsewhere), web.Application())
        await anext(running)
        leave = Edit("coaches.greet.leave", ["2027-05-03"])

        def work(session: Session) -> str:
            return save(session, InForce(ORGANISATIONS), LEAD, leave, stage.clock.now())

        assert await stage.house.ledger.write(work) == "done"
        async with asyncio.timeout(PATIENCE):
            await elsewhere.away.wait()
        await anext(running, None)


async def test_a_visit_that_was_kept_is_forgotten_with_its_person() -> None:
    async with calendar_stage() as stage:
        person, _ = await known_person(stage)
        visit = await booked(stage, person)
        async with stage.serve() as opened:
            coach = await (await at_work(stage, await opened())).open("/staff/calendar/hours")
            await coach.send('value="coaches.greet.leave"', first="2027-03-25")
            await coach.send(f"/visits/{visit}/keep")

        def kept(session: Session) -> bool:
            return session.get(KeptVisit, visit) is not None

        assert await stage.ledger.read(kept)
        await stage.ledger.write(lambda session: erase(session, person, stage.now))
        assert not await stage.ledger.read(kept)
        assert await stage.ledger.read(lambda session: session.get_one(Appointment, visit).state) == "cancelled"
