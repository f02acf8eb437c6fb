"""Asks an address that somebody gave us, for a calendar or to tell it something: never inside our own network, never
for long."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, TypeAlias

import aiohttp
from yarl import URL

Network: TypeAlias = IPv4Network | IPv6Network
Address: TypeAlias = IPv4Address | IPv6Address

_HOLDING_IPV4 = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
REDIRECTS = (301, 302, 303, 307, 308)
GOOD = (200, 207)


class NotFetched(Exception):
    """Why there is no answer that can be used, in words for staff that hold nothing of the address."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What to send to ``address``. ``authorization``, the header with a secret, goes to its own origin only.

    What is ``private`` travels over https, as a secret does.
    """

    address: str = field(repr=False)
    method: str = "GET"
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    authorization: str = field(default="", repr=False)
    private: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Limits:
    size: int = 4 * 2**20
    seconds: float = 20.0
    redirects: int = 3


class Outside:
    """The world outside. Addresses that are not public are refused at the moment of connecting, whatever name led
    there, unless they lie in ``allowed``. A secret travels over https, or to ``allowed``."""

    def __init__(self, allowed: Sequence[Network] = (), limits: Limits | None = None) -> None:
        self._allowed = allowed
        self._limits = limits or Limits()

    async def fetch(self, ask: Ask) -> bytes:
        """The body of the answer, wherever redirects lead. Raises ``NotFetched``."""
        answer = await self.ask(ask, self._limits.redirects)
        if answer.status in (401, 403):
            raise NotFetched("it does not let us in")
        if answer.status not in GOOD:
            raise NotFetched(f"it answers {answer.status}")
        return answer.body

    async def ask(self, ask: Ask, redirects: int = 0) -> Answer:
        """The answer, whatever it is, after at most so many redirects. Raises ``NotFetched`` where there is none."""
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await self._follow(ask, _url(ask.address), redirects)
        except TimeoutError:
            raise NotFetched("too slow") from None
        except aiohttp.ClientConnectorCertificateError:
            raise NotFetched("its certificate is not valid") from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise NotFetched("not reached") from None

    async def look(self, address: str) -> None:
        """Raises ``NotFetched`` for an address to which nothing private would be sent. Nothing is sent."""
        url = _url(address)
        if url.user is not None or url.password is not None:
            raise NotFetched("its address has a name or a password in it")
        gate = _Gate(self._allowed, only_allowed=url.scheme != "https")
        try:
            async with asyncio.timeout(self._limits.seconds):
                found = await asyncio.get_running_loop().getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
        except (TimeoutError, OSError, ValueError):
            raise NotFetched("its name is not known") from None
        if not all(gate.lets(str(where[0])) for *_, where in found):
            raise NotFetched(gate.why)

    async def refuses(self, address: str) -> str | None:
        """Why nothing would be sent there, or ``None``."""
        try:
            await self.look(address)
        except NotFetched as problem:
            return str(problem)
        return None

    async def _follow(self, ask: Ask, url: URL, redirects: int) -> Answer:
        home = url.origin()
        for _ in range(redirects + 1):
            found = await self._once(ask, url, known=url.origin() == home)
            if isinstance(found, Answer):
                return found
            url = _url(str(url.join(found)))
        raise NotFetched("it leads from one address to the next")

    async def _once(self, ask: Ask, url: URL, *, known: bool) -> Answer | URL:
        """The answer, or where to go on."""
        signs_in = bool(ask.authorization) and known
        gate = _Gate(self._allowed, only_allowed=(signs_in or ask.private) and url.scheme != "https")
        connector = aiohttp.TCPConnector(socket_factory=gate.open, force_close=True)
        async with aiohttp.ClientSession(
            connector=connector, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
        ) as session:
            try:
                async with session.request(
                    ask.method, url, data=ask.body or None, headers=_headers(ask, signs_in), allow_redirects=False
                ) as response:
                    if response.status in REDIRECTS and "Location" in response.headers:
                        return URL(response.headers["Location"])
                    return Answer(response.status, await self._body(response))
            except aiohttp.ClientConnectorError:
                if gate.refused:
                    raise NotFetched(gate.why) from None
                raise

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise NotFetched("it answers in a form that was not asked for")
        body = bytearray()
        async for chunk in response.content.iter_chunked(2**16):
            body += chunk
            if len(body) > self._limits.size:
                raise NotFetched("too large")
        return bytes(body)


class _Gate:
    """Makes the sockets of one request, and looks at where each would lead."""

    def __init__(self, allowed: Sequence[Network], *, only_allowed: bool) -> None:
        self.refused = False
        self.why = "what is private needs https" if only_allowed else "its address is not public"
        self._allowed = allowed
        self._only_allowed = only_allowed

    def open(self, info: Any) -> socket.socket:
        family, kind, protocol, _, where = info
        if not self.lets(str(where[0])):
            self.refused = True
            raise OSError("refused")
        return socket.socket(family, kind, protocol)

    def lets(self, where: str) -> bool:
        address = ip_address(where.partition("%")[0])
        meant = _inner(address) if isinstance(address, IPv6Address) else address
        if any(address in network or meant in network for network in self._allowed):
            return True
        return _is_public(meant) and not self._only_allowed


def _inner(address: IPv6Address) -> Address:
    """The IPv4 address that is meant, where one is written into this."""
    if any(address in network for network in _HOLDING_IPV4):
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)


def _is_public(address: Address) -> bool:
    site = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not address.is_multicast and not address.is_reserved and not site


def _url(address: str) -> URL:
    """``webcal`` is what agendas call the https address of a calendar."""
    url = URL(address)
    if url.scheme in ("webcal", "webcals"):
        url = URL(address.replace(url.scheme, "https", 1))
    if url.scheme not in ("http", "https") or not url.host:
        raise NotFetched("its address is none of the web")
    return url


def _headers(ask: Ask, signs_in: bool) -> dict[str, str]:
    headers = {"User-Agent": "opstap", "Accept-Encoding": "identity", **ask.headers}
    if signs_in:
        headers["Authorization"] = ask.authorization
    return headers
