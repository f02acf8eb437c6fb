"""A dossier to print and as a PDF, both drawn from the same sheet; the audit has each as something taken along."""

from __future__ import annotations

import asyncio
from functools import partial

from aiohttp import web
from sqlmodel import Session

from casework.cases.dossier_sheet import DossierSheet, Printer
from staff.beside_pages import ID
from staff.case_pages import dossier, teller
from staff.door import SIGNED_IN, Route
from staff.file_pages import as_attachment
from staff.office import OFFICE
from staff.pages import page
from storage import audit

PDF = "application/pdf"


async def show_sheet(request: web.Request) -> web.Response:
    return page(request, "dossier_sheet.html", sheet=await _sheet(request, "case.print"), case=request.match_info["id"])


async def give_pdf(request: web.Request) -> web.Response:
    """Drawn in a thread: fonts take a while to load."""
    from staff.dossier_pdf import draw

    sheet = await _sheet(request, "case.pdf")
    content = await asyncio.to_thread(draw, sheet)
    name = f"{sheet.title} {sheet.number}.pdf"
    return web.Response(body=content, content_type=PDF, headers=as_attachment(name, PDF))


async def _sheet(request: web.Request, action: str) -> DossierSheet:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    found = await dossier(request)
    await office.ledger.write(partial(_record, request=request, case=found.file.case.id, action=action))
    return Printer(teller(request, found), account.name, office.now()).sheet(found)


def _record(session: Session, request: web.Request, case: str, action: str) -> None:
    account = request[SIGNED_IN]
    audit.record(session, account.organisation, account.actor, action, case, request.config_dict[OFFICE].now())


ROUTES = (
    Route("GET", f"/cases/{ID}/print", "case_print", show_sheet, "see_cases"),
    Route("GET", f"/cases/{ID}/dossier.pdf", "case_pdf", give_pdf, "see_cases"),
)
