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
    return urlsafe_b64encode(f"{at.isoformat()} {id}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """What ``cursor_after`` wrote; ``ValueError`` for anything else."""
    at, _, id = urlsafe_b64decode(f"{cursor}==").decode().partition(" ")
    moment = datetime.fromisoformat(at)
    if moment.utcoffset() != timedelta(0) or not id.isalnum():
        raise ValueError("no cursor of ours")
    return moment, id
