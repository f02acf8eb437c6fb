"""Forgets the chores and the cheques of who is erased; how many people there were, and money given out, stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from storage.insert import insert_new
from storage.tables import Cheque, LocalWorker, LocalWorkKept, LocalWorkMatch, LocalWorkMonth

WORKERS, CUSTOMERS = "workers", "customers"
UNKNOWN = ""
"""Stands for a municipality that nobody told."""


def forget_local_work(session: Session, person_id: str, now: datetime) -> None:
    workers = session.exec(select(LocalWorker).where(LocalWorker.person_id == person_id)).all()
    helped = session.exec(select(LocalWorkMatch).where(LocalWorkMatch.customer_id == person_id)).all()
    stretches = [(each.organisation, each.town, each.began_on, each.ended_on) for each in workers]
    received = [(each.organisation, each.town, each.begins_on, each.ends_on) for each in helped]
    for counted, found in ((WORKERS, stretches), (CUSTOMERS, received)):
        for house, year, town in sorted(set(_years(found, now.date()))):
            _one_more(session, house, year, town, counted)
    run = session.connection().execute
    run(delete(LocalWorkMatch).where(col(LocalWorkMatch.customer_id) == person_id))
    _leave_customers(session, person_id, now.date())
    run(delete(LocalWorkMonth).where(col(LocalWorkMonth.person_id) == person_id))
    run(delete(LocalWorker).where(col(LocalWorker.person_id) == person_id))
    run(delete(Cheque).where(col(Cheque.person_id) == person_id, col(Cheque.state) == "asked"))
    run(update(Cheque).where(col(Cheque.person_id) == person_id).values(person_id=None, case_id=None))


def _leave_customers(session: Session, person_id: str, today: date) -> None:
    """Whom they helped was helped until today."""
    for match in session.exec(select(LocalWorkMatch).where(LocalWorkMatch.person_id == person_id)):
        match.ends_on = match.ends_on or max(match.begins_on, today)
        match.worker_id = match.person_id = None
        session.add(match)
    session.flush()


def _years(found: list[tuple[str, str | None, date, date | None]], today: date) -> Iterator[tuple[str, int, str]]:
    for house, town, first, last in found:
        for year in range(first.year, (last or max(first, today)).year + 1):
            yield house, year, town or UNKNOWN


def _one_more(session: Session, house: str, year: int, town: str, counted: str) -> None:
    insert_new(session, LocalWorkKept, organisation=house, year=year, town=town, counted=counted)
    here = (LocalWorkKept.organisation, house), (LocalWorkKept.year, year), (LocalWorkKept.town, town)
    same = [col(column) == value for column, value in (*here, (LocalWorkKept.counted, counted))]
    session.connection().execute(update(LocalWorkKept).where(*same).values(count=LocalWorkKept.count + 1))
