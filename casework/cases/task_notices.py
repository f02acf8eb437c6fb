"""Tells a colleague that a task is theirs now, and takes it back when it is done or somebody else's."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from casework.telling.notices import News, give_notice, settle_told
from storage.dossier_tables import CaseTask


def tell_owner(session: Session, task: CaseTask, by: str | None, now: datetime) -> None:
    """A notice about its case for whose task it is; none for somebody who gave it to themselves (``by``)."""
    if task.owner is not None and task.owner != by:
        key = f"{_key(task)}|{task.version}"
        give_notice(session, News(task.organisation, "task", task.case_id, key, task.owner), now)


def take_back(session: Session, task: CaseTask, now: datetime) -> None:
    """What is on its way to somebody about this task is no longer needed."""
    settle_told(session, task.organisation, f"{_key(task)}|", now)


def _key(task: CaseTask) -> str:
    return f"task|{task.id}"
