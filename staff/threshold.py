"""What the pages of the door share: who comes with what, how often they have tried, and where they go next."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_address
from math import ceil
from typing import Any

from aiohttp import web

from casework.door.devices import device_words
from casework.door.guessing import Count, counts
from casework.door.letting_in import Coming, Entry
from casework.door.passkeys import Site
from casework.door.sign_in import Arrival
from staff.cookie import TOKEN
from staff.known_browser import remember, source_of
from staff.office import OFFICE
from staff.pages import address, onward, page
from storage.tables import Staff

CASE = re.compile("[0-9a-f]{1,32}")
LONGEST = 400


def coming(request: web.Request, organisation: str, how: str, *, proven: bool = False) -> Coming:
    """This browser at the door of the organisation."""
    device = device_words(request.headers.get("User-Agent", "")[:LONGEST])
    known = request.config_dict[OFFICE].organisations[organisation]
    return Coming(known, request[TOKEN], Arrival(how, device), proven)


def counted(request: web.Request, what: str, staff: Staff | None) -> tuple[Count, ...]:
    """Under what a try at ``what`` counts."""
    key = request.config_dict[OFFICE].vault.derive("tries at the door")
    return counts(key, what, source_of(request, staff))


def go_on(request: web.Request, entry: Entry, case: str = "") -> web.HTTPSeeOther:
    """To the work, to the second factor, or to where one is set up."""
    case = case if CASE.fullmatch(case) else ""
    if entry.stage == "code":
        return onward(request, address(request, "second_step") + (f"?case={case}" if case else ""), entry.token)
    if entry.stage == "set_up":
        where = address(request, "account")
    else:
        where = address(request, "case", id=case) if case else address(request, "today")
    answer = onward(request, where, entry.token)
    remember(request, answer, entry.staff_id)
    return answer


def door_page(request: web.Request, status: int = 200, problem: str = "", **typed: Any) -> web.Response:
    """The page to sign in, with everything that leads in."""
    organisations = sorted(request.config_dict[OFFICE].organisations.values(), key=lambda each: each.name)
    values = {"problem": problem, "wait": 0, "login": "", "chosen": "", "passkeys": takes_passkeys(request), **typed}
    return page(request, "sign_in.html", status, organisations=organisations, **values)


def minutes(wait: timedelta) -> int:
    return ceil(wait / timedelta(minutes=1))


def site(request: web.Request) -> Site:
    office = request.config_dict[OFFICE]
    return Site(office.vault, office.origin, request[TOKEN])


def takes_passkeys(request: web.Request) -> bool:
    """Browsers bind a passkey to a name, never to a number such as 127.0.0.1."""
    domain = site(request).domain
    try:
        ip_address(domain)
    except ValueError:
        return bool(domain)
    return False
