"""Looks into the coaches' calendars elsewhere, each in its turn, and notes when they are busy there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import SystemRandom
from typing import Protocol

import structlog
from aiohttp import encode_basic_auth
from sqlmodel import Session

from bot.agenda_caldav import HEADERS, METHOD, NoAnswer, events_in, question
from bot.agenda_network import Ask, NotFetched, Outside
from bot.clock import Clock
from casework.agendas.agenda_port import Agenda, Asked, Unreachable
from casework.agendas.agenda_times import busy_around
from casework.agendas.outside_events import Unreadable, busy_times
from casework.agendas.outside_times import Source, fetch_again, keep_times, note_failure, source_of
from casework.agendas.overlaps import tell_overlaps
from casework.house.organisation import Organisation
from casework.telling.announcements import Voice, announce_about
from casework.visiting.diary import Interval
from storage.ledger import Ledger
from storage.tables import Due, OutsideCalendar
from storage.trays import finish_due
from storage.vault import Vault

log = structlog.get_logger()
EVERY = timedelta(minutes=15)
SPREAD = 0.1
"""So that the calendars of one service are not asked for all at once."""
_CHANCE = SystemRandom()
DAY = timedelta(days=1)
AS_A_FILE = {"Accept": "text/calendar, */*;q=0.1"}


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a look: the busy times, or why there are none."""

    times: tuple[Interval, ...] = ()
    problem: str | None = None


class House(Protocol):
    """What this needs of ``bot.house.House``."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def organisations(self) -> Mapping[str, Organisation]: ...
    @property
    def voice(self) -> Voice: ...


class Calendars:
    """Carries out the due rows ``fetch_calendar``, and looks at once for who waits at the command line."""

    def __init__(self, house: House, outside: Outside, ports: Mapping[str, Agenda] | None = None) -> None:
        self._house = house
        self._outside = outside
        self._ports = ports or {}

    async def carry_out(self, row: Due) -> None:
        """Whatever happens, the calendar is looked into again later, as long as it is there."""
        looked = await self.look(row.subject or "")
        if looked is None:
            await self._house.ledger.write(partial(_nobody_wants, row))
        else:
            log.info("calendar.looked", calendar=row.subject, times=len(looked.times), problem=looked.problem)

    async def look(self, calendar_id: str) -> Looked | None:
        """``None`` for a calendar that is no longer there. No transaction is open while the network is asked."""
        vault = self._house.vault
        found = await self._house.ledger.read(lambda session: source_of(session, vault, calendar_id))
        if found is None:
            return None
        organisation, source = found
        looked = await self._look(source, self._house.organisations.get(organisation))
        await self._house.ledger.write(partial(self._note, calendar_id, looked))
        return looked

    async def _look(self, source: Source | None, organisation: Organisation | None) -> Looked:
        if source is None:
            return Looked(problem="it was sealed with a secret that is gone: add it again")
        if organisation is None:
            return Looked(problem="its organisation is gone")
        try:
            return Looked(tuple(await self._busy(source, organisation)))
        except (NotFetched, Unreadable, Unreachable) as problem:
            return Looked(problem=str(problem))
        except NoAnswer:
            return Looked(problem="it is no calendar of CalDAV")

    async def _busy(self, source: Source, organisation: Organisation) -> list[Interval]:
        """Reading is work for another thread: a large calendar takes seconds."""
        start, end = _window(organisation, self._house.clock.now())
        if source.kind == "port":
            return await self._at_port(organisation, start, end)
        answer = await self._outside.fetch(_ask(source, start, end))
        files = events_in(answer) if source.kind == "caldav" else [answer]
        return await asyncio.to_thread(busy_times, files, organisation.tz, start, end)

    async def _at_port(self, organisation: Organisation, start: datetime, end: datetime) -> list[Interval]:
        """An appointment system says what is free; all else cannot be had."""
        agenda, port = organisation.agenda, self._ports.get(organisation.id)
        if agenda is None or port is None:
            raise Unreachable("no appointment system is set up here")
        asked = Asked(agenda.product, start.date(), end.date(), organisation.languages[0])
        return busy_around(await port.times(asked), organisation.visit, start, end)

    def _note(self, calendar_id: str, looked: Looked, session: Session) -> None:
        calendar, now = session.get(OutsideCalendar, calendar_id), self._house.clock.now()
        if calendar is None:
            return
        if looked.problem is None:
            keep_times(session, calendar, looked.times, now)
            for visit in tell_overlaps(session, calendar, now):
                announce_about(session, self._house.voice, visit, now)
        else:
            note_failure(session, calendar, looked.problem, now)
        fetch_again(session, calendar_id, now + EVERY * _CHANCE.uniform(1 - SPREAD, 1 + SPREAD))


def _nobody_wants(row: Due, session: Session) -> None:
    finish_due(session, row.id or 0, "skipped", "no longer wanted")


def _window(organisation: Organisation, now: datetime) -> tuple[datetime, datetime]:
    """As far as visits can be booked; a day more, because the last day ends late."""
    furthest = max(visit.horizon_days for visit in organisation.visits.values())
    return now - DAY, now + DAY * (furthest + 2)


def _ask(source: Source, start: datetime, end: datetime) -> Ask:
    sign_in = encode_basic_auth(source.user, source.password) if source.user else ""
    ask = Ask(source.address, headers=AS_A_FILE, authorization=sign_in)
    if source.kind == "caldav":
        return replace(ask, method=METHOD, body=question(start, end), headers=HEADERS)
    return ask
