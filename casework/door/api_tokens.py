"""Tokens of the REST API: shown once, kept as a hash, revocable."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, get_args

from sqlmodel import Session, col, select

from casework.door.tokens import new_token, token_hash
from storage.tables import ApiToken

PREFIX = "opstap_"
Scope: TypeAlias = Literal[
    "cases:read",
    "cases:write",
    "cases:assign",
    "answers:read",
    "barriers:read",
    "appointments:read",
    "appointments:write",
    "calendar:write",
    "people:read",
    "notes:read",
    "notes:write",
    "tasks:read",
    "tasks:write",
    "files:read",
    "files:write",
    "talk:read",
    "talk:write",
    "sessions:read",
    "sessions:write",
    "reports:read",
    "figures:write",
    "catalogue:read",
    "catalogue:write",
    "referrals:read",
    "referrals:write",
    "steps:read",
    "steps:write",
    "local_work:read",
    "local_work:write",
    "cheques:read",
    "cheques:write",
    "companies:read",
    "companies:write",
    "campaigns:read",
    "campaigns:write",
    "webhooks:write",
]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""``barriers:read`` is for answers of tier B. Those about health are given out to no system at all."""
USED_EVERY = timedelta(minutes=1)


READING: tuple[Scope, ...] = ("cases:read", "answers:read", "barriers:read", "appointments:read")
"""What a token may do that is made without saying so: read cases as they are handed over, and change nothing."""


def new_api_token(
    session: Session,
    organisation: str,
    name: str,
    now: datetime,
    scopes: Iterable[Scope] = READING,
    *,
    until: datetime | None = None,
) -> str:
    """A token that does with the cases of this organisation what its scopes say, until it ends or is revoked.

    The prefix lets secret scanners know it.
    """
    token = PREFIX + new_token()
    session.add(
        ApiToken(
            token_hash=token_hash(token),
            organisation=organisation,
            name=name,
            scopes=sorted(set(scopes)),
            created_at=now,
            expires_at=until,
        )
    )
    return token


def api_token(session: Session, token: str, now: datetime) -> ApiToken | None:
    """The row of a token that still holds, with its last use noted to the minute."""
    row = session.get(ApiToken, token_hash(token))
    if row is None or not holds(row, now):
        return None
    if row.used_at is None or now - row.used_at > USED_EVERY:
        row.used_at = now
    return row


def holds(token: ApiToken, now: datetime) -> bool:
    """Whether it opens anything: it is neither revoked nor at its end."""
    return token.revoked_at is None and (token.expires_at is None or token.expires_at > now)


def public_id(token: ApiToken) -> str:
    """How pages and the audit name it; it opens nothing."""
    return token.token_hash[:16]


def api_tokens(session: Session, organisation: str) -> list[ApiToken]:
    """The organisation's tokens, the newest first."""
    query = select(ApiToken).where(ApiToken.organisation == organisation)
    return list(session.exec(query.order_by(col(ApiToken.created_at).desc())))


def revoke_api_token(session: Session, organisation: str, id: str, now: datetime) -> bool:
    """Revoke the token with this ``public_id``; false if there is none that still holds."""
    found = next((each for each in api_tokens(session, organisation) if public_id(each) == id), None)
    if found is None or found.revoked_at is not None:
        return False
    found.revoked_at = now
    session.add(found)
    return True
