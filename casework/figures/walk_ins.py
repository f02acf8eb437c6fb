"""Who comes by without an appointment: counted by hand at a place, one by one, and nothing known of anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, select, update
from sqlmodel import Session, col

from casework.door.rights import Member
from casework.figures.report_cells import ALL, Cell, quarter_of
from casework.house.organisation import Organisation
from storage import audit
from storage.insert import insert_new
from storage.tables import WalkIn

WALK_IN: Table = WalkIn.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
_NUMBER = WALK_IN.c["count"].label("number")
CAME_BY = select(WALK_IN.c.id, WALK_IN.c.place, WALK_IN.c.day, _NUMBER).where(WALK_IN.c["count"] > 0)


def count_walk_in(
    session: Session, organisation: Organisation, account: Member, came: tuple[str, int], now: datetime
) -> bool:
    """``came`` is the place, and 1, or -1 to take one back; false where there is no such place, or nobody any more."""
    place, by = came
    if place not in organisation.places or by not in (1, -1):
        return False
    day = now.astimezone(organisation.tz).date()
    insert_new(session, WalkIn, organisation=organisation.id, place=place, day=day)
    mine = (col(WalkIn.organisation) == organisation.id, col(WalkIn.place) == place, col(WalkIn.day) == day)
    changed = session.exec(update(WalkIn).where(*mine, col(WalkIn.count) + by >= 0).values(count=WalkIn.count + by))
    if changed.rowcount != 1:
        return False
    action = "walk_in.add" if by == 1 else "walk_in.take_back"
    audit.record(session, organisation.id, account.actor, action, place, now)
    return True


def walk_ins_of(session: Session, organisation: Organisation, day: date) -> Mapping[str, int]:
    """By place, how many came by that day."""
    query = select(WALK_IN.c.place, _NUMBER).where(WALK_IN.c.organisation == organisation.id, WALK_IN.c.day == day)
    counted = {row.place: row.number for row in session.connection().execute(query)}
    return {place: counted.get(place, 0) for place in organisation.places}


def of_walk_ins(row: Any) -> Iterator[Cell]:
    """As often as somebody came by."""
    day: date = row.day
    month = f"{day.month:02}"
    every = {ALL: "", "month": month, "quarter": quarter_of(month), "site": row.place}
    for _ in range(row.number):
        yield from (Cell("walk_ins", day.year, split, value, "walk_ins") for split, value in every.items())
