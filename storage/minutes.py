"""Moments as whole minutes since 1970, worked out by the database: cheap where thousands of rows are read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class minutes(FunctionElement[int]):  # it is written like a function of SQL
    """``minutes(column)`` of a column of type ``Utc``."""

    type = Integer()
    inherit_cache = True


@compiles(minutes, "postgresql")
def _on_postgresql(element: minutes, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **options)}) AS BIGINT) / 60"


@compiles(minutes, "sqlite")
def _on_sqlite(element: minutes, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER) / 60"
