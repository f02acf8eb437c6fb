"""How often companies were visited and which work was found there: by period for the desk, and for the reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import Table, func, select
from sqlmodel import Session

from casework.figures.report_cells import ALL, Cell, quarter_of
from storage.employer_tables import CompanyVisit, Vacancy

VISIT: Table = CompanyVisit.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
VACANCY: Table = Vacancy.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
VISITED = select(VISIT.c.id, VISIT.c.day)
FOUND = select(VACANCY.c.id, VACANCY.c.found_on.label("day"), VACANCY.c.state)
STANDS = {"open": "still_open", "filled": "filled", "gone": "gone"}
Period: TypeAlias = Literal["month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Counted:
    """Of a period until today: nothing of it is about people."""

    period: Period
    visits: int
    found: int
    filled: int


def counted(session: Session, organisation: str, today: date) -> list[Counted]:
    """Of this month, this quarter and this year."""
    month = today.replace(day=1)
    begins: dict[Period, date] = {
        "month": month,
        "quarter": month.replace(month=3 * ((today.month - 1) // 3) + 1),
        "year": month.replace(month=1),
    }
    return [_since(session, organisation, period, (day, today)) for period, day in begins.items()]


def _since(session: Session, organisation: str, period: Period, days: tuple[date, date]) -> Counted:
    def number(table: Table, day: Any, *which: Any) -> int:
        until = days[1] + timedelta(days=1)
        query = select(func.count()).where(table.c.organisation == organisation, day >= days[0], day < until, *which)
        return session.connection().execute(query).scalar_one()

    found = VACANCY.c.found_on
    filled = number(VACANCY, found, VACANCY.c.state == "filled")
    return Counted(period, number(VISIT, VISIT.c.day), number(VACANCY, found), filled)


def of_company_visit(row: Any) -> Iterator[Cell]:
    yield from _cells("company_visits", row.day, "company_visits")


def of_vacancy(row: Any) -> Iterator[Cell]:
    """In the month in which it was found, by how it stands now."""
    for measure in ("vacancies", STANDS[row.state]):
        yield from _cells("vacancies", row.day, measure)


def _cells(report: str, day: date, measure: str) -> Iterator[Cell]:
    month = f"{day.month:02}"
    every = {ALL: "", "month": month, "quarter": quarter_of(month)}
    yield from (Cell(report, day.year, split, value, measure) for split, value in every.items())
