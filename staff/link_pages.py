"""Links of partners: made, with a QR code and a card to print, and how many people began by each."""

from __future__ import annotations

from functools import partial
from typing import Any

from aiohttp import web

from casework.house.link_card import Card, card_pdf, qr_png, qr_svg
from casework.house.partner_links import LONGEST_NAME, close_link, find_link, links_of, make_link, payload_of, shown
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, onward, page
from storage.tables import PartnerLink

ID = "{id:[0-9a-f]{1,32}}"


async def show_links(request: web.Request) -> web.Response:
    return await _links_page(request)


async def _links_page(request: web.Request, status: int = 200, problem: str = "") -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    found = await office.ledger.read(lambda session: links_of(session, account.organisation))
    links = [(link, _web(request, link), _telegram(request, link), shown(link.begun)) for link in found]
    note = request.query.get("note", "")
    return page(
        request,
        "links.html",
        status,
        links=links,
        problem=problem,
        note=note if note in ("made", "closed") else "",
    )


def _web(request: web.Request, link: PartnerLink) -> str:
    return f"{request.config_dict[OFFICE].origin}/chat/{link.organisation}?via={link.code}"


def _telegram(request: web.Request, link: PartnerLink) -> str:
    bot = request.config_dict[OFFICE].bots.get(link.organisation, "")
    return f"https://t.me/{bot}?start={payload_of(link.code)}" if bot else ""


async def add_link(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    name, now = (await read_form(request)).get("name", "").strip(), office.now()
    if not name or len(name) > LONGEST_NAME:
        return await _links_page(request, 400, problem="name")
    await office.ledger.write(lambda session: make_link(session, account, name, now))
    raise onward(request, f"{address(request, 'links')}?note=made")


async def end_link(request: web.Request) -> web.Response:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    now = office.now()

    def work(session: Any) -> bool:
        link = find_link(session, account.organisation, id)
        if link is not None:
            close_link(session, account, link, now)
        return link is not None

    if not await office.ledger.write(work):
        raise web.HTTPNotFound
    raise onward(request, f"{address(request, 'links')}?note=closed")


async def _link(request: web.Request) -> PartnerLink:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    found = await office.ledger.read(lambda session: find_link(session, account.organisation, id))
    if found is None:
        raise web.HTTPNotFound
    return found


async def _file(kind: str, request: web.Request) -> web.Response:
    """The square as a picture, or the card with it."""
    office, account, link = request.config_dict[OFFICE], request[SIGNED_IN], await _link(request)
    there, house = _web(request, link), office.organisations[account.organisation]
    match kind:
        case "svg":
            return web.Response(body=qr_svg(there), content_type="image/svg+xml")
        case "png":
            answer = web.Response(body=qr_png(there), content_type="image/png")
        case _:
            card = Card(house.name, there, house.phone)
            answer = web.Response(
                body=card_pdf(card, office.briefing.wording.translate), content_type="application/pdf"
            )
    answer.headers["Content-Disposition"] = f'attachment; filename="opstap-{link.code}.{kind}"'
    return answer


ROUTES = (
    Route("GET", "/organisation/links", "links", show_links, "see_organisation"),
    Route("POST", "/organisation/links", "add_link", add_link, "edit_organisation"),
    Route("POST", f"/organisation/links/{ID}/close", "end_link", end_link, "edit_organisation"),
    *(
        Route("GET", f"/organisation/links/{ID}.{kind}", f"link_{kind}", partial(_file, kind), "see_organisation")
        for kind in ("svg", "png", "pdf")
    ),
)
