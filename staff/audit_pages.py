"""The pages for who must answer for data: who read and changed what, to search and to take along as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from aiohttp import web
from sqlmodel import Session

from casework.door.audit_search import MOST, Wanted, accounts, as_csv, search
from staff.door import SIGNED_IN, Route
from staff.office import OFFICE
from staff.pages import page
from storage import audit
from storage.tables import Audit

ON_A_PAGE = 50
LONGEST = 64
Found = tuple[Sequence[Audit], dict[str, str]]


async def show_audit(request: web.Request) -> web.Response:
    wanted = _wanted(request)
    rows, names = await _found(request, wanted, ON_A_PAGE + 1)
    shown = rows[:ON_A_PAGE]
    asked = {name: value for name, value in request.query.items() if value and name != "before"}
    more = urlencode({**asked, "before": str(shown[-1].id)}) if len(rows) > ON_A_PAGE else ""
    return page(request, "audit.html", rows=shown, names=names, wanted=wanted, more=more, asked=urlencode(asked))


async def export_audit(request: web.Request) -> web.Response:
    """A table for a spreadsheet; that it was taken along stands in the audit too."""
    rows, names = await _found(request, _wanted(request), MOST, "audit.export")
    answer = web.Response(text=as_csv(rows, names), content_type="text/csv", charset="utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


async def _found(request: web.Request, wanted: Wanted, limit: int, action: str = "audit.read") -> Found:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    zone, now = office.organisations[account.organisation].tz, office.now()

    def work(session: Session) -> Found:
        found = search(session, account.organisation, wanted, zone, limit), accounts(session, account.organisation)
        audit.record(session, account.organisation, account.actor, action, account.id, now)
        return found

    return await office.ledger.write(work)


def _wanted(request: web.Request) -> Wanted:
    asked = {name: value.strip()[:LONGEST] for name, value in request.query.items()}
    before = asked.get("before", "")
    return Wanted(
        case=asked.get("case", ""),
        person=asked.get("person", ""),
        account=asked.get("account", ""),
        action=asked.get("action", ""),
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
        before=int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else None,
    )


def _day(text: str) -> date | None:
    """A date as browsers send it; anything else limits nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


ROUTES = (
    Route("GET", "/audit", "audit", show_audit, "see_audit"),
    Route("GET", "/audit.csv", "audit_csv", export_audit, "see_audit"),
)
