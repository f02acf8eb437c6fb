"""The tables of group sessions and of calendars: who has a seat, when a coach is taken elsewhere, what has changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Utc, new_id


class Enrolment(SQLModel, table=True):
    """Somebody's place at a group session. ``seat`` is one of the numbers up to ``seats``; two never have the same.

    ``state``: ``waiting`` (in the order of ``asked_at``), ``offered`` (a seat is theirs until ``hold_until``),
    ``enrolled``; then one that holds no seat, from which they can ask again: ``cancelled``, ``declined``,
    ``expired``; or one that is final: ``attended``, ``absent``.
    """

    __table_args__ = (
        UniqueConstraint("organisation", "session", "person_id"),
        CheckConstraint(
            "state IN ('waiting', 'offered', 'enrolled', 'cancelled', 'declined', 'expired', 'attended', 'absent')",
            name="state_known",
        ),
        CheckConstraint("seat IS NULL OR seat BETWEEN 1 AND seats", name="seat_exists"),
        CheckConstraint(
            "(seat IS NOT NULL) = (state IN ('offered', 'enrolled', 'attended', 'absent'))", name="seat_if_there"
        ),
        Index("uq_enrolment_seat", "organisation", "session", "seat", unique=True),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    session: str
    person_id: str = Field(foreign_key="person.id", index=True)
    seats: int
    seat: int | None = None
    state: str
    version: int = 1
    language: str
    interview: bool = False
    outcome: str | None = None
    asked_at: datetime = Field(sa_type=Utc)
    hold_until: datetime | None = Field(default=None, sa_type=Utc)
    changed_at: datetime = Field(sa_type=Utc)


class AgendaFeed(SQLModel, table=True):
    """A coach's private calendar address; only the hash of its token is kept."""

    __tablename__: ClassVar[Any] = "agenda_feed"

    token_hash: str = Field(primary_key=True)
    organisation: str
    coach: str
    created_at: datetime = Field(sa_type=Utc)
    revoked_at: datetime | None = Field(default=None, sa_type=Utc)


class OutsideCalendar(SQLModel, table=True):
    """A coach's calendar elsewhere. ``sealed`` is its address (and its name and password, if it asks for them);
    ``fetched_at`` is when what is known of it was true, ``failing_since`` when it could first not be reached."""

    __tablename__: ClassVar[Any] = "outside_calendar"

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    coach: str
    kind: str
    sealed: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Utc)
    fetched_at: datetime | None = Field(default=None, sa_type=Utc)
    failing_since: datetime | None = Field(default=None, sa_type=Utc)
    problem: str | None = None


class OutsideBusy(SQLModel, table=True):
    """Time of a coach that a calendar elsewhere says is taken. What for is not kept."""

    __tablename__: ClassVar[Any] = "outside_busy"
    __table_args__ = (Index("ix_outside_busy_time", "organisation", "ends_at"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    calendar_id: str = Field(foreign_key="outside_calendar.id", index=True)
    organisation: str
    coach: str
    starts_at: datetime = Field(sa_type=Utc)
    ends_at: datetime = Field(sa_type=Utc)


class CoachMark(SQLModel, table=True):
    """A mark of what is taken of a coach's time: random, and another one after each change; see ``coach_marks``."""

    __tablename__: ClassVar[Any] = "coach_mark"

    organisation: str = Field(primary_key=True)
    coach: str = Field(primary_key=True)
    mark: str = Field(default_factory=new_id, primary_key=True)
