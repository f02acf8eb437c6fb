"""What must always hold at the door: who is out is out, and what stands in for a factor stands in for one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, exists, false, not_, or_, select
from sqlmodel import SQLModel

TABLES = SQLModel.metadata.tables
SESSION, STAFF, APP, CODE, PASSKEY = (
    TABLES[name] for name in ("staff_session", "staff", "staff_app", "recovery_code", "passkey")
)


def broken_doors() -> Iterator[tuple[str, str, Select[Any]]]:
    """For each rule the table, what is wrong, and a query for the keys of the rows that break it."""
    inside = select(SESSION.c.id).join(STAFF, STAFF.c.id == SESSION.c.staff_id)
    yield "staff_session", "its account is closed", inside.where(STAFF.c.active == false())
    app = exists().where(APP.c.staff_id == CODE.c.staff_id, APP.c.confirmed_at.is_not(None))
    passkey = exists().where(PASSKEY.c.staff_id == CODE.c.staff_id)
    alone = select(CODE.c.staff_id).where(not_(or_(app, passkey))).distinct()
    yield "recovery_code", "its account has no second factor that it stands in for", alone
    unused = select(APP.c.staff_id).where(APP.c.confirmed_at.is_not(None), APP.c.last_step == 0)
    yield "staff_app", "it counts, and no code of it was ever typed", unused
