"""The tables of the talk between a coach and a person, and of the ways in which staff get notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import BigKey, Utc, new_id


class CoachTalk(SQLModel, table=True):
    """Who has the talk with a person: ``staff_id`` until ``until``, or the assistant.

    The talk stays the coach's until it is handed back openly, by the row of the due tray with this ``version``.
    ``asked_at``: the person asked for a human being, and nobody has taken the talk since.
    """

    __tablename__: ClassVar[Any] = "coach_talk"
    __table_args__ = (CheckConstraint("(staff_id IS NULL) = (until IS NULL)", name="lease_if_taken"),)

    person_id: str = Field(foreign_key="person.id", primary_key=True)
    organisation: str
    staff_id: str | None = Field(default=None, foreign_key="staff.id", index=True)
    until: datetime | None = Field(default=None, sa_type=Utc)
    asked_at: datetime | None = Field(default=None, sa_type=Utc)
    version: int = 0


class TalkLine(SQLModel, table=True):
    """A line between a person and the staff, in the order of ``id``. The words stand where every message stands.

    A coach's line has ``staff_id`` and the row of the outgoing tray that carries it; with ``instead_of`` it repeats
    an earlier line for another chat. A person's line has neither, but ``channel`` and ``update_key`` of the inbox.
    """

    __tablename__: ClassVar[Any] = "talk_line"

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    organisation: str
    person_id: str = Field(foreign_key="person.id", index=True)
    staff_id: str | None = Field(default=None, foreign_key="staff.id", index=True)
    outgoing_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    instead_of: int | None = Field(default=None, sa_type=BigInteger)
    channel: str | None = None
    update_key: str | None = None
    at: datetime = Field(sa_type=Utc)


class TalkRead(SQLModel, table=True):
    """How far one member of staff has read what a person wrote."""

    __tablename__: ClassVar[Any] = "talk_read"

    staff_id: str = Field(foreign_key="staff.id", primary_key=True)
    person_id: str = Field(foreign_key="person.id", primary_key=True, index=True)
    line_id: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Utc)


class NoticeWay(SQLModel, table=True):
    """How a member of staff wants notices: ``telegram``, ``email``, ``push`` or only on the ``console``."""

    __tablename__: ClassVar[Any] = "notice_way"
    __table_args__ = (CheckConstraint("way IN ('telegram', 'email', 'push', 'console')", name="way_known"),)

    staff_id: str = Field(foreign_key="staff.id", primary_key=True)
    way: str
    email: str | None = None
    changed_at: datetime = Field(sa_type=Utc)


class NoticeDelivery(SQLModel, table=True):
    """A notice on its way to one member of staff. A second way is tried when the first fails.

    ``state``: ``waiting`` (for office hours, or to be sent), ``sent``, ``failed`` or ``cancelled`` (somebody saw it).
    By the token whose hash is kept, the notice can be answered once, and what it said was the case's ``version``.
    """

    __tablename__: ClassVar[Any] = "notice_delivery"
    __table_args__ = (
        UniqueConstraint("notice_id", "staff_id", "way"),
        CheckConstraint("way IN ('telegram', 'email', 'push')", name="way_known"),
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'cancelled')", name="state_known"),
        CheckConstraint("state <> 'failed' OR reason IS NOT NULL", name="failed_for_a_reason"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    notice_id: str = Field(foreign_key="notice.id", index=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    way: str
    state: str = "waiting"
    reason: str | None = None
    outgoing_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    version: int = 0
    token_hash: str | None = Field(default=None, unique=True)
    used_at: datetime | None = Field(default=None, sa_type=Utc)
    created_at: datetime = Field(sa_type=Utc)
    sent_at: datetime | None = Field(default=None, sa_type=Utc)
