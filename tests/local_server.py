"""A web server on this machine, for the length of a test."""

from __future__ import annotations

from typing import Self

from aiohttp import web


class LocalServer:
    """Every request comes to ``_answer``; ``url`` is known once it is open. Without a ``port`` any free one will do."""

    url: str = ""
    port: int = 0
    _runner: web.AppRunner

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        raise NotImplementedError
