"""The table of what entries of the catalogue said before."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from storage.columns import Utc


class CataloguePast(SQLModel, table=True):
    """A version of an entry that was replaced: ``said`` are its columns as text would have them, as ``changed_by``
    wrote them at ``changed_at``. Nobody changes it any more."""

    __tablename__: ClassVar[Any] = "catalogue_past"

    entry_id: str = Field(foreign_key="catalogue_entry.id", primary_key=True)
    version: int = Field(primary_key=True)
    organisation: str
    said: dict[str, Any] = Field(sa_type=JSON)
    changed_at: datetime = Field(sa_type=Utc)
    changed_by: str
