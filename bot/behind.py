"""Who comes, when a web server of our own stands in front: the address that it names, and nobody else's word for it."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

Network: TypeAlias = IPv4Network | IPv6Network
Address: TypeAlias = IPv4Address | IPv6Address


def behind(proxies: Sequence[Network]) -> Middleware:
    """``proxies`` are ours; what others write into ``X-Forwarded-For`` means nothing."""

    @web.middleware
    async def with_address(request: web.Request, handler: Handler) -> web.StreamResponse:
        remote = request.remote or ""
        address = came_from(remote, request.headers.getall("X-Forwarded-For", []), proxies)
        return await handler(request if address == remote else request.clone(remote=address))

    return with_address


def came_from(remote: str, forwarded: Sequence[str], proxies: Sequence[Network]) -> str:
    """From the nearest backwards, each word is believed as long as one of ours says it."""
    nearest = remote
    for word in reversed([part.strip() for line in forwarded for part in line.split(",")]):
        said, believed = _address(word), _address(nearest)
        if believed is None or said is None or not any(believed in network for network in proxies):
            break
        nearest = str(said)
    return nearest


def _address(word: str) -> Address | None:
    try:
        found = ip_address(word)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
