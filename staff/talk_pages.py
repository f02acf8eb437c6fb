"""The talk with a person: read along, take it, write, give it back; a page that works without any script."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from aiohttp import web
from sqlmodel import Session

from casework.talk.coach_talk import release
from casework.talk.talk_lines import Desk, Writer, begin, write
from casework.talk.talk_page import Reader, TalkPage, note_reading, open_talk, talkable
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, is_renewal, onward, page
from storage.tables import Case, Conversation

T = TypeVar("T")
ID = "{id:[0-9a-f]{1,32}}"
NOTES = ("busy", "unreachable", "empty", "left")


async def show_talk(request: web.Request) -> web.Response:
    account, now, again = request[SIGNED_IN], request.config_dict[OFFICE].now(), is_renewal(request)

    def work(session: Session, case: Case) -> TalkPage:
        note_reading(session, account, case, now, again=again)
        return _opened(request, session, case)

    return _page(request, "talk.html", await _with_case(request, work))


async def take(request: web.Request) -> web.Response:
    desk, now, over = _desk(request), request.config_dict[OFFICE].now(), await _takes_over(request)

    def work(session: Session, case: Case) -> str:
        return begin(session, desk, Writer(request[SIGNED_IN], case, over), now)

    raise _back(request, await _with_case(request, work))


async def say(request: web.Request) -> web.Response:
    desk, now, over = _desk(request), request.config_dict[OFFICE].now(), await _takes_over(request)
    text = (await read_form(request)).get("text", "")

    def work(session: Session, case: Case) -> str:
        return write(session, desk, Writer(request[SIGNED_IN], case, over), text, now)

    raise _back(request, await _with_case(request, work))


async def leave(request: web.Request) -> web.Response:
    account, now = request[SIGNED_IN], request.config_dict[OFFICE].now()

    def work(session: Session, case: Case) -> str:
        return "left" if release(session, account, case, now) else ""

    raise _back(request, await _with_case(request, work))


def _desk(request: web.Request) -> Desk:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    return Desk(office.vault, office.briefing.wording, office.organisations[account.organisation])


async def _with_case(request: web.Request, work: Callable[[Session, Case], T]) -> T:
    """What the work comes to; 404 for a case that is not there, or not for this account."""
    account, id = request[SIGNED_IN], request.match_info["id"]

    def run(session: Session) -> T | None:
        case = talkable(session, account, id)
        return work(session, case) if case is not None else None

    came = await request.config_dict[OFFICE].ledger.write(run)
    if came is None:
        raise web.HTTPNotFound
    return came


def _opened(request: web.Request, session: Session, case: Case) -> TalkPage:
    office = request.config_dict[OFFICE]
    flow = office.briefing.flows[session.get_one(Conversation, case.conversation_id).flow]

    def tier_of(question: str) -> str:
        return flow.asks[question].tier if question in flow.asks else "A"

    return open_talk(session, _desk(request), Reader(request[SIGNED_IN], tier_of), case, office.now())


def _page(request: web.Request, template: str, talk: TalkPage) -> web.Response:
    """A canned reply that was chosen stands in the field, ready to be changed and sent."""
    chosen = next((reply for reply in talk.replies if reply.id == request.query.get("reply")), None)
    note = request.query.get("note", "")
    return page(request, template, talk=talk, chosen=chosen, note=note if note in NOTES else "")


def _back(request: web.Request, note: str) -> web.HTTPSeeOther:
    where = address(request, "talk", id=request.match_info["id"])
    return onward(request, f"{where}?note={note}#line-1" if note in NOTES else f"{where}#line-1")


async def _takes_over(request: web.Request) -> bool:
    return (await read_form(request)).get("over", "") == "1"


ROUTES = (
    Route("GET", f"/cases/{ID}/talk", "talk", show_talk, "talk"),
    Route("POST", f"/cases/{ID}/talk", "talk_say", say, "talk"),
    Route("POST", f"/cases/{ID}/talk/take", "talk_take", take, "talk"),
    Route("POST", f"/cases/{ID}/talk/leave", "talk_leave", leave, "talk"),
)
