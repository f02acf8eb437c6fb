"""Hours, leave and closing days changed by staff: by whom, only as they were read, with a line in the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from sqlmodel import Session, col, select

from casework.door.rights import Holder, may, reach
from casework.hours.house_edits import HOURS, OFF, Edit, with_edit
from casework.house.in_force import TOPIC, InForce
from casework.house.organisation import Organisation
from storage import audit
from storage.ledger import ring
from storage.tables import OrganisationChange

Came: TypeAlias = Literal["done", "changed", "missing"]
"""``changed``: somebody was quicker, read it again."""


class Actor(Holder, Protocol):
    """Whose rights count, and how the audit names them."""

    @property
    def actor(self) -> str: ...


def may_edit(holder: Holder, place: str) -> bool:
    """Their own hours and leave; everybody's, and those of the house, who may change all."""
    heading, id, line = Edit(place, None).parts
    if (heading, line) not in HOURS:
        return False
    if line == OFF:
        return may(holder, "run_sessions") and (may(holder, "edit_calendar") or may(holder, "edit_catalogue"))
    found = reach(holder, "edit_calendar")
    return found == "all" or (found == "own" and heading == "coaches" and id == holder.coach)


def version_of(session: Session, organisation: str, place: str) -> int:
    """Of what stands there now; 0 for what was never changed in the console."""
    here = OrganisationChange.organisation == organisation, OrganisationChange.place == place
    newest = select(OrganisationChange.id).where(*here).order_by(col(OrganisationChange.id).desc()).limit(1)
    return session.exec(newest).first() or 0


def is_edited(session: Session, organisation: str, place: str) -> bool:
    """Whether the console's line counts, not the file's."""
    row = session.get(OrganisationChange, version_of(session, organisation, place))
    return row is not None and row.value is not None


def save(session: Session, houses: InForce, holder: Actor, edit: Edit, now: datetime) -> Came:
    """Keep the edit; its ``version`` is the one that was read, its value ``None`` for what the file says.

    Raises ``Misfit`` for what cannot stand there.
    """
    id = holder.organisation
    if not may_edit(holder, edit.place) or not _is_there(houses.files[id], houses.read(session, id), edit):
        return "missing"
    if edit.value is not None:
        with_edit(houses.read(session, id), edit)
    savepoint = session.begin_nested()
    audit.record(session, id, holder.actor, "hours.change", edit.place, now)  # on PostgreSQL others wait from here on
    if version_of(session, id, edit.place) != edit.version:
        savepoint.rollback()
        return "changed"
    change = OrganisationChange(organisation=id, place=edit.place, value=edit.value, actor=holder.actor, at=now)
    session.add(change)
    savepoint.commit()
    ring(session, TOPIC)
    return "done"


def _is_there(file: Organisation, now: Organisation, edit: Edit) -> bool:
    heading, id, _ = edit.parts
    return not heading or id in getattr(file, heading) or id in getattr(now, heading)
