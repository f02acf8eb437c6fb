"""Erases every night what was kept long enough, by a row of the due tray for each organisation and day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

import structlog
from aiohttp import web
from sqlmodel import Session

from bot.house import House
from bot.settings import Settings
from casework.hours.calendar import moment_or_next
from casework.house.in_force import InForce
from casework.house.organisation import Organisation
from casework.house.organisations import load_organisations
from casework.privacy import consents
from casework.privacy.retention import due, purge, purge_chats
from storage import audit_cutting
from storage.ledger import Ledger, open_ledger
from storage.tables import Due
from storage.trays import DuePlan, finish_due, plan

log = structlog.get_logger()
PURGE = "purge"
AT = time(3, 30)
"""When hardly anybody talks with us."""


def purge_errands(house: House) -> dict[str, Callable[[Due], Awaitable[None]]]:
    return {PURGE: Purging(house).carry_out}


async def plan_purges(house: House, _: web.Application) -> None:
    """Each organisation has its row for the night that comes."""
    now = house.clock.now()

    def work(session: Session) -> None:
        for organisation in house.organisations.values():
            plan_next(session, organisation, now)

    await house.ledger.write(work)


def plan_next(session: Session, organisation: Organisation, now: datetime) -> None:
    local = now.astimezone(organisation.tz)
    day = local.date() + timedelta(days=local.time() >= AT)
    at = moment_or_next(datetime.combine(day, AT), organisation.tz)
    plan(session, DuePlan(f"{PURGE}|{organisation.id}|{day}", PURGE, organisation.id, None, organisation.id, 0, at))


@dataclass(frozen=True, slots=True)
class Purging:
    house: House

    async def carry_out(self, row: Due) -> None:
        organisation = self.house.organisations.get(row.organisation)
        if organisation is not None:
            people, messages = await purge_all(self.house.ledger, organisation, self.house.clock.now())
            log.info("purged", organisation=organisation.id, people=people, messages=messages)
            rows, proofs = await purge_proofs(self.house.ledger, self.house.clock.now())
            log.info("purged.proofs", audit=rows, consents=proofs)
        await self.house.ledger.write(partial(self._finish, row, organisation))

    def _finish(self, row: Due, organisation: Organisation | None, session: Session) -> None:
        finish_due(session, row.id or 0, "done")
        if organisation is not None:
            plan_next(session, organisation, self.house.clock.now())


async def purge_all(ledger: Ledger, organisation: Organisation, now: datetime) -> tuple[int, int]:
    """How many people and how many messages; a few in each transaction, so that nobody waits behind it."""
    id, keep, people = organisation.id, organisation.retention, 0
    while some := await ledger.write(lambda session: purge(session, id, keep, now)):
        people += some
    return people, await ledger.write(lambda session: purge_chats(session, id, keep, now))


async def purge_proofs(ledger: Ledger, now: datetime) -> tuple[int, int]:
    """Of the whole house, how many lines of the audit and how many proofs of consent went."""
    rows = 0
    while some := await ledger.write(lambda session: audit_cutting.cut(session, now)):
        rows += some
    return rows, await ledger.write(lambda session: consents.forget_old(session, now))


async def purge_now(settings: Settings, say: Callable[[str], None], *, count_only: bool) -> None:
    """What ``opstap purge`` does, for every organisation."""
    ledger = await open_ledger(settings.database_url)
    try:
        houses, now = InForce(load_organisations(settings.organisations)), settings.make_clock().now()
        await houses.renew(ledger)
        for organisation in houses.values():
            counting = partial(due, organisation=organisation.id, keep=organisation.retention, now=now)
            found = await ledger.read(counting)
            people = found.left + found.unfinished + found.closed
            if not count_only:
                people, messages = await purge_all(ledger, organisation, now)
                say(f"{organisation.id}: {people} people erased, {messages} messages forgotten.")
            else:
                say(
                    f"{organisation.id}: {people} people ({found.left} who left, {found.unfinished} unfinished,"
                    f" {found.closed} closed) and {found.chat} messages would go."
                )
        if count_only:
            rows = await ledger.read(lambda session: audit_cutting.count_old(session, now))
            proofs = await ledger.read(lambda session: consents.count_old(session, now))
            say(f"{rows} lines of the audit and {proofs} proofs of consent would go.")
        else:
            rows, proofs = await purge_proofs(ledger, now)
            say(f"{rows} lines of the audit and {proofs} proofs of consent removed.")
    finally:
        await ledger.close()
