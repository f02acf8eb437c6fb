"""The second factor of an account by an app that makes codes (TOTP): set up, asked, each code once."""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col

from storage.door_tables import StaffApp
from storage.vault import Vault

SECONDS = 30
CLOCKS_DIFFER = 1
"""So many codes before and after the one of now count too: clocks of telephones differ."""
DIGITS = 6


def begin_app(session: Session, vault: Vault, staff_id: str, now: datetime) -> None:
    """A new secret, which counts only once a code of it was typed. An app that counts already stays."""
    import pyotp

    row = session.get(StaffApp, staff_id)
    if row is not None and row.confirmed_at is not None:
        return
    if row is None:
        row = StaffApp(staff_id=staff_id, sealed=b"", created_at=now)
    row.sealed = vault.house.seal(pyotp.random_base32().encode(), _about(staff_id))
    session.add(row)


def app_to_set_up(session: Session, vault: Vault, staff_id: str) -> str | None:
    """The secret that waits for its first code; ``None`` when there is none, or when it counts already."""
    row = session.get(StaffApp, staff_id)
    return _secret(vault, row) if row is not None and row.confirmed_at is None else None


def has_app(session: Session, staff_id: str) -> bool:
    row = session.get(StaffApp, staff_id)
    return row is not None and row.confirmed_at is not None


def address_for_app(secret: str, organisation: str, login: str) -> str:
    """What the picture tells the app (``otpauth://``)."""
    import pyotp

    return str(pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=f"Opstap {organisation}"))


def confirm_app(session: Session, vault: Vault, staff_id: str, code: str, now: datetime) -> bool:
    """The first code of the new app: from now on it is asked."""
    row = session.get(StaffApp, staff_id)
    if row is None or row.confirmed_at is not None or not _use(session, vault, row, code, now):
        return False
    session.connection().execute(update(StaffApp).where(col(StaffApp.staff_id) == staff_id).values(confirmed_at=now))
    session.expire(row)
    return True


def app_code_fits(session: Session, vault: Vault, staff_id: str, code: str, now: datetime) -> bool:
    """Use a code up. One that was used, or is older than one that was used, fits no more."""
    row = session.get(StaffApp, staff_id)
    return row is not None and row.confirmed_at is not None and _use(session, vault, row, code, now)


def remove_app(session: Session, staff_id: str) -> None:
    session.connection().execute(delete(StaffApp).where(col(StaffApp.staff_id) == staff_id))


def _use(session: Session, vault: Vault, row: StaffApp, code: str, now: datetime) -> bool:
    step = _step_of(_secret(vault, row), code, now)
    if step is None:
        return False
    later = (col(StaffApp.staff_id) == row.staff_id, col(StaffApp.last_step) < step)
    return bool(session.connection().execute(update(StaffApp).where(*later).values(last_step=step)).rowcount)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Which of the codes that count now this is."""
    import pyotp

    app, typed = pyotp.TOTP(secret), "".join(code.split())
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdecimal()):
        return None
    current = int(now.timestamp()) // SECONDS
    steps = range(current - CLOCKS_DIFFER, current + CLOCKS_DIFFER + 1)
    fitting = [step for step in steps if hmac.compare_digest(str(app.generate_otp(step)), typed)]
    return max(fitting, default=None)


def _secret(vault: Vault, row: StaffApp) -> str:
    return vault.house.open(row.sealed, _about(row.staff_id)).decode()


def _about(staff_id: str) -> str:
    return f"app|{staff_id}"
