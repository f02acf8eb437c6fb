"""A case in the hands of somebody who may write beside it: notes, tasks and files all begin here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlmodel import Session

from casework.cases.cases import Actor, find_case
from casework.cases.need_to_know import sees_tier
from casework.door.rights import may
from casework.telling.bells import ring_case
from storage import audit
from storage.tables import Case, Person
from storage.vault import Key, Vault

Tier: TypeAlias = Literal["A", "B", "C"]
TIERS: tuple[Tier, ...] = ("A", "B", "C")


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """``case`` is one that ``actor`` may write beside; ``key`` seals and opens what is kept for its person."""

    session: Session
    actor: Actor
    case: Case
    key: Key
    now: datetime

    def sees(self, tier: str) -> bool:
        return sees_tier(self.actor.holder, self.case, tier)

    def tiers(self) -> tuple[Tier, ...]:
        """Those that they may write in: nobody writes what they may not read."""
        return tuple(tier for tier in TIERS if self.sees(tier))

    def record(self, action: str, subject: str) -> None:
        """Note in the audit what was done."""
        audit.record(self.session, self.case.organisation, self.actor.name, action, subject, self.now)

    def changed(self, action: str, subject: str) -> None:
        """Note it, and let open pages of the case know."""
        self.record(action, subject)
        ring_case(self.session, self.case)

    def facts(self) -> dict[str, Any]:
        """What every row beside a case says about where it belongs."""
        return {
            "organisation": self.case.organisation,
            "case_id": self.case.id,
            "person_id": self.case.person_id,
            "author": self.actor.name,
        }


def open_desk(session: Session, vault: Vault, actor: Actor, case_id: str, now: datetime) -> CaseDesk | None:
    """``None`` for a case that is not there, was erased, or is not theirs to write beside."""
    case = find_case(session, actor.organisation, case_id)
    if case is None or not case.sealed or not may(actor.holder, "note", case):
        return None
    return CaseDesk(session, actor, case, vault.open_key(session.get_one(Person, case.person_id).wrapped_key), now)
