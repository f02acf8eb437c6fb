"""The reminder campaign: very many are due at the same moment, and the program is killed and started in between.

``python -m tests.faults.reminders --rows 100000 --restarts 50`` prints a table for both databases; with
``--pace telegram`` they leave as slowly as Telegram wants it, about 28 a second.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlmodel import Session, col, select

from bot.house import House
from bot.purging import PURGE
from bot.report_round import COUNT
from casework.visiting.visits import cancel, change
from storage.columns import new_id
from storage.insert import insert_new
from storage.tables import Appointment, Chat, Conversation, Due, Outgoing, Person
from storage.time_claim import claim_time
from storage.trays import DuePlan, plan
from storage.verify import verify
from tests.faults.books import open_house
from tests.faults.campaign import Field, add_choice, on_each
from tests.faults.program import TOKEN, Program
from tests.faults.starter import Starter
from tests.telegram_faults import Limits
from tests.telegram_server import TelegramServer
from tests.telegram_world import Account

NOW = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)
START = NOW + timedelta(days=1)
BATCH = 500
OFF = 10
"""Of so many visits one is off before the reminder falls due: every second of these cancelled, the others moved."""
QUIET = 4.0
"""Seconds without a message after which nothing more is expected."""
PATIENCE = 120.0
HASTE = 10
"""Without a pace the clock of the house goes so much faster: after a start it looks into the tray every half second."""


@dataclass
class Storm:
    """``lease`` is in seconds: so long a message stays with a process, killed or not. On SQLite the next process has
    it at once: there ``wait`` is nothing."""

    url: str
    telegram: TelegramServer
    program: Program
    rows: int
    restarts: int
    lease: float
    wait: float
    called_off: set[int] = field(default_factory=set)
    seconds: float = 0.0
    paused: float = 0.0

    @property
    def account(self) -> Account:
        return self.telegram.bot(TOKEN)

    async def run(self) -> list[str]:
        """What is wrong afterwards: nothing, if all is well."""
        async with open_house(self.url) as house:
            for first in range(1, self.rows + 1, BATCH):
                numbers = range(first, min(first + BATCH, self.rows + 1))
                await house.ledger.write(lambda session, some=numbers: self._settle(session, house, some))
        await self._blow()
        async with open_house(self.url) as house:
            broken = [str(violation) for violation in await house.ledger.read(verify)]
            return [*broken, *await house.ledger.read(lambda session: list(self._wrong(session)))]

    def _settle(self, session: Session, house: House, numbers: Sequence[int]) -> None:
        for number in numbers:
            self.account.chat(number)
            visit = somebody(session, house, number)
            useful = {"useful_until": START.isoformat()}
            key = f"remind_day|{visit.id}|1|{NOW.isoformat()}"
            plan(session, DuePlan(key, "remind_day", "genk", visit.person_id, visit.id, 1, NOW, useful))
            if number % OFF == 0:
                assert change(session, visit, "cancel" if number % (2 * OFF) else "move", "person", NOW)
                self.called_off.add(number)

    async def _blow(self) -> None:
        await self.program.start(lease=self.lease)
        began = time.monotonic()
        wanted = self.rows - len(self.called_off)
        for number in range(1, self.restarts + 1):
            await self._until(wanted * number // (self.restarts + 1))
            self.program.kill()
            pause = time.monotonic()
            if number % 10 == 1:
                await self._call_off()
            await self.program.start(lease=self.lease)
            self.paused += time.monotonic() - pause
        await self._until(self.rows - len(self.called_off))
        self.seconds = time.monotonic() - began - self.paused
        await self._calm()
        await self.program.stop()

    async def _until(self, wanted: int) -> None:
        """Until so many people have their reminder. Raises when for a long time nobody gets one."""
        seen, since = -1, time.monotonic()
        while (now := self._reached()) < wanted:
            if now != seen:
                seen, since = now, time.monotonic()
            if time.monotonic() - since > PATIENCE + self.wait:
                raise AssertionError(f"{now} of {wanted} have a reminder, and no more come")
            await asyncio.sleep(0.05)

    async def _calm(self) -> None:
        """Until nothing new comes: a copy of what was on its way at a kill comes when its lease is over."""
        for before in iter(self._arrived, -1):
            await asyncio.sleep(QUIET + self.wait)
            if self._arrived() == before:
                return

    def _arrived(self) -> int:
        return sum(len(chat.messages) for chat in self.account.chats.values())

    def _reached(self) -> int:
        self.account.calls.clear()
        return sum(bool(chat.messages) for chat in self.account.chats.values())

    async def _call_off(self) -> None:
        """A few people cancel: some whose reminder has been put out and is not yet on its way, some before that."""
        async with open_house(self.url) as house:
            self.called_off |= await house.ledger.write(_cancel_a_few)

    def _wrong(self, session: Session) -> Iterator[str]:
        rows = {int(number): row for row, number in session.exec(_REMINDERS)}
        for number in range(1, self.rows + 1):
            chat = self.account.chats.get(number)
            arrived, row = len(chat.messages) if chat else 0, rows.get(number)
            if number in self.called_off:
                if arrived:
                    yield f"{number}: reminded of a visit that is off"
            elif row is None or row.state != "sent":
                yield f"{number}: not sent, but {row.state if row else 'never put out'}"
            elif not 1 <= arrived <= (row.attempts if row.uncertain else 1):
                yield f"{number}: arrived {arrived} times after {row.attempts} attempts"
        every_night = col(Due.kind).in_((COUNT, PURGE))
        left = session.exec(select(Due).where(Due.state == "planned", ~every_night)).all()
        yield from (f"due {row.id} ({row.kind}) is still planned" for row in left)

    def line(self, name: str, problems: Sequence[str]) -> str:
        counts = Counter(len(chat.messages) for chat in self.account.chats.values())
        twice = sum(number for copies, number in counts.items() if copies > 1)
        sent = sum(copies * number for copies, number in counts.items())
        speed = sent / self.seconds
        figures = f"{self.rows} | {self.restarts} | {sent} | {speed:.0f} | {self.account.faults.refused}"
        return f"| {name} | {figures} | {len(self.called_off)} | {twice} | {len(problems)} |"


_REMINDERS = (
    select(Outgoing, Chat.address).join(Chat, col(Chat.id) == col(Outgoing.chat_id)).where(Outgoing.kind == "message")
)


def somebody(session: Session, house: House, number: int) -> Appointment:
    """A person with a chat, a talk and a visit tomorrow, with a coach of their own."""
    wrapped, _key = house.vault.new_key()
    person, chat, talk = new_id(), new_id(), new_id()
    own = {"organisation": "genk", "created_at": NOW}
    insert_new(session, Person, id=person, language=("nl", "fr")[number % 2], wrapped_key=wrapped, **own)
    insert_new(session, Chat, id=chat, channel="telegram", address=str(number), person_id=person, **own)
    about = {"person_id": person, "chat_id": chat, "flow": "intake", "updated_at": NOW}
    insert_new(session, Conversation, id=talk, **about, **own)
    visit = Appointment(
        organisation="genk",
        person_id=person,
        coach=f"coach-{number}",
        place="werkstation",
        kind="visit",
        starts_at=START,
        ends_at=START + timedelta(minutes=5),
        busy_from=START,
        busy_until=START + timedelta(minutes=5),
        zone="Europe/Brussels",
        wall="2027-03-25T10:00",
        language="nl",
        created_at=NOW,
    )
    assert claim_time(session, visit)
    return visit


def _cancel_a_few(session: Session) -> set[int]:
    put_out = select(Outgoing.key, Chat.address).join(Chat, col(Chat.id) == col(Outgoing.chat_id))
    found = list(session.exec(put_out.where(Outgoing.state == "created").limit(5)))
    to_come = select(Due.key, Chat.address).join(Chat, col(Chat.person_id) == col(Due.person_id))
    found += session.exec(to_come.where(Due.state == "planned", Due.kind == "remind_day").limit(5))
    return {int(number) for key, number in found if cancel(session, str(key).split("|")[1], NOW)}


HEAD = (
    "| database | due at once | restarts | sent | a second | refused | off | came twice | problems |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


async def storm(name: str, url: str, arguments: argparse.Namespace, log: Path) -> list[str]:
    paced = arguments.pace == "telegram"
    with Starter() as starter:
        async with TelegramServer(any_token=True) as telegram:
            clock = {} if paced else {"CLOCK": f"{NOW.isoformat()}x{HASTE}"}
            program = Program(starter, url, telegram.url, log, webhook=True, swift=not paced, settings=clock)
            if paced:
                telegram.bot(TOKEN).faults.limits = Limits()
            lease, wait = (120.0, 0.0) if url.startswith("sqlite") else (45.0, 45.0) if paced else (2.5, 2.5)
            blows = Storm(url, telegram, program, arguments.rows, arguments.restarts, lease, wait)
            problems = await blows.run()
    print(blows.line(name, problems), flush=True)
    return problems


async def _on(arguments: argparse.Namespace, field: Field) -> None:
    for problem in (await storm(field.name, field.url, arguments, field.folder / f"{field.name}.log"))[:50]:
        print(f"  {problem}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Let very many reminders fall due at once")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--restarts", type=int, default=50)
    parser.add_argument("--pace", choices=("none", "telegram"), default="none")
    add_choice(parser)
    arguments = parser.parse_args()
    print(HEAD, flush=True)
    on_each(arguments.only, partial(_on, arguments))


if __name__ == "__main__":
    main()
