"""The program at work: it looks into calendars elsewhere by itself, and serves coaches their own."""

from __future__ import annotations

import aiohttp

from casework.agendas.agenda_feeds import new_feed
from casework.agendas.outside_times import Source, add_calendar, known_calendars
from tests.outside_server import OutsideServer
from tests.running import running
from tests.test_outside_events import calendar


async def test_calendars_are_looked_into_and_nothing_inside_is_asked_unless_that_is_allowed(sqlite_url: str) -> None:
    async with OutsideServer({"an.ics": calendar()}) as server, running(sqlite_url) as program:
        house, source = program.house, Source("ics", f"{server.url}/an.ics")
        now = house.clock.now()
        await house.ledger.write(lambda s: add_calendar(s, house.vault, ("genk", "an"), source, now))
        await program.until(
            lambda s: [known.problem for known in known_calendars(s, "genk")] == ["its address is not public"]
        )
        assert not server.seen


async def test_a_coach_s_address_is_served(sqlite_url: str) -> None:
    async with running(sqlite_url) as program, aiohttp.ClientSession() as session:
        now = program.house.clock.now()
        token = await program.house.ledger.write(lambda s: new_feed(s, "genk", "an", now))
        async with session.get(f"{program.url}/agenda/{token}.ics") as response:
            assert response.status == 200
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert "X-WR-CALNAME:Afspraak: Stad Genk" in await response.text()
        async with session.head(f"{program.url}/agenda/{token}.ics") as response:
            assert response.status == 200
