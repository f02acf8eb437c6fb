"""Proof of consent: what was agreed or refused, in which wording, language and channel; never its content."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from flows.effects import RecordConsent
from storage.tables import Consent, Person

KEPT = timedelta(days=5 * 366)
"""Five years, whatever years they are."""
DESTROYED = b""
"""The key of somebody who was erased."""


def record(session: Session, person_id: str, order: RecordConsent, channel: str, now: datetime) -> None:
    """Keep what the person just said. Nothing is overwritten: the newest row of a scope holds."""
    session.add(
        Consent(
            person_id=person_id,
            scope=order.scope,
            wording=order.wording,
            granted=order.granted,
            language=order.language,
            channel=channel,
            at=now,
        )
    )


def consented(session: Session, person_id: str, scope: str) -> bool:
    """Whether the last word on this scope was yes."""
    query = select(Consent).where(Consent.person_id == person_id, Consent.scope == scope)
    newest = session.exec(query.order_by(col(Consent.at).desc()).limit(1)).first()
    return newest is not None and newest.granted


def count_old(session: Session, now: datetime) -> int:
    """How many proofs would go."""
    return session.exec(select(func.count()).select_from(Consent).where(_old(now))).one()


def forget_old(session: Session, now: datetime) -> int:
    """Remove the proofs that were kept long enough; how many."""
    return session.connection().execute(delete(Consent).where(_old(now))).rowcount


def _old(now: datetime) -> ColumnElement[bool]:
    """Five years old, and not the last word of somebody who is still here: that one holds."""
    newer = aliased(Consent)
    same = and_(col(newer.person_id) == col(Consent.person_id), col(newer.scope) == col(Consent.scope))
    overruled = exists().where(same, col(newer.at) > col(Consent.at))
    erased = exists().where(col(Person.id) == col(Consent.person_id), col(Person.wrapped_key) == DESTROYED)
    return and_(col(Consent.at) < now - KEPT, or_(overruled, erased))
