"""What the forms beside a case do: notes written, changed and added to; tasks made, done, opened again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from aiohttp import web
from sqlmodel import Session

from casework.cases.case_desk import TIERS, CaseDesk, Tier, open_desk
from casework.cases.cases import Actor
from casework.cases.notes import add_to_note, edit_note, write_note
from casework.cases.tasks import Wanted, change_task, finish_task, make_task, reopen_task
from casework.house.organisation import Organisation
from casework.telling.announcements import announce_about
from staff.door import SIGNED_IN, Route
from staff.forms import day_in, read_form, seen_version
from staff.office import OFFICE
from staff.pages import address, onward

ID = "{id:[0-9a-f]{1,32}}"
NOTE = "{note:[0-9a-f]{1,32}}"
TASK = "{task:[0-9a-f]{1,32}}"
Work: TypeAlias = Callable[[CaseDesk, Organisation], object]


async def add_note(request: web.Request) -> web.Response:
    form = await read_form(request)

    def work(desk: CaseDesk, _: Organisation) -> object:
        return write_note(desk, form.get("text", ""), tier_of(form.get("tier", "")))

    return await _done(request, "notes", work)


async def change_note(request: web.Request) -> web.Response:
    form, id, version = await read_form(request), request.match_info["note"], await seen_version(request)
    return await _done(request, "notes", lambda desk, _: edit_note(desk, id, version, form.get("text", "")))


async def go_on_with_note(request: web.Request) -> web.Response:
    form, id = await read_form(request), request.match_info["note"]
    return await _done(request, "notes", lambda desk, _: add_to_note(desk, id, form.get("text", "")))


async def add_task(request: web.Request) -> web.Response:
    form = await read_form(request)
    return await _done(request, "tasks", lambda desk, house: make_task(desk, house, _wanted(form)))


async def edit_task(request: web.Request) -> web.Response:
    form, id, version = await read_form(request), request.match_info["task"], await seen_version(request)
    return await _done(request, "tasks", lambda desk, house: change_task(desk, house, id, version, _wanted(form)))


async def end_task(request: web.Request) -> web.Response:
    id, version = request.match_info["task"], await seen_version(request)
    return await _done(request, "tasks", lambda desk, _: finish_task(desk, id, version))


async def open_task_again(request: web.Request) -> web.Response:
    id, version = request.match_info["task"], await seen_version(request)
    return await _done(request, "tasks", lambda desk, _: reopen_task(desk, id, version))


def tier_of(text: str) -> Tier:
    """400 for what no form of ours sends."""
    found = next((tier for tier in TIERS if tier == text), None)
    if found is None:
        raise web.HTTPBadRequest
    return found


def _wanted(form: dict[str, str]) -> Wanted:
    return Wanted(
        form.get("title", ""), day_in(form, "due_on"), form.get("owner") or None, tier_of(form.get("tier", ""))
    )


async def _done(request: web.Request, part: str, work: Work) -> web.Response:
    """Back to where the form stood: the part of the case with what came of it, or Today."""
    came = await with_desk(request, lambda desk: work(desk, _house(request)))
    if came == "missing":
        raise web.HTTPNotFound
    note = came if isinstance(came, str) and came != "done" else "kept"
    if "today" in await read_form(request):
        raise onward(request, address(request, "today"))
    raise onward(request, f"{address(request, 'case', id=request.match_info['id'])}?note={note}#{part}")


async def with_desk(request: web.Request, work: Callable[[CaseDesk], object]) -> object:
    """What the work comes to; 404 for a case that is not there, or not theirs to write beside."""
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]

    def run(session: Session) -> object:
        desk = open_desk(session, office.vault, Actor.of(account), id, office.now())
        if desk is None:
            return "missing"
        came_of = work(desk)
        if office.voice is not None:
            announce_about(session, office.voice, desk.case.id, desk.now)
        return came_of

    came = await office.ledger.write(run)
    if came == "missing":
        raise web.HTTPNotFound
    return came


def _house(request: web.Request) -> Organisation:
    return request.config_dict[OFFICE].organisations[request[SIGNED_IN].organisation]


ROUTES = (
    Route("POST", f"/cases/{ID}/notes", "note_add", add_note, "note"),
    Route("POST", f"/cases/{ID}/notes/{NOTE}", "note_edit", change_note, "note"),
    Route("POST", f"/cases/{ID}/notes/{NOTE}/more", "note_more", go_on_with_note, "note"),
    Route("POST", f"/cases/{ID}/tasks", "task_add", add_task, "note"),
    Route("POST", f"/cases/{ID}/tasks/{TASK}", "task_edit", edit_task, "note"),
    Route("POST", f"/cases/{ID}/tasks/{TASK}/done", "task_done", end_task, "note"),
    Route("POST", f"/cases/{ID}/tasks/{TASK}/open", "task_open", open_task_again, "note"),
)
