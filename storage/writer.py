"""The one thread that writes an SQLite database; works that wait at the same moment share one commit."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from storage.bell import Bell, rung
from storage.errors import DatabaseAway
from storage.sqlite_dialect import driver

LARGEST_BATCH = 64
PASSING = (
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_CANTOPEN",
    "SQLITE_READONLY",
)


@dataclass(frozen=True, slots=True)
class Job:
    work: Callable[[Session], Any]
    answer: asyncio.Future[Outcome] | None
    keep: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a work returned, or raised; ``topics`` ring once it is committed."""

    result: Any = None
    problem: BaseException | None = None
    topics: frozenset[str] = frozenset()

    def unfold(self) -> Any:
        if self.problem is not None:
            raise self.problem
        return self.result


class TransactionLost(Exception):
    """SQLite has rolled back the whole transaction by itself: the disk is full, or reading failed."""


class Writer:
    def __init__(self, engine: Engine, bell: Bell) -> None:
        self._engine = engine
        self._bell = bell
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._closed = False
        self._thread.start()

    async def do(self, work: Callable[[Session], Any], *, keep: bool = True) -> Any:
        """Runs ``work`` and answers after its commit; with ``keep`` false it is rolled back instead."""
        if self._closed:
            raise RuntimeError("the ledger is closed")
        answer: asyncio.Future[Outcome] = self._loop.create_future()
        self._jobs.put(Job(work, answer, keep))
        return (await answer).unfold()

    async def close(self) -> None:
        """Finishes what was asked before."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        with self._engine.connect() as connection:
            while batch := self._next_batch():
                outcomes = write_together(connection, batch)
                self._loop.call_soon_threadsafe(self._answer, batch, outcomes)

    def _next_batch(self) -> list[Job]:
        batch: list[Job] = []
        while (job := self._jobs.get()) is not None:
            batch.append(job)
            if self._jobs.empty() or len(batch) == LARGEST_BATCH:
                return batch
        if batch:
            self._jobs.put(None)
        return batch

    def _answer(self, batch: list[Job], outcomes: list[Outcome]) -> None:
        for job, outcome in zip(batch, outcomes, strict=True):
            if job.answer is not None and not job.answer.done():
                job.answer.set_result(outcome)
            self._bell.ring(outcome.topics)


def write_together(connection: Connection, batch: list[Job]) -> list[Outcome]:
    """Each work in its own savepoint, all in one transaction; what ends the transaction ends them all."""
    try:
        with connection.begin():
            return [_one(connection, job) for job in batch]
    except Exception as problem:
        recover(connection)
        return [Outcome(problem=away(problem))] * len(batch)


def recover(connection: Connection) -> None:
    """A COMMIT that failed leaves the transaction open."""
    try:
        driver(connection).rollback()
    except sqlite3.Error:
        connection.invalidate()


def _one(connection: Connection, job: Job) -> Outcome:
    session = Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    try:
        result = job.work(session)
        if job.keep:
            session.commit()
        else:
            session.expunge_all()  # or the rollback empties the rows that the work has returned
            session.rollback()
        return Outcome(result, topics=rung(session))
    except BaseException as problem:
        _undo(connection, session, problem)
        return Outcome(problem=away(problem))
    finally:
        session.close()


def _undo(connection: Connection, session: Session, problem: BaseException) -> None:
    if not driver(connection).in_transaction:
        session.invalidate()
        raise TransactionLost from problem
    session.rollback()


def away(problem: BaseException) -> BaseException:
    """Translates what a later try may cure into ``DatabaseAway``; anything else stays what it is."""
    cause = problem.__cause__ if isinstance(problem, TransactionLost) else problem
    raised = cause.orig if isinstance(cause, DBAPIError) else cause
    name = getattr(raised, "sqlite_errorname", "")
    reason = f"{raised} ({name})" if isinstance(raised, sqlite3.Error) else "the transaction was given up"
    if not isinstance(problem, TransactionLost) and not name.startswith(PASSING):
        return problem
    translated = DatabaseAway(f"the database cannot work now: {reason}")
    translated.__cause__ = cause
    return translated
