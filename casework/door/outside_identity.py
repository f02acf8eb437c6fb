"""Whose account it is that somebody comes for from their organisation's own sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from casework.door.accounts import find_account
from casework.house.organisation import Organisation
from storage.door_tables import OutsideIdentity
from storage.insert import insert_new
from storage.tables import Staff


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who the provider says it is. ``email`` only if it says that it has made sure of it."""

    issuer: str
    subject: str
    email: str | None = None


def account_of(session: Session, organisation: Organisation, somebody: Somebody, now: datetime) -> Staff | None:
    """The account tied to this identity; the first time the one whose e-mail address the organisation's file names.

    Never a new account, and never one that is tied to another identity.
    """
    tied = session.exec(
        select(Staff)
        .join(OutsideIdentity, col(OutsideIdentity.staff_id) == Staff.id)
        .where(
            OutsideIdentity.organisation == organisation.id,
            OutsideIdentity.issuer == somebody.issuer,
            OutsideIdentity.subject == somebody.subject,
        )
    ).first()
    if tied is not None:
        return tied if tied.active else None
    staff = _by_email(session, organisation, somebody.email)
    return staff if staff is not None and tie(session, staff, somebody, now) else None


def tie(session: Session, staff: Staff, somebody: Somebody, now: datetime) -> bool:
    """False if this account or this identity is tied already."""
    return insert_new(
        session,
        OutsideIdentity,
        staff_id=staff.id,
        organisation=staff.organisation,
        issuer=somebody.issuer,
        subject=somebody.subject,
        created_at=now,
    )


def is_tied(session: Session, staff_id: str) -> bool:
    return session.get(OutsideIdentity, staff_id) is not None


def let_loose(session: Session, staff_id: str) -> None:
    session.connection().execute(delete(OutsideIdentity).where(col(OutsideIdentity.staff_id) == staff_id))


def _by_email(session: Session, organisation: Organisation, email: str | None) -> Staff | None:
    """The address that who runs the program has written, never one that somebody typed about themselves."""
    wanted = (email or "").casefold()
    coach = next((coach for coach in organisation.coaches.values() if wanted and coach.email == wanted), None)
    return find_account(session, organisation.id, coach.id) if coach else None
