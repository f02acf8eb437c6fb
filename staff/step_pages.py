"""What the forms about small steps in a dossier do: one agreed on, put in other words, and how it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from aiohttp import web
from sqlmodel import Session

from casework.cases.case_desk import CaseDesk
from casework.cases.cases import Actor
from casework.house.organisation import Organisation
from casework.steps.small_steps import WHO, Wanted, agree, open_steps, reword, tell
from casework.steps.step_states import SAID, Change
from casework.telling.announcements import announce_about
from staff.door import SIGNED_IN, Route
from staff.forms import day_in, read_form, seen_version
from staff.office import OFFICE
from staff.pages import address, onward
from storage.step_tables import SmallStep

ID = "{id:[0-9a-f]{1,32}}"
STEP = "{step:[0-9a-f]{1,32}}"
NOTES = {"done": "kept", "too_many": "many_steps", "closed": "case_closed"}
"""What the page says of it, where that is another word."""
Work: TypeAlias = Callable[[CaseDesk, Organisation], "SmallStep | str"]


async def add_step(request: web.Request) -> web.Response:
    form = await read_form(request)
    return await _done(request, lambda desk, organisation: agree(desk, organisation, _wanted(form)))


async def edit_step(request: web.Request) -> web.Response:
    form, seen = await read_form(request), await _seen(request)
    return await _done(request, lambda desk, _: reword(desk, seen, _wanted(form)))


async def tell_step(request: web.Request) -> web.Response:
    form, seen = await read_form(request), await _seen(request)
    return await _done(request, lambda desk, _: tell(desk, seen, _said(form)))


def _wanted(form: dict[str, str]) -> Wanted:
    """400 for what no form of ours sends."""
    who = next((who for who in WHO if who == form.get("who")), None)
    if who is None:
        raise web.HTTPBadRequest
    return Wanted(form.get("text", ""), who, day_in(form, "by_day"))


def _said(form: dict[str, str]) -> Change:
    said = next((what for what in SAID if what == form.get("what")), None)
    if said is None:
        raise web.HTTPBadRequest
    return said


async def _seen(request: web.Request) -> tuple[str, int]:
    return request.match_info["step"], await seen_version(request)


async def _done(request: web.Request, work: Work) -> web.Response:
    """Back to the steps of the case, with what came of it; 404 for a case whose steps are not theirs."""
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    organisation = office.organisations[account.organisation]

    def run(session: Session) -> SmallStep | str:
        desk = open_steps(session, office.vault, Actor.of(account), id, office.now())
        if desk is None:
            return "missing"
        came = work(desk, organisation)
        if office.voice is not None:
            announce_about(session, office.voice, desk.case.id, desk.now)
        return came

    came = await office.ledger.write(run)
    if came == "missing":
        raise web.HTTPNotFound
    note = NOTES.get(came, came) if isinstance(came, str) else "kept"
    raise onward(request, f"{address(request, 'case', id=id)}?note={note}#steps")


ROUTES = (
    Route("POST", f"/cases/{ID}/steps", "step_add", add_step, "agree_steps"),
    Route("POST", f"/cases/{ID}/steps/{STEP}", "step_edit", edit_step, "agree_steps"),
    Route("POST", f"/cases/{ID}/steps/{STEP}/how", "step_tell", tell_step, "agree_steps"),
)
