"""The tables of what staff set up in the console: changes over an organisation's file, links, browsers, house keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from storage.columns import BigKey, Utc, new_id


class OrganisationChange(SQLModel, table=True):
    """One change over what the organisation's file says at ``place``; the newest of a place counts.

    ``place`` is the path in the file, with dots. ``value`` is what would stand there; nothing: as in the file.
    """

    __tablename__: ClassVar[Any] = "organisation_change"
    __table_args__ = (Index("ix_organisation_change_newest", "organisation", "place", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    organisation: str
    place: str
    value: Any = Field(default=None, sa_type=JSON(none_as_null=True), nullable=True)
    actor: str
    at: datetime = Field(sa_type=Utc)


class PartnerLink(SQLModel, table=True):
    """A way in that a partner hands out. ``begun`` counts the people who began by it, and nobody is noted."""

    __tablename__: ClassVar[Any] = "partner_link"

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str = Field(index=True)
    name: str
    code: str = Field(unique=True)
    begun: int = 0
    created_at: datetime = Field(sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)


class PushBrowser(SQLModel, table=True):
    """A browser that shows notices to one member of staff. ``sealed`` is its address and its keys."""

    __tablename__: ClassVar[Any] = "push_browser"

    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    address_hash: str = Field(unique=True)
    sealed: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Utc)


class HouseSecret(SQLModel, table=True):
    """A secret that the house made for itself once, such as the key by which push services know it."""

    __tablename__: ClassVar[Any] = "house_secret"

    name: str = Field(primary_key=True)
    sealed: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Utc)
