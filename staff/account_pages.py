"""The pages of one's own account: set a password, tie one's Telegram chat to it."""

from __future__ import annotations

from aiohttp import web
from sqlmodel import Session

from casework.accounts import PasswordRefused, set_password
from casework.links import one_time_link
from casework.sign_in import open_door
from staff.door import SIGNED_IN, Access, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, onward, page
from staff.password_checks import CHECKS, Busy
from storage import audit
from storage.tables import Staff


async def show_password(request: web.Request) -> web.Response:
    return page(request, "password.html", problem="")


async def save_password(request: web.Request) -> web.Response:
    """Every browser of this account is signed out; this one goes on with a new token."""
    office, account, form = request.config_dict[OFFICE], request[SIGNED_IN], await read_form(request)
    password, now = form.get("password", ""), office.now()
    if password != form.get("again", ""):
        return _password_again(request, "not_same")
    try:
        kept = await request.app[CHECKS].hashed(password, account.login)
    except PasswordRefused as refused:
        return _password_again(request, refused.reason)
    except Busy:
        return _password_again(request, "busy")

    def work(session: Session) -> str:
        set_password(session, session.get_one(Staff, account.id), kept)
        audit.record(session, account.organisation, account.actor, "staff.set_password", account.id, now)
        return open_door(session, account.id, now)

    raise onward(request, address(request, "today"), await office.ledger.write(work))


def _password_again(request: web.Request, problem: str) -> web.Response:
    return page(request, "password.html", 400, problem=problem)


async def show_telegram(request: web.Request) -> web.Response:
    return page(request, "telegram.html", bot=_bot(request), link="")


async def link_telegram(request: web.Request) -> web.Response:
    """Shown on this page only, never in an address of ours."""
    office, account, bot = request.config_dict[OFFICE], request[SIGNED_IN], _bot(request)
    now = office.now()
    if not bot:
        return page(request, "telegram.html", 400, bot="", link="")

    def work(session: Session) -> str:
        audit.record(session, account.organisation, account.actor, "staff.link_telegram", account.id, now)
        return one_time_link(session, session.get_one(Staff, account.id), "link_telegram", now)

    token = await office.ledger.write(work)
    return page(request, "telegram.html", bot=bot, link=f"https://t.me/{bot}?start={token}")


def _bot(request: web.Request) -> str:
    return request.config_dict[OFFICE].bots.get(request[SIGNED_IN].organisation, "")


ROUTES = (
    Route("GET", "/password", "password", show_password, Access.STAFF),
    Route("POST", "/password", "save_password", save_password, Access.STAFF),
    Route("GET", "/telegram", "telegram", show_telegram, Access.STAFF),
    Route("POST", "/telegram", "link_telegram", link_telegram, Access.STAFF),
)
