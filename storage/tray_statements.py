"""The statements of the trays. Built once: what changes comes as parameters, which is twice as fast."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, and_, bindparam, case, exists, literal_column, null, or_, select, update
from sqlalchemy.sql import ColumnElement

from storage.clock import database_time
from storage.tables import Due, Outgoing

OPEN = ("created", "sending", "temporary-failure")
FINAL = ("sent", "permanent-failure", "technical-failure", "cancelled")

DUE: Table = Due.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
OUTGOING: Table = Outgoing.__table__  # type: ignore[attr-defined]  # SQLModel does not type it

NOW, LIMIT = bindparam("now", type_=DUE.c.due_at.type), bindparam("limit", type_=DUE.c.attempts.type)


def written(state: str) -> ColumnElement[str]:
    """In the statement itself, not as a parameter: only so a partial index is found."""
    return literal_column(f"'{state}'")


def is_open(table: Any) -> ColumnElement[bool]:
    opened: ColumnElement[bool] = table.c.state.in_([written(state) for state in OPEN])
    return opened


def lease_is_over(table: Table) -> ColumnElement[bool]:
    return or_(table.c.lease_until.is_(None), table.c.lease_until < database_time(0))


def another_goes_first() -> ColumnElement[bool]:
    """An open row of the same chat that is more urgent, older in the same lane, or on its way."""
    other = OUTGOING.alias("other")
    older = and_(other.c.lane == OUTGOING.c.lane, other.c.id < OUTGOING.c.id)
    on_its_way = and_(other.c.state == "sending", other.c.id != OUTGOING.c.id)
    ahead = or_(other.c.lane < OUTGOING.c.lane, older, on_its_way)
    return exists().where(other.c.chat_id == OUTGOING.c.chat_id, is_open(other), ahead)


def nothing_open_in_the_chat() -> ColumnElement[bool]:
    """Whether the chat of the row that is being put has no other row to wait for."""
    other = OUTGOING.alias("other")
    return ~exists().where(other.c.chat_id == bindparam("of_chat"), is_open(other)).correlate(None)


def chosen(table: Table) -> ColumnElement[bool]:
    return table.c.id == bindparam("row", type_=table.c.id.type)


def taken(table: Table) -> Any:
    """One more attempt, and a lease on the database's clock."""
    some = table.c.id.in_(bindparam("rows", expanding=True))
    lease = {"attempts": table.c.attempts + 1, "lease_until": database_time(bindparam("lease_s"))}
    return update(table).where(some).values(**lease).returning(*table.c)


NEXT_DUE = (
    select(DUE.c.id)
    .where(DUE.c.state == written("planned"), DUE.c.due_at <= NOW, lease_is_over(DUE))
    .order_by(DUE.c.due_at, DUE.c.id)
    .limit(LIMIT)
    .with_for_update(skip_locked=True)
)
NEXT_OUTGOING = (
    select(OUTGOING.c.id)
    .where(OUTGOING.c.organisation == bindparam("organisation"), OUTGOING.c.channel == bindparam("channel"))
    .where(is_open(OUTGOING), or_(OUTGOING.c.state != "sending", lease_is_over(OUTGOING)))
    .where(or_(OUTGOING.c.not_before.is_(None), OUTGOING.c.not_before <= NOW))
    .where(~another_goes_first())
    .order_by(OUTGOING.c.lane, OUTGOING.c.id)
    .limit(LIMIT)
    .with_for_update(skip_locked=True)
)

TAKE_DUE = taken(DUE)
TAKE_OUTGOING = taken(OUTGOING).values(
    state="sending", uncertain=or_(OUTGOING.c.uncertain, OUTGOING.c.state == "sending")
)

TAKEN_IF_FIRST = {
    "state": case((nothing_open_in_the_chat(), written("sending")), else_=written("created")),
    "attempts": case((nothing_open_in_the_chat(), 1), else_=0),
    "lease_until": case((nothing_open_in_the_chat(), database_time(bindparam("lease_s"))), else_=null()),
}
"""What a row is put with whose sender would carry it at once."""

END_LEASES = tuple(
    update(table).where(opened, table.c.lease_until >= database_time(0)).values(lease_until=database_time(-1))
    for table, opened in ((DUE, DUE.c.state == written("planned")), (OUTGOING, is_open(OUTGOING)))
)

CHANGE_DUE = update(DUE).where(chosen(DUE), DUE.c.state == "planned")
CHANGE_OUTGOING = update(OUTGOING).where(
    chosen(OUTGOING), OUTGOING.c.state.in_(bindparam("from_states", expanding=True))
)
