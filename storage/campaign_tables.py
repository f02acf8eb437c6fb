"""The tables of campaigns: what is written to who asked for news, and to whom it has gone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Utc, new_id


class Campaign(SQLModel, table=True):
    """``texts`` by language go to who asked for news, of these ``municipalities``, or of all where there are none.

    ``state``: ``draft``, ``running`` or ``stopped``; who has all letters sent stays ``running``. ``author`` and
    ``started_by`` are written as in the audit.
    """

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'running', 'stopped')", name="state_known"),
        CheckConstraint("(state = 'draft') = (started_at IS NULL)", name="started_at_a_time"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str = Field(index=True)
    name: str
    texts: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    municipalities: list[str] = Field(default_factory=list, sa_type=JSON)
    state: str = "draft"
    version: int = 1
    author: str
    created_at: datetime = Field(sa_type=Utc)
    started_at: datetime | None = Field(default=None, sa_type=Utc)
    started_by: str | None = None
    stopped_at: datetime | None = Field(default=None, sa_type=Utc)


class CampaignLetter(SQLModel, table=True):
    """One person's, of one campaign; there is never a second one. ``planned``, then ``sent`` or ``skipped``."""

    __tablename__: ClassVar[Any] = "campaign_letter"
    __table_args__ = (CheckConstraint("state IN ('planned', 'sent', 'skipped')", name="state_known"),)

    campaign_id: str = Field(foreign_key="campaign.id", primary_key=True)
    person_id: str = Field(foreign_key="person.id", primary_key=True, index=True)
    state: str = "planned"
    reason: str | None = None
