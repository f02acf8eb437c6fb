"""Speaks to the web chat over HTTP as its page does, for tests that need no browser."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

import aiohttp
import orjson

from tests.patience import PATIENCE
from tests.webchat_stage import Stage

Event = Mapping[str, Any]
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


class Door(Protocol):
    @property
    def chat(self) -> str:
        """The address of a chat, ``http://.../chat/<organisation>``."""


class Caller:
    """One browser, with its own cookies."""

    def __init__(self, stage: Door, session: aiohttp.ClientSession) -> None:
        self.stage, self.session = stage, session
        self.keys = itertools.count(1)

    async def post(self, path: str, data: object, headers: Mapping[str, str] = OWN_PAGE) -> tuple[int, Any]:
        async with self.session.post(f"{self.stage.chat}/{path}", json=data, headers=headers) as answer:
            return answer.status, await answer.json()

    async def start(self, language: str = "nl") -> None:
        assert await self.post("start", {"language": language}) == (200, {"ok": True})

    async def say(self, text: str, key: str = "") -> Any:
        return (await self.post("say", {"key": key or self.new_key(), "text": text}))[1]

    async def tap(self, token: str, key: str = "") -> Any:
        return (await self.post("say", {"key": key or self.new_key(), "tap": token}))[1]

    async def transcript(self) -> Any:
        async with self.session.get(f"{self.stage.chat}/transcript") as answer:
            return await answer.json()

    async def lines(self) -> list[str]:
        told = await self.transcript()
        return [f"{'<' if line['from'] == 'us' else '>'} {line['text']}" for line in told["lines"]]

    async def newest(self) -> Any:
        return [line for line in (await self.transcript())["lines"] if line["from"] == "us"][-1]

    async def token(self, label: str) -> str:
        newest = await self.newest()
        found: str = next(each["token"] for each in newest["buttons"] + newest["tools"] if each["label"] == label)
        return found

    def new_key(self) -> str:
        return f"key-{next(self.keys):08}"

    @asynccontextmanager
    async def stream(self, after: int = 0, last_event_id: str = "") -> AsyncIterator[AsyncIterator[Event]]:
        headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
        url = f"{self.stage.chat}/stream?after={after}"
        async with self.session.get(url, headers=headers) as answer:
            assert answer.status == 200
            yield events(answer.content)


async def events(content: aiohttp.StreamReader) -> AsyncIterator[Event]:
    """The messages of an event stream, with the id of each."""
    fields: dict[str, str] = {}
    async for raw in content:
        name, _, value = raw.decode().rstrip("\r\n").partition(": ")
        if name:
            fields[name] = value
        elif fields:
            if fields.get("event") == "said":
                yield {"event_id": fields["id"], **orjson.loads(fields["data"])}
            fields = {}


async def take(stream: AsyncIterator[Event], count: int) -> list[Event]:
    async with asyncio.timeout(PATIENCE):
        return [await anext(stream) for _ in range(count)]


@asynccontextmanager
async def calling(stage: Stage) -> AsyncIterator[Caller]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield Caller(stage, session)
