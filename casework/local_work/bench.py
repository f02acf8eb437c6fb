"""Where staff work on chores: an organisation that has them, who works there, and what people told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, select

from casework.cases.cases import Actor, find_case
from casework.cases.dossier import Dossier
from casework.door.rights import may
from casework.figures.merged_places import where
from casework.house.organisation import Organisation
from casework.offers.law import Rule
from casework.telling.bells import ring_case
from flows.log import Value
from storage import audit
from storage.tables import Case, LocalWorker, Person
from storage.vault import Vault

LIVES, IS_AT = "place", "where"
"""The questions where somebody who does chores lives, and where a customer is."""
CUSTOMER = "chores_customer"


@dataclass(frozen=True, slots=True)
class Bench:
    session: Session
    vault: Vault
    organisation: Organisation
    actor: Actor
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.organisation.tz).date()

    @property
    def rule(self) -> Rule | None:
        """The rule of law that chores rest on here; none in a house that has no chores."""
        work = self.organisation.local_work
        return self.organisation.rules.get(work.rule) if work else None

    def case(self, case_id: str) -> Case | None:
        """A case that whoever works here may see, and do this with."""
        case = find_case(self.session, self.organisation.id, case_id)
        seen = case is not None and bool(case.sealed) and may(self.actor.holder, "see_cases", case)
        return case if seen and may(self.actor.holder, "local_work", case) else None

    def worker(self, case: Case) -> LocalWorker | None:
        """The stretch that goes on, or else the last one."""
        query = select(LocalWorker).where(LocalWorker.case_id == case.id)
        stretches = self.session.exec(query).all()
        return max(stretches, key=lambda each: (each.ended_on is None, each.began_on), default=None)

    def answers(self, case: Case) -> Mapping[str, Value]:
        """What the person of the case told, as it stands now."""
        wrapped = self.session.get_one(Person, case.person_id).wrapped_key
        return opened(self.vault, case, wrapped)

    def record(self, action: str, subject: str) -> None:
        audit.record(self.session, self.organisation.id, self.actor.name, action, subject, self.now)

    def changed(self, action: str, case: Case) -> None:
        """Note it, and let open pages of the case know."""
        self.record(action, case.id)
        ring_case(self.session, case)


def opened(vault: Vault, case: Case, wrapped_key: bytes) -> Mapping[str, Value]:
    """The answers of a case."""
    return Dossier.from_bytes(vault.open_key(wrapped_key).open(case.sealed, f"case|{case.id}")).newest.answers


def town_of(place: Value | None) -> str | None:
    """The municipality of such an answer, as it was before the mergers of 2025: it lies in one of now."""
    lies = where(str(place)) if place else None
    return lies.before.id if lies else None


def several(value: Value | None) -> frozenset[str]:
    """The options of an answer of which there can be more."""
    return frozenset(value) if isinstance(value, tuple) else frozenset(() if value is None else (str(value),))
