"""The pages of the catalogue: what there is, one entry, its form, and the list as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlmodel import Session

from casework.cases.cases import Actor
from casework.offers import catalogue_desk
from casework.offers.catalogue import KINDS, Flaw, flaws
from casework.offers.catalogue_desk import Answer, find, may_change, rows
from casework.offers.catalogue_finding import Wanted, as_csv, found
from staff.catalogue_forms import Form, Typed, differing, entry_typed, read_entry, read_typed
from staff.catalogue_past import past_of
from staff.catalogue_shelf import Shelf, shelf
from staff.door import SIGNED_IN, Access, Route
from staff.office import OFFICE
from staff.pages import address, onward, page
from storage import audit
from storage.tables import CatalogueEntry, Partner

ENTRY = "{entry:[0-9a-f]{1,32}}"
SAID = frozenset({"added", "saved", "archived", "restored", "changed", "not_now"})


async def show_catalogue(request: web.Request) -> web.Response:
    books, wanted = await shelf(request), Wanted.of(request.query)
    entries = await _found(request, books, wanted)
    more: dict[str, Any] = {"kinds": KINDS, "stale": books.stale, "csv": urlencode(wanted.asked)}
    return page(request, "catalogue.html", books=books, entries=entries, wanted=wanted, may_add=_may(request), **more)


async def export_catalogue(request: web.Request) -> web.Response:
    """A table for a spreadsheet; that it was taken along stands in the audit."""
    books, wanted = await shelf(request), Wanted.of(request.query)
    entries = await _found(request, books, wanted)
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    whose = account.organisation, account.actor, "catalogue.export", account.id
    await office.ledger.write(lambda session: audit.record(session, *whose, office.now()))
    answer = web.Response(text=as_csv(map(list, (_cells(books, entry) for entry in entries))), content_type="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="catalogue.csv"'
    return answer


async def _found(request: web.Request, books: Shelf, wanted: Wanted) -> Sequence[CatalogueEntry]:
    account, office = request[SIGNED_IN], request.config_dict[OFFICE]
    every = await office.ledger.read(
        lambda session: rows(session, CatalogueEntry, account.organisation, archived=bool(wanted.archived))
    )
    return found(every, wanted, books.several, books.stale)


def _cells(books: Shelf, entry: CatalogueEntry) -> Iterator[str]:
    """The columns of ``casework.offers.catalogue_finding.COLUMNS``."""
    partner = books.partners.get(entry.partner_id or "")
    yield from (entry.id, entry.kind, books.text(entry.title), books.text(entry.about))
    yield ", ".join(books.themes.get(theme, theme) for theme in entry.themes)
    yield from (books.audience(entry), ", ".join(entry.municipalities), " ".join(entry.languages))
    yield partner.name if partner else ""
    dates = (entry.valid_from, entry.valid_until, entry.begins_on, entry.ends_on)
    yield from (str(cell) if cell is not None else "" for cell in (*dates, entry.capacity))
    yield from (entry.source, ", ".join(books.rule_title(id) for id in entry.rules), entry.target_group, entry.funding)
    yield from (books.owners.get(entry.owner or "", ""), str(entry.check_before or ""))
    yield from (entry.changed_at.isoformat(), books.changed_by(entry))


async def show_entry(request: web.Request) -> web.Response:
    books, row = await shelf(request), await _row(request)
    note = request.query.get("note", "")
    partner = await _partner(request, row)
    more: dict[str, Any] = {
        "partner": partner,
        "contact": _contact(request, partner, row),
        "note": note if note in SAID else "",
    }
    may = may_change(request[SIGNED_IN], row)
    more["past"] = await request.config_dict[OFFICE].ledger.read(lambda session: past_of(session, books, row))
    return page(request, "catalogue_entry.html", books=books, entry=row, stale=books.stale, may_change=may, **more)


async def new_entry(request: web.Request) -> web.Response:
    values: Typed = {"kind": (request.query.get("kind", KINDS[0]),), "owner": (request[SIGNED_IN].id,)}
    return await _form(request, Form(values), None)


async def edit_entry(request: web.Request) -> web.Response:
    books, row = await shelf(request), await _mine(request)
    return await _form(request, Form(entry_typed(row, books.flow)), row)


async def add_entry(request: web.Request) -> web.Response:
    books, typed, account = await shelf(request), await read_typed(request), request[SIGNED_IN]
    written, wrong = read_entry(typed, books.flow)
    wrong += flaws(written, books.around)
    if wrong:
        return await _form(request, Form(typed, _once(wrong)), None)
    office = request.config_dict[OFFICE]
    actor, now = Actor.of(account), office.now()
    id = await office.ledger.write(lambda s: catalogue_desk.add(s, CatalogueEntry, actor, written, now).id)
    raise _to_entry(request, id, "added")


async def save_entry(request: web.Request) -> web.Response:
    """What a colleague wrote meanwhile is shown beside what was typed, and nothing is lost."""
    books, row, typed = await shelf(request), await _mine(request), await read_typed(request)
    written, wrong = read_entry(typed, books.flow)
    wrong += flaws(written, books.around)
    if wrong:
        return await _form(request, Form(typed, _once(wrong)), row)
    office, actor = request.config_dict[OFFICE], Actor.of(request[SIGNED_IN])
    seen, now = (row.id, version_of(typed)), office.now()
    came = await office.ledger.write(
        lambda session: catalogue_desk.change(session, CatalogueEntry, actor, seen, written, now)
    )
    if came == "changed":
        return await _form(request, Form(typed, (), differing(typed, entry_typed(row, books.flow))), row)
    raise _to_entry(request, row.id, said(came, "saved"))


async def archive_entry(request: web.Request) -> web.Response:
    return await _put(request, "archived")


async def restore_entry(request: web.Request) -> web.Response:
    return await _put(request, "restored")


async def _put(request: web.Request, done: str) -> web.Response:
    office, actor = request.config_dict[OFFICE], Actor.of(request[SIGNED_IN])
    seen, now = (request.match_info["entry"], version_of(await read_typed(request))), office.now()
    act = catalogue_desk.archive if done == "archived" else catalogue_desk.restore
    came = await office.ledger.write(lambda session: act(session, CatalogueEntry, actor, seen, now))
    raise _to_entry(request, seen[0], said(came, done))


def said(came: Answer, done: str) -> str:
    """What came of it, as the next page says it."""
    if came == "missing":
        raise web.HTTPNotFound
    return done if came == "done" else came


def version_of(typed: Typed) -> int:
    version = next(iter(typed.get("version", ())), "")
    if not (version.isascii() and version.isdecimal() and len(version) < 9):
        raise web.HTTPNotFound
    return int(version)


def _once(wrong: Sequence[Flaw]) -> list[Flaw]:
    """One flaw a field is enough to mend it."""
    return list({flaw.field: flaw for flaw in reversed(wrong)}.values())[::-1]


async def _form(request: web.Request, form: Form, row: CatalogueEntry | None) -> web.Response:
    books = await shelf(request)
    status = 422 if form.flaws else 409 if form.now else 200
    return page(request, "catalogue_form.html", status, books=books, form=form, row=row, kinds=KINDS)


async def _row(request: web.Request) -> CatalogueEntry:
    work = partial(_find, organisation=request[SIGNED_IN].organisation, id=request.match_info["entry"])
    row = await request.config_dict[OFFICE].ledger.read(work)
    if row is None:
        raise web.HTTPNotFound
    return row


def _find(session: Session, organisation: str, id: str) -> CatalogueEntry | None:
    return find(session, CatalogueEntry, organisation, id)


async def _mine(request: web.Request) -> CatalogueEntry:
    """One that they may change."""
    row = await _row(request)
    if not may_change(request[SIGNED_IN], row):
        raise web.HTTPNotFound
    return row


async def _partner(request: web.Request, row: CatalogueEntry) -> Partner | None:
    office = request.config_dict[OFFICE]
    return await office.ledger.read(lambda s: s.get(Partner, row.partner_id)) if row.partner_id else None


def _contact(request: web.Request, partner: Partner | None, row: CatalogueEntry) -> dict[str, str] | None:
    """The contact person named by the entry, for those who may call them."""
    if partner is None or not catalogue_desk.may_read_contacts(request[SIGNED_IN]):
        return None
    named = [contact for contact in partner.contacts if contact["name"] == row.contact]
    return next(iter(named or partner.contacts), None)


def _may(request: web.Request) -> bool:
    return may_change(request[SIGNED_IN])


def _to_entry(request: web.Request, id: str, note: str) -> web.HTTPSeeOther:
    return onward(request, f"{address(request, 'entry', entry=id)}?note={note}")


ROUTES = (
    Route("GET", "/catalogue", "catalogue", show_catalogue, Access.STAFF),
    Route("GET", "/catalogue.csv", "catalogue_csv", export_catalogue, Access.STAFF),
    Route("GET", "/catalogue/new", "entry_new", new_entry, "edit_catalogue"),
    Route("POST", "/catalogue/new", "entry_add", add_entry, "edit_catalogue"),
    Route("GET", f"/catalogue/entries/{ENTRY}", "entry", show_entry, Access.STAFF),
    Route("GET", f"/catalogue/entries/{ENTRY}/edit", "entry_edit", edit_entry, "edit_catalogue"),
    Route("POST", f"/catalogue/entries/{ENTRY}/edit", "entry_save", save_entry, "edit_catalogue"),
    Route("POST", f"/catalogue/entries/{ENTRY}/archive", "entry_archive", archive_entry, "edit_catalogue"),
    Route("POST", f"/catalogue/entries/{ENTRY}/restore", "entry_restore", restore_entry, "edit_catalogue"),
)
