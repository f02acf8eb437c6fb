"""The table of what the REST API has answered: a call that is sent twice is carried out once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from storage.columns import Utc


class ApiCall(SQLModel, table=True):
    """A call with an ``Idempotency-Key``, its ``body`` as a hash, and the answer, sealed. ``caller`` is the token's."""

    __tablename__: ClassVar[Any] = "api_call"

    caller: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    organisation: str
    body: str
    status: int
    headers: str = ""
    sealed: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(index=True, sa_type=Utc)
