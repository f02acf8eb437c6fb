"""The list of companies: when each was last visited, and how much work is open there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from casework.employers.register import Bureau, companies
from storage.employer_tables import Company, CompanyVisit, Vacancy


@dataclass(frozen=True, slots=True)
class Line:
    company: Company
    name: str = field(repr=False)
    visited_on: date | None
    vacancies: int


def lines(bureau: Bureau) -> list[Line]:
    """The one that was visited last at the top; those that nobody visited stand below, by name."""
    house = bureau.organisation.id
    visited, found = _visited(bureau.session, house), _open(bureau.session, house)
    every = [Line(row, name, visited.get(row.id), found.get(row.id, 0)) for row, name in companies(bureau)]
    return sorted(every, key=lambda line: line.visited_on or date.min, reverse=True)


def _visited(session: Session, organisation: str) -> Mapping[str, date]:
    last = select(CompanyVisit.company_id, func.max(col(CompanyVisit.day))).group_by(CompanyVisit.company_id)
    return dict(session.exec(last.where(CompanyVisit.organisation == organisation)).all())


def _open(session: Session, organisation: str) -> Mapping[str, int]:
    number = select(Vacancy.company_id, func.count()).group_by(Vacancy.company_id)
    return dict(session.exec(number.where(Vacancy.organisation == organisation, Vacancy.state == "open")).all())
