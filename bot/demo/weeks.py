"""The weeks behind us, lived once more: what was planned for a moment happens then, what falls due before it first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from sqlmodel import Session, col, func, select

from bot.stage import Stage
from storage.tables import Due

Act = Callable[[], Awaitable[None]]


@dataclass
class Weeks:
    """Up to ``until``: what is planned for later does not happen, and waits in the due tray if it is there."""

    stage: Stage
    until: datetime
    _plans: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def plan(self, at: datetime, act: Act) -> None:
        """What is planned for the past happens at once."""
        if at <= self.until:
            heappush(self._plans, (at, next(self._numbers), act))

    async def pass_by(self, stop: Callable[[], bool]) -> bool:
        """Whether they went by to the end, and were not stopped."""
        while self._plans and not stop():
            at, _, act = heappop(self._plans)
            await self._until(at)
            await act()
        await self._until(self.until)
        return not self._plans

    async def _until(self, at: datetime) -> None:
        """Everything that falls due by then happens at its own time."""
        while (due := await self.stage.house.ledger.read(_next_due)) is not None and due <= at:
            self._move(due)
            if not await self.stage.tick():
                break
        self._move(at)

    def _move(self, to: datetime) -> None:
        self.stage.clock.at = max(self.stage.clock.at, to)


def _next_due(session: Session) -> datetime | None:
    return session.exec(select(func.min(Due.due_at)).where(col(Due.state) == "planned")).one()
