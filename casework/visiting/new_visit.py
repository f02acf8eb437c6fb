"""A slot as the row of a visit that is not there yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from casework.house.organisation import Organisation
from casework.visiting.slot_rules import held, kind_of, way_of
from flows.heard import Slot
from storage.columns import new_id
from storage.tables import Appointment


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose visit it is, of which kind and how it is held; the usual ones, if that is not said.

    ``moved_from`` is the visit that it takes the place of; a calendar knows both by one ``uid``. With ``hold_until``
    the time is only kept for them until then.
    """

    person_id: str
    language: str
    kind: str | None
    way: str | None
    version: int
    moved_from: str | None = None
    uid: str | None = None
    hold_until: datetime | None = None


def new_visit(organisation: Organisation, slot: Slot, bearer: Bearer, now: datetime) -> Appointment:
    start, id, kind = slot.start.astimezone(UTC), new_id(), kind_of(organisation, bearer.kind)
    busy_from, busy_until = held(kind, start)
    return Appointment(
        id=id,
        organisation=organisation.id,
        person_id=bearer.person_id,
        coach=slot.coach,
        place=slot.place,
        kind=kind.id,
        starts_at=start,
        ends_at=start + timedelta(minutes=slot.minutes),
        busy_from=busy_from,
        busy_until=busy_until,
        zone=organisation.zone,
        wall=slot.start.replace(tzinfo=None).isoformat(timespec="minutes"),
        language=bearer.language,
        way=way_of(kind, bearer.way),
        state="held" if bearer.hold_until else "booked",
        hold_until=bearer.hold_until,
        version=bearer.version,
        uid=bearer.uid or id,
        moved_from=bearer.moved_from,
        created_at=now,
    )
