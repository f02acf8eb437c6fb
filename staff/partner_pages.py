"""The pages of partners: the houses that people are referred to, and who works there."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlmodel import Session

from casework.cases.cases import Actor
from casework.offers import catalogue_desk
from casework.offers.catalogue import MOST_CONTACTS, house_flaws
from casework.offers.catalogue_desk import find, may_change, may_read_contacts, rows
from casework.offers.catalogue_finding import Wanted, found
from staff.catalogue_forms import Form, Typed, differing, partner_typed, read_partner, read_typed
from staff.catalogue_pages import SAID, said, version_of
from staff.catalogue_shelf import shelf
from staff.door import SIGNED_IN, Access, Route
from staff.office import OFFICE
from staff.pages import address, onward, page
from storage.tables import CatalogueEntry, Partner

PARTNER = "{partner:[0-9a-f]{1,32}}"
BLANK = 2
"""Empty lines for people in the form, beside those who stand there."""


async def show_partners(request: web.Request) -> web.Response:
    books, account = await shelf(request), request[SIGNED_IN]
    archived = bool(request.query.get("archived"))
    every = await request.config_dict[OFFICE].ledger.read(
        lambda session: rows(session, Partner, account.organisation, archived=archived)
    )
    partners = sorted(every, key=lambda partner: (partner.name.casefold(), partner.id))
    more: dict[str, Any] = {"stale": books.stale, "archived": archived, "may_add": may_change(account)}
    return page(request, "partners.html", books=books, partners=partners, **more)


async def show_partner(request: web.Request) -> web.Response:
    books, row, account = await shelf(request), await _row(request), request[SIGNED_IN]
    every = await request.config_dict[OFFICE].ledger.read(
        lambda session: rows(session, CatalogueEntry, account.organisation)
    )
    note = request.query.get("note", "")
    more: dict[str, Any] = {
        "entries": found(every, Wanted(partner=row.id), books.several, books.stale),
        "stale": books.stale,
        "may_change": may_change(account, row),
        "contacts": row.contacts if may_read_contacts(account) else (),
        "note": note if note in SAID else "",
    }
    return page(request, "partner.html", books=books, partner=row, **more)


async def new_partner(request: web.Request) -> web.Response:
    return await _form(request, Form({"owner": (request[SIGNED_IN].id,)}), None)


async def edit_partner(request: web.Request) -> web.Response:
    row = await _mine(request)
    return await _form(request, Form(partner_typed(row)), row)


async def add_partner(request: web.Request) -> web.Response:
    books, typed = await shelf(request), await read_typed(request)
    written, wrong = read_partner(typed)
    wrong += house_flaws(written, books.around)
    if wrong:
        return await _form(request, Form(typed, wrong), None)
    office, actor = request.config_dict[OFFICE], Actor.of(request[SIGNED_IN])
    id = await office.ledger.write(lambda s: catalogue_desk.add(s, Partner, actor, written, office.now()).id)
    raise _to_partner(request, id, "added")


async def save_partner(request: web.Request) -> web.Response:
    books, row, typed = await shelf(request), await _mine(request), await read_typed(request)
    written, wrong = read_partner(typed)
    wrong += house_flaws(written, books.around)
    if wrong:
        return await _form(request, Form(typed, wrong), row)
    office, actor, seen = request.config_dict[OFFICE], Actor.of(request[SIGNED_IN]), (row.id, version_of(typed))
    came = await office.ledger.write(lambda s: catalogue_desk.change(s, Partner, actor, seen, written, office.now()))
    if came == "changed":
        return await _form(request, Form(typed, (), differing(typed, partner_typed(row))), row)
    raise _to_partner(request, row.id, said(came, "saved"))


async def archive_partner(request: web.Request) -> web.Response:
    return await _put(request, "archived")


async def restore_partner(request: web.Request) -> web.Response:
    return await _put(request, "restored")


async def _put(request: web.Request, done: str) -> web.Response:
    office, actor = request.config_dict[OFFICE], Actor.of(request[SIGNED_IN])
    seen = request.match_info["partner"], version_of(await read_typed(request))
    act = catalogue_desk.archive if done == "archived" else catalogue_desk.restore
    came = await office.ledger.write(lambda session: act(session, Partner, actor, seen, office.now()))
    raise _to_partner(request, seen[0], said(came, done))


async def _form(request: web.Request, form: Form, row: Partner | None) -> web.Response:
    books = await shelf(request)
    lines = min(MOST_CONTACTS, _contacts(form.values) + BLANK)
    status = 422 if form.flaws else 409 if form.now else 200
    return page(request, "partner_form.html", status, books=books, form=form, row=row, lines=range(lines))


def _contacts(typed: Typed) -> int:
    """How many lines of people are in use."""
    used = [name.split(".")[1] for name, values in typed.items() if name.startswith("contacts.") and any(values)]
    return max((int(number) + 1 for number in used if number.isdecimal()), default=0)


async def _row(request: web.Request) -> Partner:
    whose, id = request[SIGNED_IN].organisation, request.match_info["partner"]

    def work(session: Session) -> Partner | None:
        return find(session, Partner, whose, id)

    row = await request.config_dict[OFFICE].ledger.read(work)
    if row is None:
        raise web.HTTPNotFound
    return row


async def _mine(request: web.Request) -> Partner:
    row = await _row(request)
    if not may_change(request[SIGNED_IN], row):
        raise web.HTTPNotFound
    return row


def _to_partner(request: web.Request, id: str, note: str) -> web.HTTPSeeOther:
    return onward(request, f"{address(request, 'partner', partner=id)}?note={note}")


ROUTES = (
    Route("GET", "/catalogue/partners", "partners", show_partners, Access.STAFF),
    Route("GET", "/catalogue/partners/new", "partner_new", new_partner, "edit_catalogue"),
    Route("POST", "/catalogue/partners/new", "partner_add", add_partner, "edit_catalogue"),
    Route("GET", f"/catalogue/partners/{PARTNER}", "partner", show_partner, Access.STAFF),
    Route("GET", f"/catalogue/partners/{PARTNER}/edit", "partner_edit", edit_partner, "edit_catalogue"),
    Route("POST", f"/catalogue/partners/{PARTNER}/edit", "partner_save", save_partner, "edit_catalogue"),
    Route("POST", f"/catalogue/partners/{PARTNER}/archive", "partner_archive", archive_partner, "edit_catalogue"),
    Route("POST", f"/catalogue/partners/{PARTNER}/restore", "partner_restore", restore_partner, "edit_catalogue"),
)
