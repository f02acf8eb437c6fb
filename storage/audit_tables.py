"""The tables of what staff and other systems did and read, and of where the oldest of it was cut off."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from storage.columns import BigKey, Utc


class Audit(SQLModel, table=True):
    """What staff did and read, in a chain: ``digest`` covers the row and the digest before it.

    The database refuses to change a row, and to remove one that no ``AuditAnchor`` stands for.
    """

    __table_args__ = (
        Index("ix_audit_organisation_subject", "organisation", "subject"),
        Index("ix_audit_organisation_actor", "organisation", "actor"),
        Index("ix_audit_organisation_at", "organisation", "at"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    organisation: str
    actor: str
    action: str
    subject: str
    at: datetime = Field(sa_type=Utc)
    previous: str
    digest: str


class AuditAnchor(SQLModel, table=True):
    """Where the chain begins since its oldest rows were removed: after the row ``upto``, whose digest this was.

    The database takes it only for rows of 24 months and more before the newest, and never lets it go.
    """

    __tablename__: ClassVar[Any] = "audit_anchor"

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    upto: int = Field(sa_column=Column(BigKey, nullable=False))
    digest: str
    removed: int
    at: datetime = Field(sa_type=Utc)
