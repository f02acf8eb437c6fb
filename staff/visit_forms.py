"""What forms about visits send: which version was seen, which time is wanted, where to go back to."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlencode

from aiohttp import web

from casework.visiting.staff_visits import Seen
from staff.door import SIGNED_IN
from staff.forms import read_form, seen_version
from staff.office import OFFICE
from staff.pages import address, onward

SLOT = re.compile(r"\d{8}T\d{4}-[a-z0-9-]{2,16}")
BACK = re.compile(r"([a-z0-9-]{2,16}) (\d{4}-\d{2}-\d{2})")
HOURS = re.compile(r"hours ([a-z0-9.-]{2,40})")
ADDRESS = "today"
"""What a form says that goes back to the page Today."""


async def seen(request: web.Request) -> Seen:
    """The visit of the address in the version of the form."""
    return Seen(request.match_info["id"], await seen_version(request))


async def slot_value(request: web.Request) -> str:
    sent = (await read_form(request)).get("slot", "")
    return sent if SLOT.fullmatch(sent) else ""


async def go_back(
    request: web.Request, note: str, visit: str = "", at: tuple[str, date] | None = None
) -> web.HTTPSeeOther:
    """To the page that the form came from, with what came of it; ``at`` is the coach and the day of a new time."""
    back = (await read_form(request)).get("back", "")
    if back == ADDRESS:
        return onward(request, f"{address(request, 'today')}?{urlencode({'note': note})}")
    if subject := HOURS.fullmatch(back):
        return onward(request, f"{address(request, 'hours')}?{urlencode({'of': subject[1], 'note': note})}")
    found = BACK.fullmatch(back)
    asked = {"coach": found[1], "day": found[2]} if found else {}
    if at is not None:
        asked = {"coach": at[0], "day": at[1].isoformat()}
    if asked.get("coach", "") not in request.config_dict[OFFICE].organisations[request[SIGNED_IN].organisation].coaches:
        asked.pop("coach", None)
    more = {"visit": visit} if visit else {}
    return onward(request, f"{address(request, 'calendar')}?{urlencode({**asked, 'note': note, **more})}")
