"""The tables of reports: what is counted of each intake, what has been counted, and what stays of who is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Utc


class IntakeFact(SQLModel, table=True):
    """What is counted of one intake, as it stood at this ``version`` of its conversation. Goes with the person.

    ``place`` and ``goal`` are answers; ``asked`` is the open question; ``fates`` says per question what came of it.
    ``door`` is the kind of case that it is or becomes, ``site`` the place of the organisation that is nearest.
    """

    __tablename__: ClassVar[Any] = "intake_fact"

    conversation_id: str = Field(foreign_key="conversation.id", primary_key=True)
    organisation: str
    person_id: str = Field(foreign_key="person.id", index=True)
    version: int
    language: str
    channel: str
    place: str | None = None
    goal: str | None = None
    door: str = "job_seeker"
    site: str | None = None
    asked: str | None = None
    fates: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    began_at: datetime = Field(sa_type=Utc)
    heard_at: datetime = Field(sa_type=Utc)


class ReportCell(SQLModel, table=True):
    """A number of a report, as it was counted last; what is ``hidden`` is shown to nobody.

    ``split`` is what the year's number is divided by (``all``: it is not), ``value`` which part this is.
    """

    __tablename__: ClassVar[Any] = "report_cell"
    __table_args__ = (
        CheckConstraint("count >= 0", name="not_below_nobody"),
        CheckConstraint("hidden OR count = 0 OR count >= 5", name="small_is_hidden"),
    )

    organisation: str = Field(primary_key=True)
    report: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    split: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    count: int
    hidden: bool


class ReportCount(SQLModel, table=True):
    """When an organisation's reports were counted last."""

    __tablename__: ClassVar[Any] = "report_count"

    organisation: str = Field(primary_key=True)
    counted_at: datetime = Field(sa_type=Utc)


class KeptCount(SQLModel, table=True):
    """How many of the people in a number have been erased: all that stays of them."""

    __tablename__: ClassVar[Any] = "kept_count"
    __table_args__ = (CheckConstraint("count >= 0", name="not_below_nobody"),)

    organisation: str = Field(primary_key=True)
    report: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    split: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    count: int
