"""Passkeys over the web: the browser asks for a challenge, the device signs it, the page sends it back."""

from __future__ import annotations

import structlog
from aiohttp import web
from sqlmodel import Session

from casework.door.devices import device_words
from casework.door.factors import codes_for_first, drop_codes_of_none
from casework.door.guessing import give_back, take_try
from casework.door.letting_in import Entry, let_in, note
from casework.door.passkeys import (
    LONGEST_NAME,
    NoPasskey,
    Site,
    add_passkey,
    ask_for_new,
    ask_for_passkey,
    remove_passkey,
    show_passkey,
)
from casework.door.sign_in import find_half_door
from staff.cookie import TOKEN
from staff.door import SIGNED_IN, Access, Route
from staff.factor_pages import codes_page
from staff.forms import read_form
from staff.office import OFFICE
from staff.own_account import account_address, changed, must_be_fresh, own_organisation
from staff.pages import onward
from staff.threshold import coming, counted, door_page, go_on, minutes, site, takes_passkeys
from staff.throttle import THROTTLE

log = structlog.get_logger(__name__)
LONGEST = 16 * 1024


async def new_options(request: web.Request) -> web.Response:
    must_be_fresh(request)
    office, account, where = request.config_dict[OFFICE], request[SIGNED_IN], _site(request)
    now = office.now()
    options = await office.ledger.write(lambda session: ask_for_new(session, where, account, now))
    return web.json_response(text=options)


async def add(request: web.Request) -> web.Response:
    must_be_fresh(request)
    office, account, form = request.config_dict[OFFICE], request[SIGNED_IN], await read_form(request)
    where, whose, now = _site(request), (own_organisation(request), request[TOKEN]), office.now()
    name = " ".join(form.get("name", "").split())[:LONGEST_NAME]

    def work(session: Session) -> tuple[str, list[str]] | None:
        try:
            made = add_passkey(session, where, account, form.get("credential", "")[:LONGEST], now)
        except NoPasskey as why:
            refused(why)
            return None
        made.name = name or whose_device(request)
        session.flush()
        codes = codes_for_first(session, account.id)
        return changed(session, account, whose, "staff.passkey", now), codes

    done = await office.ledger.write(work)
    if done is None:
        raise onward(request, account_address(request, "no_passkey"))
    return codes_page(request, *done)


def refused(why: NoPasskey) -> None:
    """A value, not an error: the challenge stays used up."""
    log.info("staff_passkey_refused", why=str(why))


def whose_device(request: web.Request) -> str:
    return device_words(request.headers.get("User-Agent", "")) or "Passkey"


async def remove(request: web.Request) -> web.Response:
    must_be_fresh(request)
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    whose, now = (own_organisation(request), request[TOKEN]), office.now()

    def work(session: Session) -> str | None:
        if not remove_passkey(session, account.id, id):
            return None
        drop_codes_of_none(session, account.id)
        return changed(session, account, whose, "staff.no_passkey", now)

    token = await office.ledger.write(work)
    if token is None:
        raise web.HTTPNotFound
    raise onward(request, account_address(request, "passkey_removed"), token)


async def options(request: web.Request) -> web.Response:
    """For who has given a password here, one of their own; else anybody's that the browser knows."""
    office, where = request.config_dict[OFFICE], _site(request)
    now = office.now()
    if not request.app[THROTTLE].allow(str(request.remote), now):
        raise web.HTTPTooManyRequests

    def work(session: Session) -> str:
        half = find_half_door(session, where.token, now)
        return ask_for_passkey(session, where, half.staff.id if half else "", now)

    return web.json_response(text=await office.ledger.write(work))


async def sign_in(request: web.Request) -> web.Response:
    office, form, where = request.config_dict[OFFICE], await read_form(request), _site(request)
    now, sent, tries = office.now(), form.get("credential", "")[:LONGEST], counted(request, "passkey", None)
    wait = await office.ledger.write(lambda session: take_try(session, tries, now))
    if wait:
        return door_page(request, 429, "too_often", wait=minutes(wait))

    def work(session: Session) -> Entry | None:
        half = find_half_door(session, where.token, now)
        try:
            shown = show_passkey(session, where, half.staff.id if half else "", sent, now)
        except NoPasskey as why:
            refused(why)
            return None
        if shown.staff.organisation not in office.organisations:
            return None
        give_back(session, tries, now)
        note(session, shown.staff, "staff.passkey_shown", now)
        how = half.session.how if half else "passkey"
        return let_in(session, shown.staff, coming(request, shown.staff.organisation, how, proven=True), now)

    entry = await office.ledger.write(work)
    if entry is None:
        return door_page(request, 400, "no_passkey")
    raise go_on(request, entry, form.get("case", ""))


def _site(request: web.Request) -> Site:
    if not takes_passkeys(request):
        raise web.HTTPBadRequest
    return site(request)


ROUTES = (
    Route("POST", "/sign-in/passkey/options", "passkey_options", options, Access.ANYBODY),
    Route("POST", "/sign-in/passkey", "passkey_sign_in", sign_in, Access.ANYBODY),
    Route("POST", "/account/passkeys/options", "new_passkey_options", new_options, Access.SELF),
    Route("POST", "/account/passkeys", "add_passkey", add, Access.SELF),
    Route("POST", "/account/passkeys/{id:[0-9a-f]{1,32}}/remove", "remove_passkey", remove, Access.SELF),
)
