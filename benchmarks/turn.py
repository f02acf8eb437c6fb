"""One turn by Telegram's webhook, beside the usual ways to build such a bot: ``python -m benchmarks.turn``.

An update goes in, is kept, and its answer arrives at the Bot API. The bot has one core for itself; the crowd,
the Bot API and PostgreSQL share another.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.dialogue import TURNS
from benchmarks.machine import children, cores, cpu_seconds, heading
from benchmarks.postgres import Server, postgres
from benchmarks.running import Stand, running
from benchmarks.tables import percentile, table

CONTENDERS = {
    "Opstap, SQLite": "ours",
    "Opstap, PostgreSQL": "ours",
    "aiogram, SQLite": "aiogram",
    "PTB, PicklePersistence": "ptb",
    "PTB, written at each update": "ptb-each",
}
OURS = tuple(name for name, maker in CONTENDERS.items() if maker == "ours")
PEERS = tuple(name for name, maker in CONTENDERS.items() if maker != "ours")
WARM_UP = 20
HEAD = ("contender", "in flight", "conversations/s", "p50 ms", "p99 ms", "CPU ms/turn", "bot's core", "crowd's core")


@dataclass(frozen=True, slots=True)
class Plan:
    """So many conversations of each contender for each number in flight, all of it so many times."""

    conversations: int
    in_flight: tuple[int, ...]
    rounds: int


FULL = Plan(100, (1, 16, 64), 3)
QUICK = Plan(40, (1, 16), 1)


@dataclass(frozen=True, slots=True)
class Measured:
    """``waits`` in seconds; CPU seconds of the bot, and of crowd, Bot API and database together."""

    seconds: float
    turns: int
    waits: Sequence[float]
    bot: float
    crowd: float

    @property
    def per_second(self) -> float:
        """Conversations."""
        return self.turns / TURNS / self.seconds


Results = dict[tuple[str, int], list[Measured]]


async def measure(plan: Plan) -> Results:
    """Round by round, so that what else the machine does meets all contenders alike."""
    bot_core, crowd_core = cores()
    os.sched_setaffinity(0, {crowd_core})
    results: Results = {}
    with ExitStack() as stack:
        server = stack.enter_context(postgres())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="opstap-bench-")))
        for number in range(plan.rounds):
            for name in CONTENDERS:
                async with _stand(name, number, folder, server, bot_core) as stand:
                    await stand.crowd.talk(range(1, WARM_UP), 4)
                    for place, in_flight in enumerate(plan.in_flight, 1):
                        chats = range(place * 100_000, place * 100_000 + plan.conversations)
                        found = await _measured(stand, server, chats, in_flight)
                        results.setdefault((name, in_flight), []).append(found)
    return results


@asynccontextmanager
async def _stand(name: str, number: int, folder: Path, server: Server, core: int) -> AsyncIterator[Stand]:
    store = str(folder / f"{CONTENDERS[name]}-{number}")
    if name == "Opstap, SQLite":
        store = f"sqlite:///{store}"
    elif name == "Opstap, PostgreSQL":
        store = await server.new_database(f"round_{number}")
    async with running(CONTENDERS[name], store, core) as stand:
        yield stand


async def _measured(stand: Stand, server: Server, chats: range, in_flight: int) -> Measured:
    stand.crowd.waits.clear()
    bot, crowd = cpu_seconds(stand.process), _crowd_seconds(server)
    seconds = await stand.crowd.talk(chats, in_flight)
    return Measured(
        seconds,
        len(stand.crowd.waits),
        tuple(stand.crowd.waits),
        cpu_seconds(stand.process) - bot,
        _crowd_seconds(server) - crowd,
    )


def _crowd_seconds(server: Server) -> float:
    """This process and PostgreSQL with its connections, which stay open meanwhile."""
    return time.process_time() + sum(map(cpu_seconds, (server.process, *children(server.process))))


def report(results: Results, plan: Plan) -> str:
    """Medians over the rounds, then how many times faster ours is than each peer."""
    rows = [_row(name, number, results[name, number]) for number in plan.in_flight for name in CONTENDERS]
    ratios = [_ratio(ours, peer, results, plan) for ours in OURS for peer in PEERS]
    head = ("conversations/s, ratio", *(f"{number} in flight" for number in plan.in_flight), "by CPU per turn")
    return f"{table(HEAD, rows)}\n\n{table(head, ratios)}"


def _row(name: str, in_flight: int, rounds: Sequence[Measured]) -> Sequence[str]:
    return (
        name,
        str(in_flight),
        f"{_rate(rounds):.1f}",
        f"{1000 * median(percentile(each.waits, 0.5) for each in rounds):.1f}",
        f"{1000 * median(percentile(each.waits, 0.99) for each in rounds):.1f}",
        f"{1000 * _cpu(rounds):.2f}",
        f"{median(each.bot / each.seconds for each in rounds):.0%}",
        f"{median(each.crowd / each.seconds for each in rounds):.0%}",
    )


def _rate(rounds: Sequence[Measured]) -> float:
    return median(each.per_second for each in rounds)


def _cpu(rounds: Sequence[Measured]) -> float:
    return median(each.bot / each.turns for each in rounds)


def _ratio(ours: str, peer: str, results: Results, plan: Plan) -> Sequence[str]:
    rates = [_rate(results[ours, number]) / _rate(results[peer, number]) for number in plan.in_flight]
    most = plan.in_flight[-1]
    cpu = _cpu(results[peer, most]) / _cpu(results[ours, most])
    return (f"{ours} : {peer}", *(f"{rate:.2f}" for rate in rates), f"{cpu:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds, for CI")
    plan = QUICK if parser.parse_args().quick else FULL
    print(heading())
    print()
    print(report(asyncio.run(measure(plan)), plan))
