"""The tables of small steps that a coach and a person agree on, and of what became of each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Utc, new_id


class SmallStep(SQLModel, table=True):
    """What is to be done (``sealed``), by the person or by their coach (``who``), by the end of ``by_day``.

    At ``asks_at`` the person is asked how it goes; what is done until then is done in time. ``asked_at``: they were
    asked. ``ended_at``: since then it is no longer open. ``author`` is written as in the audit.
    """

    __tablename__: ClassVar[Any] = "small_step"
    __table_args__ = (
        CheckConstraint("who IN ('person', 'coach')", name="who_known"),
        CheckConstraint("state IN ('open', 'done', 'stuck', 'dropped')", name="state_known"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_at_a_time"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    case_id: str = Field(foreign_key="intake_case.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    who: str = "person"
    sealed: bytes = Field(sa_type=LargeBinary)
    by_day: date | None = None
    state: str = "open"
    version: int = 1
    author: str
    at: datetime = Field(sa_type=Utc)
    asks_at: datetime = Field(sa_type=Utc)
    asked_at: datetime | None = Field(default=None, sa_type=Utc)
    ended_at: datetime | None = Field(default=None, sa_type=Utc)


class SmallStepChange(SQLModel, table=True):
    """One change of a small step, which made it ``version``. ``actor`` is written as in the audit."""

    __tablename__: ClassVar[Any] = "small_step_change"
    __table_args__ = (UniqueConstraint("step_id", "version"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    step_id: str = Field(foreign_key="small_step.id")
    person_id: str = Field(foreign_key="person.id", index=True)
    version: int
    change: str
    actor: str
    at: datetime = Field(sa_type=Utc)
