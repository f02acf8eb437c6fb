"""What can be done with a visit: who came, another time, call it off with a reason, keep it outside the hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from aiohttp import web
from sqlmodel import Session

from casework.cases.called import Known, known_to
from casework.door.accounts import Account
from casework.hours.outside_hours import keep
from casework.house.organisation import Organisation
from casework.visiting.booking import Taken, Wanted, search
from casework.visiting.staff_times import Look, Wish, bounds, days_from, free_with, taken_by, without_notice
from casework.visiting.staff_visits import Answer, attend, cancel_visit, find_visit, miss, move_visit
from casework.visiting.visit_states import AGREED
from flows.heard import Slot
from flows.visit_reasons import CANCELLED
from staff.calendar_pages import ID, by_day, day_of
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.office import OFFICE, Office
from staff.pages import page
from staff.visit_forms import go_back, seen, slot_value
from storage.tables import Appointment

DAYS, MOST = 14, 60


@dataclass(frozen=True, slots=True)
class Opened:
    """A visit with the times it could be moved to, and its person."""

    visit: Appointment
    people: Mapping[str, Known]
    slots: Sequence[Slot] = ()


async def show_move(request: web.Request) -> web.Response:
    """Free times of two weeks: those of the coach, or of everybody who fits."""
    organisation, now = _organisation(request), request.config_dict[OFFICE].now()
    today = now.astimezone(organisation.tz).date()
    day = max(day_of(request, organisation, now), today)
    anybody = request.query.get("coach") == "any"
    found = await _open(request, None if anybody else day, day)
    later = day + timedelta(days=DAYS)
    return page(
        request,
        "move_visit.html",
        opened=found,
        days=by_day(found.slots),
        day=day,
        later=later,
        today=today,
        anybody=anybody,
    )


async def _open(request: web.Request, of_coach: date | None, day: date) -> Opened:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]

    def work(session: Session) -> Opened | None:
        visit = find_visit(session, account, id)
        if visit is None or visit.state not in AGREED:
            return None
        opened = _opened(session, office, account, visit)
        if of_coach is None:
            return replace(opened, slots=_of_anybody(session, _organisation(request), visit, (day, office.now())))
        return replace(opened, slots=_of_coach(session, _organisation(request), visit, (day, office.now())))

    found = await office.ledger.read(work)
    if found is None:
        raise web.HTTPNotFound
    return found


def _opened(session: Session, office: Office, account: Account, visit: Appointment) -> Opened:
    return Opened(visit, known_to(session, office.vault, account, (visit.person_id,)))


def _of_coach(
    session: Session, organisation: Organisation, visit: Appointment, at: tuple[date, datetime]
) -> list[Slot]:
    days = days_from(at[0], DAYS)
    taken = taken_by(session, organisation, visit.coach, *bounds(organisation, days[0], days[-1]))
    wish = Wish(visit.kind, visit.way, visit.id)
    slots = free_with(organisation, visit.coach, wish, days, Look(taken, at[1]))
    return [slot for slot in slots if slot.start != visit.starts_at][:MOST]


def _of_anybody(
    session: Session, organisation: Organisation, visit: Appointment, at: tuple[date, datetime]
) -> list[Slot]:
    since = max(bounds(organisation, at[0], at[0])[0], at[1])
    wanted = Wanted(visit.language, after=since, limit=MOST, a_day=MOST, kind=visit.kind, way=visit.way)
    return list(search(session, without_notice(organisation), wanted, at[1]).slots)


async def move(request: web.Request) -> web.Response:
    office, account, wanted = request.config_dict[OFFICE], request[SIGNED_IN], await seen(request)
    organisation, value = _organisation(request), await slot_value(request)

    def work(session: Session) -> Appointment | Taken | str:
        visit = find_visit(session, account, wanted.id)
        if visit is not None and visit.version != wanted.version:
            return "changed"
        return move_visit(session, organisation, account, wanted.id, value, office.now())

    came_of = await office.ledger.write(work)
    if came_of == "missing":
        raise web.HTTPNotFound
    if isinstance(came_of, Appointment):
        day = came_of.starts_at.astimezone(organisation.tz).date()
        raise await go_back(request, "moved", came_of.id, (came_of.coach, day))
    raise await go_back(request, came_of if isinstance(came_of, str) else "taken")


async def show_cancel(request: web.Request) -> web.Response:
    today = request.config_dict[OFFICE].now().date()
    return page(request, "cancel_visit.html", opened=await _seen_only(request), reasons=CANCELLED, today=today)


async def _seen_only(request: web.Request) -> Opened:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]

    def work(session: Session) -> Opened | None:
        visit = find_visit(session, account, id)
        return _opened(session, office, account, visit) if visit and visit.state in AGREED else None

    found = await office.ledger.read(work)
    if found is None:
        raise web.HTTPNotFound
    return found


async def cancel(request: web.Request) -> web.Response:
    why = (await read_form(request)).get("why", "")
    reason = why if why in CANCELLED else ""
    return await _done(request, "cancelled", lambda *given: cancel_visit(*given, why=reason))


async def note_attended(request: web.Request) -> web.Response:
    return await _done(request, "attended", lambda session, _, *given: attend(session, *given))


async def note_missed(request: web.Request) -> web.Response:
    return await _done(request, "missed", miss)


async def keep_visit(request: web.Request) -> web.Response:
    return await _done(request, "kept", lambda session, _, *given: keep(session, *given))


async def _done(request: web.Request, note: str, work: Callable[..., Answer]) -> web.Response:
    office, account, wanted = request.config_dict[OFFICE], request[SIGNED_IN], await seen(request)
    organisation, now = _organisation(request), office.now()
    answer = await office.ledger.write(lambda session: work(session, organisation, account, wanted, now))
    if answer == "missing":
        raise web.HTTPNotFound
    raise await go_back(request, note if answer == "done" else answer)


def _organisation(request: web.Request) -> Organisation:
    return request.config_dict[OFFICE].organisations[request[SIGNED_IN].organisation]


ROUTES = (
    Route("GET", f"/visits/{ID}/move", "move_visit", show_move, "book"),
    Route("POST", f"/visits/{ID}/move", "moves_visit", move, "book"),
    Route("GET", f"/visits/{ID}/cancel", "cancel_visit", show_cancel, "book"),
    Route("POST", f"/visits/{ID}/cancel", "cancels_visit", cancel, "book"),
    Route("POST", f"/visits/{ID}/attended", "attended", note_attended, "book"),
    Route("POST", f"/visits/{ID}/missed", "missed", note_missed, "book"),
    Route("POST", f"/visits/{ID}/keep", "keep_visit", keep_visit, "book"),
)
