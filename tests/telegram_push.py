"""Pushes a bot's updates to its webhook: in order per chat, again until it answers 200."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict, deque
from typing import Any

import aiohttp
import orjson

from tests.telegram_faults import Refusal
from tests.telegram_methods import answer_callback_query
from tests.telegram_world import Account, Webhook

HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Pusher:
    """One bot's pushing. ``first_wait`` grows twofold up to ``longest_wait`` seconds per chat."""

    def __init__(self, account: Account, first_wait: float = 0.02, longest_wait: float = 0.5) -> None:
        self._account = account
        self._waits = (first_wait, longest_wait)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._lines: dict[int, deque[dict[str, Any]]] = defaultdict(deque)
        self._lined_up = 0
        self.copies = 1

    async def run(self) -> None:
        timeout, pool = aiohttp.ClientTimeout(60), aiohttp.TCPConnector(limit=40)
        async with aiohttp.ClientSession(timeout=timeout, connector=pool) as session:
            try:
                while True:
                    self._account.news.clear()
                    self._start(session)
                    await self._account.news.wait()
            finally:
                for task in self._tasks.values():
                    task.cancel()
                await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _start(self, session: aiohttp.ClientSession) -> None:
        for number, update in self._account.pending.items():
            if number > self._lined_up:
                self._lines[chat_of(update)].append(update)
                self._lined_up = number
        for chat, line in self._lines.items():
            task = self._tasks.get(chat)
            if self._account.webhook is not None and line and (task is None or task.done()):
                self._tasks[chat] = asyncio.create_task(self._push_all(session, line))

    async def _push_all(self, session: aiohttp.ClientSession, line: deque[dict[str, Any]]) -> None:
        wait, longest = self._waits
        while line and (webhook := self._account.webhook):
            if await self._pushed(session, webhook, line[0]):
                line.popleft()
                wait = self._waits[0]
            else:
                self._account.webhook_errors += 1
                await asyncio.sleep(wait)
                wait = min(wait * 2, longest)

    async def _pushed(self, session: aiohttp.ClientSession, webhook: Webhook, update: dict[str, Any]) -> bool:
        if update["update_id"] not in self._account.pending:
            return True
        done = all(await asyncio.gather(*(self._push(session, webhook, update) for _ in range(self.copies))))
        if done:
            self._account.pending.pop(update["update_id"], None)
        return done

    async def _push(self, session: aiohttp.ClientSession, webhook: Webhook, update: dict[str, Any]) -> bool:
        headers = {"Content-Type": "application/json"} | ({HEADER: webhook.secret} if webhook.secret else {})
        try:
            async with session.post(webhook.url, data=orjson.dumps(update), headers=headers) as response:
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError):
            return False
        if response.status == 200:
            self._carry_out(body)
        return response.status == 200

    def _carry_out(self, body: bytes) -> None:
        """A method given in the webhook's answer; its result is told to nobody."""
        fields = orjson.loads(body) if body.startswith(b"{") else {}
        if fields.get("method") == "answerCallbackQuery":
            with contextlib.suppress(Refusal):
                answer_callback_query(self._account, fields)


def chat_of(update: dict[str, Any]) -> int:
    for kind, content in update.items():
        if kind == "callback_query":
            return int(content["from"]["id"])
        if isinstance(content, dict) and "chat" in content:
            return int(content["chat"]["id"])
    return 0
