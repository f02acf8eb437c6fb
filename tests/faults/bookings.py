"""The booking campaign: a crowd books, moves, cancels and lets go of few times at once, from several processes.

``python -m tests.faults.bookings --attempts 10000 --people 1000 --processes 4`` prints a table for both databases.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from functools import partial
from multiprocessing import get_context
from random import Random

import asyncpg
from sqlmodel import Session, col, select

from casework.hours.notation import Shift
from casework.house.organisation import Organisation
from casework.visiting.booking import Booked, BookRequest, Wanted, book, cancel, confirm, current, find
from casework.visiting.holds import END, Keeper, end_hold, held_for, hold, let_go, take
from casework.visiting.slot_rules import slot_by_rule
from storage.insert import insert_new
from storage.ledger import Ledger, open_ledger
from storage.tables import Appointment, Person
from storage.time_claim import LIVE
from storage.trays import claim_due, finish_due
from storage.verify import verify
from tests.casework_house import coach, house, settle, visit
from tests.faults.campaign import Field, add_choice, on_each

NOW = datetime(2027, 3, 17, 9, 0, tzinfo=UTC)
TIMES = 50
HASTE = 60
"""So much faster goes the clock of the house: a hold of a minute lasts a second."""


def fifty_times() -> Organisation:
    """Five coaches, each with ten half hours on one day."""
    hours = {4: (Shift(clock(9), clock(14)),)}
    kind = visit(starts_every=30, minutes=30, horizon_days=2, hold_minutes=1)
    return house(*(coach(f"c{number}", hours=hours) for number in range(5)), visit=kind)


VALUES = tuple(
    f"20270319T{8 + number // 2:02}{number % 2 * 30:02}-c{name}" for name in range(5) for number in range(10)
)


@dataclass
class Tally:
    """What came of the attempts, and how long each booking took (seconds)."""

    came_of: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.came_of + other.came_of, self.took + other.took, self.errors + other.errors)


@dataclass(frozen=True)
class Share:
    """What one process does, ``at_once`` attempts side by side."""

    url: str
    attempts: int
    people: int
    seed: int
    at_once: int


@dataclass
class Crowd:
    """People of one process: each attempt is of anybody, also of somebody who is at another process just now."""

    ledger: Ledger
    share: Share
    house: Organisation = field(default_factory=fifty_times)
    tally: Tally = field(default_factory=Tally)
    began: float = field(default_factory=time.monotonic)
    left: int = 0

    def now(self) -> datetime:
        return NOW + HASTE * timedelta(seconds=time.monotonic() - self.began)

    async def run(self) -> Tally:
        self.left = self.share.attempts
        chance = Random(self.share.seed)
        ticking = asyncio.create_task(self._tick())
        await asyncio.gather(*(self._somebody(Random(chance.random())) for _ in range(self.share.at_once)))
        ticking.cancel()
        return self.tally

    async def _somebody(self, chance: Random) -> None:
        while self.left > 0:
            self.left -= 1
            person, value = f"p{chance.randrange(self.share.people)}", chance.choice(VALUES)
            deed = chance.choices(DEEDS, (60, 12, 8, 12, 8))[0]
            began = time.perf_counter()
            try:
                came_of = await self.ledger.write(partial(_do, deed, self.house, person, value, self.now()))
            except Exception as error:
                self.tally.errors.append(f"{type(error).__name__}: {error}"[:200])
                continue
            self.tally.came_of[came_of] += 1
            if deed is books:
                self.tally.took.append(time.perf_counter() - began)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            await self.ledger.write(lambda session: end_holds(session, self.now()))


def _do(deed: Deed, organisation: Organisation, person: str, value: str, now: datetime, session: Session) -> str:
    return deed(session, organisation, person, value, now)


def books(session: Session, organisation: Organisation, person: str, value: str, now: datetime) -> str:
    before = current(session, person, now)
    came_of = book(session, organisation, BookRequest(person, value, "nl"), now)
    if not isinstance(came_of, Booked):
        return "other times" if find(session, organisation, Wanted("nl"), now)[0] else "nothing free"
    return "moved" if before and before.id != came_of.appointment.id else "booked"


def cancels(session: Session, organisation: Organisation, person: str, value: str, now: datetime) -> str:
    mine = current(session, person, now)
    return "cancelled" if mine and cancel(session, mine.id, now) else "nothing to cancel"


def confirms(session: Session, organisation: Organisation, person: str, value: str, now: datetime) -> str:
    mine = current(session, person, now)
    return "confirmed" if mine and confirm(session, mine.id, mine.version, now) else "nothing to confirm"


def keeps(session: Session, organisation: Organisation, person: str, value: str, now: datetime) -> str:
    slot = slot_by_rule(organisation, value, now)
    if slot is None or held_for(session, person) or current(session, person, now):
        return "no need to hold"
    return "held" if hold(session, organisation, slot, Keeper(person, "nl"), now) else "could not hold"


def decides(session: Session, organisation: Organisation, person: str, value: str, now: datetime) -> str:
    kept = held_for(session, person)
    if kept is None:
        return "nothing held"
    if value < VALUES[TIMES // 2]:
        return "let go" if let_go(session, person, kept.version, now) else "was over"
    return "taken" if take(session, organisation, person, kept.version, now) else "was over"


Deed = Callable[[Session, Organisation, str, str, datetime], str]
DEEDS: tuple[Deed, ...] = (books, cancels, confirms, keeps, decides)


def end_holds(session: Session, now: datetime) -> None:
    for due in claim_due(session, now, 50, 60):
        if due.kind == END:
            end_hold(session, due, now)
        finish_due(session, due.id or 0, "done")


async def _work(share: Share) -> Tally:
    ledger = await open_ledger(share.url)
    try:
        return await Crowd(ledger, share).run()
    finally:
        await ledger.close()


def work(share: Share) -> Tally:
    """In a process of its own."""
    return asyncio.run(_work(share))


async def campaign(
    url: str, attempts: int, people: int, processes: int, seed: int, at_once: int = 4
) -> tuple[Tally, list[str]]:
    """What came of it, and what is wrong afterwards: nothing, if all is well."""
    ledger = await open_ledger(url)
    await ledger.write(lambda session: settle(session, *(f"p{number}" for number in range(people))))
    await ledger.close()
    shares = [Share(url, attempts // processes, people, seed + number, at_once) for number in range(processes)]
    if processes == 1:
        tally = await _work(shares[0])
    else:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            tallies = await asyncio.gather(*(asyncio.wrap_future(pool.submit(work, share)) for share in shares))
        tally = sum(tallies, Tally())
    ledger = await open_ledger(url)
    try:
        return tally, [*tally.errors, *await _wrong(ledger)]
    finally:
        await ledger.close()


async def _wrong(ledger: Ledger) -> list[str]:
    """No overlap, nobody with two visits, no hold that stays, and every time that is free can be had."""
    later = NOW + timedelta(days=1)
    wrong = [str(violation) for violation in await ledger.read(verify)]
    await ledger.write(lambda session: end_holds(session, later))
    live = await ledger.read(_live)
    twice = [person for person, number in Counter(visit.person_id for visit in live).items() if number > 1]
    wrong += [f"{person} has two visits" for person in twice]
    wrong += [f"{visit.id} is still held" for visit in live if visit.state == "held"]
    had = len(live) + await ledger.write(_fill)
    return wrong if had == TIMES else [*wrong, f"of {TIMES} times {TIMES - had} were lost"]


def _live(session: Session) -> list[Appointment]:
    return list(session.exec(select(Appointment).where(col(Appointment.state).in_(LIVE))))


def _fill(session: Session) -> int:
    """Book every time that is found free, each for somebody new; how many."""
    organisation, count = fifty_times(), 0
    while slots := find(session, organisation, Wanted("nl", limit=1), NOW)[0]:
        count += 1
        insert_new(
            session, Person, id=f"new{count}", organisation="demo", language="nl", wrapped_key=b"", created_at=NOW
        )
        came_of = book(session, organisation, BookRequest(f"new{count}", slots[0].value, "nl"), NOW)
        if not isinstance(came_of, Booked):
            return count - 1
    return count


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1] * 1000


HEAD = "| database | attempts | bookings a second | p50 | p99 | deadlocks | problems |\n|---|---|---|---|---|---|---|"


def line(name: str, tally: Tally, seconds: float, deadlocks: int, problems: Sequence[str]) -> str:
    speed = len(tally.took) / seconds
    times = f"{percentile(tally.took, 50):.1f} ms | {percentile(tally.took, 99):.1f} ms"
    return f"| {name} | {tally.came_of.total()} | {speed:.0f} | {times} | {deadlocks} | {len(problems)} |"


async def _on(arguments: argparse.Namespace, field: Field) -> None:
    processes = arguments.processes if field.server else 1
    began = time.monotonic()
    size = arguments.attempts, arguments.people, processes, arguments.seed, arguments.at_once
    tally, problems = await campaign(field.url, *size)
    seconds = time.monotonic() - began
    deadlocks = await _deadlocks(field.server) if field.server else 0
    name = f"{field.name}, {processes} process{'es' * (processes > 1)}, {arguments.at_once} at once in each"
    print(line(name, tally, seconds, deadlocks, problems), flush=True)
    print(f"  {dict(tally.came_of.most_common())}")
    for problem in problems:
        print(f"  {problem}")


async def _deadlocks(home: str) -> int:
    connection = await asyncpg.connect(user="postgres", host=home, database="campaign")
    try:
        query = "SELECT deadlocks FROM pg_stat_database WHERE datname = 'campaign'"
        return int(await connection.fetchval(query))
    finally:
        await connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Book few times for many people at once")
    parser.add_argument("--attempts", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=4, help="on PostgreSQL; SQLite has one")
    parser.add_argument("--at-once", type=int, default=1, help="attempts side by side in each process")
    parser.add_argument("--seed", type=int, default=Random().randrange(10**6))
    add_choice(parser)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}\n{HEAD}", flush=True)
    on_each(arguments.only, partial(_on, arguments))


if __name__ == "__main__":
    main()
