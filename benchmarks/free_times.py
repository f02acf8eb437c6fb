"""How long the first free times take to find: ``python -m benchmarks.free_times``.

50 coaches, 8 weeks ahead, 20,000 appointments in the database, on SQLite and on PostgreSQL. Each search is one read of
the database by somebody with a language, a nearest place, and now and then a wish or the wish for later times; before
each of them the time of one coach has changed.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time as clock
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session

from benchmarks.machine import heading
from benchmarks.postgres import postgres
from benchmarks.tables import percentile, table
from casework.hours.notation import Shift
from casework.house.organisation import Coach, Organisation
from casework.house.organisations import load_organisations
from casework.visiting.booking import Wanted, search
from casework.visiting.new_visit import Bearer, new_visit
from casework.visiting.slot_rules import Offer, slot, starts_on
from flows.when import When
from storage.coach_marks import mark_coach
from storage.ledger import Ledger, open_ledger
from storage.migrate import migrate
from storage.minutes import moment_of
from storage.tables import Person
from storage.time_claim import APPOINTMENT
from tests.stage import ROOT

COACHES, WEEKS, APPOINTMENTS = 50, 8, 20_000
SEARCHES = 400
BATCH = 2_000
DICE = random.Random(13)
NOW = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
DAYS = timedelta(days=7 * WEEKS)
SHIFTS = (Shift(time(9), time(12)), Shift(time(13), time(16, 30)))
PLACES = ("werkstation", "buurthuis")
LOADS = {"half full": 0.5, "nearly full": 0.97, "full": 1.0}


@dataclass(frozen=True, slots=True)
class Size:
    coaches: int = COACHES
    appointments: int = APPOINTMENTS
    searches: int = SEARCHES


def house(coaches: int) -> Organisation:
    """Genk with more coaches: a third speak French too, every other one works in the second place."""
    genk = load_organisations(ROOT / "organisations")["genk"]
    visits = {genk.visit.id: replace(genk.visit, horizon_days=7 * WEEKS)}
    return replace(genk, coaches={one.id: one for one in map(_coach, range(coaches))}, visits=visits)


def _coach(number: int) -> Coach:
    languages = ("nl", "fr") if number % 3 == 0 else ("nl",)
    hours = dict.fromkeys(range(5), SHIFTS)
    return Coach(f"c{number:02}", f"Coach {number}", languages, (PLACES[number % 2],), hours)


async def fill(ledger: Ledger, organisation: Organisation, load: float, size: Size) -> None:
    """``load`` of the times ahead are taken, at random; the other appointments are past."""
    dice = random.Random(7)
    ahead = list(_times(organisation, NOW, NOW + DAYS + timedelta(days=1)))
    taken = dice.sample(ahead, min(size.appointments, int(len(ahead) * load)))
    past = list(_times(organisation, NOW - DAYS * 4, NOW))
    taken += dice.sample(past, min(len(past), size.appointments - len(taken)))
    await ledger.write(_somebody)
    for first in range(0, len(taken), BATCH):
        await ledger.write(partial(_put, organisation=organisation, taken=taken[first : first + BATCH]))
    for coach in organisation.coaches:
        await ledger.write(partial(mark_coach, organisation=organisation.id, coach=coach))
    await ledger.write(lambda session: session.connection().execute(text("ANALYZE")))  # as a database in use has it


def _times(organisation: Organisation, start: datetime, end: datetime) -> Iterator[tuple[datetime, Offer]]:
    for number in range((end - start).days):
        day = (start + timedelta(days=number)).date()
        for coach, places in starts_on(organisation, organisation.visit.id, "office", day).items():
            yield from ((moment_of(minute), (organisation.coaches[coach], place)) for minute, place in places.items())


def _somebody(session: Session) -> None:
    session.add(Person(id="somebody", organisation="genk", language="nl", wrapped_key=b"", created_at=NOW))


def _put(session: Session, organisation: Organisation, taken: Sequence[tuple[datetime, Offer]]) -> None:
    session.connection().execute(insert(APPOINTMENT), [_row(organisation, at, offer) for at, offer in taken])


def _row(organisation: Organisation, at: datetime, offer: Offer) -> dict[str, Any]:
    free = slot(organisation, organisation.visit, at, offer)
    visit = new_visit(organisation, free, Bearer("somebody", "nl", None, None, 1), NOW)
    return {column.name: getattr(visit, column.name) for column in APPOINTMENT.columns}


def wishes(count: int) -> list[Wanted]:
    """Most want the first times; some look further on, and some name a day."""
    dice = random.Random(11)
    found = []
    for _ in range(count):
        wanted = Wanted(dice.choice(["nl", "nl", "fr"]), place=dice.choice([None, *PLACES]))
        match dice.randrange(10):
            case 0:
                wanted = replace(wanted, after=NOW + DAYS * dice.random() / 2)
            case 1:
                day = (NOW + DAYS * dice.random() / 2).date()
                wanted = replace(wanted, when=When(day, day + timedelta(days=6), begin=time(12)))
        found.append(wanted)
    return found


async def measure(name: str, url: str, load: str, size: Size) -> tuple[str, ...]:
    """A row of the table, in milliseconds."""
    organisation = house(size.coaches)
    await migrate(url)
    ledger = await open_ledger(url)
    try:
        await fill(ledger, organisation, LOADS[load], size)
        waits = [await _wait(ledger, organisation, wanted) for wanted in wishes(size.searches)]
    finally:
        await ledger.close()
    first, later = waits[0], waits[1:] or waits
    shares = (f"{percentile(later, share):.1f}" for share in (0.5, 0.95, 0.99))
    return name, load, *shares, f"{max(later):.1f}", f"{first:.1f}"


async def _wait(ledger: Ledger, organisation: Organisation, wanted: Wanted) -> float:
    """Since the search before, the time of one coach has changed."""
    coach = DICE.choice(tuple(organisation.coaches))
    await ledger.write(partial(mark_coach, organisation=organisation.id, coach=coach))
    begin = clock.perf_counter()
    await ledger.read(lambda session: search(session, organisation, wanted, NOW))
    return (clock.perf_counter() - begin) * 1000


async def report(size: Size, databases: Sequence[str] = ("SQLite", "PostgreSQL")) -> str:
    """``first`` is the very first search of a process, which works out what the rules allow."""
    rows = []
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="opstap-bench-"))
        server = stack.enter_context(postgres()) if "PostgreSQL" in databases else None
        for number, load in enumerate(LOADS):
            if "SQLite" in databases:
                rows.append(await measure("SQLite", f"sqlite:///{folder}/{number}.sqlite", load, size))
            if server:
                url = await server.new_database(f"free{number}")
                rows.append(await measure("PostgreSQL", url, load, size))
    return table(("database", "diary", "p50 ms", "p95 ms", "p99 ms", "most ms", "first ms"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer coaches, appointments and searches")
    quick = parser.parse_args().quick
    size = Size(10, 2_000, 50) if quick else Size()
    print(heading())
    print(f"{size.coaches} coaches, {size.appointments:,} appointments, {size.searches} searches\n")
    print(asyncio.run(report(size)))


if __name__ == "__main__":
    main()
