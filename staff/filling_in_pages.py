"""The pages to fill in together with somebody on the phone: begin, ask and note, give a way to go on alone."""

from __future__ import annotations

import secrets

from aiohttp import web

from casework.cases.filling_in import FillsIn, Noted, Sheet
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, onward, page

TALK = "{talk:[0-9a-f]{1,32}}"
KEY = 64
LONGEST = 4000
KEYBOARDS = {"phone": "tel", "email": "email", "number": "numeric"}


def _desk(request: web.Request) -> FillsIn:
    desk = request.config_dict[OFFICE].fills_in
    if desk is None:
        raise web.HTTPNotFound
    return desk


async def show_beginning(request: web.Request) -> web.Response:
    _desk(request)
    return page(request, "filling_in_begin.html")


async def begin(request: web.Request) -> web.Response:
    account, language = request[SIGNED_IN], (await read_form(request)).get("language", "")
    if language not in request.config_dict[OFFICE].organisations[account.organisation].languages:
        raise web.HTTPNotFound
    talk = await _desk(request).begin(account, language)
    raise onward(request, address(request, "filling_in", talk=talk))


async def begin_with(request: web.Request) -> web.Response:
    talk = await _desk(request).begin_with(request[SIGNED_IN], request.match_info["id"])
    if talk is None:
        raise web.HTTPNotFound
    raise onward(request, address(request, "filling_in", talk=talk))


async def show_sheet(request: web.Request) -> web.Response:
    return _sheet_page(request, await _sheet(request))


async def note(request: web.Request) -> web.Response:
    """A reload repeats nothing: where there is no word to the coach, the browser is sent on."""
    await _sheet(request)
    form = await read_form(request)
    noted = Noted(form.get("key", "")[:KEY], form.get("words", "").strip()[:LONGEST], form.get("tap", ""))
    told = await _desk(request).note(request[SIGNED_IN], request.match_info["talk"], noted)
    if told:
        return _sheet_page(request, await _sheet(request), told)
    raise onward(request, request.path)


async def give_paper(request: web.Request) -> web.Response:
    """Shown on this page only, never in an address of the console."""
    paper = await _desk(request).paper(request[SIGNED_IN], request.match_info["talk"])
    if paper is None:
        raise web.HTTPNotFound
    return page(request, "filling_in_paper.html", paper=paper, talk=request.match_info["talk"])


async def _sheet(request: web.Request) -> Sheet:
    sheet = await _desk(request).sheet(request[SIGNED_IN], request.match_info["talk"])
    if sheet is None:
        raise web.HTTPNotFound
    return sheet


def _sheet_page(request: web.Request, sheet: Sheet, told: str = "") -> web.Response:
    asked = sheet.messages[-1] if sheet.messages else None
    return page(
        request,
        "filling_in.html",
        sheet=sheet,
        asked=asked,
        told=told,
        talk=request.match_info["talk"],
        key=secrets.token_hex(12),
        keyboard=KEYBOARDS.get(asked.expects, "text") if asked else "text",
    )


ROUTES = (
    Route("GET", "/filling-in", "filling_in_begin", show_beginning, "talk"),
    Route("POST", "/filling-in", "filling_in_new", begin, "talk"),
    Route("POST", "/cases/{id:[0-9a-f]{1,32}}/filling-in", "filling_in_with", begin_with, "talk"),
    Route("GET", f"/filling-in/{TALK}", "filling_in", show_sheet, "talk"),
    Route("POST", f"/filling-in/{TALK}", "filling_in_note", note, "talk"),
    Route("POST", f"/filling-in/{TALK}/paper", "filling_in_paper", give_paper, "talk"),
)
