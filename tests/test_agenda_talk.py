"""A visit for the person's own agenda: asked for in the talk, fetched behind a link, true until the visit is over."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from icalendar import Calendar, Component
from sqlmodel import select

from bot.agenda_pages import agenda_routes
from casework.agendas.agenda_feeds import feeds, new_feed, revoke_feed
from flows.messages import Bubble
from storage.tables import Appointment, Case
from tests.stage import Actor, Stage, open_stage

QUICK = ("ja", "snel een mens", "34 tot 49 jaar", "3600", "een job", "ja", "1", "chat")
LINK = re.compile(r"https?://[^/\s]+(/chat/\S+\.ics)")


@dataclass
class Scene:
    stage: Stage
    client: TestClient[web.Request, web.Application]

    async def books(self, name: str = "ann", **where: str) -> Actor:
        actor = self.stage.actor(name, **where)
        await actor.starts(language="nl")
        for words in QUICK:
            await actor.says(words)
        return actor

    async def event(self, path: str) -> Component:
        response = await self.client.get(path)
        assert response.status == 200
        return Calendar.from_ical(await response.read()).walk("VEVENT")[0]


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    async with open_stage() as stage:
        app = web.Application()
        app.add_routes(agenda_routes(stage.house, secure=False))
        async with TestClient(TestServer(app)) as client:
            yield Scene(stage, client)


def link_in(bubbles: list[Bubble]) -> str:
    found = LINK.search("\n".join(bubble.text for bubble in bubbles))
    assert found, [bubble.text for bubble in bubbles]
    return found[1]


def offers(bubbles: list[Bubble]) -> bool:
    return any(button.label == "In mijn agenda" for bubble in bubbles for button in bubble.tools)


async def test_after_booking_and_after_a_move_a_button_offers_it() -> None:
    async with scene() as at:
        person = await at.books()
        assert offers(person.fresh)
        await person.says("ander moment")
        assert offers(await person.taps("do 25 mrt, 11 uur"))
        link_in(await person.taps("In mijn agenda"))


@pytest.mark.parametrize("words", ["agenda", "kalender", "zet da in mijn agenda", "calendrier", "Agenda!", "kalendr"])
async def test_words_ask_for_it_too(words: str) -> None:
    async with scene() as at:
        person = await at.books()
        link_in(await person.says(words))


async def test_the_file_says_when_and_where_and_nothing_of_the_person_or_the_coach() -> None:
    async with scene() as at:
        person = await at.books()
        response = await at.client.get(link_in(await person.says("agenda")))
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert response.headers["Content-Disposition"] == 'attachment; filename="afspraak.ics"'
        assert response.headers["Cache-Control"] == "no-store"
        file = (await response.read()).decode()
        event = Calendar.from_ical(file).walk("VEVENT")[0]
        assert event["SUMMARY"] == "Afspraak: Stad Genk, dienst Tewerkstelling"
        assert f"{event.start:%Y-%m-%d %H:%M}" == "2027-03-25 10:00"
        assert "3600 Genk" in event["LOCATION"]
        house = at.stage.house.organisations["genk"]
        secrets = (*(coach.name.partition(" ")[2] for coach in house.coaches.values()), "job", "Tel", "089")
        assert not [word for word in secrets if word in file.replace("\r\n ", "")]


async def test_a_moved_visit_is_the_same_event_behind_the_same_link() -> None:
    async with scene() as at:
        person = await at.books()
        link = link_in(await person.says("agenda"))
        before = await at.event(link)
        await person.says("ander moment")
        await person.taps("do 25 mrt, 11 uur")
        after = await at.event(link)
        newer = await at.event(link_in(await person.says("agenda")))
        assert before["UID"] == after["UID"] == newer["UID"]
        assert before["SEQUENCE"] < after["SEQUENCE"] == newer["SEQUENCE"]
        assert f"{after.start:%H:%M}" == "11:00"


async def test_a_cancelled_visit_is_taken_out_again_when_that_is_asked() -> None:
    async with scene() as at:
        person = await at.books()
        link = link_in(await person.says("agenda"))
        before = await at.event(link)
        await person.says("annuleer mijn afspraak")
        said = await person.says("agenda")
        assert "uit je agenda" in said[0].text
        response = await at.client.get(link_in(said))
        calendar = Calendar.from_ical(await response.read())
        event = calendar.walk("VEVENT")[0]
        assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
        assert event["UID"] == before["UID"]
        assert event["SEQUENCE"] > before["SEQUENCE"]


async def test_without_a_visit_there_is_nothing_to_give() -> None:
    async with scene() as at:
        person = at.stage.actor()
        await person.starts(language="nl")
        await person.says("ja")
        said = await person.says("agenda")
        assert "Je hebt geen afspraak." in "\n".join(bubble.text for bubble in said)
        assert said[-1].question == "path"


async def test_the_link_ends_with_the_visit() -> None:
    async with scene() as at:
        person = await at.books()
        link = link_in(await person.says("agenda"))
        at.stage.clock.move(timedelta(days=1))
        assert (await at.client.get(link)).status == 200
        at.stage.clock.move(timedelta(hours=1))
        gone = await at.client.get(link)
        assert gone.status == 410
        assert "Deze link of code werkt niet meer" in await gone.text()


async def test_the_link_ends_when_everything_is_erased() -> None:
    async with scene() as at:
        person = await at.books()
        link = link_in(await person.says("agenda"))
        await person.says("wis alles")
        await person.says("ja")
        assert (await at.client.get(link)).status == 410


async def test_nobody_makes_a_link_to_somebody_else_s_visit() -> None:
    async with scene() as at:
        person, other = await at.books("ann"), await at.books("ben")
        mine, theirs = [link_in(await each.says("agenda")) for each in (person, other)]
        mine, theirs = mine.rpartition("/")[2], theirs.rpartition("/")[2]
        visits = await at.stage.house.ledger.read(lambda s: [visit.id for visit in s.exec(select(Appointment))])
        forged = [
            *(visit_id for visit_id in visits),
            theirs[:32] + mine[32:-4],
            mine[:-5] + ("A" if mine[-5] != "A" else "B"),
            "x",
            "%00",
            "ééé",
        ]
        for token in forged:
            assert (await at.client.get(f"/chat/genk/visit/{token}.ics")).status == 410
        assert (await at.client.get(f"/chat/handel/visit/{mine}")).status == 410
        assert (await at.client.get(f"/chat/nowhere/visit/{mine}")).status == 410
        assert (await at.client.get(f"/chat/genk/visit/{mine}")).status == 200


async def test_who_asks_too_often_waits() -> None:
    async with scene() as at:
        person = await at.books()
        link = link_in(await person.says("agenda"))
        answers = [(await at.client.get(link)).status for _ in range(31)]
        assert answers == [200] * 30 + [429]
        for number in range(89):
            assert (await at.client.get(f"/agenda/guess-{number}.ics")).status == 404
        last = await at.client.get("/agenda/guess.ics")
        assert (last.status, last.headers["Retry-After"]) == (429, "60")


async def new_address(at: Scene, coach: str = "karima") -> str:
    now = at.stage.clock.now()
    token = await at.stage.house.ledger.write(lambda session: new_feed(session, "genk", coach, now))
    return f"/agenda/{token}.ics"


async def test_a_coach_sees_their_visits_without_anybody_s_name() -> None:
    async with scene() as at:
        await at.books("ann")
        feed = await new_address(at)
        event = await at.event(feed)
        (visit, case) = await at.stage.house.ledger.read(
            lambda s: (s.exec(select(Appointment)).one(), s.exec(select(Case)).one())
        )
        assert visit.coach == "karima"
        assert (event["SUMMARY"], event["LOCATION"]) == ("Afspraak", "Buurthuis Demo")
        assert event["DESCRIPTION"] == f"Dossier {case.id}"
        assert event["UID"] == f"{visit.uid}@opstap"
        assert visit.person_id not in await (await at.client.get(feed)).text()


async def test_a_coach_sees_nobody_else_s_visits() -> None:
    async with scene() as at:
        await at.books()
        response = await at.client.get(await new_address(at, "an"))
        assert "VEVENT" not in await response.text()


async def test_an_agenda_that_has_the_newest_gets_no_file() -> None:
    async with scene() as at:
        person = await at.books()
        feed = await new_address(at)
        first = await at.client.get(feed)
        tag = {"If-None-Match": first.headers["ETag"]}
        at.stage.clock.move(timedelta(hours=1))
        same = await at.client.get(feed, headers=tag)
        assert (same.status, await same.read(), same.headers["ETag"]) == (304, b"", first.headers["ETag"])
        await person.says("ander moment")
        await person.taps("do 25 mrt, 11 uur")
        moved = await at.client.get(feed, headers=tag)
        assert moved.status == 200
        assert moved.headers["ETag"] != first.headers["ETag"]


async def test_a_visit_that_is_cancelled_leaves_the_coach_s_calendar() -> None:
    async with scene() as at:
        person = await at.books()
        feed = await new_address(at)
        assert "VEVENT" in await text_of(await at.client.get(feed))
        await person.says("annuleer mijn afspraak")
        assert "VEVENT" not in await text_of(await at.client.get(feed))


async def text_of(response: ClientResponse) -> str:
    assert response.status == 200
    return await response.text()


async def test_addresses_are_taken_back_one_by_one() -> None:
    async with scene() as at:
        one, two = [await new_address(at) for _ in range(2)]
        ledger, now = at.stage.house.ledger, at.stage.clock.now()
        refs = [feed.ref for feed in await ledger.read(lambda session: feeds(session, "genk", "karima"))]
        assert await ledger.write(lambda s: revoke_feed(s, "handel", "karima", refs[0], now)) == 0
        assert await ledger.write(lambda s: revoke_feed(s, "genk", "karima", refs[0], now)) == 1
        statuses = [(await at.client.get(address)).status for address in (one, two)]
        assert sorted(statuses) == [200, 404]
        assert await ledger.write(lambda s: revoke_feed(s, "genk", "karima", None, now)) == 1
        assert [(await at.client.get(address)).status for address in (one, two)] == [404, 404]
