"""The page where staff choose how they get notices, and try it out."""

from __future__ import annotations

from aiohttp import web

from casework.announcements import send_test
from casework.notice_ways import NoSuchWay, choose, chosen
from staff.door import SIGNED_IN, Access, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, onward, page

LONGEST = 200
NOTES = ("saved", "tested", "nothing")


async def show_ways(request: web.Request) -> web.Response:
    account = request[SIGNED_IN]
    wish = await request.config_dict[OFFICE].ledger.read(lambda session: chosen(session, account.id))
    note = request.query.get("note", "")
    return page(request, "notice_ways.html", wish=wish, problem="", note=note if note in NOTES else "")


async def save_ways(request: web.Request) -> web.Response:
    office, account, form = request.config_dict[OFFICE], request[SIGNED_IN], await read_form(request)
    now, email = office.now(), form.get("email", "")[:LONGEST]
    try:
        await office.ledger.write(lambda session: choose(session, account, form.get("way", ""), email, now))
    except NoSuchWay:
        wish = await office.ledger.read(lambda session: chosen(session, account.id))
        return page(request, "notice_ways.html", 400, wish=wish, problem="email", note="")
    raise onward(request, f"{address(request, 'notice_ways')}?note=saved")


async def try_ways(request: web.Request) -> web.Response:
    """A notice about nothing, to oneself only, on the chosen way."""
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    now, voice = office.now(), office.voice
    tried = voice is not None and await office.ledger.write(lambda session: send_test(session, voice, account, now))
    raise onward(request, f"{address(request, 'notice_ways')}?note={'tested' if tried else 'nothing'}")


ROUTES = (
    Route("GET", "/notices/ways", "notice_ways", show_ways, Access.STAFF),
    Route("POST", "/notices/ways", "save_notice_ways", save_ways, Access.STAFF),
    Route("POST", "/notices/ways/test", "try_notice_ways", try_ways, Access.STAFF),
)
