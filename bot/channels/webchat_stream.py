"""Sends what we say to an open page as it is said, and what a page missed when it comes back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import orjson
from aiohttp import web
from aiohttp_sse import EventSourceResponse
from sqlmodel import Session

from bot.channels.transcript import Ours, mark_shown, said_since, transcript
from bot.channels.webchat_shop import WebChat
from bot.channels.webchat_visitor import Visitor, has_moved
from bot.channels.webchat_wire import json_answer, ours_as_json, transcript_as_json
from browser.headers import guard_headers
from casework.telling.bells import chat_topic
from storage.errors import DatabaseAway
from storage.ledger import ring

HEARTBEAT = 15.0
COME_BACK = 2000


async def serve_stream(shop: WebChat, request: web.Request, visitor: Visitor) -> web.StreamResponse:
    after = _number(request.headers.get("Last-Event-ID") or request.query.get("after", ""))
    page = EventSourceResponse(ping_interval=HEARTBEAT)
    page.headers.update(guard_headers(shop.secure))
    await page.prepare(request)
    async with page:
        # Whatever cuts the stream, the page comes back by itself and says what it saw last.
        with suppress(ConnectionResetError, TimeoutError, DatabaseAway):
            await _follow(shop, visitor, page, after)
    return page


async def serve_transcript(shop: WebChat, visitor: Visitor) -> web.Response:
    lines = await shop.ledger.read(lambda session: transcript(session, visitor.reader))
    said = [line for line in lines if isinstance(line, Ours)]
    await _mark(shop, visitor.reader.chat_id, said)
    last = max((message.id for message in said), default=0)
    return json_answer(transcript_as_json(lines, last, visitor.reader))


async def _follow(shop: WebChat, visitor: Visitor, page: EventSourceResponse, after: int) -> None:
    reader = visitor.reader
    await page.send("", event="ready", retry=COME_BACK)
    with shop.streams.listen(shop.ledger.bell, reader.chat_id) as ear:
        while page.is_connected() and not shop.streams.closing:
            said = await shop.ledger.read(partial(said_since, reader=reader, after=after))
            for message in said:
                after = max(after, message.id)
                await page.send(orjson.dumps(ours_as_json(message)).decode(), id=str(after), event="said")
            await _mark(shop, reader.chat_id, said)
            if not await ear.wait(HEARTBEAT) and await has_moved(shop, visitor):
                await page.send("", event="moved")
                return


async def _mark(shop: WebChat, chat_id: str, said: Sequence[Ours]) -> None:
    """A coach who has the talk open sees that it was seen."""
    unmarked = [message.id for message in said if not message.shown]

    def work(session: Session) -> None:
        mark_shown(session, unmarked, shop.now())
        ring(session, chat_topic(chat_id))

    if unmarked:
        await shop.ledger.write(work)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
