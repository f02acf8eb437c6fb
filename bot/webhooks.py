"""Tells the systems elsewhere what happened: each receiver in its own time, the events of one case in their order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import orjson
import structlog
from sqlmodel import Session

from bot.agenda_network import Answer, Ask, NotFetched, Outside
from bot.clock import Clock
from casework.hooks.webhook_lines import Fate, look_again, next_events, settle
from casework.hooks.webhook_payload import Archive, payload
from casework.hooks.webhook_signing import signed
from casework.hooks.webhooks import Door, door_of, find_webhook
from storage.columns import new_id
from storage.ledger import Ledger
from storage.tables import Due, Webhook
from storage.trays import finish_due

log = structlog.get_logger()
GONE = 410
NOT_NOW = (408, 409, 425, 429)
"""Refusals that mean: ask again."""
ANSWERS = ("synced", "not_found")
LONGEST = 100


class House(Protocol):
    """What this needs of ``bot.house.House``."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def clock(self) -> Clock: ...


@dataclass(frozen=True, slots=True)
class Manner:
    """Side by side at most ``at_once``, and in a second no more than that; ``seconds`` are well within a lease."""

    at_once: int = 10
    pause: float = 1.0
    seconds: float = 25.0


@dataclass(frozen=True, slots=True)
class Package:
    """An event ready to leave."""

    event: str
    door: Door = field(repr=False)
    body: bytes = field(repr=False)


class Webhooks:
    """Carries out the due rows ``deliver_webhook``, of which each receiver has one: who is slow is so alone."""

    def __init__(self, house: House, outside: Outside, archive: Archive, manner: Manner | None = None) -> None:
        self._house = house
        self._outside = outside
        self._archive = archive
        self._manner = manner or Manner()

    async def carry_out(self, row: Due) -> None:
        """Deliver what can be delivered now, and look again when there may be more."""
        id, ends = row.subject or "", time.monotonic() + self._manner.seconds
        while time.monotonic() < ends:
            packages = await self._house.ledger.write(partial(self._next, id))
            fates = await asyncio.gather(*(self._deliver(package) for package in packages))
            if not fates or not await self._house.ledger.write(partial(self._settle, id, fates)):
                break
            await asyncio.sleep(self._manner.pause)
        await self._house.ledger.write(partial(self._again, row))

    async def try_out(self, organisation: str, id: str) -> str | None:
        """Send an event about nothing, once and at once. What came of it, such as "it answers 204"; ``None`` if there
        is no such receiver."""
        found = await self._house.ledger.read(lambda session: find_webhook(session, organisation, id))
        door = door_of(self._archive.vault, found) if found else None
        if door is None:
            return None
        now = self._house.clock.now()
        body = orjson.dumps({"type": "test", "timestamp": now.isoformat(), "data": {"webhook": id}})
        fate = await self._deliver(Package(f"test_{new_id()}", door, body))
        return fate.reason

    def _next(self, id: str, session: Session) -> list[Package]:
        webhook, now = session.get(Webhook, id), self._house.clock.now()
        if webhook is None or webhook.state != "active":
            return []
        door = door_of(self._archive.vault, webhook)
        if door is None:
            webhook.state, webhook.problem = "paused", "it was sealed with a secret that is gone: add it again"
            return []
        events = next_events(session, webhook, self._manner.at_once, now)
        return [Package(event.id, door, payload(session, self._archive, webhook, event, now)) for event in events]

    async def _deliver(self, package: Package) -> Fate:
        at = int(self._house.clock.now().timestamp())
        headers = signed(package.door.secrets, f"msg_{package.event}", at, package.body)
        headers["Content-Type"] = "application/json"
        try:
            ask = Ask(package.door.address, "POST", package.body, headers, private=True)
            return _fate(package.event, await self._outside.ask(ask))
        except NotFetched as problem:
            return Fate(package.event, "failed", str(problem))

    def _settle(self, id: str, fates: Sequence[Fate], session: Session) -> bool:
        """Whether to go on at once."""
        webhook = session.get(Webhook, id)
        if webhook is None:
            return False
        settle(session, webhook, fates, self._house.clock.now())
        outcomes = sorted(fate.outcome for fate in fates)
        log.info("webhook.told", webhook=id, outcomes=outcomes, failures=webhook.failures)
        return webhook.state == "active" and not webhook.failures

    def _again(self, row: Due, session: Session) -> None:
        webhook = session.get(Webhook, row.subject or "")
        if webhook is None:
            finish_due(session, row.id or 0, "skipped", "no longer wanted")
        else:
            look_again(session, webhook, self._house.clock.now())


def _fate(event: str, answer: Answer) -> Fate:
    """A redirect is not followed: what is behind it was not looked at."""
    reason = f"it answers {answer.status}"
    if 200 <= answer.status < 300:
        return Fate(event, "delivered", reason, *_its_own_words(answer.body))
    if answer.status == GONE:
        return Fate(event, "gone", reason)
    if 400 <= answer.status < 500 and answer.status not in NOT_NOW:
        return Fate(event, "refused", reason)
    return Fate(event, "failed", reason)


def _its_own_words(body: bytes) -> tuple[str | None, str | None]:
    """What became of the event there: ``{"status": "synced", "reference": "..."}``, or anything else."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None, None
    if not isinstance(found, dict) or found.get("status") not in ANSWERS:
        return None, None
    reference = found.get("reference")
    return found["status"], reference if isinstance(reference, str) and 0 < len(reference) <= LONGEST else None
