"""What loading an organisation's file means for its accounts: the new, the closed, and what the console changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from casework.door.accounts import role_of
from casework.house.organisation import Coach, Organisation
from storage.tables import Staff


@dataclass(frozen=True, slots=True)
class AccountChanges:
    """Logins. Those that ``differ`` have another name, role or state than the file says: there the console counts."""

    new: tuple[str, ...]
    closed: tuple[str, ...]
    differ: tuple[str, ...]


def account_changes(session: Session, organisation: Organisation) -> AccountChanges:
    """Looks only; ``ensure_accounts`` then does it."""
    query = select(Staff).where(Staff.organisation == organisation.id, col(Staff.coach).is_not(None))
    there = {staff.coach or "": staff for staff in session.exec(query)}
    coaches = organisation.coaches
    return AccountChanges(
        tuple(id for id in coaches if id not in there),
        tuple(id for id, staff in there.items() if id not in coaches and staff.active),
        tuple(_differing(there, coaches.values())),
    )


def _differing(there: dict[str, Staff], coaches: Iterable[Coach]) -> Iterator[str]:
    for coach in coaches:
        staff = there.get(coach.id)
        if staff and (staff.name, staff.role, staff.active) != (coach.name, role_of(coach), True):
            yield coach.id
