"""What staff change of their organisation: kept if it goes together with the rest and nobody was quicker; undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from sqlmodel import Session, col, select

from casework.door.rights import Holder, Right, may
from casework.hours.hours_desk import version_of
from casework.hours.house_edits import HOURS, KINDS, Edit, with_all, with_edits
from casework.house.demonstration import PLACE as DEMONSTRATION
from casework.house.in_force import TOPIC, InForce, all_edits
from casework.house.organisation import Organisation
from storage import audit
from storage.ledger import ring
from storage.tables import OrganisationChange

Came: TypeAlias = Literal["done", "changed", "missing"]
"""``changed``: somebody was quicker, read it again."""
MOST = 100
OF_PEOPLE = frozenset({"roles", "new", "named_for_health"})
"""Lines that say what somebody may do and see."""


class Actor(Holder, Protocol):
    """Whose rights count, and how the audit names them."""

    @property
    def actor(self) -> str: ...


def right_for(place: str) -> Right:
    heading, _, line = Edit(place, None).parts
    if line in OF_PEOPLE and heading != "faq":
        return "manage_staff"
    return "edit_organisation"


def save(
    session: Session, houses: InForce, holder: Actor, edits: Sequence[Edit], now: datetime, *, seen: int | None = None
) -> Came:
    """Keep them, all or none; a value of ``None`` is what the file says. ``seen`` is the newest change that was there
    when the page was made. Raises ``Misfit`` for what cannot stand there.
    """
    id = holder.organisation
    if not all(may(holder, right_for(edit.place)) for edit in edits):
        return "missing"
    if seen is not None and any(version_of(session, id, edit.place) > seen for edit in edits):
        return "changed"
    with_changes(session, houses, id, edits)
    for edit in edits:
        session.add(OrganisationChange(organisation=id, place=edit.place, value=edit.value, actor=holder.actor, at=now))
        audit.record(session, id, holder.actor, "organisation.change", edit.place, now)
    if edits:
        ring(session, TOPIC)
    return "done"


def with_changes(session: Session, houses: InForce, id: str, edits: Iterable[Edit]) -> Organisation:
    """The organisation as it would be then. Raises ``Misfit``. What was kept and fits no more, because its coach or
    place has left the file, is in nobody's way."""
    anew = {edit.place: edit for edit in edits}
    kept = [edit for edit in all_edits(session).get(id, ()) if edit.place not in anew]
    return with_all(with_edits(houses.files[id], kept), [edit for edit in anew.values() if edit.value is not None])


def newest(session: Session, organisation: str) -> int:
    """The number of the last change, to know what a page was made from."""
    mine = select(OrganisationChange.id).where(OrganisationChange.organisation == organisation)
    return session.exec(mine.order_by(col(OrganisationChange.id).desc()).limit(1)).first() or 0


@dataclass(frozen=True, slots=True)
class Changed:
    """A change with what stood there before it; ``None`` is what the file says. Only the ``last`` of its place can be
    undone: an earlier one has been written over."""

    row: OrganisationChange
    before: Any
    last: bool


def history(session: Session, organisation: str, only: frozenset[str] | None = None) -> list[Changed]:
    """The newest first."""
    mine = select(OrganisationChange).where(OrganisationChange.organisation == organisation)
    found = session.exec(mine.order_by(col(OrganisationChange.id))).all()
    latest: dict[str, OrganisationChange] = {}
    told = []
    for row in found:
        told.append((row, latest.get(row.place)))
        latest[row.place] = row
    listed = [
        Changed(row, before.value if before else None, latest[row.place] is row)
        for row, before in reversed(told)
        if only is None or row.place in only
    ]
    return listed[:MOST]


def undo(session: Session, houses: InForce, holder: Actor, number: int, now: datetime) -> Came:
    """What stood there before the change stands there again, as one more change. Raises ``Misfit``."""
    found = next((each for each in history(session, holder.organisation) if each.row.id == number), None)
    if found is None or not is_ours(found.row.place):
        return "missing"
    if not found.last:
        return "changed"
    return save(session, houses, holder, (Edit(found.row.place, found.before),), now)


def is_ours(place: str) -> bool:
    """Whether the line is one of the organisation's pages; hours of coaches are changed in the calendar."""
    heading, _, line = Edit(place, None).parts
    return place != DEMONSTRATION and (heading, line) in KINDS and ((heading, line) not in HOURS or heading == "")
