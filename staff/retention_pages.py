"""How long what people said is kept; who shortens it sees first how much goes with it, and says so again."""

from __future__ import annotations

from aiohttp import web
from sqlmodel import Session

from casework.house.organisation import Retention
from casework.house.sheets import KEPT
from casework.house.wording_fields import RETENTION, TITLES
from casework.privacy.retention import Due, due
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import say
from staff.sheets import Sheet, draw, organisation_now, read_typed, save_sheet, sheet_page


def _sheet(request: web.Request) -> Sheet:
    return Sheet(say(request, TITLES["retention"].source), request.path, request.path, (RETENTION,))


async def show_retention(request: web.Request) -> web.Response:
    organisation, _ = await organisation_now(request)
    now_gone = await _counted(request, organisation.retention)
    return await sheet_page(request, _sheet(request), "retention.html", goes=None, waits=now_gone)


async def keep_retention(request: web.Request) -> web.Response:
    """What would go at once is counted; without a second word nothing is kept of the change."""
    back, (organisation, _) = await read_typed(request, _sheet(request)), await organisation_now(request)
    filled = back.filled[0]
    if not filled.wrong:
        wanted = Retention(**{part: int(filled.inputs[part]) for part in KEPT})
        shorter = any(getattr(wanted, part) < getattr(organisation.retention, part) for part in KEPT)
        if shorter and not (await read_form(request)).get("sure"):
            goes = await _counted(request, wanted)
            found = (organisation, back.filled, back.seen)
            return draw(request, _sheet(request), found, template="retention.html", goes=goes, waits=goes)
    if filled.wrong:
        found, waits = (organisation, back.filled, back.seen), await _counted(request, organisation.retention)
        return draw(request, _sheet(request), found, 400, "retention.html", goes=None, waits=waits, problem="wrong")
    return await save_sheet(request, _sheet(request))


async def _counted(request: web.Request, keep: Retention) -> Due:
    office, id = request.config_dict[OFFICE], request[SIGNED_IN].organisation
    now = office.now()

    def work(session: Session) -> Due:
        return due(session, id, keep, now)

    return await office.ledger.read(work)


ROUTES = (
    Route("GET", "/organisation/retention", "organisation_retention", show_retention, "see_organisation"),
    Route("POST", "/organisation/retention", "save_organisation_retention", keep_retention, "edit_organisation"),
)
