"""The tables of companies that staff visit, of the vacancies found there, and of who agreed that a company calls."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Utc, new_id


class Company(SQLModel, table=True):
    """A company that the house knows. ``sealed`` is its name, which ``name_index`` finds without saying it.

    ``case_id`` is the case in which it came to us, if it did. Of one that was erased nothing is sealed any more; what
    is ``invented`` goes with the rest of a demonstration.
    """

    __table_args__ = (UniqueConstraint("organisation", "name_index"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    name_index: str
    sealed: bytes = Field(sa_type=LargeBinary)
    case_id: str | None = Field(default=None, foreign_key="intake_case.id", unique=True)
    invented: bool = False
    created_at: datetime = Field(sa_type=Utc)


class CompanyVisit(SQLModel, table=True):
    """Somebody of the staff was in touch with a company on that day: ``visit``, ``call`` or ``event``.

    ``sealed`` holds a note and the next step, which ``owner`` (the short name of a colleague) takes by ``next_on``;
    without an owner whoever has time. ``author`` is written as in the audit.
    """

    __tablename__: ClassVar[Any] = "company_visit"
    __table_args__ = (
        CheckConstraint("how IN ('visit', 'call', 'event')", name="how_known"),
        CheckConstraint("next_on IS NOT NULL OR next_done_at IS NULL", name="done_is_a_step"),
        Index("ix_company_visit_days", "organisation", "day"),
        Index("ix_company_visit_next", "organisation", "next_on"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    company_id: str = Field(foreign_key="company.id", index=True)
    day: date
    how: str
    sealed: bytes = Field(sa_type=LargeBinary)
    next_on: date | None = None
    owner: str | None = None
    next_done_at: datetime | None = Field(default=None, sa_type=Utc)
    version: int = 1
    author: str
    at: datetime = Field(sa_type=Utc)


class Vacancy(SQLModel, table=True):
    """Work that a company offers, found on ``found_on``: ``titles`` by language, so many ``places``, at ``place``.

    ``session`` is the group session of the house at which the company tells of it. ``state``: ``open``, ``filled`` or
    ``gone``.
    """

    __table_args__ = (
        CheckConstraint("state IN ('open', 'filled', 'gone')", name="state_known"),
        CheckConstraint("places > 0", name="for_somebody"),
        CheckConstraint("from_on IS NULL OR until_on IS NULL OR from_on <= until_on", name="in_order"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_at_a_time"),
        Index("ix_vacancy_of_session", "organisation", "session"),
        Index("ix_vacancy_of_state", "organisation", "state", "found_on"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    company_id: str = Field(foreign_key="company.id", index=True)
    found_on: date
    titles: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    places: int = 1
    place: str = ""
    from_on: date | None = None
    until_on: date | None = None
    session: str | None = None
    state: str = "open"
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    version: int = 1
    author: str
    at: datetime = Field(sa_type=Utc)


class CompanyCall(SQLModel, table=True):
    """Somebody was asked whether a company may call them, after the group session ``met_at``: once for each company.

    ``state``: ``asked``, ``agreed`` or ``refused``. ``sealed`` is what the company is told, for the key of the person:
    what they gave so far, and for as long as they agree.
    """

    __tablename__: ClassVar[Any] = "company_call"
    __table_args__ = (
        UniqueConstraint("person_id", "company_id"),
        CheckConstraint("state IN ('asked', 'agreed', 'refused')", name="state_known"),
        CheckConstraint("state = 'asked' OR (state = 'agreed') = (sealed IS NOT NULL)", name="told_while_agreed"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    person_id: str = Field(foreign_key="person.id")
    company_id: str = Field(foreign_key="company.id", index=True)
    met_at: str
    state: str = "asked"
    sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    version: int = 1
    asked_at: datetime = Field(sa_type=Utc)
    answered_at: datetime | None = Field(default=None, sa_type=Utc)
