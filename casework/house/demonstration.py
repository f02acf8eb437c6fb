"""What is invented in a demonstration: which people, and on which days the group sessions of the files take place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session, col, select

from casework.house.organisation import Organisation
from casework.sessions.session_file import GroupSession
from storage.tables import Chat

PLACE = "demonstration"
"""The line over an organisation's file that says that there is one; its value is by how many weeks sessions move."""
ADDRESS = "demonstration/"
"""How the address of an invented person's chat begins: no channel knows it, so nothing can be sent there."""

_IS_INVENTED = col(Chat.address).startswith(ADDRESS, autoescape=True)


def shown_around(organisation: Organisation, weeks: int) -> Organisation:
    """The organisation in a demonstration, its sessions so many weeks later, or earlier, than in its file."""
    by = timedelta(weeks=weeks)
    sessions = {id: _moved(group, by) for id, group in organisation.sessions.items()}
    meetings = {
        id: replace(each, days=tuple(day + by for day in each.days)) for id, each in organisation.meetings.items()
    }
    return replace(organisation, demonstration=True, sessions=sessions, meetings=meetings)


def _moved(group: GroupSession, by: timedelta) -> GroupSession:
    until = group.sign_up_until
    return replace(group, day=group.day + by, sign_up_until=until + by if until else None)


def invented(session: Session, people: Collection[str]) -> frozenset[str]:
    """Those of ``people`` who are."""
    found = select(Chat.person_id).where(col(Chat.person_id).in_(people), _IS_INVENTED)
    return frozenset(filter(None, session.exec(found)))


def everybody_invented(session: Session) -> list[str]:
    """In the order of their ids, of all organisations."""
    found = select(Chat.person_id).where(_IS_INVENTED, col(Chat.person_id).is_not(None))
    return sorted(filter(None, session.exec(found)))
