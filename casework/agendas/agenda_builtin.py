"""Our own calendar as an appointment system like any other: the first adapter of the port, and the measure of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from casework.agendas.agenda_port import Asked, CameOf, FreeTime, Had, JustTaken, Location, Order, Product, Refused
from casework.house.organisation import Organisation
from casework.visiting.booking import Booked, BookRequest, Taken, TooLate, Wanted, book, cancel, search
from casework.visiting.slot_rules import slot_by_rule
from flows.heard import Slot
from flows.messages import Phrase
from storage.ledger import Ledger
from storage.tables import Appointment

MOST = 2000
VISIT = Phrase("Appointment")


@dataclass(frozen=True, slots=True)
class BuiltInAgenda:
    """See ``casework.agendas.agenda_port.Agenda``. The ``reference`` of an order is the id of a person of ours.

    The calendar itself keeps orders apart: who books the same time again has it already.
    """

    ledger: Ledger
    organisation: Organisation
    translate: Callable[[str, str], str]
    now: Callable[[], datetime]

    async def products(self) -> tuple[Product, ...]:
        organisation = self.organisation
        name = {language: self.translate(VISIT.source, language) for language in organisation.languages}
        return tuple(Product(visit.id, name, visit.minutes) for visit in organisation.visits.values())

    async def places(self, product: str) -> tuple[Location, ...]:
        """Where any coach who takes visits works."""
        coaches = [coach for coach in self.organisation.coaches.values() if coach.bookable]
        known = {place for coach in coaches for place in coach.places}
        places = (place for place in self.organisation.places.values() if place.id in known)
        return tuple(Location(place.id, place.name, place.address) for place in places)

    async def dates(self, asked: Asked) -> tuple[date, ...]:
        times = await self.times(asked)
        return tuple(sorted({time.start.astimezone(self.organisation.tz).date() for time in times}))

    async def times(self, asked: Asked) -> tuple[FreeTime, ...]:
        wanted = Wanted(asked.language, limit=MOST, a_day=MOST, place=asked.place, kind=asked.product)
        now = self.now()
        found = await self.ledger.read(lambda s: search(s, self.organisation, wanted, now))
        return tuple(_free(slot) for slot in found.slots if self._is_within(slot, asked))

    def _is_within(self, slot: Slot, asked: Asked) -> bool:
        return asked.first <= slot.start.date() <= asked.last and asked.place in (None, slot.place)

    async def book(self, order: Order) -> CameOf:
        return await self._order(order, None)

    async def move(self, booking: str, order: Order) -> CameOf:
        return await self._order(order, booking)

    async def _order(self, order: Order, moved_from: str | None) -> CameOf:
        request = BookRequest(order.reference, order.time, order.language, moved_from, order.product)
        now = self.now()

        def work(session: Session) -> CameOf:
            match book(session, self.organisation, request, now):
                case Booked(visit):
                    length = int((visit.ends_at - visit.starts_at) / timedelta(minutes=1))
                    return Had(visit.id, visit.starts_at, length, visit.place)
                case Taken():
                    others = search(session, self.organisation, self._like(request, now), now)
                    return JustTaken(tuple(map(_free, others.slots)))
                case TooLate():
                    return Refused("only the coach can still move this visit")

        return await self.ledger.write(work)

    def _like(self, request: BookRequest, now: datetime) -> Wanted:
        """At the place of the time that was just taken, before all."""
        slot = slot_by_rule(self.organisation, request.slot_value, now, request.kind)
        return Wanted(request.language, place=slot.place if slot else None, kind=request.kind)

    async def cancel(self, booking: str, key: str) -> Refused | None:
        """One that is cancelled, moved or over is no longer ours to cancel, and takes no time any more."""
        now = self.now()

        def work(session: Session) -> Refused | None:
            visit = session.get(Appointment, booking)
            if visit is None or visit.organisation != self.organisation.id:
                return Refused("there is no such visit")
            cancel(session, visit.id, now)
            return None

        return await self.ledger.write(work)


def _free(slot: Slot) -> FreeTime:
    return FreeTime(slot.value, slot.start, slot.minutes, slot.place)
