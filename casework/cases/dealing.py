"""Who of the staff deals with a kind of case that is given to nobody: they hear of it, and find it on their desk.

For each kind the roles stand in order: where nobody has the first one, those of the next deal with it, and in the end
everybody who may take it on. Once somebody has declined a case it is for everybody again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlmodel import Session, col, select

from casework.door.accounts import READERS, Account
from casework.door.rights import Holder, looks_after, may, reach
from casework.house.organisation import Organisation, Role
from storage.tables import Staff

DEALS: Mapping[str, tuple[Role, ...]] = {
    "company": ("job_broker", "coordinator", "team_lead"),
    "chores_customer": ("coordinator", "team_lead"),
    "partner": ("coordinator", "team_lead"),
}
"""Any other kind is for everybody who may take it on: the coaches, and who leads them."""


def dealers(session: Session, organisation: Organisation, kind: str) -> tuple[str | None, ...]:
    """Who hears of a new case: ids as in the organisation's file, or ``None``, which means everybody who may.

    Somebody with several roles deals with what each of them deals with, whichever their account goes by.
    """
    return next(_groups(session, organisation, kind), (None,))


def others_deal_with(session: Session, organisation: Organisation, account: Account) -> frozenset[str]:
    """The kinds of cases that are somebody else's to deal with; none for who gives cases to others."""
    if may(account, "assign"):
        return frozenset()
    return frozenset(
        kind for kind in DEALS if account.coach not in next(_groups(session, organisation, kind), (account.coach,))
    )


def _groups(session: Session, organisation: Organisation, kind: str) -> Iterator[tuple[str, ...]]:
    """Role by role who may take it on; only those that somebody has who can still sign in."""
    roles = DEALS.get(kind)
    if not roles:
        return
    readers = select(Staff).where(
        Staff.organisation == organisation.id, col(Staff.active), col(Staff.role).in_(READERS)
    )
    able = {staff.coach for staff in session.exec(readers) if _takes(Account.of(staff), kind)}
    for role in roles:
        having = tuple(coach.id for coach in organisation.coaches.values() if role in coach.roles and coach.id in able)
        if having:
            yield having


def _takes(holder: Holder, kind: str) -> bool:
    return reach(holder, "take_cases") == "all" or kind in looks_after(holder)
