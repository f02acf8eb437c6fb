"""What people want to be called, for lists that only say who: calendars and the lists of group sessions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from casework.cases.case_names import QUESTION
from casework.cases.case_states import OPEN
from casework.cases.dossier import Dossier
from casework.door.rights import Holder, may
from storage.tables import Case, Person
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody's newest open case, and their first name; it is empty for who did not say one, or for who looks and
    may not know. ``opens``: who looks may open the case."""

    case: str = ""
    name: str = ""
    opens: bool = False


NOBODY = Known()


def called(session: Session, vault: Vault, holder: Holder, people: Collection[str]) -> Mapping[str, Known]:
    """By person, of those who have an open case: for lists that the holder may read with every name."""
    return {
        case.person_id: Known(case.id, _name(vault, case, key), may(holder, "see_cases", case))
        for case, key in _found(session, holder.organisation, people)
    }


def known_to(session: Session, vault: Vault, holder: Holder, people: Collection[str]) -> Mapping[str, Known]:
    """By person, of those who have an open case: the name only of those whom the holder may see."""
    return {
        case.person_id: Known(
            case.id,
            _name(vault, case, key) if may(holder, "see_person", case) else "",
            may(holder, "see_cases", case),
        )
        for case, key in _found(session, holder.organisation, people)
    }


def _found(session: Session, organisation: str, people: Collection[str]) -> Sequence[tuple[Case, bytes]]:
    query = select(Case, Person.wrapped_key).join(Person, col(Person.id) == col(Case.person_id))
    mine = query.where(
        Case.organisation == organisation, col(Case.person_id).in_(set(people)), col(Case.state).in_(OPEN)
    )
    return session.exec(mine.order_by(col(Case.created_at))).all()


def _name(vault: Vault, case: Case, wrapped: bytes) -> str:
    if not case.sealed:
        return ""
    dossier = Dossier.from_bytes(vault.open_key(wrapped).open(case.sealed, f"case|{case.id}"))
    return str(dossier.newest.answers.get(QUESTION) or "")
