"""Group sessions: the list, one with its seats and who waits, a sheet to print, and what is done at the door."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web
from sqlmodel import Session

from casework.cases.cases import Actor
from casework.door.rights import may
from casework.employers.calls import may_be_called
from casework.employers.register import Bureau, by_name
from casework.employers.vacancies import jobs_at
from casework.hours.hours_desk import may_edit
from casework.hours.house_edits import OFF
from casework.house.organisation import Organisation
from casework.sessions.attendance import OUTCOMES, Register
from casework.sessions.enrolments import Room
from casework.sessions.group_sessions import meets_at
from casework.sessions.session_desk import (
    BEFOREHAND,
    call_session_off,
    event,
    events,
    seat_next,
    sheet,
    unknown_walk_in,
    walk_in,
)
from casework.sessions.session_file import GroupSession
from casework.sessions.session_summary import OUTCOMES as OUTCOME_WORDS
from casework.telling.announcements import announce_about
from casework.visiting.booking_search import find_clients
from staff.door import SIGNED_IN, Route
from staff.forms import read_form, seen_version
from staff.office import OFFICE, Office
from staff.pages import address, onward, page
from storage.tables import Case

ID = "{id:[a-z0-9-]{2,32}}"
PLACE = "{place:[0-9a-f]{1,32}}"
NOTES = ("done", "changed", "too_early", "full", "nobody", "added", "waits", "off", "closed")
LONGEST = 64


async def show_sessions(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    organisation, now = office.organisations[account.organisation], office.now()
    found = await office.ledger.read(lambda session: events(session, office.organisations, organisation, now))
    return page(request, "sessions.html", events=found, now=now)


async def show_session(request: web.Request) -> web.Response:
    return await _show(request, "session.html")


async def show_sheet(request: web.Request) -> web.Response:
    return await _show(request, "session_sheet.html")


async def _show(request: web.Request, template: str) -> web.Response:
    office, account, now = request.config_dict[OFFICE], request[SIGNED_IN], request.config_dict[OFFICE].now()
    text = request.query.get("find", "").strip()[:LONGEST]
    group = _group(request)

    def work(session: Session) -> dict[str, Any]:
        organisation = office.organisations.read(session, account.organisation)
        room = Room(session, organisation, group, now)
        return {
            "event": event(room, off=group.id not in organisation.sessions),
            "lines": sheet(session, office.vault, account, room),
            "found": find_clients(session, office.vault, organisation.id, text, now) if text else [],
            "jobs": jobs_at(session, organisation, group, account.language, now.astimezone(organisation.tz).date()),
            **_host(session, request, organisation, group),
        }

    organisation = office.organisations[account.organisation]
    note = request.query.get("note", "")
    return page(
        request,
        template,
        **await office.ledger.write(work),
        now=now,
        text=text,
        note=note if note in NOTES else "",
        begun=now >= meets_at(organisation, group),
        doors_open=now >= meets_at(organisation, group) - BEFOREHAND,
        may_call_off=may_edit(account, f"sessions.{group.id}.{OFF}"),
        outcomes={id: OUTCOME_WORDS[id] for id in OUTCOMES},
    )


def _host(session: Session, request: web.Request, house: Organisation, group: GroupSession) -> dict[str, Any]:
    """For who works with companies: the host in their register, and who agreed that it calls them."""
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    company = by_name(session, office.vault, house.id, group.host) if may(account, "work_companies") else None
    if company is None:
        return {"company": None, "callers": []}
    bureau = Bureau(session, office.vault, house, Actor.of(account), office.now())
    return {"company": company, "callers": may_be_called(bureau, company)}


def _group(request: web.Request) -> GroupSession:
    """Also of a session that is called off."""
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    group = office.organisations.every_session(account.organisation).get(request.match_info["id"])
    if group is None:
        raise web.HTTPNotFound
    return group


async def mark(request: web.Request) -> web.Response:
    came, version = (await read_form(request)).get("came") == "yes", await seen_version(request)
    return await _done(request, lambda register: register.mark(_place(request), version, attended=came))


async def note_outcome(request: web.Request) -> web.Response:
    outcome = (await read_form(request)).get("outcome", "")
    if outcome not in OUTCOMES:
        raise web.HTTPBadRequest
    return await _done(request, lambda register: register.outcome(_place(request), outcome))


async def take_off(request: web.Request) -> web.Response:
    version = await seen_version(request)
    return await _done(request, lambda register: register.remove(_place(request), version))


async def add_person(request: web.Request) -> web.Response:
    """Who stands at the door was there; who is signed up beforehand is told."""
    form = await read_form(request)
    case, at_the_door = form.get("case", ""), "at_the_door" in form

    def add(register: Register) -> str:
        room = register.room
        found = room.session.get(Case, case)
        if found is None or found.organisation != room.organisation.id:
            return "missing"
        if at_the_door:
            return walk_in(register, found.person_id)
        if room.group.id not in room.organisation.sessions or room.now >= meets_at(room.organisation, room.group):
            return "closed"
        place = register.add(found.person_id)
        return "missing" if place is None else "added" if place.seat else "waits"

    return await _done(request, add)


async def add_unknown(request: web.Request) -> web.Response:
    vault = request.config_dict[OFFICE].vault
    return await _done(request, lambda register: unknown_walk_in(register, vault))


async def give_next(request: web.Request) -> web.Response:
    return await _done(request, seat_next)


async def _done(request: web.Request, work: Callable[[Register], str]) -> web.Response:
    """Back to the session, with what came of it; nothing is done any more for one that is called off."""
    office, account, group = request.config_dict[OFFICE], request[SIGNED_IN], _group(request)
    now = office.now()

    def carry_out(session: Session) -> str:
        organisation: Organisation = office.organisations.read(session, account.organisation)
        if group.id not in organisation.sessions:
            return "closed"
        return work(Register(Room(session, organisation, group, now), account))

    came_of = await office.ledger.write(carry_out)
    if came_of == "missing":
        raise web.HTTPNotFound
    raise onward(request, f"{address(request, 'group_session', id=group.id)}?note={came_of}")


async def call_off(request: web.Request) -> web.Response:
    office, group = request.config_dict[OFFICE], _group(request)
    came_of = await office.ledger.write(partial(_call_off, request=request, office=office, group=group))
    if came_of == "missing":
        raise web.HTTPNotFound
    await office.organisations.renew(office.ledger)
    note = "off" if came_of == "done" else came_of
    raise onward(request, f"{address(request, 'group_session', id=group.id)}?note={note}")


def _call_off(session: Session, request: web.Request, office: Office, group: GroupSession) -> str:
    now = office.now()
    came_of = call_session_off(session, office.organisations, request[SIGNED_IN], group, now)
    if came_of == "done" and office.voice is not None:
        announce_about(session, office.voice, group.id, now)
    return came_of


def _place(request: web.Request) -> str:
    return request.match_info["place"]


ROUTES = (
    Route("GET", "/sessions", "group_sessions", show_sessions, "run_sessions"),
    Route("GET", f"/sessions/{ID}", "group_session", show_session, "run_sessions"),
    Route("GET", f"/sessions/{ID}/sheet", "session_sheet", show_sheet, "run_sessions"),
    Route("POST", f"/sessions/{ID}/add", "session_add", add_person, "run_sessions"),
    Route("POST", f"/sessions/{ID}/walk_in", "session_walk_in", add_unknown, "run_sessions"),
    Route("POST", f"/sessions/{ID}/next", "session_next", give_next, "run_sessions"),
    Route("POST", f"/sessions/{ID}/off", "session_off", call_off, "run_sessions"),
    Route("POST", f"/sessions/{ID}/{PLACE}/mark", "session_mark", mark, "run_sessions"),
    Route("POST", f"/sessions/{ID}/{PLACE}/outcome", "session_outcome", note_outcome, "run_sessions"),
    Route("POST", f"/sessions/{ID}/{PLACE}/off", "session_take_off", take_off, "run_sessions"),
)
