"""Who came holds the coach's time until the visit should be over; and each coach has marks of what is taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BEFORE = ("held", "booked", "confirmed")
NOW = (*BEFORE, "attended")
FIVE = timedelta(minutes=5)

MOMENTS = ("starts_at", "ends_at", "busy_from", "busy_until")
VISIT = sa.table(
    "appointment",
    *(sa.column(name, sa.String()) for name in ("id", "organisation", "coach", "state")),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in MOMENTS),
)
BUSY = sa.table("outside_busy", sa.column("organisation", sa.String()), sa.column("coach", sa.String()))
KEY = ("organisation", "coach", "mark")
MARK = sa.table("coach_mark", *(sa.column(name, sa.String()) for name in KEY))
PARTS = ("organisation", "coach", "granule", "appointment_id")
GRANULE = sa.table("granule", *(sa.column(name) for name in PARTS))


def run(statement: Any, *rows: Any) -> Any:
    return op.get_bind().execute(statement, *rows)


def create_marks() -> None:
    columns = [sa.Column(name, sa.String(), nullable=False, primary_key=True) for name in KEY]
    op.create_table("coach_mark", *columns)
    coaches = sa.union(sa.select(VISIT.c.organisation, VISIT.c.coach), sa.select(BUSY.c.organisation, BUSY.c.coach))
    marks = [{**row, "mark": token_hex(16)} for row in run(coaches).mappings()]
    if marks:
        run(sa.insert(MARK), marks)


def end_when_the_next_began() -> None:
    """While a coach was free again as soon as somebody came, the next visit may have begun before the first should
    have been over: then it was over."""
    beside = {"partition_by": (VISIT.c.organisation, VISIT.c.coach), "order_by": (VISIT.c.starts_at, VISIT.c.id)}
    next_id, next_from = (
        sa.func.lead(column, type_=column.type).over(**beside).label(f"next_{column.name}")
        for column in (VISIT.c.id, VISIT.c.busy_from)
    )
    in_order = sa.select(VISIT, next_id, next_from).where(VISIT.c.state.in_(NOW)).subquery()
    overlapped = sa.select(in_order).where(in_order.c.next_busy_from < in_order.c.busy_until)
    for row in run(overlapped).all():
        cut = max(row.next_busy_from, row.starts_at + FIVE)
        first, second = (sa.update(VISIT).where(VISIT.c.id == id) for id in (row.id, row.next_id))
        run(first.values(busy_until=cut, ends_at=min(row.ends_at, cut)))
        if cut > row.next_busy_from:
            run(second.values(busy_from=cut))


def hold_time(states: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        hold_granules(states)
        return
    op.execute("ALTER TABLE appointment DROP CONSTRAINT ex_appointment_busy")
    op.execute(
        "ALTER TABLE appointment ADD CONSTRAINT ex_appointment_busy EXCLUDE USING gist ("
        " textrange(organisation || '/' || coach, organisation || '/' || coach, '[]') WITH &&,"
        f" tstzrange(busy_from, busy_until) WITH &&) WHERE (state IN {states})"
    )


def hold_granules(states: tuple[str, ...]) -> None:
    run(sa.delete(GRANULE))
    rows = [row for visit in run(sa.select(VISIT).where(VISIT.c.state.in_(states))) for row in granules(visit)]
    if rows:
        run(sa.insert(GRANULE), rows)


def granules(visit: Any) -> Iterator[dict[str, Any]]:
    bounds = ((at - datetime(1970, 1, 1, tzinfo=at.tzinfo)) // FIVE for at in (visit.busy_from, visit.busy_until))
    for number in range(*bounds):
        yield dict(zip(PARTS, (visit.organisation, visit.coach, number, visit.id), strict=True))


def upgrade() -> None:
    create_marks()
    end_when_the_next_began()
    hold_time(NOW)


def downgrade() -> None:
    hold_time(BEFORE)
    op.drop_table("coach_mark")
