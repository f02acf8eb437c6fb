"""Where a page of a list begins, as an opaque text that goes out and comes back."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

from storage.tables import Case


def cursor_after(case: Case) -> str:
    """The cursor of the page that begins behind this case."""
    return cursor_at(case.created_at, case.id)


def cursor_at(at: datetime, id: str) -> str:
    """The cursor of a page that begins behind the row of this moment and id."""
    return write_place(at, id)


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """What ``cursor_after`` wrote; ``ValueError`` for anything else."""
    moment, id = read_place(cursor)
    if not id.isalnum():
        raise ValueError("no cursor of ours")
    return moment, id


def write_place(at: datetime, key: str) -> str:
    """The place behind a line of a list whose keys are no ids."""
    return urlsafe_b64encode(f"{at.isoformat()} {key}".encode()).decode().rstrip("=")


def read_place(place: str) -> tuple[datetime, str]:
    """The inverse of ``write_place``; ``ValueError`` for anything else."""
    at, _, key = urlsafe_b64decode(f"{place}==").decode().partition(" ")
    moment = datetime.fromisoformat(at)
    if moment.utcoffset() != timedelta(0):
        raise ValueError("no place of ours")
    return moment, key
