"""Codes on paper for who has lost their second factor: shown once, kept as a hash, each used once."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from casework.door.tokens import token_hash
from storage.door_tables import RecoveryCode

HOW_MANY = 8
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on paper: i, l, o, 0 and 1."""
GROUPS, IN_A_GROUP = 6, 4
"""24 signs are 118 random bits: as for a token, one plain hash is enough."""


def new_codes(session: Session, staff_id: str) -> list[str]:
    """They replace all earlier ones, and are not to be had again."""
    forget_codes(session, staff_id)
    codes = ["-".join(_group() for _ in range(GROUPS)) for _ in range(HOW_MANY)]
    session.add_all(RecoveryCode(code_hash=token_hash(_bare(code)), staff_id=staff_id) for code in codes)
    return codes


def codes_left(session: Session, staff_id: str) -> int:
    unused = (RecoveryCode.staff_id == staff_id, col(RecoveryCode.used_at).is_(None))
    return session.exec(select(func.count()).select_from(RecoveryCode).where(*unused)).one()


def use_code(session: Session, staff_id: str, code: str, now: datetime) -> bool:
    """However it is typed: in capitals, without lines, with spaces."""
    theirs = (
        col(RecoveryCode.staff_id) == staff_id,
        col(RecoveryCode.code_hash) == token_hash(_bare(code)),
        col(RecoveryCode.used_at).is_(None),
    )
    return bool(session.connection().execute(update(RecoveryCode).where(*theirs).values(used_at=now)).rowcount)


def forget_codes(session: Session, staff_id: str) -> None:
    session.connection().execute(delete(RecoveryCode).where(col(RecoveryCode.staff_id) == staff_id))


def _group() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(IN_A_GROUP))


def _bare(code: str) -> str:
    return "".join(sign for sign in code.casefold() if sign.isalnum())
