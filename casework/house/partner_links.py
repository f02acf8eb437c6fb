"""Ways in that partners hand out: a link and a code each, with how many people began by it and never who."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from casework.door.accounts import Account
from casework.talk.continuing import ALPHABET
from storage import audit
from storage.tables import PartnerLink

LENGTH = 8
LONGEST_NAME = 60
FEW = 5
"""Fewer people than this are not told: who sent them might know them."""
_CODE = re.compile(f"via_([{ALPHABET}]{{{LENGTH}}})")


def make_link(session: Session, account: Account, name: str, now: datetime) -> PartnerLink:
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    link = PartnerLink(organisation=account.organisation, name=name[:LONGEST_NAME], code=code, created_at=now)
    session.add(link)
    audit.record(session, account.organisation, account.actor, "link.make", link.id, now)
    return link


def links_of(session: Session, organisation: str) -> list[PartnerLink]:
    """Those that work first, then by name."""
    mine = select(PartnerLink).where(PartnerLink.organisation == organisation)
    return list(session.exec(mine.order_by(col(PartnerLink.closed_at).is_not(None), col(PartnerLink.name))))


def find_link(session: Session, organisation: str, id: str) -> PartnerLink | None:
    mine = select(PartnerLink).where(PartnerLink.id == id, PartnerLink.organisation == organisation)
    return session.exec(mine).first()


def close_link(session: Session, account: Account, link: PartnerLink, now: datetime) -> None:
    """It still leads to the chat, as it stands on paper somewhere; nobody is counted by it any more."""
    if link.closed_at is None:
        link.closed_at = now
        session.add(link)
        audit.record(session, account.organisation, account.actor, "link.close", link.id, now)


def count_arrival(session: Session, organisation: str, payload: str) -> None:
    """Somebody new began by a link, if ``payload`` is one of a partner's. Nothing of them is kept with it."""
    found = _CODE.fullmatch(payload)
    if found:
        mine = col(PartnerLink.code) == found[1], col(PartnerLink.organisation) == organisation
        still = update(PartnerLink).where(*mine, col(PartnerLink.closed_at).is_(None))
        session.connection().execute(still.values(begun=PartnerLink.begun + 1))


def payload_of(code: str) -> str:
    """What a channel carries from the link to us."""
    return f"via_{code}"


def shown(begun: int) -> int | None:
    """``None`` for too few to be told."""
    return begun if begun >= FEW else None
