"""Stretches of time as whole minutes since 1970: one value per group of rows, cheap where thousands are read."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from struct import iter_unpack
from typing import Any, Final, TypeAlias

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

Span: TypeAlias = tuple[int, int]
"""From which minute since 1970 up to which one time is taken; a minute that is begun is taken."""
Packed: TypeAlias = str | bytes
"""Text of SQLite; of PostgreSQL its own eight bytes for each moment: to write them out costs more than to find them."""

_MINUTE: Final = 60_000_000
_SINCE_2000: Final = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) // 60


class _Spans(FunctionElement[Any]):
    inherit_cache = True
    type = NullType()  # what the driver gives is taken as it is


@compiles(_Spans)
def _as_text(element: _Spans, compiler: SQLCompiler, **kw: Any) -> str:
    since, until = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"group_concat({since} || '/' || {until}, ',')"


@compiles(_Spans, "postgresql")
def _as_bytes(element: _Spans, compiler: SQLCompiler, **kw: Any) -> str:
    since, until = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"string_agg(timestamptz_send({since}) || timestamptz_send({until}), ''::bytea)"


def spans(since: Mapped[datetime], until: Mapped[datetime]) -> FunctionElement[Any]:
    """The stretches between two columns of type ``Utc``, of all rows of a group, for ``read_spans``."""
    return _Spans(since, until)


def read_spans(packed: Packed) -> list[Span]:
    """In no order."""
    if isinstance(packed, str):
        return [_span(one) for one in packed.split(",")]
    return [
        (_SINCE_2000 + since // _MINUTE, _SINCE_2000 - -until // _MINUTE) for since, until in iter_unpack("!qq", packed)
    ]


def span(since: datetime, until: datetime) -> Span:
    return int(since.timestamp() // 60), int(-(-until.timestamp() // 60))


def moment_of(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


@lru_cache(maxsize=2**14)
def _span(text: str) -> Span:
    """Visits begin and end at few moments; to parse each of them once is what makes reading cheap."""
    since, until = (datetime.fromisoformat(moment) for moment in text.split("/"))
    return span(*(moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in (since, until)))
