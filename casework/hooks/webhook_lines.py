"""What waits for a webhook: of each case the next event, tried again for three days, then put aside for staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Literal, TypeAlias

from sqlalchemy import Table, and_, bindparam, exists, func, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from casework.hooks.webhooks import DELIVER, look_at
from storage.tables import Due, Webhook, WebhookEvent

EVENT: Table = WebhookEvent.__table__  # type: ignore[attr-defined]  # SQLModel does not type it

WAITS = (5, 295, 1_500, 5_400, 10_800, 18_000, 14_400, 21_600, 14_400, 43_200)
"""Seconds between two tries: at 0, 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 hours, then every 12 hours."""
SPREAD = 0.2
GIVE_UP_AFTER = timedelta(hours=72)
LOOK_EVERY = timedelta(minutes=5)
"""How long an event waits at most that nobody was called for."""
_CHANCE = SystemRandom()

Outcome: TypeAlias = Literal["delivered", "refused", "failed", "gone"]
"""``refused``: it does not want this one; ``failed``: try again; ``gone``: it wants nothing any more."""

_EARLIER = EVENT.alias("earlier")
_BEHIND = exists().where(
    and_(
        _EARLIER.c.webhook_id == EVENT.c.webhook_id,
        _EARLIER.c.case_id == EVENT.c.case_id,
        _EARLIER.c.seq < EVENT.c.seq,
        _EARLIER.c.state.in_(("waiting", "dead")),
    )
)
_FIRST_OF_LINES = select_rows(WebhookEvent).where(
    col(WebhookEvent.webhook_id) == bindparam("webhook"), col(WebhookEvent.state) == "waiting", ~_BEHIND
)


@dataclass(frozen=True, slots=True)
class Fate:
    """What came of one try. ``answer`` and ``reference`` are the receiver's own words for what became of it there."""

    event: str
    outcome: Outcome
    reason: str | None = None
    answer: str | None = None
    reference: str | None = None


def next_events(session: Session, webhook: Webhook, limit: int, now: datetime) -> list[WebhookEvent]:
    """Of each case the first that is not delivered, if it may be tried now.

    While the receiver is down it is only the one that was tried least, whenever it was to be tried again.
    """
    oldest = col(WebhookEvent.at), col(WebhookEvent.id)
    if webhook.failures:
        query = _FIRST_OF_LINES.order_by(col(WebhookEvent.attempts), *oldest).limit(1)
    else:
        query = _FIRST_OF_LINES.where(col(WebhookEvent.not_before) <= now).order_by(*oldest).limit(limit)
    return list(session.exec(query, params={"webhook": webhook.id}))


def settle(session: Session, webhook: Webhook, fates: Sequence[Fate], now: datetime) -> None:
    """Write down what came of the tries, and what they say about the receiver."""
    for fate in fates:
        event = session.get(WebhookEvent, fate.event)
        if event is not None and event.state == "waiting":
            _settle(event, fate, now)
    outcomes = {fate.outcome for fate in fates}
    failure = next((fate.reason for fate in fates if fate.outcome in ("failed", "gone")), None)
    if "gone" in outcomes:
        webhook.state, webhook.problem = "gone", failure
    if outcomes == {"failed"}:
        webhook.failures += 1
        webhook.failing_since, webhook.problem = webhook.failing_since or now, failure
    elif webhook.failures and "gone" not in outcomes:
        webhook.failures, webhook.failing_since, webhook.problem = 0, None, None
        _bring_forward(session, webhook.id, now)


def _settle(event: WebhookEvent, fate: Fate, now: datetime) -> None:
    event.attempts += 1
    event.tried_at = event.tried_at or now
    event.reason = fate.reason
    match fate.outcome:
        case "delivered":
            event.state, event.settled_at = "delivered", now
            event.answer, event.reference = fate.answer, fate.reference
        case "refused":
            event.state, event.settled_at = "dead", now
        case "failed" if now - event.tried_at >= GIVE_UP_AFTER:
            event.state, event.settled_at = "dead", now
        case "failed":
            event.not_before = now + _wait(event.attempts)
        case "gone":
            event.not_before = now


def _wait(tries: int) -> timedelta:
    """After so many that failed."""
    return timedelta(seconds=WAITS[min(tries, len(WAITS)) - 1] * _CHANCE.uniform(1 - SPREAD, 1 + SPREAD))


def _bring_forward(session: Session, webhook: str, now: datetime) -> None:
    """The receiver is back: nothing waits for its next try."""
    waits = EVENT.c.webhook_id == webhook, EVENT.c.state == "waiting", EVENT.c.not_before > now
    session.connection().execute(update(EVENT).where(*waits).values(not_before=now))


def look_again(session: Session, webhook: Webhook, now: datetime) -> None:
    """The one due row of the webhook waits until something can be tried, with a clean sheet of tries."""
    session.flush()
    first = _FIRST_OF_LINES.subquery()
    soonest = session.connection().execute(select(func.min(first.c.not_before)), {"webhook": webhook.id}).scalar()
    due_at = _next_look(webhook, soonest, now)
    row = col(Due.kind) == DELIVER, col(Due.subject) == webhook.id
    fresh = {"state": "planned", "due_at": due_at, "lease_until": None, "attempts": 0, "reason": None}
    session.connection().execute(update(Due).where(*row).values(**fresh))


def _next_look(webhook: Webhook, soonest: datetime | None, now: datetime) -> datetime:
    """``soonest`` is when the next of its events may be tried. Who is down has a rhythm of its own."""
    if webhook.state != "active" or soonest is None:
        return now + LOOK_EVERY
    if webhook.failures:
        return now + _wait(webhook.failures)
    return min(now + LOOK_EVERY, max(soonest, now))


def dead_letters(session: Session, organisation: str, limit: int = 50, after: str = "") -> list[WebhookEvent]:
    """What staff have to decide about; behind each the later events of its case wait."""
    mine = col(WebhookEvent.organisation) == organisation, col(WebhookEvent.state) == "dead"
    query = select_rows(WebhookEvent).where(*mine, col(WebhookEvent.id) > after)
    return list(session.exec(query.order_by(col(WebhookEvent.id)).limit(limit)))


def find_event(session: Session, organisation: str, id: str) -> WebhookEvent | None:
    mine = select_rows(WebhookEvent).where(WebhookEvent.id == id, WebhookEvent.organisation == organisation)
    return session.exec(mine).first()


def replay(session: Session, event: WebhookEvent, now: datetime) -> bool:
    """Try a dead letter again, with three days of its own; the later ones of its case follow it."""
    if event.state != "dead":
        return False
    event.state, event.attempts, event.tried_at, event.settled_at = "waiting", 0, None, None
    event.not_before = now
    look_at(session, (event.webhook_id,), now)
    return True


def replay_all(session: Session, webhook: Webhook, now: datetime) -> int:
    """Try all dead letters of a receiver again, in their order; how many there were."""
    dead = select_rows(WebhookEvent).where(WebhookEvent.webhook_id == webhook.id, WebhookEvent.state == "dead")
    return sum(replay(session, event, now) for event in session.exec(dead).all())


def told(session: Session, webhook: Webhook, state: str, limit: int) -> list[WebhookEvent]:
    """The newest of its events, or those in this state."""
    mine = select_rows(WebhookEvent).where(WebhookEvent.webhook_id == webhook.id)
    found = mine.where(WebhookEvent.state == state) if state else mine
    return list(session.exec(found.order_by(col(WebhookEvent.at).desc(), col(WebhookEvent.id)).limit(limit)))


def tally(session: Session, organisation: str) -> dict[str, dict[str, int]]:
    """By webhook and state, how many events there are."""
    columns = col(WebhookEvent.webhook_id), col(WebhookEvent.state)
    mine = select(*columns, func.count()).where(col(WebhookEvent.organisation) == organisation).group_by(*columns)
    found: dict[str, dict[str, int]] = {}
    for webhook, state, number in session.connection().execute(mine):
        found.setdefault(webhook, {})[state] = number
    return found


def skip(session: Session, event: WebhookEvent, now: datetime) -> bool:
    """Leave a dead letter out: the receiver learns it another way, or need not."""
    if event.state != "dead":
        return False
    event.state, event.settled_at = "skipped", now
    look_at(session, (event.webhook_id,), now)
    return True


def note_answer(event: WebhookEvent, answer: str, reference: str | None) -> bool:
    """What the receiver says later that became of an event there."""
    if event.state != "delivered":
        return False
    event.answer, event.reference = answer, reference
    return True
