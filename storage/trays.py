"""The two trays: what must happen later, and what we say. Rows are claimed, never searched for twice.

Claims belong in a write transaction. A lease runs on the database's clock; ``now``, which a demo may move,
decides what is due.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Table, and_, exists, or_, select, update
from sqlalchemy.sql import ColumnElement, Select
from sqlmodel import Session, SQLModel

from storage.clock import database_time
from storage.insert import filled, insert_new, unless_there
from storage.tables import Due, Outgoing

Row = TypeVar("Row", bound=SQLModel)

OPEN = ("created", "sending", "temporary-failure")
FINAL = ("sent", "permanent-failure", "technical-failure", "cancelled")

DUE: Table = Due.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
OUTGOING: Table = Outgoing.__table__  # type: ignore[attr-defined]  # SQLModel does not type it


@dataclass(frozen=True, slots=True)
class DuePlan:
    """``key`` holds what makes it one of a kind, the due value included; ``body`` has ids only."""

    key: str
    kind: str
    organisation: str
    person_id: str | None
    subject: str | None
    version: int
    due_at: datetime
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parcel:
    """``lane`` 0 is for somebody who waits, 1 for what nobody waits for; see ``storage.tables.Outgoing``."""

    organisation: str
    channel: str
    chat_id: str
    conversation_id: str | None
    kind: str
    sealed: bytes
    replaces: int | None = None
    key: str | None = None
    state: str = "created"
    lane: int = 0


def plan(session: Session, due: DuePlan) -> bool:
    """False when the key was planned before, whatever became of it."""
    return insert_new(session, Due, **asdict(due))


def claim_due(session: Session, now: datetime, limit: int, lease_s: float) -> list[Due]:
    """The rows that are due, earliest first, ours for ``lease_s`` seconds; not bound to the session."""
    free = and_(DUE.c.state == "planned", DUE.c.due_at <= now, lease_is_over(DUE))
    wanted = select(DUE.c.id).where(free).order_by(DUE.c.due_at, DUE.c.id).limit(limit)
    taken = {"attempts": DUE.c.attempts + 1}
    return sorted(claim(session, Due, wanted, taken, lease_s), key=lambda due: (due.due_at, due.id or 0))


def finish_due(session: Session, id: int, state: str, reason: str | None = None) -> bool:
    """``state``: ``done``, ``skipped`` or ``dead``. False when it was finished before: then do nothing."""
    if state not in ("done", "skipped", "dead"):
        raise ValueError(f"a due row does not end as {state!r}")
    return change_due(session, id, state=state, reason=reason, lease_until=None)


def retry_due(session: Session, id: int, due_at: datetime) -> bool:
    """Gives the row back, to fall due again later. False when it was finished before."""
    return change_due(session, id, due_at=due_at, lease_until=None)


def change_due(session: Session, id: int, **changes: Any) -> bool:
    statement = update(DUE).where(DUE.c.id == id, DUE.c.state == "planned").values(**changes)
    return session.connection().execute(statement).rowcount == 1


def put(session: Session, parcel: Parcel, now: datetime) -> int:
    """The id of the row; with a ``key`` that was put before, the id of that one and nothing new."""
    values = filled(Outgoing, {**asdict(parcel), "created_at": now})
    added = unless_there(session, Outgoing).values(**values).returning(OUTGOING.c.id)
    number = session.connection().execute(added).scalar()
    if number is None:
        before = select(OUTGOING.c.id).where(OUTGOING.c.key == parcel.key)
        number = session.connection().execute(before).scalar_one()
    return int(number)


def claim_outgoing(
    session: Session, channel: str, organisation: str, now: datetime, limit: int, lease_s: float
) -> list[Outgoing]:
    """Of each chat the next row, ours for ``lease_s`` seconds: lane 0 first, then in the order of ids.

    A chat with a row on its way, or whose next row waits for ``not_before``, is left alone. A row whose lease
    ran out comes back with ``uncertain`` true: it may have been sent.
    """
    free = or_(
        OUTGOING.c.state == "created",
        OUTGOING.c.state == "temporary-failure",
        and_(OUTGOING.c.state == "sending", lease_is_over(OUTGOING)),
    )
    wanted = (
        select(OUTGOING.c.id)
        .where(OUTGOING.c.organisation == organisation, OUTGOING.c.channel == channel)
        .where(is_open(OUTGOING), free, or_(OUTGOING.c.not_before.is_(None), OUTGOING.c.not_before <= now))
        .where(~another_goes_first())
        .order_by(OUTGOING.c.lane, OUTGOING.c.id)
        .limit(limit)
    )
    taken = {
        "state": "sending",
        "attempts": OUTGOING.c.attempts + 1,
        "uncertain": or_(OUTGOING.c.uncertain, OUTGOING.c.state == "sending"),
    }
    return sorted(claim(session, Outgoing, wanted, taken, lease_s), key=lambda row: (row.lane, row.id or 0))


def another_goes_first() -> ColumnElement[bool]:
    """An open row of the same chat that is more urgent, older in the same lane, or on its way."""
    other = OUTGOING.alias("other")
    older = and_(other.c.lane == OUTGOING.c.lane, other.c.id < OUTGOING.c.id)
    on_its_way = and_(other.c.state == "sending", other.c.id != OUTGOING.c.id)
    ahead = or_(other.c.lane < OUTGOING.c.lane, older, on_its_way)
    return exists().where(other.c.chat_id == OUTGOING.c.chat_id, is_open(other), ahead)


def is_open(table: Any) -> ColumnElement[bool]:
    opened: ColumnElement[bool] = table.c.state.in_(OPEN)
    return opened


def lease_is_over(table: Table) -> ColumnElement[bool]:
    return or_(table.c.lease_until.is_(None), table.c.lease_until < database_time(0))


def claim(
    session: Session, model: type[Row], wanted: Select[tuple[int]], taken: Mapping[str, Any], lease_s: float
) -> list[Row]:
    """Changes the ``wanted`` rows that no other claimer holds and returns them as they are then."""
    table = DUE if model is Due else OUTGOING
    ids = session.connection().execute(wanted.with_for_update(skip_locked=True)).scalars().all()
    if not ids:
        return []
    lease = {"lease_until": database_time(lease_s)}
    statement = update(table).where(table.c.id.in_(ids)).values(**taken, **lease).returning(*table.c)
    return [model(**row) for row in session.connection().execute(statement).mappings()]


def mark(session: Session, id: int, from_states: Collection[str], **changes: Any) -> bool:
    """Changes a row in one of ``from_states``; False when it is in none. Final states are never left."""
    if set(from_states) & set(FINAL):
        raise ValueError(f"a final state is never left: {sorted(from_states)}")
    state = changes.get("state")
    if state not in (None, *OPEN, *FINAL):
        raise ValueError(f"an outgoing row has no state {state!r}")
    if state not in (None, "sending"):
        changes.setdefault("lease_until", None)
    statement = update(OUTGOING).where(OUTGOING.c.id == id, OUTGOING.c.state.in_(from_states)).values(**changes)
    return session.connection().execute(statement).rowcount == 1
