"""Asks an appointment system elsewhere for a time that is held here, and brings the answer into the talk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from sqlmodel import Session

from bot.agenda_news import TELLS, answer_to, forget, keep
from bot.converse import Converse
from bot.house import House
from bot.incoming import Incoming
from bot.people import reach
from bot.visit_facts import slot_value
from casework.agendas import agenda_times
from casework.agendas.agenda_orders import News, give_back
from casework.agendas.agenda_port import Agenda, Asked, CameOf, FreeTime, Had, JustTaken, Order, Refused, Unreachable
from casework.agendas.outside_times import fetch_again
from casework.house.organisation import Organisation
from casework.talk.talk_reading import SILENT
from casework.telling.notices import News as Notice
from casework.telling.notices import give_notice
from casework.visiting import booking
from casework.visiting.slot_rules import slot_by_rule
from casework.visiting.staff_orders import tell_who_ordered
from casework.visiting.visit_states import AGREED
from casework.visiting.visits import change
from flows.heard import Slot
from storage.tables import Appointment, Due
from storage.trays import change_due, finish_due, retry_due

log = structlog.get_logger()

OTHERS = 3
PATIENCE = 3
"""So often a system is asked before the person is told that it does not answer."""
SOON, LATER = timedelta(seconds=5), timedelta(minutes=5)
MOST_TRIES = 600
"""Two days of them; then staff have to look whether a booking that nobody wants stands there."""

T = TypeVar("T")
WAITS = ("held", "expired")
"""The states of a hold whose person has not heard what came of it. A deadline may pass while nobody is at work here."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The hold or the visit that a row is about, in its house."""

    row: Due
    visit: Appointment
    organisation: Organisation
    port: Agenda

    @property
    def body(self) -> Mapping[str, str]:
        return self.row.body

    @property
    def by_staff(self) -> bool:
        return self.row.body.get("by") == "staff"


class Asking:
    """Carries out the due rows ``ask_agenda`` and ``leave_agenda``. ``ports`` are the systems by organisation."""

    def __init__(self, house: House, converse: Converse, ports: Mapping[str, Agenda]) -> None:
        self._house = house
        self._converse = converse
        self._ports = ports

    async def ask(self, row: Due) -> None:
        """Whatever happens, the row ends or comes back. The system's name of the time is kept before it is asked for:
        whoever asks again after a crash asks for the same."""
        wanted = await self._wanted(row)
        if wanted is None:
            await self._write(lambda session: finish_due(session, row.id or 0, "skipped", "nothing to ask for"))
            return
        if TELLS not in row.body:
            await self._look(wanted)
        if TELLS in row.body:
            await self._tell(wanted)
            await self._write(partial(self._told, wanted))

    async def _look(self, wanted: _Wanted) -> None:
        """Asks there, and keeps what has to be told in the transaction in which it becomes true here."""
        row = wanted.row
        try:
            came_of = await self._order(wanted)
        except Unreachable as problem:
            log.info("agenda.unreachable", row=row.id, attempt=row.attempts, problem=str(problem))
            await self._write(partial(self._not_reached, wanted))
            return
        log.info("agenda.asked", row=row.id, came_of=type(came_of).__name__)
        await self._write(partial(self._settle, wanted, came_of))

    async def leave(self, row: Due) -> None:
        """Gives a booking back that nobody wants."""
        wanted = await self._wanted(row)
        if wanted is None:
            await self._write(lambda session: finish_due(session, row.id or 0, "dead", "no such system is set up"))
            return
        try:
            refused = await wanted.port.cancel(row.body["booking"], f"opstap-{row.id}")
        except Unreachable:
            await self._write(partial(self._again, wanted, LATER))
            return
        if refused:
            await self._write(partial(self._give_up, wanted, refused.why))
        else:
            await self._write(lambda session: finish_due(session, row.id or 0, "done"))

    async def _wanted(self, row: Due) -> _Wanted | None:
        visit = await self._house.ledger.read(lambda session: session.get(Appointment, row.subject))
        organisation, port = self._house.organisations.get(row.organisation), self._ports.get(row.organisation)
        if visit is None or organisation is None or organisation.agenda is None or port is None:
            return None
        return _Wanted(row, visit, organisation, port)

    async def _order(self, wanted: _Wanted) -> CameOf:
        agenda, visit, row = wanted.organisation.agenda, wanted.visit, wanted.row
        assert agenda
        time = wanted.body.get("time")
        if time is None:
            if visit.state != "held":
                return JustTaken()
            times = await wanted.port.times(_that_day(wanted))
            time = next((each.id for each in times if each.start.astimezone(UTC) == visit.starts_at), None)
            if time is None:
                return JustTaken(tuple(times))
            row.body = {**row.body, "time": time}
            await self._write(lambda session: change_due(session, row.id or 0, body=row.body))
        key = f"opstap-{visit.id}"
        return await wanted.port.book(Order(key, agenda.product, time, visit.id, visit.language))

    def _settle(self, wanted: _Wanted, came_of: CameOf, session: Session) -> None:
        """The row ends, or has something to tell."""
        news = self._came(wanted, came_of, session)
        if news and wanted.by_staff:
            tell_who_ordered(session, wanted.organisation, news, wanted.row.body, self._house.clock.now())
        if news is None or wanted.by_staff:
            finish_due(session, wanted.row.id or 0, "done")
        else:
            keep(session, wanted.row, news)

    def _came(self, wanted: _Wanted, came_of: CameOf, session: Session) -> News | None:
        """What the answer is for the person; ``None`` when nobody waits for one any more."""
        now, state = self._house.clock.now(), session.get_one(Appointment, wanted.visit.id).state
        match came_of:
            case Had(name):
                visit = self._take(session, wanted, name, now)
                if visit:
                    return News("had", visit.id)
                give_back(session, wanted.visit, name, now)
            case JustTaken(others) if state == "held":
                self._let_go(session, wanted, now)
                slots = _three(wanted, others, now) or _three_of_ours(session, wanted, now)
                return News("taken", wanted.visit.id, tuple(slot.value for slot in slots))
            case Refused(why) if state in WAITS:
                self._let_go(session, wanted, now)
                _tell_staff(session, wanted, why, now)
        return News("not_had", wanted.visit.id) if state in WAITS else None

    def _take(self, session: Session, wanted: _Wanted, name: str, now: datetime) -> Appointment | None:
        """The hold becomes a visit, in the place of the one that it moves; the row then speaks of the visit."""
        hold = session.get_one(Appointment, wanted.visit.id)
        if hold.state in AGREED:
            return hold
        if hold.state != "held":
            return None
        agenda_times.give_way(session, hold)
        moved = wanted.body.get("moved_from")
        request = booking.BookRequest(
            hold.person_id, slot_value(hold), hold.language, moved, hold.kind, hold.way, by="staff"
        )
        came_of = booking.book(session, wanted.organisation, request, now)
        if not isinstance(came_of, booking.Booked):
            return None
        visit, row = came_of.appointment, wanted.row
        row.body = {**row.body, "booking": name}
        change_due(session, row.id or 0, subject=visit.id, body=row.body)
        return visit

    def _let_go(self, session: Session, wanted: _Wanted, now: datetime) -> None:
        hold = session.get_one(Appointment, wanted.visit.id)
        change(session, hold, "let_go", "house", now)
        calendar = agenda_times.port_calendar(session, wanted.organisation)
        if calendar:
            fetch_again(session, calendar.id, now)

    def _not_reached(self, wanted: _Wanted, session: Session) -> None:
        """The person is told after a while."""
        row, now = wanted.row, self._house.clock.now()
        if row.attempts == PATIENCE and wanted.visit.state == "held":
            self._let_go(session, wanted, now)
            news = News("silent", wanted.visit.id)
            if not wanted.by_staff:
                keep(session, row, news)
                return
            tell_who_ordered(session, wanted.organisation, news, row.body, now)
        self._ask_on(wanted, session)

    def _ask_on(self, wanted: _Wanted, session: Session) -> None:
        """An order that may have been carried out is asked for on and on: only its answer says whether a booking stands
        there that nobody wants."""
        row = wanted.row
        if row.attempts >= PATIENCE and "time" not in row.body:
            finish_due(session, row.id or 0, "skipped", "nothing was ordered")
        else:
            self._again(wanted, SOON if row.attempts < PATIENCE else LATER, session)

    def _told(self, wanted: _Wanted, session: Session) -> None:
        if forget(session, wanted.row).what == "silent":
            self._ask_on(wanted, session)
        else:
            finish_due(session, wanted.row.id or 0, "done")

    def _again(self, wanted: _Wanted, wait: timedelta, session: Session) -> None:
        row = wanted.row
        if row.attempts >= MOST_TRIES:
            self._give_up(wanted, "not reached: look whether a booking stands there", session)
        else:
            retry_due(session, row.id or 0, self._house.clock.now() + wait)

    def _give_up(self, wanted: _Wanted, why: str, session: Session) -> None:
        _tell_staff(session, wanted, why, self._house.clock.now())
        finish_due(session, wanted.row.id or 0, "dead", why)

    async def _tell(self, wanted: _Wanted) -> None:
        """As one more thing heard, in a turn of its own; told again after a crash, it changes nothing."""
        person, now = wanted.visit.person_id, self._house.clock.now()
        partner = await self._house.ledger.read(lambda session: reach(session, self._house.vault, person))
        answer = await self._house.ledger.read(
            lambda session: answer_to(session, self._house, wanted.row, wanted.organisation, now)
        )
        if partner is None or answer is None:
            return
        place, key = partner.place, f"{SILENT}agenda|{wanted.row.id}|{type(answer).__name__}"
        await self._converse.take(Incoming(place.organisation, place.channel, key, place.address, answer))

    async def _write(self, work: Callable[[Session], T]) -> T:
        return await self._house.ledger.write(work)


def _tell_staff(session: Session, wanted: _Wanted, why: str, now: datetime) -> None:
    subject = wanted.visit.id
    give_notice(session, Notice(wanted.organisation.id, "agenda_refused", subject, f"agenda_refused|{subject}"), now)
    log.warning("agenda.refused", row=wanted.row.id, why=why)


def _that_day(wanted: _Wanted) -> Asked:
    agenda, visit = wanted.organisation.agenda, wanted.visit
    assert agenda
    day = visit.starts_at.astimezone(wanted.organisation.tz).date()
    last = day + timedelta(days=wanted.organisation.visit_of(visit.kind).horizon_days)
    return Asked(agenda.product, day, last, visit.language)


def _three(wanted: _Wanted, others: Sequence[FreeTime], now: datetime) -> tuple[Slot, ...]:
    """Of the times that the system names, the first that our own rules allow too."""
    visit, coach = wanted.visit, wanted.visit.coach
    values = (f"{other.start.astimezone(UTC):%Y%m%dT%H%M}-{coach}" for other in others)
    found = (slot_by_rule(wanted.organisation, value, now, visit.kind, visit.way) for value in values)
    return tuple(slot for slot in found if slot)[:OTHERS]


def _three_of_ours(session: Session, wanted: _Wanted, now: datetime) -> tuple[Slot, ...]:
    """As far as is known here, where the system names none that we can offer."""
    visit = wanted.visit
    asked = booking.Wanted(visit.language, limit=OTHERS, a_day=1, kind=visit.kind, way=visit.way)
    found = booking.search(session, wanted.organisation, asked, now)
    return tuple(slot for slot in found.slots if slot.start.astimezone(UTC) != visit.starts_at)
