"""Carries what we say to a channel that can push: in order per chat, side by side between chats, never in haste."""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import structlog
from sqlmodel import Session

from bot.backoff import Backoff
from bot.carriers import Carriers
from bot.clock import Clock
from bot.fates import Fate, Sent, after, later, never, note_only, settle, unreachable
from bot.pace import BOT, CHAT, Pace, Rate
from bot.packages import Line, Package, claim_packages
from bot.wire import NotSent, Refused, TryLater, Unauthorised, Wire
from casework.telling.announcements import Voice
from flows.messages import Bubble
from storage.errors import DatabaseAway
from storage.ledger import Ledger
from storage.vault import SealBroken

log = structlog.get_logger()

_MOMENT = 0.01
"""So that a row whose wait is over is found over it."""


class House(Protocol):
    """What a courier needs of ``bot.house.House``."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def voice(self) -> Voice: ...
    @property
    def carriers(self) -> Carriers: ...
    @property
    def clock(self) -> Clock: ...


@dataclass(frozen=True, slots=True)
class Manner:
    """How a courier works. Seconds; ``look_every`` finds what no bell announced, ``drain`` is for the end."""

    bot: Rate = BOT
    chat: Rate = CHAT
    chats_at_once: int = 256
    look_every: float = 3.0
    lease: float = 45.0
    drain: float = 5.0
    backoff: Backoff = field(default_factory=lambda: Backoff(2.0, 300.0))


class Courier:
    """One bot's. ``run()`` lasts until it is cancelled; it returns by itself only when the token is refused.

    A row is committed as ``sending`` before the call: by a claim from the tray, or by the turn that put it and hands
    it over. What became of it is written afterwards, together with that of others and with the next claim. The tray
    is looked into when something may be there: after a ring, a wait, or a row with another one behind it. Waits and
    leases are in real time, whatever the house's clock says.
    """

    def __init__(self, house: House, line: Line, wire: Wire, manner: Manner | None = None) -> None:
        self._house = house
        self._line = line
        self._wire = wire
        self._manner = manner or Manner()
        self._pace = Pace(self._manner.bot, self._manner.chat)
        self._fates: list[Fate | Sent] = []
        self._on_the_road: dict[int, asyncio.Task[None]] = {}
        self._followed: set[int] = set()
        self._looks = True
        self._stir = asyncio.Event()
        self._exchanging: asyncio.Task[None] | None = None
        self._refused = False
        self._leaving = False

    async def run(self) -> None:
        listening = asyncio.create_task(self._listen())
        try:
            with self._house.carriers.at_work(self._line, self):
                while not self._refused:
                    self._stir.clear()
                    self._exchanging = asyncio.create_task(self._exchange())
                    await asyncio.shield(self._exchanging)
                    await self._stir.wait()
        finally:
            listening.cancel()
            await self._come_home()

    @property
    def pace(self) -> Pace:
        """For calls of the same bot that are no messages."""
        return self._pace

    @property
    def lease_s(self) -> float:
        return self._manner.lease

    @property
    def has_room(self) -> bool:
        busy = self._refused or self._leaving or self._pace.silence(time.monotonic())
        return not busy and len(self._on_the_road) < self._manner.chats_at_once

    def carry(self, package: Package) -> None:
        """Set out with a row that a turn has committed as ours."""
        self._set_out(package)

    def _set_out(self, package: Package) -> None:
        task = asyncio.create_task(self._carry(package))
        self._on_the_road[package.id] = task
        if package.followed:
            self._followed.add(package.id)

    async def _listen(self) -> None:
        """Looks when the bell rings, and now and then without it."""
        with self._house.ledger.bell.listen(self._line.topic) as ear:
            while True:
                self._look()
                await ear.wait(self._manner.look_every)

    def _look(self) -> None:
        """What was put just now may stand behind any row on the road."""
        self._followed.update(self._on_the_road)
        self._looks = True
        self._stir.set()

    async def _exchange(self) -> None:
        """Write down what became of messages and set out with new ones, in one transaction.

        What cannot be written now is kept and written with the next: a courier must not end unseen.
        """
        fates, self._fates = self._fates, []
        room = self._room() if self._looks else 0
        if not fates and not room:
            return
        self._looks = self._looks and not room
        try:
            packages = await self._house.ledger.write(partial(self._work, fates, room))
        except DatabaseAway as away:
            self._fates[:0] = fates
            self._looks = True
            log.warning("courier.not_written", organisation=self._line.organisation, error=type(away).__name__)
        except Exception as error:
            self._looks = True
            log.error("courier.not_written", organisation=self._line.organisation, error=type(error).__name__)
            await self._write_one_by_one(fates)
        else:
            for package in packages:
                self._set_out(package)

    async def _write_one_by_one(self, fates: list[Fate | Sent]) -> None:
        """One of them cannot be written as it is: it must not keep the others, and all that waits, from it."""
        for fate in fates:
            for work in (partial(self._work, [fate], 0), partial(_noted, fate)):
                try:
                    await self._house.ledger.write(work)
                except DatabaseAway:
                    self._fates.append(fate)
                except Exception as error:
                    self._complain("courier.fate_not_written", fate.package, error)
                    continue
                break

    def _work(self, fates: list[Fate | Sent], room: int, session: Session) -> list[Package]:
        settle(session, self._house.voice, fates, self._house.clock.now())
        if not room:
            return []
        return claim_packages(session, self._line, datetime.now(UTC), room, self._manner.lease)

    def _room(self) -> int:
        """No more on the road than may leave within a second: who writes now is then not behind a crowd."""
        if self._refused or self._leaving or self._pace.silence(time.monotonic()):
            return 0
        most = min(self._manner.chats_at_once, self._pace.per_second)
        return max(0, math.ceil(most) - len(self._on_the_road))

    async def _carry(self, package: Package) -> None:
        fate = await self._delivered(package)
        self._fates.append(fate)
        del self._on_the_road[package.id]
        if package.id in self._followed:
            self._followed.discard(package.id)
            self._looks = True
        self._stir.set()
        if fate.wait is not None:
            asyncio.get_running_loop().call_later(fate.wait + _MOMENT, self._look)

    async def _delivered(self, package: Package) -> Fate | Sent:
        if package.blocked:
            return unreachable(package)
        try:
            bubble = None if package.deletes else package.open(self._house.voice.vault)
        except (SealBroken, ValueError, KeyError, TypeError) as error:
            self._complain("courier.unreadable", package, error)
            return never(package, f"unreadable: {type(error).__name__}")
        if silence := await self._wait_for_a_place(package.chat_id):
            return later(package, "asked to wait", silence, datetime.now(UTC))
        try:
            external_id = await self._hand_over(package, bubble)
        except NotSent as problem:
            return self._failed(package, problem)
        except Exception as error:
            self._complain("courier.broken", package, error)
            return never(package, f"broken: {type(error).__name__}")
        return Sent(package, external_id, self._house.clock.now())

    async def _wait_for_a_place(self, chat: str) -> float:
        """Seconds for which the bot was told to be silent meanwhile; 0.0 means: go now."""
        if wait := self._pace.chat_wait(chat, time.monotonic()):
            await asyncio.sleep(wait)
        if wait := self._pace.take(chat, time.monotonic()):
            await asyncio.sleep(wait)
        return self._pace.silence(time.monotonic())

    async def _hand_over(self, package: Package, bubble: Bubble | None) -> str:
        """The channel's id of the message. One that can no longer be redrawn is sent anew."""
        if bubble is None:
            return await self._delete(package.address, package.deletes or "")
        if package.spoken:
            return await self._wire.speak(package.address, bubble)
        if bubble.file is not None:
            return await self._wire.send_file(package.address, bubble, bubble.file)
        if package.shown_as is not None:
            try:
                await self._wire.redraw(package.address, package.shown_as, bubble)
            except Refused:
                pass
            else:
                return package.shown_as
        return await self._wire.send(package.address, bubble)

    async def _delete(self, address: str, external_id: str) -> str:
        await self._wire.delete(address, external_id)
        return external_id

    def _failed(self, package: Package, problem: NotSent) -> Fate:
        match problem:
            case TryLater(seconds=float() as seconds):
                self._pace.be_silent(time.monotonic() + seconds)
            case Unauthorised() if not self._refused:
                self._refused = True
                log.error("courier.token_refused", organisation=self._line.organisation)
            case _:
                pass
        fate = after(package, problem, self._manner.backoff, datetime.now(UTC))
        log.info("courier.not_sent", row=package.id, error=type(problem).__name__, state=fate.changes["state"])
        return fate

    def _complain(self, event: str, package: Package, error: Exception) -> None:
        log.error(event, organisation=self._line.organisation, row=package.id, error=type(error).__name__)

    async def _come_home(self) -> None:
        """Wait a little for what is on the road, and write down what became of it. The rest keeps its lease."""
        self._leaving = True
        if self._exchanging:
            await asyncio.wait([self._exchanging])
        if self._on_the_road:
            _, late = await asyncio.wait(self._on_the_road.values(), timeout=self._manner.drain)
            for task in late:
                task.cancel()
        await self._exchange()


def _noted(fate: Fate | Sent, session: Session) -> list[Package]:
    note_only(session, fate)
    return []
