"""What a browser has begun and must bring back: kept here, sealed, for a few minutes, and given out once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from sqlalchemy import delete
from sqlmodel import Session, col

from casework.door.tokens import token_hash
from storage.door_tables import BegunStep
from storage.vault import Vault

Purpose: TypeAlias = Literal["new_passkey", "passkey", "outside"]
LASTS = timedelta(minutes=10)


def begin(session: Session, vault: Vault, where: tuple[str, Purpose], data: bytes, now: datetime) -> None:
    """``where`` is the browser's token and what it is for; what it had begun before counts no more."""
    browser, purpose = token_hash(where[0]), where[1]
    _take(session, browser, purpose)
    sealed = vault.house.seal(data, _about(browser, purpose))
    session.add(BegunStep(browser=browser, purpose=purpose, sealed=sealed, expires_at=now + LASTS))


def bring_back(session: Session, vault: Vault, where: tuple[str, Purpose], now: datetime) -> bytes | None:
    """What was begun in this browser, the first time it is asked for; ``None`` if there is nothing or it is old."""
    browser, purpose = token_hash(where[0]), where[1]
    sealed = _take(session, browser, purpose, now)
    return vault.house.open(sealed, _about(browser, purpose)) if sealed else None


def sweep_begun(session: Session, now: datetime) -> None:
    session.connection().execute(delete(BegunStep).where(col(BegunStep.expires_at) <= now))


def _take(session: Session, browser: str, purpose: str, now: datetime | None = None) -> bytes | None:
    mine = delete(BegunStep).where(col(BegunStep.browser) == browser, col(BegunStep.purpose) == purpose)
    row = session.connection().execute(mine.returning(col(BegunStep.sealed), col(BegunStep.expires_at))).first()
    return row.sealed if row is not None and (now is None or row.expires_at > now) else None


def _about(browser: str, purpose: str) -> str:
    return f"begun|{purpose}|{browser}"
