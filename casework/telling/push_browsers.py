"""The browsers that show notices to staff, and the one key by which push services know this house."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from casework.door.accounts import Account
from storage import audit
from storage.insert import insert_new
from storage.tables import HouseSecret, PushBrowser
from storage.vault import SealBroken, Vault

VAPID = "vapid"
POINT, SECRET = 65, 16
LONGEST = 1000
MOST = 10
"""Browsers of one account: a new one takes the place of the oldest."""


class NoBrowser(ValueError):
    """What was sent is no subscription of a browser."""


@dataclass(frozen=True, slots=True)
class Browser:
    """``address`` is at the browser's own push service, the keys are those of the browser, as it wrote them."""

    address: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


def read_browser(address: str, p256dh: str, auth: str) -> Browser:
    """Raises ``NoBrowser``. Whether the address may be asked is for whoever sends."""
    if not address.startswith("https://") or len(address) > LONGEST:
        raise NoBrowser
    if len(_bytes(p256dh)) != POINT or len(_bytes(auth)) != SECRET:
        raise NoBrowser
    return Browser(address, p256dh, auth)


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (NotBase64, ValueError):
        raise NoBrowser from None


def add_browser(session: Session, vault: Vault, account: Account, browser: Browser, now: datetime) -> None:
    """A browser belongs to who used it last: what it showed somebody else before, it shows no more."""
    mark = sha256(browser.address.encode()).hexdigest()
    session.connection().execute(delete(PushBrowser).where(col(PushBrowser.address_hash) == mark))
    theirs = select(PushBrowser).where(PushBrowser.staff_id == account.id).order_by(col(PushBrowser.created_at).desc())
    for oldest in session.exec(theirs.offset(MOST - 1)).all():
        session.delete(oldest)
    row = PushBrowser(staff_id=account.id, address_hash=mark, sealed=b"", created_at=now)
    row.sealed = vault.house.seal(orjson.dumps(browser), f"push|{row.id}")
    session.add(row)
    audit.record(session, account.organisation, account.actor, "staff.add_browser", account.id, now)


def forget_browsers(session: Session, account: Account, now: datetime) -> None:
    session.connection().execute(delete(PushBrowser).where(col(PushBrowser.staff_id) == account.id))
    audit.record(session, account.organisation, account.actor, "staff.forget_browsers", account.id, now)


def forget_browser(session: Session, id: str) -> None:
    session.connection().execute(delete(PushBrowser).where(col(PushBrowser.id) == id))


def count_browsers(session: Session, staff_id: str) -> int:
    return session.exec(select(func.count()).where(col(PushBrowser.staff_id) == staff_id)).one()


def browsers_of(session: Session, vault: Vault, staff_id: str) -> dict[str, Browser]:
    """By id. What was sealed with a secret that is gone can no longer be reached, and is forgotten."""
    found = {}
    for row in session.exec(select(PushBrowser).where(PushBrowser.staff_id == staff_id)).all():
        try:
            found[row.id] = Browser(**orjson.loads(vault.house.open(row.sealed, f"push|{row.id}")))
        except SealBroken:
            session.delete(row)
    return found


def known_key(session: Session, vault: Vault) -> bytes | None:
    """The private key (DER) of this house, if it was made and can still be opened."""
    row = session.get(HouseSecret, VAPID)
    try:
        return vault.house.open(row.sealed, VAPID) if row else None
    except SealBroken:
        return None


def push_key(session: Session, vault: Vault, now: datetime) -> bytes:
    """The private key (DER) of this house; made at the first call, and for all processes."""
    while True:
        row = session.get(HouseSecret, VAPID, populate_existing=True)
        try:
            if row is not None:
                return vault.house.open(row.sealed, VAPID)
        except SealBroken:
            session.connection().execute(delete(PushBrowser))
            session.delete(row)
            session.flush()
        sealed = vault.house.seal(_new_key(), VAPID)
        insert_new(session, HouseSecret, name=VAPID, sealed=sealed, created_at=now)


def _new_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def public_key(private: bytes) -> str:
    """As a browser wants it: the point, in base64 for addresses."""
    key = load_der_private_key(private, None)
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).decode().rstrip("=")
