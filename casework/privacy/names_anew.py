"""Makes the keyed hashes of names anew under the newest secret, so that who is looked for is found without the old."""

from __future__ import annotations

from sqlmodel import Session, col, select, update

from casework.cases.case_names import QUESTION, name_index
from casework.cases.dossier import Dossier
from casework.employers.register import name_of
from storage.employer_tables import Company
from storage.tables import Case, Person
from storage.vault import Vault


def name_cases_anew(session: Session, vault: Vault, after: str, limit: int = 200) -> str | None:
    """Looks at ``limit`` cases behind the id ``after``. The id to go on after, ``None`` at the end."""
    named = select(Case, Person.wrapped_key).join(Person, col(Person.id) == col(Case.person_id))
    behind = named.where(col(Case.id) > after, col(Case.name_index).is_not(None), col(Case.sealed) != b"")
    found = session.exec(behind.order_by(col(Case.id)).limit(limit)).all()
    for case, wrapped in found:
        sealed = vault.open_key(wrapped).open(case.sealed, f"case|{case.id}")
        name = str(Dossier.from_bytes(sealed).newest.answers.get(QUESTION) or "")
        index = name_index(vault, case.organisation, name) or case.name_index
        session.exec(update(Case).where(col(Case.id) == case.id).values(name_index=index))
    return found[-1][0].id if len(found) == limit else None


def name_companies_anew(session: Session, vault: Vault) -> None:
    for company in session.exec(select(Company).where(col(Company.sealed) != b"")).all():
        index = name_index(vault, company.organisation, name_of(vault, company))
        if index is not None:
            session.exec(update(Company).where(col(Company.id) == company.id).values(name_index=index))
