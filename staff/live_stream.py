"""The one stream of the console: tells an open page that what it shows has changed; what, it fetches by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web
from aiohttp_sse import EventSourceResponse
from sqlmodel import Session, col, select

from browser.headers import guard_headers
from casework.cases.cases import find_case
from casework.door.accounts import Account
from casework.door.rights import may
from casework.talk.coach_talk import topic
from casework.telling.bells import case_topic, chat_topic, desk_topics, list_topic, person_topic
from staff.door import SIGNED_IN, Access, Route
from staff.office import OFFICE
from storage.bell import Ear
from storage.errors import DatabaseAway
from storage.tables import Case, Chat

LASTS = 300.0
"""Seconds after which the page comes back, and has to be signed in still: what no bell announced it sees then."""
COME_BACK = 1000
AT_ONCE, IN_TIME = 0.2, 2.0
"""Seconds that a page is left alone after it was told: in a talk somebody waits, on a list nobody does."""
APART = 0.05
"""Seconds between two lists that are told: fifty that renew at one moment would let everybody else wait."""


class LivePages:
    """The pages that are open now; all end when the server stops."""

    def __init__(self) -> None:
        self._over = asyncio.Event()
        self.ears: set[Ear] = set()
        self._turn = 0.0

    @property
    def closing(self) -> bool:
        return self._over.is_set()

    async def rest(self, seconds: float) -> None:
        """Returns early when the server stops."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)

    async def in_turn(self) -> None:
        """Returns at once, unless others were let through just before."""
        now = asyncio.get_running_loop().time()
        mine = max(now, self._turn)
        self._turn = mine + APART
        if mine > now:
            await self.rest(mine - now)

    async def close(self, _: web.Application) -> None:
        self._over.set()
        for ear in self.ears:
            ear.hear()


SUBJECTS = ("today", "cases", "case")
LIVE = web.AppKey("live_pages", LivePages)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a page shows: the bells to listen to, and how long it is left alone between two rings."""

    topics: frozenset[str]
    pause: float


async def show_stream(request: web.Request) -> web.StreamResponse:
    account, query = request[SIGNED_IN], request.query
    on, id = query.get("on", ""), query.get("id", "")
    if on not in SUBJECTS:
        raise web.HTTPBadRequest
    subject = await request.config_dict[OFFICE].ledger.read(lambda session: _subject(session, account, on, id))
    if subject is None:
        raise web.HTTPNotFound
    live = EventSourceResponse()
    live.headers.update(guard_headers(request.config_dict[OFFICE].secure))
    await live.prepare(request)
    async with live:
        with suppress(ConnectionResetError, TimeoutError, DatabaseAway):
            await _follow(request, live, subject)
    return live


def _subject(session: Session, account: Account, on: str, id: str) -> Subject | None:
    """``None`` for what is not there for this account."""
    match on:
        case "today":
            return Subject(frozenset(desk_topics(account)), IN_TIME)
        case "cases" if may(account, "see_cases"):
            return Subject(frozenset({list_topic(account.organisation)}), IN_TIME)
        case "case":
            case = find_case(session, account.organisation, id)
            seen = case is not None and case.sealed and may(account, "see_cases", case)
            return Subject(frozenset(_of_case(session, account, case)), AT_ONCE) if case and seen else None
        case _:
            return None


def _of_case(session: Session, account: Account, case: Case) -> Iterator[str]:
    """Of its person only for who may see them."""
    yield case_topic(case.id)
    if may(account, "see_person", case):
        yield person_topic(case.person_id)
        yield topic(case.person_id)
        chats = select(Chat.id).where(Chat.person_id == case.person_id, col(Chat.staff_id).is_(None))
        yield from map(chat_topic, session.exec(chats))


async def _follow(request: web.Request, live: EventSourceResponse, subject: Subject) -> None:
    bell, pages = request.config_dict[OFFICE].ledger.bell, request.config_dict[LIVE]
    clock = asyncio.get_running_loop().time
    ends = clock() + LASTS
    with bell.listen(*subject.topics) as ear:
        pages.ears.add(ear)
        try:
            await live.send("", event="ready", retry=COME_BACK)
            while live.is_connected() and not pages.closing and clock() < ends:
                if await ear.wait(max(0.0, ends - clock())) and not pages.closing:
                    if subject.pause == IN_TIME:
                        await pages.in_turn()
                    await live.send("", event="changed")
                    await pages.rest(subject.pause)
        finally:
            pages.ears.discard(ear)


ROUTES = (Route("GET", "/live", "live", show_stream, Access.STAFF),)
