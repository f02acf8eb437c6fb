"""Companies in the register of cheques: what they are called, and one found by the number of its case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, select

from casework.cases.case_numbers import case_by_number
from casework.cases.cases import Actor
from casework.door.rights import may
from casework.local_work.bench import opened
from casework.local_work.cheques import COMPANY
from storage.tables import Case, Cheque, Person
from storage.vault import Vault

NAME = "company_name"
"""The question what the company is called."""


def names(session: Session, vault: Vault, actor: Actor, cheques: Iterable[Cheque]) -> Mapping[str, str]:
    """By case, for those that this reader may know by name; empty for a company that did not say it."""
    wanted = {cheque.case_id for cheque in cheques if cheque.case_id}
    query = select(Case, Person.wrapped_key).join(Person, col(Person.id) == col(Case.person_id))
    rows = session.exec(query.where(col(Case.id).in_(wanted), col(Case.sealed) != b"")).all()
    seen = ((case, key) for case, key in rows if may(actor.holder, "see_person", case))
    return {case.id: str(opened(vault, case, key).get(NAME) or "") for case, key in seen}


def found_company(session: Session, actor: Actor, number: str) -> Case | None:
    """The one company whose case begins with this number, if this reader may see it."""
    case = case_by_number(session, actor.organisation, number.lower().lstrip("#"))
    return case if case and case.kind == COMPANY and may(actor.holder, "see_cases", case) else None
