"""Tokens of the REST API: shown once, kept as a hash, revocable."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, get_args

from sqlalchemy import update
from sqlmodel import Session, col, select

from casework.tokens import new_token, token_hash
from storage.tables import ApiToken

PREFIX = "opstap_"
Scope: TypeAlias = Literal[
    "cases:read",
    "cases:write",
    "answers:read",
    "barriers:read",
    "appointments:read",
    "appointments:write",
    "sessions:read",
    "sessions:write",
    "webhooks:write",
]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""``barriers:read`` is for answers of tier B. Those about health are given out to no system at all."""
USED_EVERY = timedelta(minutes=1)


READING: tuple[Scope, ...] = ("cases:read", "answers:read", "barriers:read", "appointments:read")
"""What a token may do that is made without saying so: read cases as they are handed over, and change nothing."""


def new_api_token(
    session: Session, organisation: str, name: str, now: datetime, scopes: Iterable[Scope] = READING
) -> str:
    """A token that does with the cases of this organisation what its scopes say.

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
        )
    )
    return token


def api_token(session: Session, token: str, now: datetime) -> ApiToken | None:
    """The row of a token that still holds, with its last use noted to the minute."""
    row = session.get(ApiToken, token_hash(token))
    if row is None or row.revoked_at is not None:
        return None
    if row.used_at is None or now - row.used_at > USED_EVERY:
        row.used_at = now
    return row


def api_tokens(session: Session, organisation: str) -> list[ApiToken]:
    """The organisation's tokens, the newest first."""
    query = select(ApiToken).where(ApiToken.organisation == organisation)
    return list(session.exec(query.order_by(col(ApiToken.created_at).desc())))


def revoke_api_token(session: Session, organisation: str, name: str, now: datetime) -> int:
    """Revoke the tokens of this name; how many there were."""
    return session.exec(
        update(ApiToken)
        .where(
            col(ApiToken.organisation) == organisation,
            col(ApiToken.name) == name,
            col(ApiToken.revoked_at).is_(None),
        )
        .values(revoked_at=now)
    ).rowcount
