"""The first page of the console: what somebody finds on their desk, each with one tap to its place."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlmodel import Session

from casework.cases.chores import chores
from casework.cases.tasks import Task
from casework.cases.timeline_words import CALL
from casework.cases.today import Desk, desk
from casework.employers.visits import NextStep, next_steps
from casework.offers.offers_due import offers_due
from casework.telling.notices import mark_seen
from staff.door import SIGNED_IN, Access, Route
from staff.office import OFFICE
from staff.pages import address, onward, page

ID = "{id:[0-9a-f]{1,32}}"
NOTES = ("attended", "missed", "changed", "not_now")
"""What can have come of a tap on a visit."""


async def show_today(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    organisation, now = office.organisations[account.organisation], office.now()
    today = now.astimezone(organisation.tz).date()

    def work(session: Session) -> tuple[Desk, list[Task], list[NextStep]]:
        tasks = chores(session, office.vault, account, today, now)
        return desk(session, organisation, account, now), tasks, next_steps(session, office.vault, account, today)

    found, tasks, steps = await office.ledger.read(work)
    due = await office.ledger.read(lambda session: offers_due(session, account, today, organisation.rules))
    note = request.query.get("note", "")
    said = note if note in NOTES else ""
    more: dict[str, Any] = {"chores": tasks, "companies": steps, "offers": due, "call": CALL}
    return page(request, "today.html", desk=found, **more, now=now, note=said)


async def put_notice_away(request: web.Request) -> web.Response:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    now = office.now()
    if not await office.ledger.write(lambda session: mark_seen(session, id, account, now)):
        raise web.HTTPNotFound
    raise onward(request, address(request, "today"))


ROUTES = (
    Route("GET", "/", "today", show_today, Access.STAFF),
    Route("POST", f"/notices/{ID}/seen", "notice_seen", put_notice_away, "take_cases"),
)
