"""The page where staff choose how they get notices, let a browser show them, and try it out."""

from __future__ import annotations

from aiohttp import web
from sqlmodel import Session

from casework.telling.announcements import send_test
from casework.telling.notice_ways import Chosen, NoSuchWay, choose, chosen
from casework.telling.push_browsers import NoBrowser, add_browser, forget_browsers, known_key, public_key, read_browser
from staff.door import SIGNED_IN, Access, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import ASSETS, address, onward, page

LONGEST = 200
NOTES = ("saved", "tested", "nothing", "browser", "forgotten", "refused")


async def show_ways(request: web.Request) -> web.Response:
    note = request.query.get("note", "")
    return await _ways_page(request, note=note if note in NOTES else "")


async def _ways_page(request: web.Request, status: int = 200, problem: str = "", note: str = "") -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]

    def work(session: Session) -> tuple[Chosen, str]:
        private = known_key(session, office.vault)
        return chosen(session, account.id), public_key(private) if private else ""

    wish, key = await office.ledger.read(work)
    return page(request, "notice_ways.html", status, wish=wish, key=key, problem=problem, note=note)


async def save_ways(request: web.Request) -> web.Response:
    office, account, form = request.config_dict[OFFICE], request[SIGNED_IN], await read_form(request)
    now, email, way = office.now(), form.get("email", "")[:LONGEST], form.get("way", "")
    try:
        await office.ledger.write(lambda session: choose(session, account, way, email, now))
    except NoSuchWay:
        return await _ways_page(request, 400, "push" if way == "push" else "email")
    raise onward(request, f"{address(request, 'notice_ways')}?note=saved")


async def try_ways(request: web.Request) -> web.Response:
    """A notice about nothing, to oneself only, on the chosen way."""
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    now, voice = office.now(), office.voice
    tried = voice is not None and await office.ledger.write(lambda session: send_test(session, voice, account, now))
    raise onward(request, f"{address(request, 'notice_ways')}?note={'tested' if tried else 'nothing'}")


async def allow_browser(request: web.Request) -> web.Response:
    """From now on notices are shown in this browser. Its push service has to be a public one."""
    office, account, form = request.config_dict[OFFICE], request[SIGNED_IN], await read_form(request)
    now = office.now()
    try:
        browser = read_browser(form.get("address", ""), form.get("p256dh", ""), form.get("auth", ""))
    except NoBrowser:
        raise web.HTTPBadRequest from None
    if await office.refuses(browser.address) is not None:
        raise onward(request, f"{address(request, 'notice_ways')}?note=refused")

    def work(session: Session) -> None:
        add_browser(session, office.vault, account, browser, now)
        session.flush()
        choose(session, account, "push", chosen(session, account.id).email, now)

    await office.ledger.write(work)
    raise onward(request, f"{address(request, 'notice_ways')}?note=browser")


async def forget_all(request: web.Request) -> web.Response:
    """No browser of this account shows notices any more."""
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    now = office.now()
    await office.ledger.write(lambda session: forget_browsers(session, account, now))
    raise onward(request, f"{address(request, 'notice_ways')}?note=forgotten")


async def show_worker(_: web.Request) -> web.StreamResponse:
    """Beside the pages and not among the static files: a browser lets it work for what lies under its own address."""
    return ASSETS.answer("sw.js")


ROUTES = (
    Route("GET", "/notices/ways", "notice_ways", show_ways, Access.STAFF),
    Route("POST", "/notices/ways", "save_notice_ways", save_ways, Access.STAFF),
    Route("POST", "/notices/ways/test", "try_notice_ways", try_ways, Access.STAFF),
    Route("POST", "/notices/browser", "allow_browser", allow_browser, Access.STAFF),
    Route("POST", "/notices/browser/forget", "forget_browsers", forget_all, Access.STAFF),
    Route("GET", "/sw.js", "worker", show_worker, Access.ANYBODY),
)
