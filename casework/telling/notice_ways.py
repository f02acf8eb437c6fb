"""How members of staff get notices: the way each has chosen, and the ones that are left when it fails."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlmodel import Session, col, select

from casework.door.accounts import READERS, Account
from casework.telling.notice_cases import theirs
from casework.telling.push_browsers import count_browsers
from storage import audit
from storage.tables import Chat, Notice, NoticeWay, Staff

Way: TypeAlias = Literal["telegram", "push", "email"]
Choice: TypeAlias = Literal["telegram", "push", "email", "console"]
CHOICES: tuple[Choice, ...] = ("telegram", "push", "email", "console")
_ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}")


class NoSuchWay(ValueError):
    """The way cannot be chosen: an e-mail address is missing or is none, or no browser shows notices."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """``email`` is kept whatever is chosen; ``telegram`` says that a chat is tied to the account, ``browsers`` how many
    show notices."""

    way: Choice
    email: str
    telegram: bool
    browsers: int = 0


def choose(session: Session, account: Account, way: str, email: str, now: datetime) -> None:
    """From now on notices come that way. Raises ``NoSuchWay``."""
    address = email.strip()
    if way not in CHOICES or (address and not _ADDRESS.fullmatch(address)) or (way == "email" and not address):
        raise NoSuchWay
    if way == "push" and not count_browsers(session, account.id):
        raise NoSuchWay
    row = session.get(NoticeWay, account.id) or NoticeWay(staff_id=account.id, way=way, changed_at=now)
    row.way, row.email, row.changed_at = way, address or None, now
    session.add(row)
    audit.record(session, account.organisation, account.actor, "staff.choose_notices", account.id, now)


def chosen(session: Session, staff_id: str) -> Chosen:
    """Who has chosen nothing hears in Telegram, if a chat is tied to their account."""
    row, telegram = session.get(NoticeWay, staff_id), chat_of_staff(session, staff_id) is not None
    way = next((each for each in CHOICES if row and row.way == each), "telegram" if telegram else "console")
    return Chosen(way, (row.email or "") if row else "", telegram, count_browsers(session, staff_id))


def ways(session: Session, staff_id: str, *, whatever: bool = False) -> tuple[Way, ...]:
    """Where a notice can go, the chosen way first. Who wants the console only has none, unless it is told
    ``whatever`` they chose."""
    wish = chosen(session, staff_id)
    have: dict[Way, object] = {"telegram": wish.telegram, "push": wish.browsers, "email": wish.email}
    there = [way for way, has in have.items() if has]
    if wish.way == "console" and not whatever:
        return ()
    return tuple(sorted(there, key=lambda way: way != wish.way))


def chat_of_staff(session: Session, staff_id: str) -> Chat | None:
    tied = select(Chat).where(Chat.staff_id == staff_id, Chat.state == "open")
    return session.exec(tied.order_by(col(Chat.created_at).desc()).limit(1)).first()


def recipients(session: Session, notice: Notice) -> list[Staff]:
    """Whoever it is for, of those who may open what it is about."""
    query = select(Staff).where(
        Staff.organisation == notice.organisation, col(Staff.active), col(Staff.role).in_(READERS)
    )
    if notice.coach is not None:
        query = query.where(Staff.coach == notice.coach)
    return [staff for staff in session.exec(query).all() if theirs(session, Account.of(staff), [notice])]
