"""What must always hold of a talk with a coach: it ends some day, and every line of a coach is on its way somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, exists, select
from sqlmodel import SQLModel

TABLES = SQLModel.metadata.tables
TALK, LINE, DUE, OUTGOING = (TABLES[name] for name in ("coach_talk", "talk_line", "due", "outgoing"))


def broken_talks() -> Iterator[tuple[str, str, Select[Any]]]:
    """For each rule the table, what is wrong, and a query for the keys of the rows that break it."""
    ends = and_(
        DUE.c.subject == TALK.c.person_id,
        DUE.c.kind == "hand_back",
        DUE.c.state == "planned",
        DUE.c.version == TALK.c.version,
    )
    for_ever = select(TALK.c.person_id).where(TALK.c.staff_id.is_not(None), ~exists().where(ends))
    yield "coach_talk", "a coach has the talk, and nothing ends that", for_ever
    on_its_way = exists().where(OUTGOING.c.id == LINE.c.outgoing_id)
    unsent = select(LINE.c.id).where(LINE.c.staff_id.is_not(None), ~on_its_way)
    yield "talk_line", "a coach wrote it, and no message carries it", unsent
