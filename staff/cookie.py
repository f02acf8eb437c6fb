"""The console's one cookie: a random token per browser, which signs in only once the database knows it."""

from __future__ import annotations

import hashlib
import hmac

from aiohttp import web
from aiohttp.typedefs import Handler

from casework.door.tokens import new_token
from staff.office import OFFICE

TOKEN = web.RequestKey("cookie_token", str)
LONGEST = 64


def cookie_name(secure: bool) -> str:
    """With https the name makes browsers refuse it from any other host or path."""
    return "__Host-opstap-staff" if secure else "opstap-staff"


@web.middleware
async def with_token(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give every browser a token, so that even the sign-in form can be tied to it."""
    sent = request.cookies.get(cookie_name(request.config_dict[OFFICE].secure), "")
    known = 0 < len(sent) <= LONGEST and sent.isascii()
    request[TOKEN] = sent if known else new_token()
    response = await handler(request)
    if not known and not response.cookies:
        send_token(request, response, request[TOKEN])
    return response


def send_token(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Keep the token in the browser until it is closed; scripts cannot read it."""
    secure = request.config_dict[OFFICE].secure
    response.set_cookie(cookie_name(secure), token, path="/", secure=secure, httponly=True, samesite="Lax")


def form_token(cookie_token: str) -> str:
    """What a form must carry to prove that it comes from a page shown to this browser."""
    return hmac.new(cookie_token.encode(), b"opstap form", hashlib.sha256).hexdigest()
