"""Tells an open page of a talk that there is something new in it: what, the page fetches by itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial

from aiohttp import web
from aiohttp_sse import EventSourceResponse
from sqlmodel import Session

from casework.coach_talk import topic
from casework.talk_page import stamp, talkable
from staff.door import SIGNED_IN
from staff.guard import HEADERS
from staff.office import OFFICE
from storage.bell import Ear
from storage.errors import DatabaseAway

LOOK_EVERY = 3.0
"""Seconds after which what no bell announces is seen: a message that has arrived at Telegram."""
LASTS = 300.0
"""Seconds after which the page comes back, and has to be signed in still."""
COME_BACK = 1000


class LivePages:
    """The pages that are open now; all end when the server stops."""

    def __init__(self) -> None:
        self.closing = False
        self.ears: set[Ear] = set()

    async def close(self, _: web.Application) -> None:
        self.closing = True
        for ear in self.ears:
            ear.hear()


LIVE = web.AppKey("live_talks", LivePages)


async def show_stream(request: web.Request) -> web.StreamResponse:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]

    def whose(session: Session) -> str | None:
        case = talkable(session, account, id)
        return case.person_id if case else None

    person_id = await office.ledger.read(whose)
    if person_id is None:
        raise web.HTTPNotFound
    live = EventSourceResponse()
    live.headers.update(HEADERS)
    await live.prepare(request)
    async with live:
        with suppress(ConnectionResetError, TimeoutError, DatabaseAway):
            await _follow(request, live, person_id)
    return live


async def _follow(request: web.Request, live: EventSourceResponse, person_id: str) -> None:
    ledger, pages = request.config_dict[OFFICE].ledger, request.config_dict[LIVE]
    ends, seen = asyncio.get_running_loop().time() + LASTS, ""
    await live.send("", event="ready", retry=COME_BACK)
    with ledger.bell.listen(topic(person_id)) as ear:
        pages.ears.add(ear)
        try:
            while live.is_connected() and not pages.closing and asyncio.get_running_loop().time() < ends:
                now = await ledger.read(partial(stamp, person_id=person_id))
                if now != seen:
                    seen = now
                    await live.send("", event="changed")
                await ear.wait(LOOK_EVERY)
        finally:
            pages.ears.discard(ear)
