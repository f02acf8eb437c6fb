"""Signing in through the organisation's own sign-in: on the way there, and back."""

from __future__ import annotations

import orjson
import structlog
from aiohttp import web
from sqlmodel import Session

from casework.door.begun import begin, bring_back
from casework.door.letting_in import Entry, let_in, note_wrong
from casework.door.outside_identity import Somebody, account_of, let_loose, tie
from casework.house.organisation import Organisation
from staff.cookie import TOKEN
from staff.door import SIGNED_IN, Access, Route
from staff.office import OFFICE
from staff.own_account import account_address, changed, must_be_fresh, own_organisation
from staff.pages import address, onward, page
from staff.provider import Begun, Client, NotBelieved, ProviderAway, way_there, who_came_back
from staff.threshold import coming, door_page, go_on
from staff.throttle import THROTTLE
from storage.tables import Staff

log = structlog.get_logger(__name__)


async def go_there(request: web.Request) -> web.Response:
    organisation = request.config_dict[OFFICE].organisations.get(request.match_info["organisation"])
    if organisation is None or organisation.sign_in.provider is None:
        return door_page(request, 400, "outside_wrong")
    return await _leave(request, organisation, Begun.fresh(organisation.id))


async def go_there_to_tie(request: web.Request) -> web.Response:
    """Who is signed in shows who they are there too: from then on that is one more way in."""
    must_be_fresh(request)
    organisation = own_organisation(request)
    if organisation.sign_in.provider is None:
        raise onward(request, account_address(request))
    return await _leave(request, organisation, Begun.fresh(organisation.id, request[SIGNED_IN].id))


async def _leave(request: web.Request, organisation: Organisation, begun: Begun) -> web.Response:
    """A page that goes on by itself: our rules let no form lead to another site."""
    office, token = request.config_dict[OFFICE], request[TOKEN]
    now = office.now()
    if not request.app[THROTTLE].allow(str(request.remote), now):
        raise web.HTTPTooManyRequests
    try:
        where = await way_there(_client(request, organisation), begun)
    except ProviderAway as why:
        return _away(request, why)
    await office.ledger.write(lambda session: begin(session, office.vault, (token, "outside"), begun.as_json(), now))
    return page(request, "outside.html", where=where, name=_name(organisation))


async def come_back(request: web.Request) -> web.Response:
    office, token, now = request.config_dict[OFFICE], request[TOKEN], request.config_dict[OFFICE].now()
    kept = await office.ledger.write(lambda session: bring_back(session, office.vault, (token, "outside"), now))
    begun = Begun(**orjson.loads(kept)) if kept else None
    organisation = office.organisations.get(begun.organisation) if begun else None
    if begun is None or organisation is None or organisation.sign_in.provider is None:
        return door_page(request, 400, "outside_wrong")
    try:
        somebody = await who_came_back(_client(request, organisation), begun, request.query, now)
    except NotBelieved as why:
        log.info("staff_outside_refused", why=str(why))
        return door_page(request, 400, "outside_wrong", chosen=organisation.id)
    except ProviderAway as why:
        return _away(request, why)
    if begun.staff_id:
        return await _tie(request, begun, somebody)
    return await _enter(request, organisation, somebody)


async def _enter(request: web.Request, organisation: Organisation, somebody: Somebody) -> web.Response:
    office, provider = request.config_dict[OFFICE], organisation.sign_in.provider
    come = coming(request, organisation.id, "outside", proven=provider is not None and provider.asks_second_factor)
    now = office.now()

    def work(session: Session) -> Entry | None:
        staff = account_of(session, organisation, somebody, now)
        if staff is None:
            note_wrong(session, organisation.id, None, "staff.outside_unknown", now)
            return None
        return let_in(session, staff, come, now)

    entry = await office.ledger.write(work)
    if entry is None:
        return door_page(request, 403, "outside_unknown", chosen=organisation.id)
    raise go_on(request, entry)


async def _tie(request: web.Request, begun: Begun, somebody: Somebody) -> web.Response:
    """Only in the browser of who began it, while they are signed in."""
    office, account = request.config_dict[OFFICE], request.get(SIGNED_IN)
    if account is None or account.id != begun.staff_id:
        return door_page(request, 400, "outside_wrong")
    whose, now = (own_organisation(request), request[TOKEN]), office.now()

    def work(session: Session) -> str | None:
        if not tie(session, session.get_one(Staff, account.id), somebody, now):
            return None
        return changed(session, account, whose, "staff.tie", now)

    token = await office.ledger.write(work)
    raise onward(request, account_address(request, "tied" if token else "tied_already"), token)


async def loosen(request: web.Request) -> web.Response:
    must_be_fresh(request)
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    whose, now = (own_organisation(request), request[TOKEN]), office.now()

    def work(session: Session) -> str:
        let_loose(session, account.id)
        return changed(session, account, whose, "staff.untie", now)

    raise onward(request, account_address(request, "untied"), await office.ledger.write(work))


def _away(request: web.Request, why: ProviderAway) -> web.Response:
    log.warning("staff_outside_away", why=str(why))
    return door_page(request, 503, "outside_away")


def _client(request: web.Request, organisation: Organisation) -> Client:
    office, provider = request.config_dict[OFFICE], organisation.sign_in.provider
    secret = office.provider_secrets.get(organisation.id)
    if provider is None or secret is None:
        raise ProviderAway("no secret is set")
    return Client(provider, secret, office.origin + address(request, "outside_back"))


def _name(organisation: Organisation) -> str:
    provider = organisation.sign_in.provider
    return provider.name if provider else ""


ROUTES = (
    Route("POST", "/sign-in/outside/{organisation:[a-z0-9-]{1,64}}", "outside", go_there, Access.ANYBODY),
    Route("GET", "/sign-in/back", "outside_back", come_back, Access.ANYBODY),
    Route("POST", "/account/outside", "tie_outside", go_there_to_tie, Access.SELF),
    Route("POST", "/account/outside/remove", "untie_outside", loosen, Access.SELF),
)
