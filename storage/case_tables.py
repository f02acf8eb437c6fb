"""The table of what became of each offer of a case: to whom, by whom, and why not."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlmodel import Field, SQLModel

from storage.columns import Utc, new_id


class CaseStep(SQLModel, table=True):
    """One change of a case, which made it ``version``. ``coach`` has it from then on; ``reason`` is a word of a list.

    ``actor`` is written as in the audit; ``house`` for what happens by itself.
    """

    __tablename__: ClassVar[Any] = "case_step"

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    case_id: str = Field(foreign_key="intake_case.id", index=True)
    version: int
    change: str
    coach: str | None = None
    actor: str
    reason: str | None = None
    at: datetime = Field(sa_type=Utc)
