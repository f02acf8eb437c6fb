"""Who is signed in at the staff console: a browser's token, kept as a hash, and how long it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import delete
from sqlmodel import Session, col, select

from casework.door.tokens import new_token, token_hash
from storage.door_tables import StaffSession
from storage.tables import Staff

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
HALF_OPEN = timedelta(minutes=10)
"""How long a right password waits for the second factor."""
SEEN_EVERY = timedelta(minutes=1)
FRESH = timedelta(minutes=15)
"""After a sign-in, how long passwords and factors can be changed without signing in once more."""

Stage: TypeAlias = Literal["open", "code", "set_up"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """How somebody came (``password``, ``link``, ``passkey`` or ``outside``), and in a few words with what."""

    how: str = "password"
    device: str = ""


class Door(NamedTuple):
    """Who is signed in, and the browser with which."""

    staff: Staff
    session: StaffSession


SOMEHOW = Arrival()


def open_door(session: Session, staff_id: str, now: datetime, arrival: Arrival = SOMEHOW, stage: Stage = "open") -> str:
    """Sign in: a new token for this browser."""
    token = new_token()
    session.add(
        StaffSession(
            token_hash=token_hash(token),
            staff_id=staff_id,
            how=arrival.how,
            device=arrival.device,
            stage=stage,
            created_at=now,
            seen_at=now,
            expires_at=now + (HALF_OPEN if stage == "code" else ABSOLUTE),
        )
    )
    return token


def find_door(session: Session, token: str, now: datetime) -> Door | None:
    """Whose browser holds this token; ``None`` if it is unknown, too old, or only half-way in."""
    found = _door(session, token, now)
    return found if found and found.session.stage != "code" else None


def find_half_door(session: Session, token: str, now: datetime) -> Door | None:
    """Who has given the first factor in this browser, and still owes the second."""
    found = _door(session, token, now)
    return found if found and found.session.stage == "code" else None


def _door(session: Session, token: str, now: datetime) -> Door | None:
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
    return Door(*found) if found else None


def renew_door(session: Session, token: str, stage: Stage, now: datetime) -> str:
    """After a new password or factor: a new token for this browser, as long as the old one; no other one stays."""
    row = session.get_one(StaffSession, token_hash(token))
    close_other_doors(session, row.staff_id, token)
    fresh = new_token()
    row.token_hash, row.stage, row.seen_at = token_hash(fresh), stage, now
    return fresh


def keep_open(session: Session, token: str, now: datetime) -> None:
    """The browser showed itself: the idle time starts again."""
    door = session.get(StaffSession, token_hash(token))
    if door is not None:
        door.seen_at = now


def open_doors(session: Session, staff_id: str, now: datetime) -> Sequence[StaffSession]:
    """Where this account is signed in, the one seen last first."""
    query = select(StaffSession).where(
        StaffSession.staff_id == staff_id,
        StaffSession.expires_at > now,
        StaffSession.seen_at > now - IDLE,
        StaffSession.stage != "code",
    )
    return session.exec(query.order_by(col(StaffSession.seen_at).desc(), col(StaffSession.id))).all()


def end_door(session: Session, staff_id: str, id: str) -> bool:
    """Sign one of their own browsers out; false if it is none of theirs."""
    mine = (col(StaffSession.staff_id) == staff_id, col(StaffSession.id) == id)
    return bool(session.connection().execute(delete(StaffSession).where(*mine)).rowcount)


def close_door(session: Session, token: str) -> None:
    """Sign out. The token opens nothing any more, wherever it was copied to."""
    session.exec(delete(StaffSession).where(col(StaffSession.token_hash) == token_hash(token)))


def close_other_doors(session: Session, staff_id: str, token: str) -> None:
    """Sign out everywhere but here."""
    others = (col(StaffSession.staff_id) == staff_id, col(StaffSession.token_hash) != token_hash(token))
    session.exec(delete(StaffSession).where(*others))


def close_all_doors(session: Session, staff_id: str) -> None:
    """Sign out everywhere, after a new password or when somebody leaves."""
    session.exec(delete(StaffSession).where(col(StaffSession.staff_id) == staff_id))


def sweep_doors(session: Session, now: datetime) -> None:
    """Forget what opens nothing any more."""
    session.exec(delete(StaffSession).where(col(StaffSession.expires_at) <= now))
