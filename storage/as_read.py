"""Changes a row only if it is still as somebody has read it: one statement looks and changes, nobody comes between."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import ColumnElement, update
from sqlmodel import Session


class Versioned(Protocol):
    """A row that says how often it was changed."""

    id: str
    version: int


def change_as_read(
    session: Session, row: Versioned, version: int, /, *also: ColumnElement[bool], **values: Any
) -> bool:
    """Gives it ``values`` and the next version. False, with nothing changed, if it has another version by now or not
    all of ``also`` hold of it."""
    table: Any = type(row)
    same = table.id == row.id, table.version == version, *also
    return session.exec(update(table).where(*same).values(version=version + 1, **values)).rowcount == 1
