"""The register of cheques: what is left of each pot, who asked, and what became of those that were granted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aiohttp import web
from sqlmodel import Session

from casework.cases.cases import Actor
from casework.local_work.cheques import Register, ask, end, grant, shelves
from casework.local_work.companies import found_company, names
from staff.door import SIGNED_IN, Route
from staff.forms import read_form, seen_version
from staff.office import OFFICE
from staff.pages import address, onward, page
from storage.tables import Cheque

CHEQUE = "{cheque:[0-9a-f]{1,32}}"
LONGEST = 64
NOTES = frozenset({"granted", "used", "expired", "asked", "none_left", "no_money", "not_now", "changed", "nobody"})
GOOD = frozenset({"granted", "used", "expired", "asked"})


async def show_cheques(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]

    def work(session: Session) -> dict[str, Any]:
        register = _register(request, session)
        found = shelves(register)
        every: Iterable[Cheque] = (cheque for shelf in found for cheque in shelf.cheques)
        return {"shelves": found, "names": names(session, office.vault, Actor.of(account), every)}

    note = request.query.get("note", "")
    found: Mapping[str, Any] = await office.ledger.read(work)
    await office.ledger.write(lambda session: _register(request, session).record("cheque.list", "all"))
    return page(request, "cheques.html", **found, note=note if note in NOTES else "", good=note in GOOD)


async def add_request(request: web.Request) -> web.Response:
    form = await read_form(request)

    def work(register: Register) -> str:
        pot = register.organisation.cheques.get(form.get("pot", ""))
        account = request[SIGNED_IN]
        case = found_company(register.session, Actor.of(account), form.get("case", "").strip()[:LONGEST])
        if pot is None or case is None or not ask(register, case, pot):
            return "nobody"
        register.record("cheque.ask", case.id)
        return "asked"

    return await _done(request, work)


async def grant_cheque(request: web.Request) -> web.Response:
    id, version = request.match_info["cheque"], await seen_version(request)
    return await _done(request, lambda register: grant(register, id, version))


async def note_used(request: web.Request) -> web.Response:
    id, version = request.match_info["cheque"], await seen_version(request)
    return await _done(request, lambda register: end(register, id, version, "used"))


async def note_expired(request: web.Request) -> web.Response:
    id, version = request.match_info["cheque"], await seen_version(request)
    return await _done(request, lambda register: end(register, id, version, "expired"))


async def _done(request: web.Request, work: Callable[[Register], str]) -> web.Response:
    came_of = await request.config_dict[OFFICE].ledger.write(lambda session: work(_register(request, session)))
    if came_of == "missing":
        raise web.HTTPNotFound
    raise onward(request, f"{address(request, 'cheques')}?note={came_of}")


def _register(request: web.Request, session: Session) -> Register:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    return Register(session, office.organisations.read(session, account.organisation), account.actor, office.now())


ROUTES = (
    Route("GET", "/cheques", "cheques", show_cheques, "grant_cheques"),
    Route("POST", "/cheques/add", "cheque_add", add_request, "grant_cheques"),
    Route("POST", f"/cheques/{CHEQUE}/grant", "cheque_grant", grant_cheque, "grant_cheques"),
    Route("POST", f"/cheques/{CHEQUE}/used", "cheque_used", note_used, "grant_cheques"),
    Route("POST", f"/cheques/{CHEQUE}/expired", "cheque_expired", note_expired, "grant_cheques"),
)
