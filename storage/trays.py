"""The two trays: what must happen later, and what we say. Rows are claimed, never searched for twice.

Claims belong in a write transaction. A lease runs on the database's clock; ``now``, which a demo may move,
decides what is due.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, Select, Update, insert, select
from sqlmodel import Session

from storage.insert import insert_new, unless_there, with_defaults
from storage.prepared import Prepared
from storage.tables import Due, Outgoing
from storage.tray_statements import (
    CHANGE_DUE,
    CHANGE_OUTGOING,
    FINAL,
    NEXT_DUE,
    NEXT_OUTGOING,
    OPEN,
    OUTGOING,
    TAKE_DUE,
    TAKE_OUTGOING,
    TAKEN_IF_FIRST,
)


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
    """``lane`` 0 is for somebody who waits, 1 for what nobody waits for; ``external_id`` is the message to delete. See
    ``storage.tables.Outgoing``."""

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
    external_id: str | None = None


PARCEL = tuple(part.name for part in fields(Parcel))


def plan(session: Session, due: DuePlan) -> bool:
    """False when the key was planned before, whatever became of it."""
    return insert_new(session, Due, **asdict(due))


def claim_due(session: Session, now: datetime, limit: int, lease_s: float) -> list[Due]:
    """The rows that are due, earliest first, ours for ``lease_s`` seconds; not bound to the session."""
    found = claim(session, NEXT_DUE, {"now": now, "limit": limit}, TAKE_DUE, lease_s)
    return sorted((Due(**row) for row in found), key=lambda due: (due.due_at, due.id or 0))


def finish_due(session: Session, id: int, state: str, reason: str | None = None) -> bool:
    """``state``: ``done``, ``skipped`` or ``dead``. False when it was finished before: then do nothing."""
    if state not in ("done", "skipped", "dead"):
        raise ValueError(f"a due row does not end as {state!r}")
    return change_due(session, id, state=state, reason=reason, lease_until=None)


def retry_due(session: Session, id: int, due_at: datetime) -> bool:
    """Gives the row back, to fall due again later. False when it was finished before."""
    return change_due(session, id, due_at=due_at, lease_until=None)


def change_due(session: Session, id: int, **changes: Any) -> bool:
    return session.connection().execute(CHANGE_DUE, {"row": id, **changes}).rowcount == 1


def put(session: Session, parcel: Parcel, now: datetime) -> int:
    """The id of the row; with a ``key`` that was put before, the id of that one and nothing new."""
    connection = session.connection()
    values = {name: getattr(parcel, name) for name in PARCEL}
    number = connection.execute(
        _putting(connection.dialect.name), with_defaults(Outgoing, values | {"created_at": now})
    ).scalar()
    if number is None:
        before = select(OUTGOING.c.id).where(OUTGOING.c.key == parcel.key)
        number = connection.execute(before).scalar_one()
    return int(number)


def put_or_take(session: Session, parcel: Parcel, now: datetime, lease_s: float) -> tuple[int, bool]:
    """The id of the new row, and whether it is ours for ``lease_s`` seconds already: nothing else of its chat waits.

    Only for who sends it right after the commit; a parcel with a ``key`` is ``put``.
    """
    values = {name: getattr(parcel, name) for name in PARCEL}
    row = with_defaults(Outgoing, values | {"created_at": now})
    given = {name: value for name, value in row.items() if name not in TAKEN_IF_FIRST}
    found = _PUTTING_OR_TAKING.first(session, given | {"of_chat": parcel.chat_id, "lease_s": lease_s})
    return int(found.id), found.state == "sending"


@cache
def _putting(dialect: str) -> Executable:
    """Built once: a statement that was built before is not looked through again."""
    return unless_there(Outgoing, dialect).returning(OUTGOING.c.id)


_PUTTING_OR_TAKING = Prepared(insert(OUTGOING).values(**TAKEN_IF_FIRST).returning(OUTGOING.c.id, OUTGOING.c.state))


def claim_outgoing(
    session: Session, channel: str, organisation: str, now: datetime, limit: int, lease_s: float
) -> list[Mapping[str, Any]]:
    """Of each chat the next row, ours for ``lease_s`` seconds: lane 0 first, then in the order of ids.

    A chat with a row on its way, or whose next row waits for ``not_before``, is left alone. A row whose lease
    ran out comes back with ``uncertain`` true: it may have been sent. Rows are mappings: objects of the model
    would cost more than all the rest (measured).
    """
    where = {"organisation": organisation, "channel": channel, "now": now, "limit": limit}
    found = claim(session, NEXT_OUTGOING, where, TAKE_OUTGOING, lease_s)
    return sorted(found, key=lambda row: (row["lane"], row["id"]))


def mark(session: Session, id: int, from_states: Collection[str], **changes: Any) -> bool:
    """Changes a row in one of ``from_states``; False when it is in none. Final states are never left."""
    if set(from_states) & set(FINAL):
        raise ValueError(f"a final state is never left: {sorted(from_states)}")
    state = changes.get("state")
    if state not in (None, *OPEN, *FINAL):
        raise ValueError(f"an outgoing row has no state {state!r}")
    if state not in (None, "sending"):
        changes.setdefault("lease_until", None)
    chosen = {"row": id, "from_states": list(from_states)}
    return session.connection().execute(CHANGE_OUTGOING, chosen | changes).rowcount == 1


def claim(
    session: Session, wanted: Select[Any], where: Mapping[str, Any], take: Update, lease_s: float
) -> list[Mapping[str, Any]]:
    """Takes the ``wanted`` rows that no other claimer holds and returns them as they are then."""
    connection = session.connection()
    ids = connection.execute(wanted, where).scalars().all()
    if not ids:
        return []
    taken = connection.execute(take, {"rows": ids, "lease_s": lease_s}).mappings()
    return [dict(row) for row in taken]
