"""How long people and coaches wait for each other: ``python -m benchmarks.handing_over``.

The program is a process of its own, as it is shipped: its ticker, its pace, its webhook. Person after person goes the
short way, in Telegram and in the web chat: from their last answer to the notice in a coach's Telegram chat. Then the
coach writes a line in the console: from the form that is sent to the message in the chat, or on the person's open page.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
import time
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import aiohttp
from sqlmodel import Session

from benchmarks.machine import heading
from benchmarks.postgres import postgres
from benchmarks.staff_crowd import NOW, ORGANISATION, make_organisations
from benchmarks.staff_pages import served
from benchmarks.tables import percentile, table
from casework.door.accounts import ensure_accounts, find_account
from casework.door.sign_in import open_door
from casework.house.organisation import Organisation
from storage.ledger import Ledger, open_ledger
from storage.migrate import migrate
from storage.tables import Chat
from tests.running import TOKEN
from tests.staff_stage import Browser
from tests.stage import ROOT
from tests.telegram_server import TelegramServer
from tests.telegram_user import User
from tests.webchat_caller import Caller

PEOPLE = 20
COACH = "an"
COACHS_CHAT = 700
FIRST_CHAT = 1000
NOTICE, ANSWER = 2000, 1000
"""Milliseconds that the notice and the coach's line may take."""
BREATH = 4.5
"""Seconds that somebody reads before they go on: into one chat go four messages at once, then one a second."""
PATIENCE = 30.0
SHORT_WAY = ("ja", "snel een mens", "34 tot 49 jaar", "3600", "overslaan", "nee, nu niet")
"""What somebody types, without waiting for us."""
LAST = "Chat"
CASE = re.compile(r"/staff/cases/([0-9a-f]{32})")


@dataclass
class Waits:
    """Milliseconds by what was waited for; before each people read for ``breath`` seconds."""

    breath: float
    found: dict[str, list[float]] = field(default_factory=dict)

    async def time(self, name: str, deed: Awaitable[object], arrival: Awaitable[object]) -> None:
        """From the deed's begin to the arrival, whichever of the two ends first."""
        await asyncio.sleep(self.breath)
        begin = time.perf_counter()
        doing = asyncio.ensure_future(deed)
        async with asyncio.timeout(PATIENCE):
            await arrival
        self.found.setdefault(name, []).append((time.perf_counter() - begin) * 1000)
        await doing


@dataclass(frozen=True, slots=True)
class Coach:
    """Signed in at the console, with a chat in Telegram. ``known`` are the cases that they have opened."""

    browser: Browser
    phone: User
    known: set[str] = field(default_factory=set)

    async def writes(self, text: str) -> None:
        """The page of the talk is open; this sends its form."""
        await self.browser.send('/talk"', text=text)

    async def opens_new_one(self) -> None:
        await self.browser.open("/staff/cases")
        case = next(id for id in CASE.findall(self.browser.html) if id not in self.known)
        self.known.add(case)
        await self.browser.open(f"/staff/cases/{case}/talk")
        assert self.browser.status == 200


@dataclass(frozen=True, slots=True)
class Page:
    """The address of the web chat, as ``Caller`` wants it."""

    chat: str


async def prepare(ledger: Ledger, organisation: Organisation) -> str:
    """A coach with a chat of their own; the token that opens the console to them."""

    def work(session: Session) -> str:
        ensure_accounts(session, organisation, NOW)
        coach = find_account(session, ORGANISATION, COACH)
        assert coach
        chat = Chat(organisation=ORGANISATION, channel="telegram", address=f"{COACHS_CHAT}", created_at=NOW)
        chat.staff_id = coach.id
        session.add(chat)
        return open_door(session, coach.id, NOW)

    return await ledger.write(work)


async def measure(
    address: str, telegram: TelegramServer, door: str, people: int, breath: float = BREATH
) -> Mapping[str, Sequence[float]]:
    """Person after person, in Telegram and in the web chat in turn."""
    waits, jar = Waits(breath), aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(address, cookies={"opstap-staff": door}, cookie_jar=jar) as session:
        coach = Coach(Browser(cast(Any, session)), _somebody(telegram, COACHS_CHAT))
        for number in range(people):
            await _in_telegram(waits, coach, _somebody(telegram, FIRST_CHAT + number))
            await _in_web_chat(waits, coach, Page(f"{address}/chat/{ORGANISATION}"))
    return waits.found


def _somebody(telegram: TelegramServer, chat: int) -> User:
    return User(telegram.bot(TOKEN).chat(chat), PATIENCE)


async def _in_telegram(waits: Waits, coach: Coach, person: User) -> None:
    for said in ("/start", "nederlands", *SHORT_WAY):
        person.says(said)
    while not any(label.endswith(LAST) for label in (await person.sees()).labels):
        pass
    await waits.time("Telegram: last tap to the coach's notice", _taps(person), coach.phone.sees())
    await coach.opens_new_one()
    line = "Dag, wanneer kan je komen?"
    await waits.time("the coach's line to Telegram", coach.writes(line), _reads(person, line))


async def _taps(person: User) -> None:
    person.taps(LAST)


async def _reads(person: User, part: str) -> None:
    while part not in (await person.sees()).text:
        pass


async def _in_web_chat(waits: Waits, coach: Coach, page: Page) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        person = Caller(page, session)
        await person.start()
        for said in SHORT_WAY:
            await person.say(said)
        buttons = (await person.newest())["buttons"]
        token = next(button["token"] for button in buttons if button["label"].endswith(LAST))
        await waits.time("web chat: last tap to the coach's notice", person.tap(token), coach.phone.sees())
        await coach.opens_new_one()
        line = "Dag, wanneer kan je komen?"
        async with person.stream() as stream:
            await waits.time("the coach's line to the web chat", coach.writes(line), _hears(stream, line))


async def _hears(stream: Any, part: str) -> None:
    async for event in stream:
        if part in event.get("text", ""):
            return


async def report(people: int, databases: Sequence[str]) -> str:
    rows: list[tuple[str, ...]] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="opstap-bench-")))
        (folder / "organisations").mkdir()
        organisation = make_organisations(folder / "organisations", ROOT / "organisations", 1)
        for name in databases:
            url = f"sqlite:///{folder}/opstap.sqlite"
            if name == "PostgreSQL":
                url = await stack.enter_context(postgres()).new_database("handing_over")
            found = await _with_program(url, folder / "organisations", organisation, people)
            rows += lines(name, found)
    return table(("database", "milliseconds", "p50", "p95", "most", "times", "asked"), rows)


async def _with_program(
    url: str, folder: Path, organisation: Organisation, people: int
) -> Mapping[str, Sequence[float]]:
    await migrate(url)
    ledger = await open_ledger(url)
    door = await prepare(ledger, organisation)
    await ledger.close()
    async with TelegramServer() as telegram:
        telegram.bot(TOKEN)
        async with served(url, folder, telegram.url) as address:
            return await measure(address, telegram, door, people)


def lines(database: str, found: Mapping[str, Sequence[float]]) -> list[tuple[str, ...]]:
    return [
        (
            *(database, name, *(f"{percentile(waits, share):.0f}" for share in (0.5, 0.95)), f"{max(waits):.0f}"),
            *(f"{len(waits)}", f"below {NOTICE if 'notice' in name else ANSWER}"),
        )
        for name, waits in found.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE, help="on each of the two channels")
    parser.add_argument("--database", choices=("PostgreSQL", "SQLite"), action="append")
    asked = parser.parse_args()
    print(heading() + "\n")
    print(asyncio.run(report(asked.people, asked.database or ("SQLite", "PostgreSQL"))))


if __name__ == "__main__":
    main()
