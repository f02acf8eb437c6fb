"""Tokens of the API: made and shown once, with what they may do and until when; revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiohttp import web
from sqlmodel import Session

from casework.door.api_tokens import SCOPES, api_tokens, holds, new_api_token, public_id, revoke_api_token
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, onward, page
from storage import audit

TOKEN_ID = "{token:[0-9a-f]{1,32}}"  # noqa: S105 - part of an address
LONGEST = 60
LASTS = {"30": 30, "90": 90, "365": 365, "": None}
"""Days, by what the form sends; nothing: it does not end."""


async def show_tokens(request: web.Request) -> web.Response:
    return await _tokens_page(request)


async def _tokens_page(request: web.Request, status: int = 200, **more: Any) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    now = office.now()
    found = await office.ledger.read(lambda session: api_tokens(session, account.organisation))
    values: dict[str, Any] = {"token": "", "problem": "", "typed": {}, "revoked": "revoked" in request.query} | more
    return page(
        request,
        "tokens.html",
        status,
        tokens=[(public_id(each), each, holds(each, now)) for each in found],
        scopes=SCOPES,
        **values,
    )


async def make_token(request: web.Request) -> web.Response:
    office, account, form = request.config_dict[OFFICE], request[SIGNED_IN], await read_form(request)
    name, scopes = form.get("name", "").strip(), [scope for scope in SCOPES if form.get(scope)]
    if not name or len(name) > LONGEST or not scopes or form.get("lasts", "") not in LASTS:
        return await _tokens_page(request, 400, problem="incomplete", typed=form)
    now, days = office.now(), LASTS[form.get("lasts", "")]
    until = now + timedelta(days=days) if days else None

    def work(session: Session) -> str:
        token = new_api_token(session, account.organisation, name, now, scopes, until=until)
        audit.record(session, account.organisation, account.actor, "token.make", name, now)
        return token

    return await _tokens_page(request, token=await office.ledger.write(work))


async def revoke_token(request: web.Request) -> web.Response:
    """At once: the next call with it is refused."""
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["token"]
    now = office.now()

    def work(session: Session) -> bool:
        audit.record(session, account.organisation, account.actor, "token.revoke", id, now)
        return revoke_api_token(session, account.organisation, id, now)

    if not await office.ledger.write(work):
        raise web.HTTPNotFound
    raise onward(request, f"{address(request, 'tokens')}?revoked")


ROUTES = (
    Route("GET", "/organisation/tokens", "tokens", show_tokens, "manage_api"),
    Route("POST", "/organisation/tokens", "make_token", make_token, "manage_api"),
    Route("POST", f"/organisation/tokens/{TOKEN_ID}/revoke", "revoke_token", revoke_token, "manage_api"),
)
