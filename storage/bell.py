"""Wakes whoever waits for a topic, once the transaction that rang it is committed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session

RINGS = "storage.bell.rings"
MARKS = "storage.bell.marks"


def ring(session: Session, topic: str) -> None:
    """Rings ``topic`` once this work is committed; a savepoint that is rolled back takes its rings along."""
    session.info.setdefault(RINGS, []).append(topic)


def rung(session: Session) -> frozenset[str]:
    """The topics this session rings if it is committed now."""
    return frozenset(session.info.get(RINGS, ()))


@event.listens_for(Session, "after_transaction_create")
def _remember_where_it_began(session: Session, transaction: SessionTransaction) -> None:
    session.info.setdefault(MARKS, {})[transaction] = len(session.info.get(RINGS, ()))


@event.listens_for(Session, "after_soft_rollback")
def _forget_what_was_rolled_back(session: Session, transaction: SessionTransaction) -> None:
    began = session.info.get(MARKS, {}).pop(transaction, 0)
    del session.info.get(RINGS, [])[began:]


class Ear:
    """Hears its topics from the moment it was made: a ring between two waits is not lost."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def hear(self) -> None:
        self._rung.set()

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - a waiter without a limit would hang on a lost ring
        """True when it rang since the last wait, False when ``timeout`` seconds went by."""
        try:
            await asyncio.wait_for(self._rung.wait(), timeout)
        except TimeoutError:
            return False
        self._rung.clear()
        return True


class Bell:
    """Belongs to one event loop. A ring may be lost with a connection, so waiters also look by themselves."""

    def __init__(self) -> None:
        self._ears: defaultdict[str, set[Ear]] = defaultdict(set)

    @contextmanager
    def listen(self, *topics: str) -> Iterator[Ear]:
        """For loops: look into the tray inside, then wait on the ear; nothing slips in between."""
        ear, heard = Ear(), frozenset(topics)
        for topic in heard:
            self._ears[topic].add(ear)
        try:
            yield ear
        finally:
            for topic in heard:
                self._ears[topic].discard(ear)
                if not self._ears[topic]:
                    del self._ears[topic]

    async def wait(self, topic: str, timeout: float) -> bool:  # noqa: ASYNC109 - as in Ear.wait
        """Waits for the next ring of ``topic``; rings before the call do not count."""
        with self.listen(topic) as ear:
            return await ear.wait(timeout)

    def ring(self, topics: Iterable[str]) -> None:
        """Called by the ledger, in the event loop, after a commit."""
        for topic in topics:
            for ear in self._ears.get(topic, ()):
                ear.hear()

    def ring_all(self) -> None:
        """For after a silence in which rings may have been lost."""
        self.ring(tuple(self._ears))
