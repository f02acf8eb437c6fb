"""Who is signed in at the staff console: a browser's token, kept as a hash, and how long it holds."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from casework.tokens import new_token, token_hash
from storage.tables import Staff, StaffSession

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)


def open_door(session: Session, staff_id: str, now: datetime) -> str:
    """Sign in: a new token for this browser."""
    token = new_token()
    session.add(
        StaffSession(
            token_hash=token_hash(token),
            staff_id=staff_id,
            created_at=now,
            seen_at=now,
            expires_at=now + ABSOLUTE,
        )
    )
    return token


def find_door(session: Session, token: str, now: datetime) -> tuple[Staff, datetime] | None:
    """Who holds this token and when they were last seen; ``None`` if it is unknown or too old."""
    found = session.exec(
        select(Staff, StaffSession)
        .join(StaffSession, col(StaffSession.staff_id) == Staff.id)
        .where(
            StaffSession.token_hash == token_hash(token),
            StaffSession.expires_at > now,
            StaffSession.seen_at > now - IDLE,
            col(Staff.active),
        )
    ).first()
    return (found[0], found[1].seen_at) if found else None


def keep_open(session: Session, token: str, now: datetime) -> None:
    """The browser showed itself: the idle time starts again."""
    door = session.get(StaffSession, token_hash(token))
    if door is not None:
        door.seen_at = now


def close_door(session: Session, token: str) -> None:
    """Sign out. The token opens nothing any more, wherever it was copied to."""
    session.exec(delete(StaffSession).where(col(StaffSession.token_hash) == token_hash(token)))


def close_all_doors(session: Session, staff_id: str) -> None:
    """Sign out everywhere, after a new password or when somebody leaves."""
    session.exec(delete(StaffSession).where(col(StaffSession.staff_id) == staff_id))
