"""Fetching from an address that somebody gave us: what is let in, what is refused, and how long it may take."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from aiohttp import encode_basic_auth
from aiohttp.test_utils import unused_port

from bot.agenda_network import Ask, Limits, NotFetched, Outside
from tests.outside_server import HERE, OutsideServer

SWIFT = Limits(size=2**20, seconds=1.5)
WRITTEN_INTO = ("[64:ff9b::7f00:1]", "[2002:a00:1::]", "[::10.0.0.1]", "[2001:0:1:2:3:4:f5ff:fffe]", "[fec0::1]")
"""Private addresses that are written into public ones, and one of old."""
FILE = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


async def fetched(address: str, outside: Outside | None = None, **more: str) -> bytes:
    return await (outside or Outside(HERE, SWIFT)).fetch(Ask(address, **more))


async def refusal(address: str, outside: Outside | None = None, **more: str) -> str:
    with pytest.raises(NotFetched) as refused:
        await fetched(address, outside, **more)
    assert address not in str(refused.value)
    return str(refused.value)


async def test_a_file_is_fetched() -> None:
    async with OutsideServer({"a.ics": FILE}) as server:
        assert await fetched(f"{server.url}/a.ics") == FILE
        assert server.seen[0].headers["User-Agent"] == "opstap"


async def test_redirects_are_followed_and_not_for_ever() -> None:
    async with OutsideServer({"a.ics": FILE}) as server:
        assert await fetched(f"{server.url}/redirect/redirect/redirect/a.ics") == FILE
        assert await refusal(f"{server.url}/circle") == "it leads from one address to the next"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("broken/500", "it answers 500"),
        ("broken/403", "it does not let us in"),
        ("nowhere", "it answers 404"),
        ("slow", "too slow"),
        ("drips", "too slow"),
        ("huge", "too large"),
        ("half", "not reached"),
        ("packed", "it answers in a form that was not asked for"),
    ],
)
async def test_what_goes_wrong_there_has_a_name_here(path: str, why: str) -> None:
    async with OutsideServer() as server:
        assert await refusal(f"{server.url}/{path}") == why


async def test_nobody_at_home() -> None:
    assert await refusal(f"http://127.0.0.1:{unused_port()}/a.ics") == "not reached"


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org/a.ics", "a.ics", "", "http://", "//x/y"])
async def test_only_addresses_of_the_web(address: str) -> None:
    with pytest.raises(NotFetched):
        await fetched(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"])
async def test_nothing_inside_our_own_network_is_asked(host: str) -> None:
    async with OutsideServer({"a.ics": FILE}) as server:
        port = server.url.rpartition(":")[2]
        await refusal(f"http://{host}:{port}/a.ics", Outside((), SWIFT))
        assert not server.seen


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "192.168.1.1", "172.16.0.9", "169.254.169.254", "[fe80::1]", "[fc00::1]", *WRITTEN_INTO]
)
async def test_a_private_address_is_refused_before_it_is_called(host: str) -> None:
    assert await refusal(f"http://{host}/a.ics", Outside((), SWIFT)) == "its address is not public"


async def test_a_redirect_inside_is_refused_too() -> None:
    async with OutsideServer({"a.ics": FILE}) as inside, OutsideServer() as server:
        port = inside.url.rpartition(":")[2]
        outside = Outside((ip_network("127.0.0.1/32"),), SWIFT)
        leads_inside = f"{server.url}/redirect/http://127.0.0.2:{port}/a.ics"
        assert await refusal(leads_inside, outside) == "its address is not public"
        assert (
            await refusal(f"{server.url}/redirect/http://169.254.169.254/a.ics", outside) == "its address is not public"
        )
        assert not inside.seen


async def test_a_name_and_a_password_go_to_their_own_server_only() -> None:
    whose = {"authorization": encode_basic_auth("an", "geheim")}
    async with OutsideServer({"a.ics": FILE}, user="an", password="geheim") as theirs, OutsideServer() as other:
        assert await fetched(f"{theirs.url}/a.ics", **whose) == FILE
        assert theirs.seen[0].headers["Authorization"] == encode_basic_auth("an", "geheim")
        wrong = encode_basic_auth("an", "wrong")
        assert await refusal(f"{theirs.url}/a.ics", authorization=wrong) == "it does not let us in"
        assert await refusal(f"{theirs.url}/redirect/{other.url}/a.ics", **whose) == "it answers 404"
        assert "Authorization" not in other.seen[0].headers


async def test_a_password_goes_to_the_world_over_https_only() -> None:
    whose = encode_basic_auth("an", "geheim")
    why = await refusal("http://192.0.2.1/a.ics", Outside((), SWIFT), authorization=whose)
    assert why == "what is private needs https"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://127.0.0.1/hook", "its address is not public"),
        ("https://localhost/hook", "its address is not public"),
        ("https://[::ffff:10.0.0.1]/hook", "its address is not public"),
        ("https://127.1/hook", "its address is not public"),
        ("https://2130706433/hook", "its address is not public"),
        ("http://192.0.2.1/hook", "what is private needs https"),
        ("https://an:geheim@192.0.2.1/hook", "its address has a name or a password in it"),
        ("https://nowhere.invalid/hook", "its name is not known"),
        ("ftp://192.0.2.1/hook", "its address is none of the web"),
    ],
)
async def test_an_address_is_looked_at_before_it_is_kept(address: str, why: str) -> None:
    with pytest.raises(NotFetched) as refused:
        await Outside((), SWIFT).look(address)
    assert str(refused.value) == why


async def test_what_is_private_goes_over_https_only() -> None:
    with pytest.raises(NotFetched) as refused:
        await Outside((), SWIFT).ask(Ask("http://192.0.2.1/hook", "POST", b"{}", private=True))
    assert str(refused.value) == "what is private needs https"
