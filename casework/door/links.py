"""Links that work once: to sign in, and to tie a coach's Telegram chat to their account."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import update
from sqlmodel import Session, col

from casework.door.tokens import new_token, token_hash
from storage.tables import OneTimeLink, Staff

Purpose = Literal["sign_in", "link_telegram"]

LIFETIME: dict[Purpose, timedelta] = {
    "sign_in": timedelta(minutes=15),
    "link_telegram": timedelta(hours=24),
}


def one_time_link(
    session: Session, staff: Staff, purpose: Purpose, now: datetime, *, lasts: timedelta | None = None
) -> str:
    """A new token for this purpose, to be put into an address. It is shown here and never again."""
    token = new_token()
    session.add(
        OneTimeLink(
            token_hash=token_hash(token),
            purpose=purpose,
            organisation=staff.organisation,
            staff_id=staff.id,
            expires_at=now + (lasts or LIFETIME[purpose]),
        )
    )
    return token


def redeem(session: Session, token: str, purpose: Purpose, now: datetime) -> Staff | None:
    """Use the link up, and say whose it was. ``None`` if it is unknown, used, too old or for another use."""
    used = session.exec(
        update(OneTimeLink)
        .where(
            col(OneTimeLink.token_hash) == token_hash(token),
            col(OneTimeLink.purpose) == purpose,
            col(OneTimeLink.used_at).is_(None),
            col(OneTimeLink.expires_at) > now,
        )
        .values(used_at=now)
        .returning(col(OneTimeLink.staff_id))
    ).scalar_one_or_none()
    staff = session.get(Staff, used) if used else None
    return staff if staff is not None and staff.active else None
