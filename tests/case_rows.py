"""Rows of cases and what staff read of them, for tests."""

from __future__ import annotations

from typing import TypeVar

from sqlmodel import select

from casework.door.accounts import Account
from casework.telling.notices import waiting
from tests.staff_stage import Stage

T = TypeVar("T")


async def notices(stage: Stage, account: Account) -> list[str]:
    found = await stage.ledger.read(lambda session: waiting(session, account))
    return [notice.kind for notice in found]


async def rows(stage: Stage, table: type[T]) -> list[T]:
    return await stage.ledger.read(lambda session: list(session.exec(select(table)).all()))
