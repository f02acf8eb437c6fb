"""The pages about cases: what waits and who is there, one case, accept it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web
from sqlmodel import Session

from casework.accounts import coach_names
from casework.cases import Actor, CaseFile, Listed, Page, accept, cases_of_talks, list_cases, read_case
from casework.need_to_know import visible
from casework.notices import mark_seen, waiting
from casework.recordings import of_case
from casework.rights import may
from casework.session_summary import session_section
from casework.summary import HEADINGS
from staff.cursor import cursor_after, read_cursor
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, onward, page
from storage.tables import Notice, Recording

ON_A_PAGE = 30
ID = "{id:[0-9a-f]{1,32}}"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the list shows: the notices that wait, the case of who they are about, and one page of cases."""

    notices: list[Notice]
    about: Mapping[str, str]
    cases: list[Listed]


async def show_cases(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    now, stretch = office.now(), Page(ON_A_PAGE + 1, _after(request))

    def work(session: Session) -> Desk:
        listed = list_cases(session, Actor.of(account), stretch, now)
        notices = waiting(session, account) if account.reads_cases else []
        return Desk(notices, cases_of_talks(session, account, [notice.subject for notice in notices]), listed)

    desk = await office.ledger.write(work)
    shown = desk.cases[:ON_A_PAGE]
    more = cursor_after(shown[-1].case) if len(desk.cases) > ON_A_PAGE else ""
    return page(request, "cases.html", notices=desk.notices, about=desk.about, cases=shown, more=more)


def _after(request: web.Request) -> tuple[datetime, str] | None:
    try:
        return read_cursor(request.query["after"]) if "after" in request.query else None
    except ValueError:
        raise web.HTTPNotFound from None


async def show_case(request: web.Request) -> web.Response:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    now = office.now()

    def work(session: Session) -> tuple[CaseFile | None, dict[str, str], Sequence[Recording]]:
        file = read_case(session, office.vault, Actor.of(account), id, now)
        return file, coach_names(session, account.organisation), of_case(session, file.case) if file else ()

    found, names, spoken = await office.ledger.write(work)
    if found is None:
        raise web.HTTPNotFound
    organisation, wording = office.organisations[account.organisation], office.briefing.wording
    sections = (
        *session_section(organisation, found.places, wording, account.language),
        *office.briefing.sections(found.flow, found.dossier, account.language),
    )
    told = visible(account, found.case, sections)
    note = request.query.get("note", "")
    heard = spoken if may(account, "see_barriers", found.case) else ()
    hidden = len(told) < len(sections) and not may(account, "see_private", found.case)
    more: dict[str, Any] = {"headings": HEADINGS, "note": note, "names": names, "spoken": heard, "hidden": hidden}
    asked = partial(office.briefing.label, found.flow, language=account.language)
    return page(request, "case.html", file=found, sections=told, asked=asked, **more)


async def accept_case(request: web.Request) -> web.Response:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    version, now = (await read_form(request)).get("version", ""), office.now()
    if not (version.isascii() and version.isdecimal() and len(version) < 9):
        raise web.HTTPNotFound
    outcome = await office.ledger.write(lambda session: accept(session, id, account, int(version), now))
    if outcome == "missing":
        raise web.HTTPNotFound
    raise onward(request, f"{address(request, 'case', id=id)}?note={outcome}")


async def put_notice_away(request: web.Request) -> web.Response:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    now = office.now()
    if not await office.ledger.write(lambda session: mark_seen(session, id, account, now)):
        raise web.HTTPNotFound
    raise onward(request, address(request, "cases"))


ROUTES = (
    Route("GET", "/", "cases", show_cases, "see_cases"),
    Route("GET", f"/cases/{ID}", "case", show_case, "see_cases"),
    Route("POST", f"/cases/{ID}/accept", "accept", accept_case, "take_cases"),
    Route("POST", f"/notices/{ID}/seen", "notice_seen", put_notice_away, "take_cases"),
)
