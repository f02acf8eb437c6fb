"""Cuts the oldest rows off the audit: what stays still follows from the digest of the last one that went."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlmodel import Session

from storage.audit import ANCHOR, AUDIT, CUT, hold, record

HOUSE = "house"
KEPT = timedelta(days=731)
"""24 months, whatever months they are; the database itself refuses to remove what is younger."""
STEP = 2000
"""Rows in one transaction: everybody who is audited waits for its end."""


def count_old(session: Session, now: datetime) -> int:
    """How many rows would go."""
    return session.connection().execute(select(func.count()).where(_old(session, now))).scalar_one()


def cut(session: Session, now: datetime) -> int:
    """Remove some of the rows that are old enough; how many. Call it again until there are none.

    A line tells it to each organisation whose rows went, and the anchor keeps where the chain begins now.
    """
    run = session.connection().execute
    hold(session)
    oldest = select(AUDIT.c.id, AUDIT.c.organisation, AUDIT.c.digest).where(_old(session, now))
    gone = run(oldest.order_by(AUDIT.c.id).limit(STEP)).all()
    if not gone:
        return 0
    last = gone[-1]
    for organisation in sorted({row.organisation for row in gone}):
        record(session, organisation, HOUSE, CUT, last.digest, now)
    run(insert(ANCHOR).values(upto=last.id, digest=last.digest, removed=len(gone), at=now))
    run(delete(AUDIT).where(AUDIT.c.id <= last.id))
    return len(gone)


def _old(session: Session, now: datetime) -> ColumnElement[bool]:
    """The rows before the first one that is still to be kept."""
    young = select(AUDIT.c.id).where(AUDIT.c.at >= now - KEPT).order_by(AUDIT.c.id).limit(1)
    first = session.connection().execute(young).scalar()
    return AUDIT.c.id > 0 if first is None else AUDIT.c.id < first
