"""The tables of what staff count or enter: who came by without an appointment, and figures from elsewhere."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Utc, new_id


class WalkIn(SQLModel, table=True):
    """How many people came by at a place on a day. Nothing is known of any of them."""

    __tablename__: ClassVar[Any] = "walk_in"
    __table_args__ = (
        UniqueConstraint("organisation", "place", "day"),
        CheckConstraint("count >= 0", name="not_below_nobody"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    place: str
    day: date
    count: int = 0


class OutsideFigure(SQLModel, table=True):
    """What somebody entered of a year, with its ``source``: the newest ``version`` of a name holds, unless ``gone``.

    ``hundredths`` is the number times a hundred; a note has none, but words in ``about``. ``author`` is written as in
    the audit.
    """

    __tablename__: ClassVar[Any] = "outside_figure"
    __table_args__ = (
        UniqueConstraint("organisation", "kind", "name", "year", "version"),
        CheckConstraint("kind IN ('jobs', 'indicator', 'note')", name="kind_known"),
        CheckConstraint("(kind = 'note') = (hundredths IS NULL)", name="number_or_note"),
        CheckConstraint("year BETWEEN 1900 AND 2200", name="a_year_of_ours"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    kind: str
    name: str
    year: int
    version: int
    hundredths: int | None = None
    unit: str = ""
    source: str = ""
    about: str = ""
    gone: bool = False
    author: str
    at: datetime = Field(sa_type=Utc)
