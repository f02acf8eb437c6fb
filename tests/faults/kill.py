"""The kill campaign: people talk while the program is killed at random moments and started again.

``python -m tests.faults.kill --kills 200 --conversations 50`` prints a table for SQLite and PostgreSQL;
``--at-each 50`` kills fifty times at each named moment of a talk instead.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random

from bot.opening import read_wording
from bot.scenes import SCRIPTS
from flows.check import sound_flow
from tests.faults.books import copies, wrong
from tests.faults.campaign import Field, add_choice, on_each
from tests.faults.doors import open_doors
from tests.faults.points import BOOKING, WHILE_TALKING
from tests.faults.program import TOKEN, Program
from tests.faults.script import Script
from tests.faults.starter import Starter
from tests.faults.talker import FULL, QUICK, Talker
from tests.telegram_server import TelegramServer

PATIENCE = 300.0
"""Seconds somebody waits for a message: a program that lives half a second at a time gets little done."""

LEASE = 2.0
"""Seconds until another process takes over what a killed one had on its way; on SQLite the next does so at once."""


@dataclass
class Campaign:
    """``programs`` share one database; each kill takes one of them, also while it starts.

    With ``moments`` the first program dies at these instead, one after the other; in bookings first, for the free
    times of the house do not last as long as a campaign.
    """

    telegram: TelegramServer
    script: Script
    programs: Sequence[Program]
    kills: int
    at_once: int
    conversations: int
    chance: Random
    talkers: list[Talker] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    killed: int = 0
    moments: Sequence[str] = ()

    @property
    def _lease(self) -> float:
        return 120.0 if len(self.programs) == 1 else LEASE

    async def run(self) -> list[str]:
        """What is wrong afterwards. People come until the kills are spent, ``conversations`` at least."""
        for program in self.programs:
            await program.start(lease=self._lease)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._kill_at_moments() if self.moments else self._kill_all())
            for _ in range(self.at_once):
                group.create_task(self._people())
        await self._quiet()
        for program in self.programs:
            await program.stop()
        return await wrong(self.programs[0].database_url, self.talkers, self.kills)

    async def _people(self) -> None:
        while self.killed < self.kills or len(self.talkers) < self.conversations:
            number = len(self.talkers) + 1
            user = self.telegram.user(TOKEN, number, language="nl")
            chance = Random(self.chance.random())
            wishes = FULL if number % 2 else QUICK
            words = f"Naam{number}"
            talker = Talker(user, self.script, ("nl", "fr")[number // 2 % 2], wishes, words, PATIENCE, 0.3, chance)
            self.talkers.append(talker)
            await talker.talk()

    async def _kill_all(self) -> None:
        while self.killed < self.kills:
            program = self.chance.choice(self.programs)
            await asyncio.sleep(self.chance.uniform(0.05, 0.9))
            program.kill()
            self.killed += 1
            if self.chance.random() < 0.1:
                program.begin(lease=self._lease)
                await asyncio.sleep(self.chance.uniform(0, 0.4))
                program.kill()
            began = time.monotonic()
            await program.start(lease=self._lease)
            self.waits.append(time.monotonic() - began)

    async def _kill_at_moments(self) -> None:
        program = self.programs[0]
        await program.stop()
        for name in self.moments:
            hit = 1 if name == BOOKING else self.chance.randint(1, 3)
            program.begin(faults={name: hit}, lease=self._lease)
            try:
                status = await program.died(PATIENCE)
            except TimeoutError:
                raise AssertionError(f"nobody led it to die {name}") from None
            if status != -signal.SIGKILL:
                raise AssertionError(f"it ended by itself instead of dying {name}")
            self.killed += 1
        began = time.monotonic()
        await program.start(lease=self._lease)
        self.waits.append(time.monotonic() - began)

    async def _quiet(self) -> None:
        """Until everything that was said has arrived: nothing new for a while, and no lease of a killed one left."""
        pause = 0.6 if len(self.programs) == 1 else LEASE + 0.6
        for _ in range(100):
            before = len(self.telegram.bot(TOKEN).calls)
            await asyncio.sleep(pause)
            calls = [call.method for call in self.telegram.bot(TOKEN).calls[before:]]
            if not {"sendMessage", "editMessageText"} & set(calls):
                return

    def line(self, name: str, problems: Sequence[str]) -> str:
        slowest = max(self.waits, default=0.0)
        counts = f"{self.killed} | {len(self.talkers)} | {sum(len(each.updates) for each in self.talkers)}"
        messages = sum(len(each.user.chat.from_bot()) for each in self.talkers)
        return f"| {name} | {counts} | {messages} | {copies(self.talkers)} | {slowest:.1f} s | {len(problems)} |"


HEAD = (
    "| database | kills | conversations | updates | messages | came twice | slowest start | problems |\n"
    "|---|---|---|---|---|---|---|---|"
)


async def _on(arguments: argparse.Namespace, field: Field) -> None:
    script = Script(sound_flow("intake", SCRIPTS), read_wording())
    workers = 1 if field.url.startswith("sqlite") else 2
    with Starter() as starter:
        async with TelegramServer(any_token=True) as telegram:
            programs = [
                Program(starter, field.url, telegram.url, field.folder / f"{field.name}-{number}.log", webhook=True)
                for number in range(workers)
            ]
            open_doors(telegram, TOKEN, [program.url for program in programs])
            chance = Random(arguments.seed)
            moments = [name for name in WHILE_TALKING for _ in range(arguments.at_each)]
            chance.shuffle(moments)
            moments.sort(key=lambda name: name != BOOKING)
            campaign = Campaign(
                telegram,
                script,
                programs,
                len(moments) or arguments.kills,
                arguments.at_once,
                arguments.conversations,
                chance,
                moments=moments,
            )
            problems = await campaign.run()
    print(campaign.line(f"{field.name}, {workers} process{'es' * (workers - 1)}", problems), flush=True)
    for problem in problems:
        print(f"  {problem}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill the program while people talk with it")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--at-each", type=int, default=0, help="kills at each named moment, instead of at random ones")
    parser.add_argument("--conversations", type=int, default=50, help="at least so many")
    parser.add_argument("--at-once", type=int, default=10)
    parser.add_argument("--seed", type=int, default=Random().randrange(10**6))
    add_choice(parser)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}\n{HEAD}", flush=True)
    on_each(arguments.only, partial(_on, arguments))


if __name__ == "__main__":
    main()
