"""When no message of ours can reach a person any more: their coach gets a call to make, as a row."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from casework.cases.case_states import OPEN
from casework.cases.tasks import ask_for_call
from storage.tables import Case, Chat

SENDABLE = ("web", "telegram", "terminal")


def call_if_nowhere(session: Session, person_id: str, now: datetime) -> bool:
    """Once, however many messages fail; false while there is a chat left, or no open case to call about."""
    left = select(Chat.id).where(
        Chat.person_id == person_id, Chat.state == "open", col(Chat.channel).in_(SENDABLE), col(Chat.staff_id).is_(None)
    )
    if session.exec(left.limit(1)).first() is not None:
        return False
    mine = select(Case).where(Case.person_id == person_id, col(Case.state).in_(OPEN))
    case = session.exec(mine.order_by(col(Case.created_at).desc()).limit(1)).first()
    return case is not None and ask_for_call(session, case, now)
