"""Writes down what staff did, in a chain: a row that is changed or removed later breaks it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import orjson
from sqlalchemy import Table, insert, select, text
from sqlmodel import Session

from storage.tables import Audit, AuditAnchor

FIRST = ""
A_WHILE = timedelta(minutes=30)
ONE_AT_A_TIME = 7_301_998_115

AUDIT: Table = Audit.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
ANCHOR: Table = AuditAnchor.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
CUT = "audit.purge"
"""The action of the line that a cut leaves; its subject is the digest of the last row that went."""


class Entry(NamedTuple):
    """What the digest of a row covers beside the digest before it."""

    organisation: str
    actor: str
    action: str
    subject: str
    at: datetime


def record(session: Session, organisation: str, actor: str, action: str, subject: str, now: datetime) -> None:
    """``actor`` and ``subject`` are ids. Belongs in the transaction of what it tells about."""
    hold(session)
    last = select(AUDIT.c.digest).order_by(AUDIT.c.id.desc()).limit(1)
    previous = session.connection().execute(last).scalar() or FIRST
    entry = Entry(organisation, actor, action, subject, now)
    row = {**entry._asdict(), "previous": previous, "digest": digest(previous, entry)}
    session.connection().execute(insert(AUDIT).values(**row))


def hold(session: Session) -> None:
    """Nobody else writes into the chain before this transaction ends; on SQLite there is only one writer."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})


def record_again(session: Session, organisation: str, actor: str, action: str, subject: str, now: datetime) -> None:
    """Like ``record``, for what an open page does by itself: once within ``A_WHILE``."""
    same = AUDIT.c.organisation == organisation, AUDIT.c.subject == subject
    last = select(AUDIT.c.at).where(*same, AUDIT.c.actor == actor, AUDIT.c.action == action)
    before = session.connection().execute(last.order_by(AUDIT.c.id.desc()).limit(1)).scalar()
    if before is None or now - before > A_WHILE:
        record(session, organisation, actor, action, subject, now)


def digest(previous: str, entry: Entry) -> str:
    """Over a list in JSON, so that no text can pass for the one beside it."""
    *texts, at = entry
    parts = [previous, *texts, at.astimezone(UTC).isoformat()]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


def broken_links(session: Session) -> Iterator[tuple[int, str]]:
    """The id and the problem of each row that does not follow from the one before it, or from the newest anchor."""
    run = session.connection().execute
    anchor = run(select(ANCHOR).order_by(ANCHOR.c.id.desc()).limit(1)).first()
    expected = anchor.digest if anchor else FIRST
    told = select(AUDIT.c.id).where(AUDIT.c.action == CUT, AUDIT.c.subject == expected)
    if anchor and run(told.limit(1)).first() is None:
        yield anchor.upto, "the rows up to here were removed without a line"
    for row in run(select(AUDIT).order_by(AUDIT.c.id)):
        if row.previous != expected:
            yield row.id, "the row before it was removed, added or changed"
        entry = Entry(row.organisation, row.actor, row.action, row.subject, row.at)
        if row.digest != digest(row.previous, entry):
            yield row.id, "the row was changed"
        expected = row.digest
