"""Behind a web server of ours visitors are told apart; nobody else is believed about where they come from."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from bot.behind import behind, came_from
from bot.settings import Settings

OURS = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("remote", "forwarded", "found"),
    [
        ("10.0.0.1", ["192.0.2.7"], "192.0.2.7"),
        ("10.0.0.1", ["192.0.2.7, 10.0.0.2"], "192.0.2.7"),
        ("10.0.0.1", ["192.0.2.7", "10.0.0.2"], "192.0.2.7"),
        ("10.0.0.1", ["198.51.100.1, 192.0.2.7"], "192.0.2.7"),
        ("::ffff:10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("fd00::1", ["192.0.2.7"], "192.0.2.7"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["192.0.2.7, nonsense"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("", ["192.0.2.7"], ""),
    ],
)
def test_the_word_of_ours_is_taken_from_the_nearest_backwards(remote: str, forwarded: list[str], found: str) -> None:
    assert came_from(remote, forwarded, OURS) == found


@given(st.lists(st.ip_addresses().map(str) | st.text(max_size=20), max_size=5))
def test_who_is_not_ours_is_never_believed(forwarded: list[str]) -> None:
    assert came_from("192.0.2.1", forwarded, OURS) == "192.0.2.1"
    assert came_from("10.0.0.1", forwarded, []) == "10.0.0.1"


async def test_the_pages_inside_see_the_visitor() -> None:
    async def who(request: web.Request) -> web.Response:
        return web.Response(text=f"{request.remote} {(await request.post()).get('word', '')}")

    async def stream(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for word in ("one ", "two ", str(request.remote)):
            await answer.write(word.encode())
        return answer

    inside = web.Application()
    inside.router.add_route("*", "/who", who)
    inside.router.add_route("GET", "/stream", stream)
    app = web.Application(middlewares=[behind([ip_network("127.0.0.0/8")])])
    app.add_subapp("/staff/", inside)
    async with TestClient(TestServer(app)) as client:
        for sent, seen in (({"X-Forwarded-For": "192.0.2.7"}, "192.0.2.7"), ({}, "127.0.0.1")):
            answer = await client.post("/staff/who", headers=sent, data={"word": "kept"})
            assert await answer.text() == f"{seen} kept"
            assert await (await client.get("/staff/stream", headers=sent)).text() == f"one two {seen}"


def test_the_web_servers_in_front_are_a_setting() -> None:
    assert [str(network) for network in Settings(proxies="127.0.0.1/32, fd00::/8").in_front] == [
        "127.0.0.1/32",
        "fd00::/8",
    ]
    with pytest.raises(ValueError, match="write networks as"):
        Settings(proxies="everybody")
