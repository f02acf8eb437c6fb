"""Finds in the audit who read and changed what: by case, person, account and period, the newest first."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from casework.cases.case_numbers import numbered
from casework.hours.calendar import moment_or_next
from storage.tables import Appointment, Audit, Case, Conversation, Enrolment, Recording, Staff

MOST = 100_000
"""Rows of one export."""
COLUMNS = ("id", "at", "who", "actor", "action", "subject", "digest")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. ``case`` is the beginning of a number; ``person`` that of any case of theirs.

    ``since`` and ``until`` are dates of the organisation, both included.
    """

    case: str = ""
    person: str = ""
    account: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


def search(session: Session, organisation: str, wanted: Wanted, zone: ZoneInfo, limit: int = 50) -> Sequence[Audit]:
    """At most ``limit`` rows of the organisation that come before the row ``before``."""
    query = select(Audit).where(Audit.organisation == organisation)
    if wanted.case or wanted.person:
        query = query.where(col(Audit.subject).in_(_subjects(session, organisation, wanted)))
    if wanted.account:
        query = query.where(Audit.actor == wanted.account)
    if wanted.action:
        query = query.where(col(Audit.action).startswith(wanted.action, autoescape=True))
    if wanted.since:
        query = query.where(col(Audit.at) >= _midnight(wanted.since, zone))
    if wanted.until:
        query = query.where(col(Audit.at) < _midnight(wanted.until + timedelta(days=1), zone))
    if wanted.before is not None:
        query = query.where(col(Audit.id) < wanted.before)
    return session.exec(query.order_by(col(Audit.id).desc()).limit(limit)).all()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return moment_or_next(datetime.combine(day, time.min), zone)


def _subjects(session: Session, organisation: str, wanted: Wanted) -> set[str]:
    """The ids that the audit has for a case; for a person also those of their visits, talks and recordings."""
    found = {case.id for case in _cases(session, organisation, wanted.case)} if wanted.case else None
    if wanted.person:
        people = {case.person_id for case in _cases(session, organisation, wanted.person)}
        theirs = _of_people(session, people)
        found = theirs if found is None else found & theirs
    return found or set()


def _cases(session: Session, organisation: str, number: str) -> Sequence[Case]:
    found = select(Case).where(Case.organisation == organisation, numbered(number.lower()))
    return session.exec(found.limit(50)).all()


def _of_people(session: Session, people: Iterable[str]) -> set[str]:
    ids = set(people)
    tables = (Case, Appointment, Enrolment, Conversation, Recording)
    rows = (session.exec(select(table.id).where(col(table.person_id).in_(ids))) for table in tables)
    return ids.union(*rows)


def accounts(session: Session, organisation: str) -> dict[str, str]:
    """The name of each account of the organisation, closed ones included, as the audit names them."""
    query = select(Staff.id, Staff.name).where(Staff.organisation == organisation).order_by(col(Staff.name))
    return {f"staff:{id}": name for id, name in session.exec(query)}


def as_csv(rows: Iterable[Audit], names: Mapping[str, str]) -> str:
    """A file for a spreadsheet; times are UTC."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for row in rows:
        who = names.get(row.actor, "")
        cells = (row.id, row.at.isoformat(), who, row.actor, row.action, row.subject, row.digest)
        table.writerow(_plain(str(cell)) for cell in cells)
    return file.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
