"""The register of companies: found by name whatever its spelling, kept sealed, and which ones a house knows already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from casework.cases.case_names import name_index, name_indexes, plainly
from casework.cases.cases import Actor
from casework.door.rights import may
from casework.house.organisation import Organisation
from casework.local_work.bench import opened
from casework.local_work.cheques import COMPANY
from casework.local_work.companies import NAME
from storage import audit
from storage.columns import new_id
from storage.employer_tables import Company
from storage.insert import insert_new
from storage.tables import Case, Person
from storage.vault import Vault

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Bureau:
    """The companies of one organisation, in the hands of ``actor``."""

    session: Session
    vault: Vault
    organisation: Organisation
    actor: Actor
    now: datetime

    def record(self, action: str, subject: str) -> None:
        audit.record(self.session, self.organisation.id, self.actor.name, action, subject, self.now)

    def find(self, company_id: str) -> Company | None:
        """The company, unless it was erased."""
        mine = Company.id == company_id, Company.organisation == self.organisation.id, col(Company.sealed) != b""
        return self.session.exec(select(Company).where(*mine)).first()


@dataclass(frozen=True, slots=True)
class Known:
    """A company that can be chosen: from the register, from a case, or the host of a session."""

    name: str
    case: str | None = None


def name_of(vault: Vault, company: Company) -> str:
    """Empty for one that was erased."""
    return vault.house.open(company.sealed, _about(company.id)).decode() if company.sealed else ""


def companies(bureau: Bureau) -> Sequence[tuple[Company, str]]:
    """All of the register with their names, in the order of these."""
    mine = Company.organisation == bureau.organisation.id, col(Company.sealed) != b""
    found = [(row, name_of(bureau.vault, row)) for row in bureau.session.exec(select(Company).where(*mine))]
    return sorted(found, key=lambda each: (each[1].casefold(), each[0].id))


def by_name(session: Session, vault: Vault, organisation: str, name: str) -> Company | None:
    """However it is spelled: without a look at capitals, accents, signs and spaces."""
    indexes = name_indexes(vault, organisation, name)
    mine = Company.organisation == organisation, col(Company.name_index).in_(indexes)
    return session.exec(select(Company).where(*mine)).first()


def registered(session: Session, vault: Vault, organisation: str, name: str, now: datetime) -> Company | None:
    """The company of this name, put into the register if it is new there; ``None`` for no name."""
    index, said = name_index(vault, organisation, name), " ".join(name.split())[:LONGEST_NAME]
    if index is None:
        return None
    found = by_name(session, vault, organisation, name)
    if found is not None:
        return found
    id = new_id()
    sealed = vault.house.seal(said.encode(), _about(id))
    insert_new(session, Company, id=id, organisation=organisation, name_index=index, sealed=sealed, created_at=now)
    return by_name(session, vault, organisation, name)


def chosen(bureau: Bureau, name: str) -> Company | None:
    """As ``registered``, and known by its case where that is one that the reader may know by name."""
    company = registered(bureau.session, bureau.vault, bureau.organisation.id, name, bureau.now)
    if company is None or company.case_id is not None:
        return company
    said, taken = plainly(name), set(bureau.session.exec(select(Company.case_id)))
    case = next((known.case for known in _of_cases(bureau) if plainly(known.name) == said), None)
    if case is not None and case not in taken:
        company.case_id = case
        bureau.session.add(company)
        bureau.session.flush()
    return company


def known_companies(bureau: Bureau) -> list[Known]:
    """What can be chosen where a visit is written down, each once: of the register, of cases, hosts of sessions."""
    house = bureau.organisation
    hosts = (*(each.host for each in house.sessions.values()), *(each.host for each in house.meetings.values()))
    named = (
        *(Known(name, row.case_id) for row, name in companies(bureau)),
        *_of_cases(bureau),
        *(Known(host) for host in hosts if host),
    )
    found: dict[str, Known] = {}
    for known in named:
        found.setdefault(plainly(known.name), known)
    found.pop("", None)
    return sorted(found.values(), key=lambda known: known.name.casefold())


def _of_cases(bureau: Bureau) -> Iterator[Known]:
    """Companies that came to us themselves, the newest first; only those that this reader may know by name."""
    theirs = Case.organisation == bureau.organisation.id, Case.kind == COMPANY, col(Case.sealed) != b""
    query = select(Case, Person.wrapped_key).join(Person, col(Person.id) == col(Case.person_id))
    for case, key in bureau.session.exec(query.where(*theirs).order_by(col(Case.created_at).desc())):
        name = opened(bureau.vault, case, key).get(NAME) if may(bureau.actor.holder, "see_person", case) else None
        if name:
            yield Known(str(name), case.id)


def _about(company_id: str) -> str:
    return f"company|{company_id}"
