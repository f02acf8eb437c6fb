"""The tables of what staff keep beside a case: notes, tasks, files; and of what became of each visit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlmodel import Field, SQLModel

from storage.columns import Utc, new_id

TIER = "tier IN ('A', 'B', 'C')"


class CaseNote(SQLModel, table=True):
    """What somebody wrote about a case; ``sealed`` is the text. ``adds_to`` is the note that this one goes on with.

    ``author`` is written as in the audit. ``tier`` says who reads it, as with answers.
    """

    __tablename__: ClassVar[Any] = "case_note"
    __table_args__ = (CheckConstraint(TIER, name="tier_known"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    case_id: str = Field(foreign_key="intake_case.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    adds_to: str | None = Field(default=None, foreign_key="case_note.id", index=True)
    author: str
    tier: str = "B"
    sealed: bytes = Field(sa_type=LargeBinary)
    version: int = 1
    at: datetime = Field(sa_type=Utc)
    edited_at: datetime | None = Field(default=None, sa_type=Utc)


class CaseTask(SQLModel, table=True):
    """Something to do for a case, by ``owner`` (the short name of a coach) or by whoever has time.

    ``kind``: ``task``, whose title is ``sealed``, or ``call``, made by code when no message reaches the person; of
    what code makes a ``key`` keeps a second one from being made. ``state``: ``open`` or ``done``.
    """

    __tablename__: ClassVar[Any] = "case_task"
    __table_args__ = (
        CheckConstraint("kind IN ('task', 'call')", name="kind_known"),
        CheckConstraint("state IN ('open', 'done')", name="state_known"),
        CheckConstraint("tier IN ('A', 'B')", name="tier_known"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_at_a_time"),
        Index("ix_case_task_desk", "organisation", "state", "owner", "due_on"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    case_id: str = Field(foreign_key="intake_case.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    kind: str = "task"
    key: str | None = Field(default=None, unique=True)
    tier: str = "B"
    sealed: bytes = Field(default=b"", sa_type=LargeBinary)
    owner: str | None = None
    due_on: date | None = None
    state: str = "open"
    version: int = 1
    author: str
    at: datetime = Field(sa_type=Utc)
    done_at: datetime | None = Field(default=None, sa_type=Utc)
    done_by: str | None = None


class CaseTaskStep(SQLModel, table=True):
    """A task was made, done, or opened again: ``change`` is ``made``, ``done``, ``reopened`` or ``changed``."""

    __tablename__: ClassVar[Any] = "case_task_step"

    id: str = Field(default_factory=new_id, primary_key=True)
    task_id: str = Field(foreign_key="case_task.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    change: str
    actor: str
    at: datetime = Field(sa_type=Utc)


class CaseDocument(SQLModel, table=True):
    """A file that staff added to a case; ``sealed`` is its name. What is in it stands in ``case_document_content``."""

    __tablename__: ClassVar[Any] = "case_document"
    __table_args__ = (CheckConstraint(TIER, name="tier_known"), CheckConstraint("size > 0", name="not_empty"))

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    case_id: str = Field(foreign_key="intake_case.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    author: str
    tier: str = "B"
    sealed: bytes = Field(sa_type=LargeBinary)
    mime: str
    size: int
    at: datetime = Field(sa_type=Utc)


class CaseDocumentContent(SQLModel, table=True):
    """The bytes of a file, sealed; apart, so that a list of files does not read them."""

    __tablename__: ClassVar[Any] = "case_document_content"

    document_id: str = Field(foreign_key="case_document.id", primary_key=True)
    sealed: bytes = Field(sa_type=LargeBinary)


class VisitStep(SQLModel, table=True):
    """One change of a visit by the table of states; ``by`` is ``person``, ``staff`` or ``house``."""

    __tablename__: ClassVar[Any] = "visit_step"

    id: str = Field(default_factory=new_id, primary_key=True)
    appointment_id: str = Field(foreign_key="appointment.id", index=True)
    change: str
    by: str
    at: datetime = Field(sa_type=Utc)
