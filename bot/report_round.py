"""Counts the reports of each organisation every night, and whenever somebody asks for it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial

import structlog
from aiohttp import web
from sqlmodel import Session

from bot.house import House
from bot.notebook import read_log
from casework.cases.case_kinds import kind_of
from casework.figures.report_cells import Cell
from casework.figures.report_counting import KINDS, Kind, count, kept, publish
from casework.figures.report_facts import Told, forget_all, nearest, note, stale
from casework.hours.calendar import moment_or_next
from casework.house.organisation import Organisation
from flows.funnel import Fate, Followed, Spoken
from flows.memory import Memory
from flows.talk import Setting
from flows.walk import walk
from storage.ledger import Ledger
from storage.tables import Due
from storage.trays import DuePlan, finish_due, plan

log = structlog.get_logger()

COUNT = "count_reports"
AT_NIGHT = time(3, 0)


class Rounds:
    """Carries out the due rows ``count_reports``: one look after the other, so that nobody waits behind it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._busy: set[str] = set()

    async def carry_out(self, row: Due) -> None:
        """A row that comes back while its round still goes on is left alone."""
        if row.organisation in self._busy:
            return
        self._busy.add(row.organisation)
        try:
            await count_reports(self._house, row.organisation)
            await self._house.ledger.write(partial(self._done, row))
        finally:
            self._busy.discard(row.organisation)

    def _done(self, row: Due, session: Session) -> None:
        finish_due(session, row.id or 0, "done")
        organisation = self._house.organisations.get(row.organisation)
        if organisation:
            plan_round(session, organisation, next_night(organisation, self._house.clock.now()))


async def open_reports(house: House, _: web.Application) -> None:
    """Each organisation has a round waiting; the first one comes at once."""
    now = house.clock.now()

    def work(session: Session) -> None:
        for organisation in house.organisations.values():
            plan_round(session, organisation, now)

    await house.ledger.write(work)


def plan_round(session: Session, organisation: Organisation, at: datetime) -> None:
    """At most one a day."""
    day = at.astimezone(organisation.tz).date()
    key = f"{COUNT}|{organisation.id}|{day.isoformat()}"
    plan(session, DuePlan(key, COUNT, organisation.id, None, None, 0, at))


def next_night(organisation: Organisation, now: datetime) -> datetime:
    tomorrow = now.astimezone(organisation.tz).date() + timedelta(days=1)
    return moment_or_next(datetime.combine(tomorrow, AT_NIGHT), organisation.tz)


async def count_reports(house: House, organisation: str, anew: bool = False) -> int:
    """Look into every conversation that has gone on, count everything, publish; the number of those looked into.

    Breaking off at any moment leaves what was published before, and the next round goes on where this one stopped.
    """
    ledger, now = house.ledger, house.clock.now()
    if anew:
        await ledger.write(lambda session: forget_all(session, organisation))
    looked_into, after = 0, ""
    while True:
        done, after = await ledger.write(partial(_look, house, organisation, after))
        looked_into += done
        if not done:
            break
        await asyncio.sleep(0)
    await count_published(ledger, organisation, now)
    log.info("reports.counted", organisation=organisation, looked_into=looked_into)
    return looked_into


async def count_published(ledger: Ledger, organisation: str, now: datetime) -> None:
    """Count what is known of conversations, and all else, and publish it."""
    while not await _publish(ledger, organisation, now):
        log.info("reports.counted_again", organisation=organisation)


async def _publish(ledger: Ledger, organisation: str, now: datetime) -> bool:
    """False when somebody was erased meanwhile."""
    of_erased = await ledger.read(lambda session: kept(session, organisation))
    total: Counter[Cell] = Counter()
    for kind in KINDS:
        total.update(await _count(ledger, kind, organisation, now))
    return await ledger.write(lambda session: publish(session, organisation, total, of_erased, now))


async def _count(ledger: Ledger, kind: Kind, organisation: str, now: datetime) -> Counter[Cell]:
    found: Counter[Cell] = Counter()
    after: str | None = ""
    while after is not None:
        counted = await ledger.read(partial(count, kind=kind, organisation=organisation, after=after, now=now))
        found.update(counted.cells)
        after = counted.after
        await asyncio.sleep(0)
    return found


def _look(house: House, organisation: str, after: str, session: Session) -> tuple[int, str]:
    """How many were looked into, and behind which id to go on."""
    talks = stale(session, organisation, after)
    for talk in talks:
        setting = house.scenes.settings.get((organisation, talk.channel))
        told = Told(talk.language, None, None, None, {})
        if setting:
            read = read_log(session, house.vault.open_key(talk.wrapped_key), talk.id)
            told = _told(setting, Spoken(read, talk.created_at, talk.updated_at, talk.channel), talk.language)
        site = nearest(house.organisations[organisation], told.place, talk.created_at)
        note(session, talk, replace(told, site=site))
    return len(talks), talks[-1].id if talks else after


def _told(setting: Setting, spoken: Spoken, language: str) -> Told:
    followed = Followed(setting, spoken)
    memory, fates = followed.memory, followed.fates("open")
    return Told(
        language=memory.language or language,
        place=_place(setting, memory),
        goal=_text(memory, "goal"),
        asked=followed.open,
        fates={question: _words(fate) for question, fate in fates.items()},
        door=kind_of(walk(setting.flow, memory, setting.facts).result),
    )


def _place(setting: Setting, memory: Memory) -> str | None:
    """Where they live, or where a customer or a company is: each door asks it once."""
    asks = (ask.id for ask in setting.flow.asks.values() if ask.kind.expects == "place")
    return next((place for ask in asks if (place := _text(memory, ask))), None)


def _text(memory: Memory, question: str) -> str | None:
    value = memory.value(question)
    return value if isinstance(value, str) else None


def _words(fate: Fate) -> str:
    flags: Mapping[str, bool] = {"again": fate.missed, "helped": fate.helped, "corrected": fate.corrected}
    return " ".join((fate.outcome, *(name for name, holds in flags.items() if holds)))
