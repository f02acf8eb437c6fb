"""Forgets who may be called, and what was written about a company whose own case is erased; the numbers stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, update
from sqlmodel import Session, col, select

from casework.employers.calls import NOTICE
from casework.telling.notices import settle, settle_told
from storage.employer_tables import Company, CompanyCall, CompanyVisit, Vacancy
from storage.tables import Case

FORGOTTEN = b""


def forget_employers(session: Session, person_id: str, now: datetime) -> None:
    """Of a person, and of the company that they came for, if they came for one."""
    for call in session.exec(select(CompanyCall).where(CompanyCall.person_id == person_id)).all():
        settle_told(session, call.organisation, f"{NOTICE}|{call.id}|", now)
    session.connection().execute(delete(CompanyCall).where(col(CompanyCall.person_id) == person_id))
    theirs = select(Case.id).where(Case.person_id == person_id)
    for company in session.exec(select(Company).where(col(Company.case_id).in_(theirs))).all():
        settle(session, company.organisation, company.id, now)
        _forget_company(session, company.id, now)


def _forget_company(session: Session, id: str, now: datetime) -> None:
    """That it was visited and had work stays counted; nobody reads what, where or of whom."""
    run, of = session.connection().execute, col(Vacancy.company_id) == id
    run(delete(CompanyCall).where(col(CompanyCall.company_id) == id))
    run(
        update(CompanyVisit)
        .where(col(CompanyVisit.company_id) == id)
        .values(sealed=FORGOTTEN, next_on=None, next_done_at=None, owner=None, version=CompanyVisit.version + 1)
    )
    run(update(Vacancy).where(of, col(Vacancy.state) == "open").values(state="gone", closed_at=now))
    run(update(Vacancy).where(of).values(titles={}, place="", session=None, version=Vacancy.version + 1))
    run(update(Company).where(col(Company.id) == id).values(sealed=FORGOTTEN, name_index=id, case_id=None))


def forget_invented(session: Session) -> int:
    """Every invented company with all that was written about it, and those of which nothing stands anywhere; how many
    were invented."""
    ids: Sequence[str] = session.exec(select(Company.id).where(col(Company.invented))).all()
    run = session.connection().execute
    for table in (CompanyCall, CompanyVisit, Vacancy):
        run(delete(table).where(col(table.company_id).in_(ids)))
    run(delete(Company).where(col(Company.id).in_(ids)))
    used = (exists().where(col(table.company_id) == col(Company.id)) for table in (CompanyCall, CompanyVisit, Vacancy))
    run(delete(Company).where(col(Company.case_id).is_(None), *(~each for each in used)))
    return len(ids)
