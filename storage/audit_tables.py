"""The table of what staff and other systems did and read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from storage.columns import BigKey, Utc


class Audit(SQLModel, table=True):
    """What staff did and read, in a chain: ``digest`` covers the row and the digest before it.

    The database refuses to change or remove a row.
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
