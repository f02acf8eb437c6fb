"""Proof of consent: what was agreed or refused, in which wording, language and channel; never its content."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from flows.effects import RecordConsent
from storage.tables import Consent


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
