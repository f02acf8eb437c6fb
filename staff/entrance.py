"""The pages to get in and out: sign in with a password or a one-time link, sign out."""

from __future__ import annotations

import re
from datetime import datetime

import structlog
from aiohttp import web
from sqlmodel import Session

from casework.accounts import Account, find_account
from casework.links import redeem
from casework.sign_in import close_door, open_door
from staff.cookie import TOKEN
from staff.door import SIGNED_IN, Access, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, onward, page
from staff.password_checks import CHECKS, Busy
from staff.throttle import THROTTLE
from storage import audit
from storage.tables import Staff

CASE = re.compile("[0-9a-f]{1,32}")
LINK = r"/link/{token:[\w-]{1,64}}"

log = structlog.get_logger(__name__)


async def sign_in(request: web.Request) -> web.Response:
    if request.get(SIGNED_IN) is not None:
        raise onward(request, address(request, "today"))
    return await _sign_in_page(request)


async def _sign_in_page(request: web.Request, status: int = 200, problem: str = "") -> web.Response:
    """The form, with what was typed before except the password."""
    form, organisations = await read_form(request), request.config_dict[OFFICE].organisations.values()
    return page(
        request,
        "sign_in.html",
        status,
        problem=problem,
        login=form.get("login", ""),
        chosen=form.get("organisation") or request.query.get("organisation", ""),
        organisations=sorted(organisations, key=lambda organisation: organisation.name),
    )


async def try_sign_in(request: web.Request) -> web.Response:
    office, throttle, form = request.config_dict[OFFICE], request.app[THROTTLE], await read_form(request)
    organisation, login = form.get("organisation", ""), form.get("login", "").strip().lower()
    if not throttle.allow(f"{organisation}/{login}", office.now()):
        return await _sign_in_page(request, 429, "too_often")
    staff = await office.ledger.read(lambda session: find_account(session, organisation, login))
    try:
        kept = staff.password_hash if staff else None
        right = await request.app[CHECKS].matches(kept, form.get("password", ""))
    except Busy:
        return await _sign_in_page(request, 503, "busy")
    if staff is None or not right:
        log.info("staff_sign_in_refused")
        return await _sign_in_page(request, 400, "wrong")
    throttle.forget(f"{organisation}/{login}")
    now, old = office.now(), request[TOKEN]
    token = await office.ledger.write(lambda session: _let_in(session, staff, old, now))
    raise onward(request, address(request, "today"), token)


def _let_in(session: Session, staff: Staff, old: str, now: datetime) -> str:
    """A new token at every sign-in; the one the browser had before opens nothing any more."""
    close_door(session, old)
    audit.record(session, staff.organisation, Account.of(staff).actor, "staff.sign_in", staff.id, now)
    return open_door(session, staff.id, now)


async def show_link(request: web.Request) -> web.Response:
    """Only a page with a button: a preview or a scanner that opens links before people do uses nothing up."""
    return page(request, "link.html", token=request.match_info["token"], case=request.query.get("case", ""))


async def use_link(request: web.Request) -> web.Response:
    office, old = request.config_dict[OFFICE], request[TOKEN]
    now, link = office.now(), request.match_info["token"]
    case = (await read_form(request)).get("case", "")

    def work(session: Session) -> str | None:
        staff = redeem(session, link, "sign_in", now)
        return _let_in(session, staff, old, now) if staff else None

    token = await office.ledger.write(work)
    if token is None:
        return page(request, "link_used.html", 410)
    where = address(request, "case", id=case) if CASE.fullmatch(case) else address(request, "today")
    raise onward(request, where, token)


async def sign_out(request: web.Request) -> web.Response:
    """At the server too: a copied cookie is worth nothing afterwards."""
    token = request[TOKEN]
    await request.config_dict[OFFICE].ledger.write(lambda session: close_door(session, token))
    raise onward(request, address(request, "sign_in"))


ROUTES = (
    Route("GET", "/sign-in", "sign_in", sign_in, Access.ANYBODY),
    Route("POST", "/sign-in", "try_sign_in", try_sign_in, Access.ANYBODY),
    Route("GET", LINK, "link", show_link, Access.ANYBODY),
    Route("POST", LINK, "use_link", use_link, Access.ANYBODY),
    Route("POST", "/sign-out", "sign_out", sign_out, Access.STAFF),
)
