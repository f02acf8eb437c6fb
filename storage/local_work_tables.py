"""The tables of chores that people do for others, of the hours they do, and of cheques that companies get to try."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import Utc, new_id


def one_open(name: str, condition: str, *columns: str) -> Index:
    """No two rows alike among those for which ``condition`` holds."""
    return Index(name, *columns, unique=True, sqlite_where=text(condition), postgresql_where=text(condition))


class LocalWorker(SQLModel, table=True):
    """A stretch in which somebody does chores: from ``began_on`` through ``ended_on``, one at a time for a case.

    ``sent_by`` is who assigned them; ``earlier_system``: they come from before the rule, its months do not bind them.
    ``warned_at``: their coach was told that the months run out. ``town`` is the municipality where they live, as it was
    before the mergers of 2025. ``author`` is written as in the audit.
    """

    __tablename__: ClassVar[Any] = "local_worker"
    __table_args__ = (
        CheckConstraint("sent_by IN ('job_service', 'welfare')", name="sent_by_known"),
        CheckConstraint("ended_on IS NULL OR began_on <= ended_on", name="in_order"),
        one_open("ix_local_worker_now", "ended_on IS NULL", "case_id"),
        Index("ix_local_worker_days", "organisation", "began_on", "ended_on"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    case_id: str = Field(foreign_key="intake_case.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    began_on: date
    ended_on: date | None = None
    sent_by: str
    earlier_system: bool = False
    town: str | None = None
    warned_at: datetime | None = Field(default=None, sa_type=Utc)
    version: int = 1
    author: str
    at: datetime = Field(sa_type=Utc)


class LocalWorkMonth(SQLModel, table=True):
    """The hours that somebody did in one month, whose first day is ``month``."""

    __tablename__: ClassVar[Any] = "local_work_month"
    __table_args__ = (CheckConstraint("hours >= 0 AND hours <= 744", name="fits_a_month"),)

    worker_id: str = Field(foreign_key="local_worker.id", primary_key=True)
    month: date = Field(primary_key=True)
    organisation: str
    person_id: str = Field(foreign_key="person.id", index=True)
    hours: int
    version: int = 1
    author: str
    at: datetime = Field(sa_type=Utc)


class LocalWorkMatch(SQLModel, table=True):
    """Staff decided that this worker helps who made this request, from ``begins_on`` through ``ends_on``.

    ``request_id`` is the case of the customer, ``customer_id`` its person, ``town`` where they are; ``person_id`` is
    the worker. Of an erased worker only the days stay, which are the customer's too.
    """

    __tablename__: ClassVar[Any] = "local_work_match"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR begins_on <= ends_on", name="in_order"),
        CheckConstraint("worker_id IS NOT NULL OR ends_on IS NOT NULL", name="somebody_helps"),
        one_open("ix_local_work_match_now", "ends_on IS NULL", "worker_id", "request_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str = Field(index=True)
    worker_id: str | None = Field(default=None, foreign_key="local_worker.id", index=True)
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    request_id: str = Field(foreign_key="intake_case.id", index=True)
    customer_id: str = Field(foreign_key="person.id", index=True)
    begins_on: date
    ends_on: date | None = None
    town: str | None = None
    version: int = 1
    author: str
    at: datetime = Field(sa_type=Utc)


class LocalWorkKept(SQLModel, table=True):
    """How many of the people in a number of a year were erased; ``counted`` is ``workers`` or ``customers``."""

    __tablename__: ClassVar[Any] = "local_work_kept"
    __table_args__ = (CheckConstraint("count >= 0", name="not_below_nobody"),)

    organisation: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    town: str = Field(primary_key=True)
    counted: str = Field(primary_key=True)
    count: int = 0


class Cheque(SQLModel, table=True):
    """A cheque that a company asked for, out of the pot of that name. Of an erased company only the money stays.

    ``amount`` is in whole euros; what is ``granted`` is used by ``use_by`` at the latest.
    """

    __table_args__ = (
        UniqueConstraint("case_id", "pot"),
        CheckConstraint("state IN ('asked', 'granted', 'used', 'expired')", name="state_known"),
        CheckConstraint("amount > 0", name="worth_something"),
        CheckConstraint("(state = 'asked') = (granted_at IS NULL)", name="granted_at_a_time"),
        Index("ix_cheque_of_pot", "organisation", "pot", "state", "asked_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    pot: str
    case_id: str | None = Field(default=None, foreign_key="intake_case.id", index=True)
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    amount: int
    state: str = "asked"
    version: int = 1
    asked_at: datetime = Field(sa_type=Utc)
    granted_at: datetime | None = Field(default=None, sa_type=Utc)
    granted_by: str | None = None
    use_by: date | None = None
    ended_at: datetime | None = Field(default=None, sa_type=Utc)


class ChequePot(SQLModel, table=True):
    """What has been given out of a pot and not come back: so many cheques, together ``spent`` euros."""

    __tablename__: ClassVar[Any] = "cheque_pot"
    __table_args__ = (CheckConstraint("given >= 0 AND spent >= 0", name="not_below_nothing"),)

    organisation: str = Field(primary_key=True)
    pot: str = Field(primary_key=True)
    given: int = 0
    spent: int = 0
