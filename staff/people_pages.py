"""People and roles: who works here, what they do and speak; inviting, and closing an account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aiohttp import web
from sqlmodel import Session

from casework.door.accounts import Account
from casework.door.people import (
    LANGUAGES,
    LONGEST_NAME,
    ROLE_NAMES,
    ROLES,
    Newcomer,
    find_member,
    invite,
    keep_role,
    let_back,
    let_go,
    link_for,
    members,
    roles_field,
    work_fields,
)
from casework.hours.house_edits import Misfit
from casework.house.sheets import Field
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, language_name, language_of, onward, page, say
from staff.sheets import Sheet, organisation_now, save_sheet, sheet_page
from storage.tables import Staff

ID = "{id:[0-9a-f]{1,32}}"
NOTES = ("closed", "opened", "yourself", "saved", "same", "changed")
TOPIC = "barriers"
"""The question whose options a coach can know most about."""


async def show_people(request: web.Request) -> web.Response:
    return await _people_page(request)


async def _people_page(request: web.Request, status: int = 200, **more: Any) -> web.Response:
    office = request.config_dict[OFFICE]
    organisation, now = (await organisation_now(request))[0], office.now()
    found = await office.ledger.read(lambda session: members(session, organisation, now))
    note = request.query.get("note", "")
    values: dict[str, Any] = {"problem": "", "link": "", "invited": "", "typed": {}} | more
    return page(
        request,
        "people.html",
        status,
        members=found,
        of=organisation,
        roles=ROLES,
        role_name=lambda role: say(request, ROLE_NAMES[role].source) if role in ROLE_NAMES else role,
        spoken=tuple(dict.fromkeys((*organisation.languages, *LANGUAGES))),
        note=note if note in NOTES else "",
        **values,
    )


async def invite_somebody(request: web.Request) -> web.Response:
    """The link is shown on this page only, to be passed on by whoever invites."""
    office, account, form = request.config_dict[OFFICE], request[SIGNED_IN], await read_form(request)
    name, role = form.get("name", "").strip(), next((each for each in ROLES if each == form.get("role")), None)
    languages = tuple(code for code in LANGUAGES if form.get(f"language:{code}"))
    organisation, _ = await organisation_now(request)
    places = tuple(id for id in organisation.places if form.get(f"place:{id}"))
    if not (name and role and languages and places) or len(name) > LONGEST_NAME:
        return await _people_page(request, 400, problem="incomplete", typed=form)
    newcomer, now = Newcomer(name, role, languages, places), office.now()
    try:
        staff, token = await office.ledger.write(
            lambda session: invite(session, office.organisations, account, newcomer, now)
        )
    except Misfit:
        return await _people_page(request, 400, problem="misfit", typed=form)
    await office.organisations.renew(office.ledger)
    return await _people_page(request, link=_address(request, token), invited=staff.name)


def _address(request: web.Request, token: str) -> str:
    return request.config_dict[OFFICE].origin + address(request, "link", token=token)


async def _member(request: web.Request) -> Staff:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    found = await office.ledger.read(lambda session: find_member(session, account.organisation, id))
    if found is None:
        raise web.HTTPNotFound
    return found


async def show_person(request: web.Request) -> web.Response:
    return await _person_page(request, await _member(request))


async def _person_page(request: web.Request, staff: Staff, **more: Any) -> web.Response:
    sheet = await _work_sheet(request, staff)
    organisation, _ = await organisation_now(request)
    known = staff.coach in organisation.coaches
    return await sheet_page(
        request,
        sheet,
        "person.html",
        staff=staff,
        duty=staff.coach in organisation.on_duty,
        roles=list(organisation.coaches[staff.coach].roles) if known and staff.coach else [],
        role_name=lambda role: say(request, ROLE_NAMES[role].source) if role in ROLE_NAMES else role,
        every_role=ROLES,
        **{"link": "", "short": "", **more},
    )


async def _work_sheet(request: web.Request, staff: Staff) -> Sheet:
    organisation, _ = await organisation_now(request)
    here = address(request, "person", id=staff.id)
    there = staff.coach if staff.coach in organisation.coaches else None
    fields = work_fields(organisation, there, _expertise(request)) if there else ()
    language = language_of(request)
    named = tuple(field if not field.place.endswith(".languages") else _in_words(field, language) for field in fields)
    return Sheet(staff.name, here, here, named, staff.name)


def _in_words(field: Field, language: str) -> Field:
    return replace(field, options=tuple((code, language_name(code, language)) for code, _ in field.options))


def _expertise(request: web.Request) -> tuple[tuple[str, str], ...]:
    """The answers that somebody can know most about, as the flow asks them."""
    for flow in request.config_dict[OFFICE].briefing.flows.values():
        asked = flow.asks.get(TOPIC)
        if asked is not None:
            return tuple((option.id, say(request, option.label)) for option in asked.kind.options if not option.alone)
    return ()


async def keep_person(request: web.Request) -> web.Response:
    return await save_sheet(request, await _work_sheet(request, await _member(request)))


async def keep_roles(request: web.Request) -> web.Response:
    """Nobody changes their own: the last administrator would be gone, or a lead be more than they were made."""
    account, staff = request[SIGNED_IN], await _member(request)
    if staff.id == account.id:
        raise onward(request, f"{address(request, 'people')}?note=yourself")
    if staff.coach is None:
        raise web.HTTPNotFound
    here = address(request, "person", id=staff.id)
    action, fields = address(request, "keep_roles", id=staff.id), (roles_field(staff.coach),)
    sheet = Sheet(staff.name, action, here, fields, staff.name)
    return await save_sheet(request, sheet, lambda s, now_is, _: keep_role(s, now_is, s.get_one(Staff, staff.id)))


async def link_again(request: web.Request) -> web.Response:
    """For who lost their way in: shown on this page only."""
    office, account, staff = request.config_dict[OFFICE], request[SIGNED_IN], await _member(request)
    now = office.now()
    if not staff.active:
        raise web.HTTPNotFound
    token = await office.ledger.write(lambda s: link_for(s, account, s.get_one(Staff, staff.id), now))
    return await _person_page(request, staff, link=_address(request, token))


async def close_account(request: web.Request) -> web.Response:
    staff = await _member(request)

    def work(session: Session, account: Account) -> str:
        office = request.config_dict[OFFICE]
        return let_go(session, office.organisations, account, session.get_one(Staff, staff.id), office.now())

    raise await _done(request, work, "closed")


async def open_account(request: web.Request) -> web.Response:
    staff = await _member(request)

    def work(session: Session, account: Account) -> str:
        office = request.config_dict[OFFICE]
        return let_back(session, office.organisations, account, session.get_one(Staff, staff.id), office.now())

    raise await _done(request, work, "opened")


async def _done(request: web.Request, work: Any, note: str) -> web.HTTPSeeOther:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    came = await office.ledger.write(lambda session: work(session, account))
    if came == "missing":
        raise web.HTTPNotFound
    await office.organisations.renew(office.ledger)
    return onward(request, f"{address(request, 'people')}?note={note if came == 'done' else came}")


ROUTES = (
    Route("GET", "/organisation/people", "people", show_people, "see_organisation"),
    Route("POST", "/organisation/people", "invite", invite_somebody, "manage_staff"),
    Route("GET", f"/organisation/people/{ID}", "person", show_person, "see_organisation"),
    Route("POST", f"/organisation/people/{ID}", "keep_person", keep_person, "edit_organisation"),
    Route("POST", f"/organisation/people/{ID}/roles", "keep_roles", keep_roles, "manage_staff"),
    Route("POST", f"/organisation/people/{ID}/link", "link_again", link_again, "manage_staff"),
    Route("POST", f"/organisation/people/{ID}/close", "close_account", close_account, "manage_staff"),
    Route("POST", f"/organisation/people/{ID}/open", "open_account", open_account, "manage_staff"),
)
