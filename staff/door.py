"""The console's door: who is signed in, who may see which page, and where the others are sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from aiohttp import web
from aiohttp.typedefs import Handler

from casework.door.accounts import Account
from casework.door.rights import Right, may
from casework.door.sign_in import SEEN_EVERY, find_door, keep_open
from staff.cookie import TOKEN
from staff.office import OFFICE
from storage.door_tables import StaffSession

SIGNED_IN = web.RequestKey("signed_in", Account)
DOOR = web.RequestKey("door", StaffSession)
"""The browser of who is signed in."""


class Access(Enum):
    """Who may see a page that asks for no right of its own."""

    ANYBODY = auto()
    STAFF = auto()
    SELF = auto()
    """One's own account: there too for who has to set up a second factor before anything else."""


@dataclass(frozen=True, slots=True)
class Route:
    """``access`` is said by every route, there is no default: the right that it takes, or who else may come."""

    method: str
    path: str
    name: str
    handler: Handler
    access: Access | Right


def register(app: web.Application, routes: tuple[Route, ...]) -> None:
    for route in routes:
        app.router.add_route(route.method, route.path, _guarded(route), name=route.name)


def _guarded(route: Route) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        account = request.get(SIGNED_IN)
        if route.access is not Access.ANYBODY and account is None:
            raise web.HTTPSeeOther(request.app.router["sign_in"].url_for())
        if route.access not in (Access.ANYBODY, Access.SELF) and request[DOOR].stage == "set_up":
            raise web.HTTPSeeOther(request.app.router["account"].url_for())
        if account is not None and not isinstance(route.access, Access) and not may(account, route.access):
            raise web.HTTPNotFound
        return await route.handler(request)

    return handle


@web.middleware
async def recognise(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Look up whose browser this is."""
    account = await _account(request)
    if account is not None:
        request[SIGNED_IN] = account
    return await handler(request)


async def _account(request: web.Request) -> Account | None:
    office, token = request.config_dict[OFFICE], request[TOKEN]
    now = office.now()
    found = await office.ledger.read(lambda session: find_door(session, token, now))
    if found is None or found.staff.organisation not in office.organisations:
        return None
    staff, request[DOOR] = found
    if now - request[DOOR].seen_at > SEEN_EVERY:
        await office.ledger.write(lambda session: keep_open(session, token, now))
    return Account.of(staff, office.organisations[staff.organisation])
