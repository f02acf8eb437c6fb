"""Stretches of time as whole minutes since 1970: one text per group of rows, cheap where thousands are read."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias

from sqlalchemy import ColumnElement, String, cast, func
from sqlalchemy.orm import Mapped

Span: TypeAlias = tuple[int, int]
"""From which minute since 1970 up to which one time is taken; a minute that is begun is taken."""


def spans(since: Mapped[datetime], until: Mapped[datetime]) -> ColumnElement[str]:
    """The stretches between two columns of type ``Utc``, of all rows of a group, for ``read_spans``."""
    return func.aggregate_strings(cast(since, String) + "/" + cast(until, String), ",")


def read_spans(text: str) -> list[Span]:
    """In no order."""
    return [_span(one) for one in text.split(",")]


def span(since: datetime, until: datetime) -> Span:
    return int(since.timestamp() // 60), int(-(-until.timestamp() // 60))


@lru_cache(maxsize=2**14)
def _span(text: str) -> Span:
    """Visits begin and end at few moments; to parse each of them once is what makes reading cheap."""
    since, until = (datetime.fromisoformat(moment) for moment in text.split("/"))
    return span(*(moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in (since, until)))
