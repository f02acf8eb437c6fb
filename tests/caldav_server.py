"""Radicale, a CalDAV server as people run it, in a process of its own with one user and one calendar."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp.test_utils import unused_port

from tests.patience import PATIENCE

USER, PASSWORD = "an", "geheim & lang"


@dataclass(frozen=True, slots=True)
class Radicale:
    """``calendar`` is the address of the user's calendar."""

    url: str

    @property
    def calendar(self) -> str:
        return f"{self.url}/{USER}/werk/"

    async def put(self, name: str, file: bytes) -> None:
        await self._ask("PUT", f"{self.calendar}{name}.ics", file, {"Content-Type": "text/calendar"}, {201, 204})

    async def delete(self, name: str) -> None:
        await self._ask("DELETE", f"{self.calendar}{name}.ics", b"", {}, {200, 204})

    async def make_calendar(self) -> None:
        await self._ask("MKCALENDAR", self.calendar, b"", {}, {201})

    async def forget_calendar(self) -> None:
        await self._ask("DELETE", self.calendar, b"", {}, {200, 204})

    async def _ask(self, method: str, url: str, body: bytes, headers: dict[str, str], fine: set[int]) -> None:
        sign_in = {"Authorization": aiohttp.encode_basic_auth(USER, PASSWORD)}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, data=body, headers=headers | sign_in) as response,
        ):
            assert response.status in fine, f"{method}: {response.status} {await response.text()}"


@contextmanager
def radicale(folder: Path) -> Iterator[Radicale]:
    """Ends with the block; ``folder`` has to be empty."""
    people = folder / "people"
    people.write_text(f"{USER}:{PASSWORD}\n")
    port = unused_port()
    options = {
        "config": "",
        "server-hosts": f"127.0.0.1:{port}",
        "auth-type": "htpasswd",
        "auth-htpasswd-filename": str(people),
        "auth-htpasswd-encryption": "plain",
        "auth-delay": "0",
        "storage-filesystem-folder": str(folder / "collections"),
        "logging-level": "critical",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    server = subprocess.Popen([sys.executable, "-m", "radicale", *arguments], stderr=subprocess.PIPE)
    try:
        _wait_for(port, server)
        yield Radicale(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.communicate()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"radicale ended: {server.communicate()[1].decode()[-2000:]}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("radicale did not start")
