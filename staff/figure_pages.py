"""The pages of what staff count or enter themselves: figures from elsewhere, and who came by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web
from babel.numbers import format_decimal
from sqlmodel import Session, col, select

from casework.figures.outside_figures import (
    KINDS,
    Came,
    Entered,
    Misentered,
    enter,
    figures,
    find_figure,
    jobs_in_all,
    summed,
    take_out,
)
from casework.figures.walk_ins import count_walk_in, walk_ins_of
from casework.offers.catalogue_finding import as_csv
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, language_of, onward, page, say
from storage import audit
from storage.tables import CatalogueEntry, OutsideFigure

FIGURE = "{figure:[0-9a-f]{1,32}}"
FIELDS = ("kind", "name", "year", "number", "unit", "source", "about")
NOTES = ("done", "changed", "missing")
COLUMNS = ("Kind", "Name", "Year", "Number", "So far", "Unit", "Source", "Remark")


def in_digits(hundredths: int | None, language: str) -> str:
    return "" if hundredths is None else format_decimal(hundredths / 100, locale=language)


async def show_figures(request: web.Request) -> web.Response:
    """With a figure named in the address, its form is filled in with it."""
    return await _draw(request, await _chosen(request), ())


async def _draw(
    request: web.Request, typed: Entered, flaws: Sequence[str], seen: int = 0, status: int = 200
) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    found = await office.ledger.read(lambda session: figures(session, account.organisation))
    programmes = await office.ledger.read(lambda session: _programmes(session, account.organisation, account.language))
    note = request.query.get("note", "")
    chosen = await _figure(request, request.query.get("figure", ""))
    values: dict[str, Any] = {
        "found": summed(found),
        "kinds": KINDS,
        "typed": typed,
        "flaws": flaws,
        "chosen": chosen,
        "seen": seen or (chosen.version if chosen else 0),
        "names": sorted({*programmes, *(figure.name for figure in found)}),
        "in_all": jobs_in_all(found),
        "digits": lambda hundredths: in_digits(hundredths, language_of(request)),
        "note": note if note in NOTES else "",
    }
    return page(request, "figures.html", status, **values)


async def keep_figure(request: web.Request) -> web.Response:
    office, account, form = request.config_dict[OFFICE], request[SIGNED_IN], await read_form(request)
    typed = Entered(**{name: form.get(name, "") for name in FIELDS})
    version = form.get("version", "")
    seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 6 else 0

    def work(session: Session) -> Came:
        return enter(session, account, typed, seen, office.now())

    try:
        came = await office.ledger.write(work)
    except Misentered as problem:
        return await _draw(request, typed, problem.flaws, seen, 422)
    if came == "changed":
        return await _draw(request, typed, ("changed",), 0, 409)
    raise onward(request, f"{address(request, 'figures')}?note={came}")


async def take_figure_out(request: web.Request) -> web.Response:
    office, account, form = request.config_dict[OFFICE], request[SIGNED_IN], await read_form(request)
    id, version = request.match_info["figure"], form.get("version", "")
    seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 6 else 0
    came = await office.ledger.write(lambda session: take_out(session, account, (id, seen), office.now()))
    if came == "missing":
        raise web.HTTPNotFound
    raise onward(request, f"{address(request, 'figures')}?note={came}")


async def export_figures(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    language = language_of(request)

    def work(session: Session) -> list[OutsideFigure]:
        audit.record(session, account.organisation, account.actor, "figure.export", account.id, office.now())
        return figures(session, account.organisation)

    lines = [
        (
            each.figure.kind,
            each.figure.name,
            str(each.figure.year),
            in_digits(each.figure.hundredths, language),
            in_digits(each.so_far, language),
            each.figure.unit,
            each.figure.source,
            each.figure.about,
        )
        for each in summed(await office.ledger.write(work))
    ]
    answer = web.Response(
        body=as_csv(lines, [say(request, name) for name in COLUMNS]).encode("utf-8-sig"), content_type="text/csv"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="figures.csv"'
    return answer


async def show_walk_ins(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    organisation, now = office.organisations[account.organisation], office.now()
    today = now.astimezone(organisation.tz).date()
    counted = await office.ledger.read(lambda session: walk_ins_of(session, organisation, today))
    note = request.query.get("note", "")
    return page(
        request, "walk_ins.html", counted=counted, now=now, note=note if note in ("added", "taken_back") else ""
    )


async def add_walk_in(request: web.Request) -> web.Response:
    office, account, form = request.config_dict[OFFICE], request[SIGNED_IN], await read_form(request)
    organisation, by = office.organisations[account.organisation], -1 if form.get("back") else 1
    place = form.get("place", "")
    done = await office.ledger.write(
        lambda session: count_walk_in(session, organisation, account, (place, by), office.now())
    )
    note = ("added" if by == 1 else "taken_back") if done else ""
    raise onward(request, address(request, "walk_ins") + (f"?note={note}" if note else ""))


async def _figure(request: web.Request, id: str) -> OutsideFigure | None:
    organisation = request[SIGNED_IN].organisation
    return await request.config_dict[OFFICE].ledger.read(lambda session: find_figure(session, organisation, id))


async def _chosen(request: web.Request) -> Entered:
    figure = await _figure(request, request.query.get("figure", ""))
    if figure is None:
        return Entered("jobs", "", str(request.config_dict[OFFICE].now().year))
    number = in_digits(figure.hundredths, "nl").replace(".", "")
    return Entered(figure.kind, figure.name, str(figure.year), number, figure.unit, figure.source, figure.about)


def _programmes(session: Session, organisation: str, language: str) -> list[str]:
    mine = CatalogueEntry.organisation == organisation, CatalogueEntry.kind == "programme"
    query = select(CatalogueEntry).where(*mine, col(CatalogueEntry.archived_at).is_(None))
    entries = [entry for entry in session.exec(query) if not entry.sensitive]
    return [entry.title.get(language) or next(iter(entry.title.values()), "") for entry in entries]


ROUTES = (
    Route("GET", "/figures", "figures", show_figures, "see_reports"),
    Route("GET", "/figures.csv", "figures_csv", export_figures, "see_reports"),
    Route("POST", "/figures", "keep_figure", keep_figure, "enter_figures"),
    Route("POST", f"/figures/{FIGURE}/take_out", "take_figure_out", take_figure_out, "enter_figures"),
    Route("GET", "/walk-ins", "walk_ins", show_walk_ins, "book"),
    Route("POST", "/walk-ins", "add_walk_in", add_walk_in, "book"),
)
