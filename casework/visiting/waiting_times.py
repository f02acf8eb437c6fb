"""The line of those who were told that no time is free: who is offered a time when one becomes free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from casework.house.organisation import Organisation
from casework.visiting.coach_time import taken_time
from casework.visiting.diary import Diary
from casework.visiting.freed import WAITS, line_of
from casework.visiting.holds import END
from casework.visiting.slot_rules import slot_by_rule
from casework.visiting.slots import Wanted, slots_at
from flows.heard import Slot
from flows.when import ANY_TIME, When
from storage.tables import Appointment, Due
from storage.trays import DuePlan, plan

PATIENCE = timedelta(days=28)
"""Whoever got no time by then has long been called by a coach."""

_LINE = (
    select(col(Due.id), col(Due.person_id), col(Due.body))
    .where(
        col(Due.subject) == bindparam("line"),
        col(Due.kind) == WAITS,
        col(Due.state) == "planned",
        col(Due.id) > bindparam("after"),
    )
    .order_by(col(Due.id))
)
_WAITS_ALREADY = select(col(Due.id)).where(
    col(Due.person_id) == bindparam("person"), col(Due.kind) == WAITS, col(Due.state) == "planned"
)
_BEHIND = select(col(Due.body)).where(col(Due.subject) == bindparam("visit"), col(Due.kind) == END)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody waits for; without a ``place`` any will do. ``when`` is the text of a wish about the time."""

    language: str
    place: str | None = None
    kind: str | None = None
    way: str | None = None
    when: str = ""

    def fits(self, start: datetime, today: date) -> bool:
        """Whether they wish to come then; a wish for days that have passed no longer narrows anything."""
        when = When.from_text(self.when) if self.when else ANY_TIME
        return when.is_past(today) or when.fits(start)


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody who waits: their row, who they are, what for, and the ``slot`` that they may have now."""

    row: int
    organisation: str
    person_id: str
    wish: Wish
    slot: Slot


def wait(session: Session, organisation: str, person_id: str, wish: Wish, now: datetime) -> None:
    """Stand in line from now on; who waits already keeps their place."""
    if session.connection().execute(_WAITS_ALREADY, {"person": person_id}).first():
        return
    key = f"{WAITS}|{person_id}|{now.isoformat()}"
    line = line_of(organisation)
    plan(session, DuePlan(key, WAITS, organisation, person_id, line, 0, now + PATIENCE, asdict(wish)))


def is_to_be_had(organisation: Organisation, freed: Appointment, now: datetime) -> bool:
    """Whether the rules still let somebody book the time that ``freed`` held. Those of an agenda elsewhere are not ours
    to keep for anybody."""
    if organisation.agenda and freed.coach == organisation.agenda.coach:
        return False
    return slot_by_rule(organisation, _value(freed), now, freed.kind, freed.way) is not None


def line(session: Session, organisation: Organisation, freed: Appointment, now: datetime) -> Iterator[InLine]:
    """Those who wait for such a time, the longest first; from behind the one for whom it was kept until now."""
    diary, today = taken_time(session, organisation, now), now.astimezone(organisation.tz).date()
    asked = {"line": line_of(organisation.id), "after": _behind(session, freed)}
    for row, person_id, body in session.connection().execute(_LINE, asked).all():
        wish = Wish(**body)
        slot = slot_by_rule(organisation, _value(freed), now, wish.kind, wish.way)
        if slot and wish.fits(slot.start, today) and _fits(organisation, slot, wish, diary):
            yield InLine(row, organisation.id, person_id, wish, slot)


def _behind(session: Session, freed: Appointment) -> int:
    body: Mapping[str, Any] | None = session.connection().execute(_BEHIND, {"visit": freed.id}).scalar()
    return (body or {}).get("place_in_line") or 0


def _fits(organisation: Organisation, slot: Slot, wish: Wish, diary: Diary) -> bool:
    wanted = Wanted(wish.language, place=wish.place, kind=wish.kind, way=wish.way)
    return any(free.coach == slot.coach for free in slots_at(organisation, wanted, diary, slot.start))


def _value(freed: Appointment) -> str:
    return f"{freed.starts_at:%Y%m%dT%H%M}-{freed.coach}"
