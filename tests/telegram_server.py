"""A Telegram of our own: the Bot API over real HTTP for any number of bots, with faults on order.

In a test: ``async with TelegramServer() as telegram: account = telegram.bot("1:token")``. By itself, for
demos and benchmarks: ``python -m tests.telegram_server --port 8081`` takes any token, without rate limits,
and ``POST /user/<token>/<chat>/says {"text": ...}`` speaks as a person.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import time
from collections.abc import Mapping
from typing import Any, Self

import orjson
from aiohttp import web

from tests.telegram_faults import (
    Fault,
    HalfAnswer,
    Held,
    NotJson,
    Refusal,
    Reset,
    Says,
    ServerError,
    Silence,
    TooManyRequests,
    Unauthorized,
)
from tests.telegram_methods import METHODS
from tests.telegram_push import Pusher
from tests.telegram_user import User
from tests.telegram_world import Account, Call, Chat, Upload

GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


class TelegramServer:
    """``open`` takes any token; otherwise only those of ``bot()``. ``url`` is for ``OPSTAP_TELEGRAM_API``."""

    def __init__(self, port: int = 0, *, any_token: bool = False) -> None:
        self._accounts: dict[str, Account] = {}
        self._pushers: dict[str, tuple[Pusher, asyncio.Task[None]]] = {}
        self._any_token = any_token
        self._port = port
        app = web.Application(client_max_size=60 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        app.router.add_post("/user/{token}/{chat}/says", self._says)
        app.router.add_post("/user/{token}/{chat}/taps", self._taps)
        app.router.add_get("/user/{token}/{chat}", self._screen)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self.url = ""

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        tasks = [task for _, task in self._pushers.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._runner.cleanup()

    def bot(self, token: str) -> Account:
        if token not in self._accounts:
            account = self._accounts[token] = Account(token)
            if self._any_token:
                account.faults.limits = None
        return self._accounts[token]

    def forget(self, token: str) -> None:
        """The token is withdrawn."""
        del self._accounts[token]

    def user(self, token: str, chat: int, **more: Any) -> User:
        return User(self.bot(token).chat(chat, **more))

    def pusher(self, token: str) -> Pusher:
        """The one that pushes to this bot's webhook; runs from its first ``setWebhook`` on."""
        if token not in self._pushers:
            pusher = Pusher(self.bot(token))
            self._pushers[token] = (pusher, asyncio.create_task(pusher.run()))
        return self._pushers[token][0]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        token, method = request.match_info["token"], request.match_info["method"]
        if not self._any_token and token not in self._accounts:
            return _no(Refusal(401, "Unauthorized"))
        account = self.bot(token)
        fields = await _fields(request)
        fault = account.faults.next(method)
        result = await self._carried_out(account, method, fields, fault)
        account.calls.append(Call(method, fields, time.monotonic(), result.status))
        if method == "setWebhook" and account.webhook is not None:
            self.pusher(token)
        return result if fault is None else await _faulty(request, fault, result)

    async def _carried_out(
        self, account: Account, method: str, fields: dict[str, Any], fault: Fault | None
    ) -> web.Response:
        function = METHODS.get(method.lower())
        try:
            if function is None:
                raise Refusal(404, "Not Found")
            _refuse(account, fault)
            result = function(account, fields)
            if asyncio.iscoroutine(result):
                result = await result
        except Refusal as refusal:
            return _no(refusal)
        return _json({"ok": True, "result": result})

    async def _file(self, request: web.Request) -> web.Response:
        """A file that somebody sent; for an hour, as Telegram says, and here as long as it is in ``files``."""
        account = self._accounts.get(request.match_info["token"])
        content = account.files.get(request.match_info["path"]) if account else None
        if content is None:
            return _no(Refusal(404, "Not Found"))
        return web.Response(body=content, content_type="application/octet-stream")

    async def _says(self, request: web.Request) -> web.Response:
        User(self._chat(request)).says(orjson.loads(await request.read())["text"])
        return web.Response(text="said")

    async def _taps(self, request: web.Request) -> web.Response:
        User(self._chat(request)).taps(orjson.loads(await request.read())["label"])
        return web.Response(text="tapped")

    async def _screen(self, request: web.Request) -> web.Response:
        messages = self._chat(request).messages.values()
        return _json([message.as_json() for message in messages])

    def _chat(self, request: web.Request) -> Chat:
        return self.bot(request.match_info["token"]).chat(int(request.match_info["chat"]))


async def _fields(request: web.Request) -> dict[str, Any]:
    fields: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        fields.update(orjson.loads(await request.read() or b"{}"))
        return fields
    return fields | {name: _plain(value) for name, value in (await request.post()).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, web.FileField):
        return Upload(value.filename, value.content_type, value.file.read())
    with contextlib.suppress(ValueError):
        if value[:1] in "[{":
            return orjson.loads(value)
    return value


def _refuse(account: Account, fault: Fault | None) -> None:
    match fault:
        case TooManyRequests(seconds):
            raise account.faults.close(seconds)
        case Unauthorized():
            raise Refusal(401, "Unauthorized")
        case ServerError() | Reset(accepted=False):
            raise Refusal(502, "Bad Gateway")
        case Says(status, description):
            raise Refusal(status, description)
        case _:
            return


async def _faulty(request: web.Request, fault: Fault, result: web.Response) -> web.StreamResponse:
    match fault:
        case ServerError(status):
            return web.Response(status=status, body=GATEWAY_PAGE, content_type="text/html")
        case Reset():
            return _broken(request)
        case Silence(seconds):
            await asyncio.sleep(seconds)
            return _broken(request)
        case Held(until):
            await until.wait()
            return result
        case NotJson(body):
            return web.Response(body=body, content_type="application/json")
        case HalfAnswer():
            half = web.StreamResponse(headers={"Content-Length": str(len(_body(result)))})
            await half.prepare(request)
            await half.write(_body(result)[:20])
            return _broken(request, half)
        case _:
            return result


def _broken(request: web.Request, response: web.StreamResponse | None = None) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return response or web.Response()


def _body(response: web.Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else b""


def _no(refusal: Refusal) -> web.Response:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": refusal.status,
        "description": refusal.description,
    }
    if refusal.retry_after is not None:
        body["parameters"] = {"retry_after": refusal.retry_after}
    return _json(body, refusal.status)


def _json(data: list[Any] | Mapping[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(data), status=status, content_type="application/json")


async def _serve(port: int) -> None:
    async with TelegramServer(port, any_token=True):
        await asyncio.Event().wait()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="A Bot API for demos and benchmarks")
    arguments.add_argument("--port", type=int, default=8081)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(arguments.parse_args().port))
