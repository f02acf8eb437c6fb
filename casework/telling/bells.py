"""What the ledger's bell rings when something changes that an open page shows: the topics, by whom they concern."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from casework.door.rights import Holder, reach
from storage.ledger import ring
from storage.tables import Appointment, Case

EVERYBODY = "*"
LEADS = "+"
"""Besides whom something concerns, those who look after all: a coach's topic is rung for them too."""


def ring_case(session: Session, case: Case) -> None:
    """Something of this case is new: its own page, the lists, and the desk of its coach."""
    ring(session, case_topic(case.id))
    ring(session, list_topic(case.organisation))
    ring_desk(session, case.organisation, case.coach)


def ring_desk(session: Session, organisation: str, coach: str | None) -> None:
    """Something on the desk of this coach is new; of everybody's, without one."""
    ring(session, _desk(organisation, coach or EVERYBODY))
    if coach is not None:
        ring(session, _desk(organisation, LEADS))


def ring_visit(session: Session, visit: Appointment) -> None:
    """Another time, another state, or a new visit: on the case of its person, and on the desk of its coach."""
    ring(session, person_topic(visit.person_id))
    ring(session, list_topic(visit.organisation))
    ring_desk(session, visit.organisation, visit.coach)


def person_topic(person_id: str) -> str:
    return f"person/{person_id}"


def case_topic(case_id: str) -> str:
    return f"case/{case_id}"


def list_topic(organisation: str) -> str:
    return f"cases/{organisation}"


def chat_topic(chat_id: str) -> str:
    """Rung when it is known what became of a message there."""
    return f"sent/{chat_id}"


def desk_topics(holder: Holder) -> Iterator[str]:
    """What to listen to for the desk of this member of staff."""
    yield _desk(holder.organisation, EVERYBODY)
    if holder.coach is not None:
        yield _desk(holder.organisation, holder.coach)
    if reach(holder, "assign") == "all":
        yield _desk(holder.organisation, LEADS)


def _desk(organisation: str, whose: str) -> str:
    return f"desk/{organisation}/{whose}"
