"""The pages to get in and out: sign in with a password or a one-time link, sign out."""

from __future__ import annotations

import structlog
from aiohttp import web
from sqlmodel import Session

from casework.door.accounts import find_account
from casework.door.guessing import give_back, take_try
from casework.door.letting_in import Entry, let_in, note_wrong
from casework.door.links import redeem
from casework.door.sign_in import close_door
from staff.cookie import TOKEN
from staff.door import SIGNED_IN, Access, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, onward, page
from staff.password_checks import CHECKS, Busy
from staff.threshold import coming, counted, door_page, go_on, minutes
from storage import audit
from storage.tables import Staff

LINK = r"/link/{token:[\w-]{1,64}}"

log = structlog.get_logger(__name__)


async def sign_in(request: web.Request) -> web.Response:
    if request.get(SIGNED_IN) is not None:
        raise onward(request, address(request, "today"))
    return await _sign_in_page(request)


async def _sign_in_page(request: web.Request, status: int = 200, problem: str = "", wait: int = 0) -> web.Response:
    """The form, with what was typed before except the password."""
    form = await read_form(request)
    chosen = form.get("organisation") or request.query.get("organisation", "")
    return door_page(request, status, problem, wait=wait, login=form.get("login", ""), chosen=chosen)


async def try_sign_in(request: web.Request) -> web.Response:
    """A name that nobody has takes the same steps as a wrong password."""
    office, form, now = request.config_dict[OFFICE], await read_form(request), request.config_dict[OFFICE].now()
    organisation, login = form.get("organisation", ""), form.get("login", "").strip().lower()
    staff = await office.ledger.read(lambda session: find_account(session, organisation, login))
    tries = counted(request, f"account|{organisation}/{login}", staff)
    wait = await office.ledger.write(lambda session: take_try(session, tries, now))
    if wait:
        log.info("staff_sign_in_slowed", minutes=minutes(wait))
        return await _sign_in_page(request, 429, "too_often", minutes(wait))
    try:
        kept = staff.password_hash if staff else None
        right = await request.app[CHECKS].matches(kept, form.get("password", ""))
    except Busy:
        return await _sign_in_page(request, 503, "busy")
    if staff is None or not right or organisation not in office.organisations:
        return await _refused(request, organisation, staff)
    who, come = staff, coming(request, organisation, "password")

    def work(session: Session) -> Entry:
        give_back(session, tries, now)
        return let_in(session, who, come, now)

    raise go_on(request, await office.ledger.write(work))


async def _refused(request: web.Request, organisation: str, staff: Staff | None) -> web.Response:
    """What was typed stands nowhere; of an organisation that there is, that somebody tried stands in its audit."""
    office = request.config_dict[OFFICE]
    now = office.now()
    log.info("staff_sign_in_refused")
    if organisation in office.organisations:
        await office.ledger.write(lambda session: note_wrong(session, organisation, staff, "staff.wrong_password", now))
    return await _sign_in_page(request, 400, "wrong")


async def show_link(request: web.Request) -> web.Response:
    """Only a page with a button: a preview or a scanner that opens links before people do uses nothing up."""
    return page(request, "link.html", token=request.match_info["token"], case=request.query.get("case", ""))


async def use_link(request: web.Request) -> web.Response:
    """It stands for the password; a second factor is asked all the same."""
    office, link, now = request.config_dict[OFFICE], request.match_info["token"], request.config_dict[OFFICE].now()
    case = (await read_form(request)).get("case", "")

    def work(session: Session) -> Entry | None:
        staff = redeem(session, link, "sign_in", now)
        if staff is None or staff.organisation not in office.organisations:
            return None
        return let_in(session, staff, coming(request, staff.organisation, "link"), now)

    entry = await office.ledger.write(work)
    if entry is None:
        return page(request, "link_used.html", 410)
    raise go_on(request, entry, case)


async def sign_out(request: web.Request) -> web.Response:
    """At the server too: a copied cookie is worth nothing afterwards."""
    office, account, token = request.config_dict[OFFICE], request[SIGNED_IN], request[TOKEN]
    now = office.now()

    def work(session: Session) -> None:
        close_door(session, token)
        audit.record(session, account.organisation, account.actor, "staff.sign_out", account.id, now)

    await office.ledger.write(work)
    raise onward(request, address(request, "sign_in"))


ROUTES = (
    Route("GET", "/sign-in", "sign_in", sign_in, Access.ANYBODY),
    Route("POST", "/sign-in", "try_sign_in", try_sign_in, Access.ANYBODY),
    Route("GET", LINK, "link", show_link, Access.ANYBODY),
    Route("POST", LINK, "use_link", use_link, Access.ANYBODY),
    Route("POST", "/sign-out", "sign_out", sign_out, Access.SELF),
)
