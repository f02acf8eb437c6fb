"""A visit is made for somebody: from their case, or from a free time of the calendar for whom one looks up then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import get_args

from aiohttp import web
from sqlmodel import Session

from casework.cases.called import Known, known_to
from casework.house.organisation import Organisation, Way
from casework.visiting.booking import Taken
from casework.visiting.booking_search import DAYS, Client, Looking, client, find_clients, times
from casework.visiting.slot_rules import kind_of, slot_by_rule, way_of
from casework.visiting.staff_booking import Made, Order, make_visit
from casework.visiting.staff_times import without_notice
from flows.heard import Slot
from flows.visit_reasons import MADE
from staff.calendar_pages import ID, by_day, day_of
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, onward, page
from staff.visit_forms import SLOT, go_back, slot_value
from storage.tables import Appointment, Person

LONGEST = 64


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for, as far as this house has it; empty for the usual."""

    kind: str
    way: str
    place: str
    coach: str

    @classmethod
    def of(cls, query: Mapping[str, str], organisation: Organisation) -> Wishes:
        kind = query.get("kind", "")
        visit = kind_of(organisation, kind if kind in organisation.visits else None)
        place, coach = query.get("place", ""), query.get("coach", "")
        return cls(
            visit.id,
            way_of(visit, query.get("way")),
            place if place in organisation.places else "",
            coach if coach in organisation.coaches else "",
        )


async def show_booking(request: web.Request) -> web.Response:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    organisation, now = office.organisations[account.organisation], office.now()
    today = now.astimezone(organisation.tz).date()
    day = max(day_of(request, organisation, now), today)
    wishes = Wishes.of({"coach": account.coach or "", **request.query}, organisation)

    def work(session: Session) -> tuple[Client, Known, Sequence[Slot]] | None:
        found = client(session, organisation.id, id, now)
        if found is None:
            return None
        shown = known_to(session, office.vault, account, (found.case.person_id,))
        language = session.get_one(Person, found.case.person_id).language
        looking = _looking(day, language, wishes)
        slots = [] if found.visit else times(session, organisation, looking, now)
        return found, shown.get(found.case.person_id, Known(found.case.id)), slots

    opened = await office.ledger.read(work)
    if opened is None:
        raise web.HTTPNotFound
    found, known, slots = opened
    return page(
        request,
        "book_visit.html",
        client=found,
        known=known,
        days=by_day(slots),
        wishes=wishes,
        ways=get_args(Way),
        day=day,
        later=day + timedelta(days=DAYS),
        today=today,
        reasons=MADE,
        note=request.query.get("note", ""),
    )


def _looking(day: date, language: str, wishes: Wishes) -> Looking:
    return Looking(day, language, wishes.kind, wishes.way, wishes.place or None, wishes.coach or None)


async def book(request: web.Request) -> web.Response:
    """Where the time cannot be had any more, back to the free times."""
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    organisation, now, form = office.organisations[account.organisation], office.now(), await read_form(request)
    wishes, why = Wishes.of(form, organisation), form.get("why", "")
    order = Order(await slot_value(request), wishes.kind, wishes.way, why if why in MADE else "")

    def work(session: Session) -> Made | None:
        found = client(session, organisation.id, id, now)
        return make_visit(session, organisation, account, found.case, order, now) if found else None

    made = await office.ledger.write(work)
    if made is None:
        raise web.HTTPNotFound
    if isinstance(made, Appointment):
        day = made.starts_at.astimezone(organisation.tz).date()
        raise await go_back(request, "booked", made.id, (made.coach, day))
    if made == "asked":
        raise await go_back(request, "asked")
    note = "taken" if isinstance(made, Taken) else made
    raise onward(request, f"{address(request, 'book_visit', id=id)}?note={note}")


async def show_book_time(request: web.Request) -> web.Response:
    """A free time of the calendar: for whom?"""
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    organisation, now = office.organisations[account.organisation], office.now()
    value, text = request.query.get("slot", ""), request.query.get("find", "").strip()[:LONGEST]
    slot = slot_by_rule(without_notice(organisation), value, now) if SLOT.fullmatch(value) else None
    found: list[Client] = []
    if text:
        found = await office.ledger.read(
            lambda session: find_clients(session, office.vault, organisation.id, text, now)
        )
    return page(request, "book_time.html", slot=slot, text=text, found=found, reasons=MADE)


ROUTES = (
    Route("GET", f"/cases/{ID}/book", "book_visit", show_booking, "book"),
    Route("POST", f"/cases/{ID}/book", "books_visit", book, "book"),
    Route("GET", "/calendar/book", "book_time", show_book_time, "book"),
)
