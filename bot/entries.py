"""A log entry as the row that keeps it, and back."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

import orjson

from flows.log import KINDS, Entry

_COLUMNS = ("question", "at")
_FIELDS: dict[Any, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind) if field.name not in _COLUMNS) for kind in KINDS.values()
}


def to_json(entry: Entry) -> bytes:
    """The entry's values besides its question and moment, which have columns of their own."""
    values = {name: getattr(entry, name) for name in _FIELDS[type(entry)]}
    return orjson.dumps({name: value for name, value in values.items() if value is not None})


def from_row(kind: str, question: str | None, at: datetime, data: bytes) -> Entry:
    """The inverse of ``to_json`` with the row's own columns."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in orjson.loads(data).items()}
    if question is not None:
        values["question"] = question
    entry: Entry = KINDS[kind](at=at, **values)
    return entry
