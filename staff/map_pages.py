"""The page with the map of what there is: by theme and municipality, and what nothing helps with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from aiohttp import web
from sqlmodel import Session

from casework.door.rights import may
from casework.figures.report_words import HIDDEN
from casework.offers.catalogue_finding import as_csv
from casework.offers.catalogue_gaps import Gap, gaps
from casework.offers.catalogue_map import OTHERS, Map, draw_map, on_offer
from casework.offers.suggestions import Adviser
from staff.catalogue_shelf import Shelf, shelf
from staff.door import SIGNED_IN, Access, Route
from staff.office import OFFICE
from staff.pages import page, say
from storage import audit
from storage.tables import CatalogueEntry

REST = "Other municipalities"
NOBODY: Mapping[str, Gap] = {}


async def show_map(request: web.Request) -> web.Response:
    """The counts of people are for those who see reports."""
    books = await shelf(request)
    entries = await _on_offer(request, books)
    audience = request.query.get("audience", "")
    drawn = _drawn(books, entries, audience)
    counted = await _gaps(request, books, entries) if may(request[SIGNED_IN], "see_reports") else NOBODY
    return page(request, "catalogue_map.html", books=books, map=drawn, audience=audience, gaps=counted, others=OTHERS)


async def export_map(request: web.Request) -> web.Response:
    """The map as a table for a spreadsheet: how much there is in each cell."""
    books, account, office = await shelf(request), request[SIGNED_IN], request.config_dict[OFFICE]
    drawn = _drawn(books, await _on_offer(request, books), request.query.get("audience", ""))
    head = [say(request, "Theme"), *(town or say(request, REST) for town in drawn.towns)]
    lines = [
        [books.themes[theme], *(str(len(drawn.cells[theme, town])) for town in drawn.towns)] for theme in drawn.themes
    ]
    whose = account.organisation, account.actor, "catalogue.export", account.id
    await office.ledger.write(lambda session: audit.record(session, *whose, office.now()))
    answer = web.Response(text=as_csv(lines, head), content_type="text/csv", charset="utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="map.csv"'
    return answer


async def export_gaps(request: web.Request) -> web.Response:
    """What people named in the last twelve months, for who must hear of it higher up: themes and numbers alone."""
    books = await shelf(request)
    counted = await _gaps(request, books, await _on_offer(request, books))
    head = [say(request, name) for name in ("Theme", "People who named it", "Of them, with nothing that fits")]
    lines = [[books.themes[theme], _number(gap.asked), _number(gap.without)] for theme, gap in counted.items()]
    answer = web.Response(body=as_csv(lines, head).encode("utf-8-sig"), content_type="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="themes.csv"'
    return answer


def _number(count: int | None) -> str:
    return HIDDEN if count is None else str(count)


def _drawn(books: Shelf, entries: Sequence[CatalogueEntry], audience: str) -> Map:
    known = audience if audience in books.answers() else ""
    return draw_map(entries, list(books.themes), books.towns, known, books.several)


async def _on_offer(request: web.Request, books: Shelf) -> list[CatalogueEntry]:
    office, organisation = request.config_dict[OFFICE], request[SIGNED_IN].organisation
    return await office.ledger.read(lambda session: on_offer(session, organisation, books.day))


async def _gaps(request: web.Request, books: Shelf, entries: Sequence[CatalogueEntry]) -> dict[str, Gap]:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    adviser = Adviser(office.vault, office.briefing, office.organisations[account.organisation])
    count = partial(gaps, adviser=adviser, themes=list(books.themes), on_offer=entries, now=books.now)
    found = await office.ledger.read(count)

    def note(session: Session) -> None:
        audit.record(session, account.organisation, account.actor, "catalogue.gaps", account.id, books.now)

    await office.ledger.write(note)
    return found


ROUTES = (
    Route("GET", "/catalogue/map", "catalogue_map", show_map, Access.STAFF),
    Route("GET", "/catalogue/themes.csv", "themes_csv", export_gaps, "see_reports"),
    Route("GET", "/catalogue/map.csv", "catalogue_map_csv", export_map, Access.STAFF),
)
