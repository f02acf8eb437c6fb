"""Calls that come twice: what was answered the first time is kept for a day, and answered again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson
from sqlalchemy import delete, update
from sqlmodel import Session, col

from storage.insert import insert_new
from storage.tables import ApiCall
from storage.vault import Vault

KEPT = timedelta(hours=24)
UNDER_WAY = 0


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it went out."""

    status: int
    headers: dict[str, str]
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keyed:
    """One caller's call under its key; ``content`` is everything that makes it this call and no other."""

    caller: str
    organisation: str
    key: str
    content: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class OtherCall(Exception):
    """The key was used for another call before."""


def given_before(session: Session, vault: Vault, call: Keyed, now: datetime) -> Given | None:
    """What this call was answered; ``None`` for a new one, which is noted: a twin waits until we commit."""
    session.connection().execute(delete(ApiCall).where(col(ApiCall.at) <= now - KEPT))
    new = insert_new(
        session,
        ApiCall,
        caller=call.caller,
        key=call.key,
        organisation=call.organisation,
        body=call.digest,
        status=UNDER_WAY,
        sealed=b"",
        at=now,
    )
    if new:
        return None
    row = session.get_one(ApiCall, (call.caller, call.key), populate_existing=True)
    if row.body != call.digest:
        raise OtherCall
    body = vault.house.open(row.sealed, _about(call)).decode()
    return Given(row.status, orjson.loads(row.headers), body)


def keep(session: Session, vault: Vault, call: Keyed, given: Given) -> None:
    """The answer to the call that ``given_before`` noted, in the same transaction."""
    mine = col(ApiCall.caller) == call.caller, col(ApiCall.key) == call.key
    sealed = vault.house.seal(given.body.encode(), _about(call))
    changes = {"status": given.status, "headers": orjson.dumps(given.headers).decode(), "sealed": sealed}
    session.connection().execute(update(ApiCall).where(*mine).values(**changes))


def _about(call: Keyed) -> str:
    return f"api_call|{call.caller}|{call.key}"
