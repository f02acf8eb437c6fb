"""On SQLite one process writes, works that wait share a commit, and readers do not wait."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlmodel import Session, select

from storage.ledger import DatabaseAway, DatabaseRefused, Ledger, open_ledger
from storage.migrate import migrate
from storage.tables import Person
from tests.test_storage_ledger import count, person

ROOT = Path(__file__).parent.parent

WRITES_FOR_EVER = """
import asyncio, itertools, sys
from storage.ledger import open_ledger
from tests.test_storage_ledger import person

async def main():
    ledger = await open_ledger(sys.argv[1])
    for number in itertools.count():
        await ledger.write(lambda session: person(session, f"{number:06}"))
        print(number, flush=True)

asyncio.run(main())
"""


@contextmanager
def commits() -> Iterator[list[None]]:
    """One entry for each commit, of any database."""
    seen: list[None] = []

    def note(_: object) -> None:
        seen.append(None)

    event.listen(Engine, "commit", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "commit", note)


@asynccontextmanager
async def busy(ledger: Ledger) -> AsyncIterator[asyncio.Future[None]]:
    """The writer is at work until the block ends."""
    begun, gate = threading.Event(), threading.Event()

    def hold(session: Session) -> None:
        person(session, "slow")
        begun.set()
        gate.wait(30)

    holding = asyncio.ensure_future(ledger.write(hold))
    await asyncio.to_thread(begun.wait, 30)
    try:
        yield holding
    finally:
        gate.set()


async def test_works_that_wait_together_share_one_commit(sqlite_ledger: Ledger) -> None:
    with commits() as seen:
        async with busy(sqlite_ledger) as slow:
            waiting = [
                asyncio.create_task(sqlite_ledger.write(lambda s, n=number: person(s, str(n)))) for number in range(16)
            ]
            await asyncio.sleep(0)
        assert all(await asyncio.gather(*waiting))
        await slow
        assert len(seen) == 2
    assert await sqlite_ledger.read(count) == 17


async def test_a_reader_does_not_wait_for_the_writer(sqlite_ledger: Ledger) -> None:
    async with busy(sqlite_ledger) as slow:
        assert await sqlite_ledger.read(count) == 0
        assert not slow.done()
    await slow
    assert await sqlite_ledger.read(count) == 1


async def test_a_commit_that_fails_is_told_to_all_who_shared_it(sqlite_ledger: Ledger) -> None:
    def poison(session: Session) -> None:
        session.connection().execute(text("PRAGMA defer_foreign_keys = ON"))
        session.connection().execute(text("INSERT INTO consent VALUES ('c','none','s',1,1,'nl','web','')"))

    async with busy(sqlite_ledger) as slow:
        works = (lambda session: person(session, "an"), poison)
        waiting = [asyncio.create_task(sqlite_ledger.write(work)) for work in works]
        await asyncio.sleep(0)
    await slow
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert ["FOREIGN KEY" in str(answer) for answer in answers] == [True, True]
    assert await sqlite_ledger.write(lambda session: person(session, "an"))


async def test_a_transaction_that_sqlite_gives_up_is_told_to_all_who_shared_it(sqlite_ledger: Ledger) -> None:
    def give_up(session: Session) -> None:
        session.connection().execute(text("SELECT 1"))
        session.connection().exec_driver_sql("ROLLBACK")
        raise OSError("as when the disk fails")

    async with busy(sqlite_ledger) as slow:
        works = (lambda session: person(session, "an"), give_up, lambda session: person(session, "bo"))
        waiting = [asyncio.create_task(sqlite_ledger.write(work)) for work in works]
        await asyncio.sleep(0)
    await slow
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [isinstance(answer, DatabaseAway) for answer in answers] == [True, True, True]
    assert await sqlite_ledger.write(lambda session: person(session, "an"))
    assert await sqlite_ledger.read(count) == 2


async def test_a_full_disk_is_told_and_writing_goes_on_when_there_is_room(sqlite_ledger: Ledger) -> None:
    def pages(limit: int) -> Callable[[Session], object]:
        return lambda session: session.connection().execute(text(f"PRAGMA max_page_count = {limit}")).all()

    await sqlite_ledger.write(pages(1))
    with pytest.raises(DatabaseAway, match="full"):
        await sqlite_ledger.write(lambda session: person(session, "x" * 100_000))
    await sqlite_ledger.write(pages(1_000_000))
    assert await sqlite_ledger.write(lambda session: person(session, "an"))


async def test_a_file_that_another_one_locks_is_told_and_works_again_after(sqlite_url: str) -> None:
    ledger = await open_ledger(sqlite_url)
    await ledger.write(lambda session: session.connection().execute(text("PRAGMA busy_timeout = 50")).all())
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseAway, match="locked"):
            await ledger.write(lambda session: person(session, "an"))
        other.execute("ROLLBACK")
    assert await ledger.write(lambda session: person(session, "an"))
    await ledger.close()


async def test_a_second_ledger_on_one_file_is_refused_and_the_first_named(sqlite_url: str) -> None:
    ledger = await open_ledger(sqlite_url)
    program = "import asyncio, sys; from storage.ledger import open_ledger; asyncio.run(open_ledger(sys.argv[1]))"
    command = (sys.executable, "-c", program, sqlite_url)
    second = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, text=True)
    assert second.returncode == 1
    assert f"in use by process {os.getpid()}: stop that one first" in second.stderr
    with pytest.raises(DatabaseRefused, match="in use"):
        await migrate(sqlite_url)
    await ledger.close()
    await (await open_ledger(sqlite_url)).close()


async def test_what_was_answered_before_a_kill_is_there_after_it(sqlite_url: str) -> None:
    command = (sys.executable, "-c", WRITES_FOR_EVER, sqlite_url)
    writer = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert writer.stdout
    answered = [await writer.stdout.readline() for _ in range(30)]
    with pytest.raises(DatabaseRefused, match=f"in use by process {writer.pid}:"):
        await open_ledger(sqlite_url)
    writer.kill()
    answered += (await writer.stdout.read()).splitlines()
    await writer.wait()
    ledger = await open_ledger(sqlite_url)
    assert await ledger.read(count) >= len(answered)
    await ledger.close()


async def test_a_closed_ledger_finishes_what_it_has_and_takes_no_more(sqlite_url: str) -> None:
    ledger = await open_ledger(sqlite_url)
    last = asyncio.create_task(ledger.write(lambda session: person(session, "an")))
    await asyncio.sleep(0)
    await ledger.close()
    assert await last
    with pytest.raises(RuntimeError, match="closed"):
        await ledger.write(lambda session: person(session, "bo"))


async def test_a_new_database_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    await migrate(f"sqlite:///{tmp_path}/data/opstap.db")
    assert (tmp_path / "data" / "opstap.db").stat().st_mode & 0o077 == 0


async def test_what_is_read_from_a_database_in_memory_can_still_be_looked_at() -> None:
    ledger = await open_ledger("sqlite://")
    await ledger.write(lambda session: person(session, "ann"))
    found = await ledger.read(lambda session: session.exec(select(Person)).one())
    await ledger.close()
    assert found.id == "ann"
