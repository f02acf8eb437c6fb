"""Links and codes that work once and bring a person with their conversation to another chat of theirs."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from casework.door.tokens import token_hash
from storage.tables import OneTimeLink, Person

Destination = Literal["web", "telegram"]

FOR_NOW = timedelta(minutes=30)
ON_PAPER = timedelta(days=7)
"""What a coach gives somebody to take home."""

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Without letters that look like a digit or like each other: somebody may have to type it from paper."""
LENGTH = 26
"""26 times 5 bits: 130 random bits, which nobody guesses."""
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_MISREAD = str.maketrans("oil", "011", " -")


@dataclass(frozen=True, slots=True)
class Way:
    """Where a code leads: a channel of an organisation."""

    organisation: str
    to: Destination

    @property
    def purpose(self) -> str:
        return f"continue_{self.to}"


def give_code(session: Session, person_id: str, way: Way, now: datetime, lifetime: timedelta = FOR_NOW) -> str:
    """A new code for this person. It is shown here and never again."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    session.add(
        OneTimeLink(
            token_hash=token_hash(code),
            purpose=way.purpose,
            organisation=way.organisation,
            person_id=person_id,
            expires_at=now + lifetime,
        )
    )
    return code


def read_code(text: str) -> str:
    """The code in what somebody typed or followed; empty if it cannot be one."""
    code = text.strip().lower().translate(_MISREAD)
    return code if _CODE.fullmatch(code) else ""


def whose(session: Session, code: str, way: Way, now: datetime) -> str | None:
    """The person of a code that still works there. Looking uses nothing up."""
    query = select(OneTimeLink.person_id).where(
        OneTimeLink.token_hash == token_hash(code), *_works(way, now), col(OneTimeLink.person_id).is_not(None)
    )
    return session.exec(query).first()


def use_up(session: Session, code: str, way: Way, now: datetime) -> bool:
    """Of all who try, one succeeds. Its person is held until the commit, so that they are not erased meanwhile."""
    person_id = whose(session, code, way, now)
    if person_id is None:
        return False
    session.exec(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    link = col(OneTimeLink.token_hash) == token_hash(code)
    return session.exec(update(OneTimeLink).where(link, *_works(way, now)).values(used_at=now)).rowcount == 1


def _works(way: Way, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(OneTimeLink.purpose) == way.purpose,
        col(OneTimeLink.organisation) == way.organisation,
        col(OneTimeLink.used_at).is_(None),
        col(OneTimeLink.expires_at) > now,
    )
