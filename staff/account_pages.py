"""The pages of one's own account: factors and browsers, set a password, tie one's Telegram chat to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web
from sqlmodel import Session

from casework.door.accounts import PasswordRefused, set_password
from casework.door.factors import Factors, factors_of
from casework.door.guessing import give_back, take_try
from casework.door.links import one_time_link
from casework.door.outside_identity import is_tied
from casework.door.passkeys import passkeys_of
from casework.door.sign_in import close_other_doors, end_door, open_doors
from staff.cookie import TOKEN
from staff.door import DOOR, SIGNED_IN, Access, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.own_account import account_address, changed, must_be_fresh, own_organisation
from staff.pages import address, onward, page
from staff.password_checks import CHECKS, Busy
from staff.threshold import counted, takes_passkeys
from storage import audit
from storage.door_tables import Passkey, StaffSession
from storage.tables import Staff

NOTES = frozenset(
    {
        "sign_in_first",
        "app_removed",
        "factor_added",
        "no_passkey",
        "passkey_removed",
        "tied",
        "tied_already",
        "untied",
        "ended",
    }
)


@dataclass(frozen=True, slots=True)
class Own:
    """What somebody sees of their own account."""

    factors: Factors
    passkeys: Sequence[Passkey]
    doors: Sequence[StaffSession]
    tied: bool


async def show_account(request: web.Request) -> web.Response:
    office, account, door = request.config_dict[OFFICE], request[SIGNED_IN], request[DOOR]
    now, note = office.now(), request.query.get("note", "")

    def work(session: Session) -> Own:
        id = account.id
        mine = factors_of(session, id), passkeys_of(session, id), open_doors(session, id, now), is_tied(session, id)
        return Own(*mine)

    return page(
        request,
        "account.html",
        own=await office.ledger.read(work),
        here=door.id,
        lacking=door.stage == "set_up",
        can_add_passkey=takes_passkeys(request),
        provider=own_organisation(request).sign_in.provider,
        note=note if note in NOTES else "",
    )


async def end_one(request: web.Request) -> web.Response:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    now = office.now()

    def work(session: Session) -> bool:
        ended = end_door(session, account.id, id)
        if ended:
            audit.record(session, account.organisation, account.actor, "staff.end_session", account.id, now)
        return ended

    if not await office.ledger.write(work):
        raise web.HTTPNotFound
    raise onward(request, account_address(request, "ended"))


async def end_others(request: web.Request) -> web.Response:
    office, account, token = request.config_dict[OFFICE], request[SIGNED_IN], request[TOKEN]
    now = office.now()

    def work(session: Session) -> None:
        close_other_doors(session, account.id, token)
        audit.record(session, account.organisation, account.actor, "staff.end_sessions", account.id, now)

    await office.ledger.write(work)
    raise onward(request, account_address(request, "ended"))


async def show_password(request: web.Request) -> web.Response:
    must_be_fresh(request)
    return _password_page(request)


async def save_password(request: web.Request) -> web.Response:
    """Every browser of this account is signed out; this one goes on with a new token."""
    must_be_fresh(request)
    office, account, form = request.config_dict[OFFICE], request[SIGNED_IN], await read_form(request)
    password, whose, now = form.get("password", ""), (own_organisation(request), request[TOKEN]), office.now()
    if password != form.get("again", ""):
        return _password_again(request, "not_same")
    try:
        if request[DOOR].how == "password" and not await _knows(request, form.get("current", "")):
            return _password_again(request, "wrong_current")
        kept = await request.app[CHECKS].hashed(password, account.login)
    except PasswordRefused as refused:
        return _password_again(request, refused.reason)
    except Busy:
        return _password_again(request, "busy")

    def work(session: Session) -> str:
        set_password(session, session.get_one(Staff, account.id), kept, request[TOKEN])
        return changed(session, account, whose, "staff.set_password", now)

    raise onward(request, address(request, "today"), await office.ledger.write(work))


async def _knows(request: web.Request, current: str) -> bool:
    """Who came with a password shows it again; by a link, a passkey or a provider a forgotten one is replaced."""
    office, account, now = request.config_dict[OFFICE], request[SIGNED_IN], request.config_dict[OFFICE].now()
    staff = await office.ledger.read(lambda session: session.get_one(Staff, account.id))
    tries = counted(request, f"current|{account.id}", staff)
    if await office.ledger.write(lambda session: take_try(session, tries, now)):
        return False
    right = await request.app[CHECKS].matches(staff.password_hash, current)
    if right:
        await office.ledger.write(lambda session: give_back(session, tries, now))
    return right


def _password_again(request: web.Request, problem: str) -> web.Response:
    return _password_page(request, 400, problem)


def _password_page(request: web.Request, status: int = 200, problem: str = "") -> web.Response:
    return page(request, "password.html", status, problem=problem, asks_current=request[DOOR].how == "password")


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
    Route("GET", "/account", "account", show_account, Access.SELF),
    Route("POST", "/account/sessions/others/end", "end_other_sessions", end_others, Access.SELF),
    Route("POST", "/account/sessions/{id:[0-9a-f]{1,32}}/end", "end_session", end_one, Access.SELF),
    Route("GET", "/password", "password", show_password, Access.SELF),
    Route("POST", "/password", "save_password", save_password, Access.SELF),
    Route("GET", "/telegram", "telegram", show_telegram, Access.STAFF),
    Route("POST", "/telegram", "link_telegram", link_telegram, Access.STAFF),
)
