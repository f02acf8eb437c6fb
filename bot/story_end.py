"""How a story ends: what lies in the case, in the diary and on the lists of group sessions, as lines."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session, col, select

from bot.stage import Actor
from casework.cases.cases import Actor as Reader
from casework.cases.cases import read_case
from casework.door.rights import System
from casework.sessions.enrolments import of_person
from casework.visiting.visits import of_person as visits_of
from storage.tables import Appointment, Case, Notice

TASKS = ("late_move", "late_cancel", "unanswered", "unreachable", "interpreter")
READER = "story"
"""Who reads the cases, as the audit of a house that is gone afterwards names them."""


async def ending(actor: Actor) -> list[str]:
    """``= question: answer`` for each answer the coach has, what was skipped, the visits, the group sessions, and what
    a coach has to do about a visit."""
    return await actor.stage.house.ledger.write(lambda session: _ending(session, actor))


def _ending(session: Session, actor: Actor) -> list[str]:
    return [*_cases(session, actor), *_visits(session, actor), *_places(session, actor), *_tasks(session, actor)]


def _cases(session: Session, actor: Actor) -> Iterator[str]:
    house, now = actor.stage.house, actor.stage.clock.now()
    for case in session.exec(select(Case).order_by(col(Case.created_at))).all():
        reader = Reader(case.organisation, READER, System(READER, case.organisation))
        file = read_case(session, house.vault, reader, case.id, now)
        if file is None:
            continue
        newest = file.dossier.newest
        yield from (f"= {name}: {_shown(value)}" for name, value in sorted(newest.answers.items()))
        if newest.skipped:
            yield f"= skipped: {', '.join(newest.skipped)}"


def _visits(session: Session, actor: Actor) -> Iterator[str]:
    mine = select(Appointment).where(Appointment.person_id == actor.partner(session).person_id)
    for visit in session.exec(mine.order_by(col(Appointment.created_at))):
        yield f"= visit: {visit.wall} {visit.state}"


def _places(session: Session, actor: Actor) -> Iterator[str]:
    for place in of_person(session, actor.partner(session).person_id):
        wish = ", with a job talk" if place.interview else ""
        yield f"= session: {place.session} {place.state}{wish}"


def _tasks(session: Session, actor: Actor) -> Iterator[str]:
    visits = {visit.id: visit for visit in visits_of(session, actor.partner(session).person_id)}
    told = select(Notice).where(col(Notice.subject).in_(visits), col(Notice.kind).in_(TASKS))
    for notice in session.exec(told.order_by(col(Notice.created_at), col(Notice.kind))):
        yield f"= task: {notice.kind} {visits[notice.subject].wall}"


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
