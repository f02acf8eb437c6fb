"""The page behind the link in a notice's e-mail: looking changes nothing, a button accepts or declines the case."""

from __future__ import annotations

from typing import get_args

from aiohttp import web

from casework.cases.case_answers import Reason
from casework.telling.notice_answers import answer, look
from staff.door import Access, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import page

TOKEN = "/answer/{token:[0-9a-f]{32,64}}"  # noqa: S105 - part of an address
REASONS: tuple[Reason, ...] = get_args(Reason)
GONE = 410


async def show_question(request: web.Request) -> web.Response:
    """Mail programs open links before people do: that accepts nothing and uses nothing up."""
    office, token = request.config_dict[OFFICE], request.match_info["token"]
    now = office.now()
    asked = await office.ledger.read(lambda session: look(session, token, now))
    if asked is None:
        return page(request, "answer.html", GONE, asked=None, came="over", reasons=REASONS)
    return page(request, "answer.html", asked=asked, came="", reasons=REASONS)


async def give_answer(request: web.Request) -> web.Response:
    office, token, form = request.config_dict[OFFICE], request.match_info["token"], await read_form(request)
    now, reason = office.now(), next((each for each in REASONS if each == form.get("reason")), None)
    if form.get("answer") == "decline" and reason is None:
        raise web.HTTPBadRequest
    wish = reason if form.get("answer") == "decline" else None
    came = await office.ledger.write(lambda session: answer(session, token, wish, now))
    return page(request, "answer.html", GONE if came == "over" else 200, asked=None, came=came, reasons=REASONS)


ROUTES = (
    Route("GET", TOKEN, "answer", show_question, Access.ANYBODY),
    Route("POST", TOKEN, "give_answer", give_answer, Access.ANYBODY),
)
