"""The tables of webhooks: which systems elsewhere are told, and each event on its way to one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Utc, new_id


class Webhook(SQLModel, table=True):
    """A system elsewhere that is told what happens with cases. ``sealed`` is its address and its secrets.

    ``kinds`` are the events it wants; ``shows`` is what it may see, of who agreed to ``consent``. ``state``:
    ``active``, ``paused`` by staff, or ``gone`` when it said so: then what happens waits. After ``failures`` in a row
    it has not been reached since ``failing_since``.
    """

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str = Field(index=True)
    name: str
    kinds: list[str] = Field(sa_type=JSON)
    shows: list[str] = Field(sa_type=JSON)
    consent: str
    sealed: bytes = Field(sa_type=LargeBinary)
    state: str = "active"
    failures: int = 0
    failing_since: datetime | None = Field(default=None, sa_type=Utc)
    problem: str | None = None
    created_at: datetime = Field(sa_type=Utc)


class WebhookEvent(SQLModel, table=True):
    """One event for one receiver; ``seq`` counts those of one case, from 1 and without gaps.

    ``state``: ``waiting``, ``delivered``, ``dead`` (given up; those of the case behind it wait) or ``skipped`` by
    staff. ``facts`` is what happened, ids and times only. ``answer`` and ``reference`` are what the receiver says
    became of it there.
    """

    __tablename__: ClassVar[Any] = "webhook_event"
    __table_args__ = (
        UniqueConstraint("webhook_id", "case_id", "seq"),
        Index("ix_webhook_event_line", "webhook_id", "state", "at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    webhook_id: str = Field(foreign_key="webhook.id")
    case_id: str = Field(foreign_key="intake_case.id", index=True)
    seq: int
    kind: str
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = Field(sa_type=Utc)
    state: str = "waiting"
    attempts: int = 0
    tried_at: datetime | None = Field(default=None, sa_type=Utc)
    not_before: datetime = Field(sa_type=Utc)
    settled_at: datetime | None = Field(default=None, sa_type=Utc)
    reason: str | None = None
    answer: str | None = None
    reference: str | None = None
