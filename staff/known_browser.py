"""Knows a browser in which somebody has signed in before, so that guesses from elsewhere do not keep them out.

The cookie opens nothing. It holds a random mark and, for each account that signed in there, a signature over both.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256

from aiohttp import web

from casework.door.guessing import Source
from casework.door.tokens import new_token
from staff.office import OFFICE
from storage.tables import Staff

LASTS = timedelta(days=180)
MOST = 6
"""Accounts that one browser keeps in mind: a front desk is used by several."""
LONGEST = 600
PURPOSE = "browsers that signed in before"


def browser_cookie(secure: bool) -> str:
    return "__Host-opstap-browser" if secure else "opstap-browser"


def source_of(request: web.Request, staff: Staff | None) -> Source:
    """Where a try for this account comes from."""
    mark, *signatures = _parts(request)
    if staff is None or not mark:
        return Source(str(request.remote))
    wanted = _signatures(request, mark, staff.id)
    known = any(hmac.compare_digest(given, right) for given in signatures for right in wanted)
    return Source(str(request.remote), mark if known else "")


def remember(request: web.Request, response: web.StreamResponse, staff_id: str) -> None:
    mark, *signatures = _parts(request)
    mark = mark or new_token()
    newest = _signatures(request, mark, staff_id)[0]
    kept = [newest, *(each for each in signatures if each != newest)][:MOST]
    secure = request.config_dict[OFFICE].secure
    response.set_cookie(
        browser_cookie(secure),
        ".".join((mark, *kept)),
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def _parts(request: web.Request) -> list[str]:
    sent = request.cookies.get(browser_cookie(request.config_dict[OFFICE].secure), "")
    return sent.split(".") if len(sent) <= LONGEST and sent.isascii() else [""]


def _signatures(request: web.Request, mark: str, staff_id: str) -> list[str]:
    """With the newest secret, and with those before it."""
    keys = request.config_dict[OFFICE].vault.derived(PURPOSE)
    return [hmac.new(key, f"{mark}|{staff_id}".encode(), sha256).hexdigest()[:32] for key in keys]
