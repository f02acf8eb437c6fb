"""The ledger on PostgreSQL: any number of processes on one database, through asyncpg."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any, Generic, Literal, TypeVar

from asyncpg.exceptions import (  # type: ignore[import-untyped]  # it ships no types
    InterfaceError,
    PostgresError,
)
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import Session

from storage.address import Address
from storage.announcer import Announcer
from storage.bell import Bell, rung
from storage.errors import DatabaseAway, DatabaseRefused
from storage.postgres_dialect import COMPILED, SHARING
from storage.schema import check_schema

T = TypeVar("T")

POOL = 8
CONNECT_SECONDS = 10.0
STATEMENT_SECONDS = 15.0
PAUSES = (0.02, 0.1, 0.5, 1.0)
ROLLED_BACK = ("40001", "40P01")
CONNECTION_LOST = ("08", "57P0")
DRIVER_ERRORS = (DBAPIError, PostgresError, InterfaceError, PoolTimeout, OSError, TimeoutError)


class Turn(Generic[T]):
    """One try of a work. ``committing`` turns true just before the commit is asked for."""

    def __init__(self, work: Callable[[Session], T]) -> None:
        self._work = work
        self.committing = False
        self.topics: frozenset[str] = frozenset()

    def run(self, connection: Connection) -> T:
        with Session(connection, expire_on_commit=False) as session:
            result = self._work(session)
            session.flush()
            self.topics = rung(session)
            self.committing = True
            session.commit()
            return result


class PostgresLedger:
    dialect: Literal["sqlite", "postgresql"] = "postgresql"

    def __init__(self, engine: AsyncEngine, announcer: Announcer) -> None:
        self.bell: Bell = announcer.bell
        self._engine = engine
        self._readonly = engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
        self._announcer = announcer
        self._running: set[asyncio.Task[Any]] = set()

    async def write(self, work: Callable[[Session], T]) -> T:
        return await self._to_its_end(self._retried(self._engine, work))

    async def read(self, work: Callable[[Session], T]) -> T:
        return await self._to_its_end(self._retried(self._readonly, work))

    async def close(self) -> None:
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._announcer.close()
        await self._engine.dispose()

    async def _to_its_end(self, turn: Coroutine[Any, Any, T]) -> T:
        """A caller that is cancelled leaves the transaction whole, not cut in two."""
        task = asyncio.create_task(turn)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _retried(self, engine: AsyncEngine, work: Callable[[Session], T]) -> T:
        for pause in PAUSES:
            try:
                return await self._once(engine, work)
            except Again:
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - spreads tries, hides nothing
        try:
            return await self._once(engine, work)
        except Again as again:
            raise DatabaseAway(f"the database cannot answer now: {again}") from again.__cause__

    async def _once(self, engine: AsyncEngine, work: Callable[[Session], T]) -> T:
        turn = Turn(work)
        try:
            async with engine.connect() as connection:
                result = await connection.run_sync(turn.run)
        except DRIVER_ERRORS as problem:
            raise judged(problem, committing=turn.committing) from problem
        if turn.topics:
            self.bell.ring(turn.topics)
            self._announcer.announce(turn.topics)
        return result


class Again(Exception):
    """Nothing was kept, and the same work may succeed at once."""


def judged(problem: BaseException, *, committing: bool) -> BaseException:
    """``Again``, ``DatabaseAway`` or the error itself, by what it says about the transaction."""
    state = sqlstate(problem)
    if state in ROLLED_BACK:
        return Again(state)
    late = isinstance(problem, TimeoutError | PoolTimeout)
    if not late and not lost(problem, state):
        return problem
    if late or committing:
        what = "did not answer in time" if late else "broke the connection during the commit"
        return DatabaseAway(f"the database {what}", outcome_unknown=committing)
    return Again(state or type(problem).__name__)


def lost(problem: BaseException, state: str) -> bool:
    """True when the connection or the server is gone."""
    if isinstance(problem, DBAPIError) and problem.connection_invalidated:
        return True
    return state.startswith(CONNECTION_LOST) or isinstance(driver_error(problem), OSError | InterfaceError)


def driver_error(problem: BaseException) -> BaseException | None:
    return (problem.orig.__cause__ or problem.orig) if isinstance(problem, DBAPIError) and problem.orig else problem


def sqlstate(problem: BaseException) -> str:
    driver = problem.orig if isinstance(problem, DBAPIError) else problem
    return getattr(driver, "sqlstate", None) or ""


def make_engine(address: Address) -> AsyncEngine:
    return create_async_engine(
        address.url.set(drivername=SHARING),
        pool_size=POOL,
        max_overflow=0,
        hide_parameters=True,
        pool_timeout=STATEMENT_SECONDS,
        execution_options={"compiled_cache": COMPILED},
        connect_args={
            "timeout": CONNECT_SECONDS,
            "command_timeout": STATEMENT_SECONDS,
            "server_settings": {"application_name": "opstap", "jit": "off"},
        },
    )


def of_no_use(address: Address, problem: BaseException) -> DatabaseRefused:
    """Whether nobody answers there, or not to us."""
    kind = type(driver_error(problem)).__name__
    return DatabaseRefused(
        f"cannot use the database {address} ({kind}): start it, or check OPSTAP_DATABASE_URL and what its user may do"
    )


async def open_postgres(address: Address) -> PostgresLedger:
    """Raises ``DatabaseRefused`` when the server cannot be reached or its tables are not ours."""
    engine = make_engine(address)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(check_schema, str(address))
    except BaseException as problem:
        await engine.dispose()
        if isinstance(problem, DRIVER_ERRORS):
            raise of_no_use(address, problem) from problem
        raise
    announcer = Announcer(engine)
    await announcer.start()
    return PostgresLedger(engine, announcer)
