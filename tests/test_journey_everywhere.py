"""One talk with everything in it that keeps people going, the same on Telegram, in the web chat and at the terminal."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import aiohttp
import pytest

from tests.running import Command, running
from tests.test_journey_telegram import Phone, phone
from tests.webchat_caller import Caller

Line = tuple[str, ...]
"""What the person types, and what each of our messages then holds."""

DOORWAY: tuple[Line, ...] = (
    ("ja", "Waarvoor kom je?"),
    ("een mens snel", "Hoe oud ben je?"),
    ("34 tot 49 jaar", "In welke gemeente woon je?"),
    ("3600", "Wat wil je graag?"),
)
FAQ: tuple[Line, ...] = (("kost dat geld?", "Deze chat is gratis", "Wat wil je graag?"),)
BY_WORD: tuple[Line, ...] = (("ik woon in Hasselt, niet in Genk", "Wij werken niet in jouw gemeente", "3500 Hasselt"),)
SIDE_QUESTION: tuple[Line, ...] = (
    ("opnieuw beginnen", "Wil je opnieuw beginnen?"),
    ("nee", "Wat wil je graag?"),
)
BACK: tuple[Line, ...] = (
    ("een jobb", "Wil je praten met een coach?"),
    ("terug", "Jij zei: Een job"),
    ("1", "Wil je praten met een coach?"),
)
IN_FRENCH: tuple[Line, ...] = (("frans", "Est-ce que vous voulez parler à un coach ?"),)
STOP: tuple[Line, ...] = (
    ("stop", "Vos réponses restent ici"),
    ("continuer", "Est-ce que vous voulez parler à un coach ?"),
)
TO_THE_END: tuple[Line, ...] = (
    ("oui", "Quel moment vous convient ?"),
    ("1", "Comment est-ce qu'on peut vous joindre ?"),
    ("chat", "jeudi 25 mars à 10 heures", "Merci."),
)
TALK = (*DOORWAY, *FAQ, *BY_WORD, *SIDE_QUESTION, *BACK, *IN_FRENCH, *STOP, *TO_THE_END)


class Channel(Protocol):
    async def talks(self, *lines: Line) -> object:
        """Each line is said, and each of its messages comes, in this order."""


@dataclass
class Browser:
    """The page of the web chat, by what it asks of the server."""

    caller: Caller
    read: int = 0

    async def talks(self, *lines: Line) -> None:
        for said, *parts in lines:
            await self.caller.say(said)
            told = [line["text"] for line in (await self.caller.transcript())["lines"] if line["from"] == "us"]
            fresh, self.read = told[self.read :], len(told)
            assert len(fresh) == len(parts), f"{said}: {fresh}"
            assert all(part in text for part, text in zip(parts, fresh, strict=True)), f"{said}: {fresh}"


@dataclass
class Terminal:
    command: Command

    async def talks(self, *lines: Line) -> None:
        for said, *parts in lines:
            self.command.types(said)
            for part in parts:
                await self.command.sees(part)


@dataclass(frozen=True, slots=True)
class Page:
    """Where a chat is."""

    chat: str


@asynccontextmanager
async def on_telegram(database: Path) -> AsyncIterator[Phone]:
    async with phone(f"sqlite:///{database}") as person:
        await person.talks(
            ("/start", "Welke taal wil je?"),
            ("nederlands", "Ik ben een computer", "Telegram bewaart deze chat ook", "Mag ik ze bewaren"),
        )
        yield person


@asynccontextmanager
async def on_the_web(database: Path) -> AsyncIterator[Browser]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with running(f"sqlite:///{database}") as program, aiohttp.ClientSession(cookie_jar=jar) as session:
        person = Browser(Caller(Page(f"{program.url}/chat/genk"), session))
        await person.caller.start("nl")
        person.read = len((await person.caller.transcript())["lines"])
        yield person


@asynccontextmanager
async def at_the_terminal(database: Path) -> AsyncIterator[Terminal]:
    settings = {"CLOCK": "2027-03-24T09:30+01:00", "DATABASE_URL": f"sqlite:///{database}"}
    command = Command(database.parent, settings)
    await command.begin("chat", "--organisation", "genk", "--language", "nl")
    await command.sees("Mag ik ze bewaren voor je coach?")
    yield Terminal(command)
    assert await command.ends() == (0, "")


@pytest.mark.parametrize("channel", [on_telegram, on_the_web, at_the_terminal], ids=["telegram", "web", "terminal"])
async def test_everything_that_keeps_people_going_works_on_every_channel(
    channel: Callable[[Path], AbstractAsyncContextManager[Channel]], sqlite_url: str
) -> None:
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    async with channel(database) as person:
        await person.talks(*TALK)
    with sqlite3.connect(database) as kept:
        assert kept.execute("SELECT wall, state FROM appointment").fetchall() == [("2027-03-25T10:00", "booked")]
        assert kept.execute("SELECT count(*) FROM intake_case").fetchall() == [(1,)]
