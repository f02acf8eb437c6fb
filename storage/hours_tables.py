"""The table of visits that take place although they lie outside the hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlmodel import Field, SQLModel

from storage.columns import Utc


class KeptVisit(SQLModel, table=True):
    """Somebody has looked at a visit that the hours no longer allow, and said that it stays."""

    __tablename__: ClassVar[Any] = "kept_visit"

    appointment_id: str = Field(primary_key=True, foreign_key="appointment.id")
    kept_at: datetime = Field(sa_type=Utc)
    kept_by: str
