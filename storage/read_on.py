"""Reads a query on, stretch by stretch, until enough of its rows are for the one who reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import TypeVar

from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

Row = TypeVar("Row")
Kept = TypeVar("Kept")


def read_on(
    session: Session, query: SelectOfScalar[Row], keep: Callable[[Sequence[Row]], Sequence[Kept]], most: int
) -> list[Kept]:
    """The first ``most`` of what ``keep`` leaves, however many others stand in front. The query's order is total."""
    found: list[Kept] = []
    for begin in count(0, most):
        rows = session.exec(query.offset(begin).limit(most)).all()
        found += keep(rows)
        if len(rows) < most or len(found) >= most:
            break
    return found[:most]
