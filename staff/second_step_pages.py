"""The page after the password: the code of the app, a recovery code, or a passkey."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web
from sqlmodel import Session

from casework.door.factors import Factors, factors_of
from casework.door.guessing import give_back, take_try
from casework.door.letting_in import Entry, let_in, second_code
from casework.door.sign_in import Door, find_half_door
from staff.cookie import TOKEN
from staff.door import Access, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, onward, page
from staff.threshold import CASE, coming, counted, go_on, minutes, takes_passkeys

LONGEST = 64


async def show_step(request: web.Request) -> web.Response:
    return await _step_page(request, await _half(request))


async def take_code(request: web.Request) -> web.Response:
    office, form, door = request.config_dict[OFFICE], await read_form(request), await _half(request)
    now, staff, code = office.now(), door.staff, form.get("code", "")[:LONGEST]
    tries = counted(request, f"second|{staff.id}", staff)
    come = coming(request, staff.organisation, door.session.how, proven=True)

    def work(session: Session) -> Entry | timedelta | None:
        wait = take_try(session, tries, now)
        if wait:
            return wait
        if not second_code(session, office.vault, door, code, now):
            return None
        give_back(session, tries, now)
        return let_in(session, staff, come, now)

    match await office.ledger.write(work):
        case Entry() as entry:
            raise go_on(request, entry, form.get("case", ""))
        case None:
            return await _step_page(request, door, 400, "wrong_code")
        case wait:
            return await _step_page(request, door, 429, "too_often", minutes(wait))


async def _half(request: web.Request) -> Door:
    """Who owes the second factor here; others begin at the beginning."""
    office, token = request.config_dict[OFFICE], request[TOKEN]
    now = office.now()
    door = await office.ledger.read(lambda session: find_half_door(session, token, now))
    if door is None or door.staff.organisation not in office.organisations:
        raise onward(request, address(request, "sign_in"))
    return door


async def _step_page(
    request: web.Request, door: Door, status: int = 200, problem: str = "", wait: int = 0
) -> web.Response:
    case = request.query.get("case", "") or (await read_form(request)).get("case", "")
    factors: Factors = await request.config_dict[OFFICE].ledger.read(lambda session: factors_of(session, door.staff.id))
    return page(
        request,
        "second_step.html",
        status,
        problem=problem,
        wait=wait,
        factors=factors,
        passkeys=factors.passkeys and takes_passkeys(request),
        case=case if CASE.fullmatch(case) else "",
    )


ROUTES = (
    Route("GET", "/sign-in/code", "second_step", show_step, Access.ANYBODY),
    Route("POST", "/sign-in/code", "take_code", take_code, Access.ANYBODY),
)
