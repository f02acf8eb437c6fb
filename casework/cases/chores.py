"""The open tasks on somebody's desk: their own and those of nobody, of cases that they may open, calls first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from casework.cases.case_desk import open_desk
from casework.cases.cases import Actor, within_reach
from casework.cases.tasks import Task, read_task
from casework.door.accounts import Account
from casework.door.rights import may
from storage.dossier_tables import CaseTask
from storage.read_on import read_on
from storage.tables import Case
from storage.vault import Vault

MOST = 50


def chores(session: Session, vault: Vault, account: Account, today: date, now: datetime) -> list[Task]:
    """Those that fall first; the others show themselves once these are done."""
    if not may(account, "note"):
        return []
    mine = or_(col(CaseTask.owner).is_(None), col(CaseTask.owner) == account.coach)
    query = (
        select(CaseTask)
        .join(Case, col(Case.id) == col(CaseTask.case_id))
        .where(CaseTask.organisation == account.organisation, CaseTask.state == "open", mine, *within_reach(account))
        .order_by(
            col(CaseTask.kind) != "call",
            col(CaseTask.due_on).is_(None),
            col(CaseTask.due_on),
            col(CaseTask.at),
            col(CaseTask.id),
        )
    )
    return read_on(session, query, lambda rows: list(_readable(session, vault, account, rows, (today, now))), MOST)


def _readable(
    session: Session, vault: Vault, account: Account, rows: Iterable[CaseTask], when: tuple[date, datetime]
) -> Iterator[Task]:
    for row in rows:
        desk = open_desk(session, vault, Actor.of(account), row.case_id, when[1])
        if desk is not None and desk.sees(row.tier):
            yield read_task(desk, row, when[0])
