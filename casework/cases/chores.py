"""The open tasks on somebody's desk: their own and those of nobody, of cases that they may open, calls first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from casework.cases.case_desk import open_desk
from casework.cases.cases import Actor
from casework.cases.tasks import Task, read_task, urgency
from casework.door.accounts import Account
from casework.door.rights import may
from storage.dossier_tables import CaseTask
from storage.vault import Vault

MOST = 50


def chores(session: Session, vault: Vault, account: Account, today: date, now: datetime) -> list[Task]:
    """Those that fall first; the others show themselves once these are done."""
    if not may(account, "note"):
        return []
    mine = or_(col(CaseTask.owner).is_(None), col(CaseTask.owner) == account.coach)
    query = select(CaseTask).where(CaseTask.organisation == account.organisation, CaseTask.state == "open", mine)
    rows = session.exec(
        query.order_by(col(CaseTask.kind) != "call", col(CaseTask.due_on).is_(None), col(CaseTask.due_on)).limit(MOST)
    ).all()
    return list(_readable(session, vault, account, sorted(rows, key=urgency), (today, now)))


def _readable(
    session: Session, vault: Vault, account: Account, rows: list[CaseTask], when: tuple[date, datetime]
) -> Iterator[Task]:
    for row in rows:
        desk = open_desk(session, vault, Actor.of(account), row.case_id, when[1])
        if desk is not None and desk.sees(row.tier):
            yield read_task(desk, row, when[0])
