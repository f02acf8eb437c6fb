"""Tasks that code leaves on a coach's desk, such as one that a question in the chat came to nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, select

from casework.cases.task_notices import take_back, tell_owner
from casework.cases.tasks import HOUSE, LONGEST, note_step, seal_name
from casework.telling.bells import ring_case
from storage.columns import new_id
from storage.dossier_tables import CaseTask
from storage.insert import insert_new
from storage.tables import Case
from storage.vault import Key


@dataclass(frozen=True, slots=True)
class Chore:
    """Of one ``key`` there is one at a time."""

    key: str
    title: str = field(repr=False)
    owner: str | None


def leave_task(session: Session, key: Key, case: Case, chore: Chore, now: datetime) -> bool:
    """False if it is there already. ``key`` seals for the person of the case."""
    id = new_id()
    whose = {"organisation": case.organisation, "case_id": case.id, "person_id": case.person_id}
    about = {"key": chore.key, "owner": chore.owner, "sealed": key.seal(chore.title[:LONGEST].encode(), seal_name(id))}
    if not insert_new(session, CaseTask, id=id, author=HOUSE, at=now, **whose, **about):
        return False
    row = session.get_one(CaseTask, id)
    note_step(session, row, "made", HOUSE, now)
    tell_owner(session, row, None, now)
    ring_case(session, case)
    return True


def drop_task(session: Session, key: str, now: datetime) -> None:
    """What code left by this key is no longer to be done."""
    row = session.exec(select(CaseTask).where(CaseTask.key == key, CaseTask.state == "open")).first()
    if row is not None:
        row.state, row.done_at, row.done_by, row.key, row.version = "done", now, HOUSE, None, row.version + 1
        session.add(row)
        note_step(session, row, "done", HOUSE, now)
        take_back(session, row, now)
