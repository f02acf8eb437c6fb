"""What falls due month by month of a stretch of chores: the coach asks how it goes, and is told when it runs out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import update
from sqlmodel import Session, col

from casework.cases.case_states import OPEN
from casework.hours.calendar import moment_or_next
from casework.house.organisation import Organisation
from casework.local_work.counting import Stretch, limits, months_after, months_done, runs_out, tally
from storage.tables import Case, Due, LocalWorker
from storage.trays import DuePlan, plan

MONTH_DONE = "local_work_month"
MORNING = time(8)


@dataclass(frozen=True, slots=True)
class Follow:
    """What is to be left on the desk of who keeps the ``case``: a question after so many months (``asks_after``), and
    that it ends on ``last_day``."""

    case: Case
    worker: LocalWorker
    asks_after: int | None = None
    last_day: date | None = None


def plan_next(session: Session, organisation: Organisation, worker: LocalWorker, today: date) -> None:
    """Wait for the last month that was over by now, if any, or else for the first."""
    _plan(session, organisation, worker, max(1, months_done(worker.began_on, today)))


def _plan(session: Session, organisation: Organisation, worker: LocalWorker, number: int) -> None:
    wall = datetime.combine(months_after(worker.began_on, number), MORNING)
    at = moment_or_next(wall, organisation.tz).astimezone(UTC)
    key = f"{MONTH_DONE}|{worker.id}|{number}"
    whose = (worker.organisation, worker.person_id, worker.id)
    plan(session, DuePlan(key, MONTH_DONE, *whose, worker.version, at, {"month": number}))


def look(session: Session, organisation: Organisation, due: Due, now: datetime) -> Follow | None:
    """What is to be done now that a month is over, by the rule as it is today; and wait for the next one.

    Nothing for who stopped or whose case is closed, and nothing is asked once the rule has ended.
    """
    worker = session.get(LocalWorker, due.subject, populate_existing=True)
    today = now.astimezone(organisation.tz).date()
    work = organisation.local_work
    if worker is None or worker.ended_on is not None or work is None:
        return None
    case, number = session.get_one(Case, worker.case_id), int(due.body["month"])
    if case.state not in OPEN:
        return None
    _plan(session, organisation, worker, number + 1)
    rule = organisation.rules.get(work.rule)
    if limits(rule, today) is None:
        return None
    counted = tally(Stretch(worker.began_on, None, worker.earlier_system), {}, rule, today)
    ends = runs_out(counted, today, work.warn_before) and _warn_once(session, worker, now)
    return Follow(case, worker, number if number in work.ask_after else None, counted.last_day if ends else None)


def _warn_once(session: Session, worker: LocalWorker, now: datetime) -> bool:
    same = col(LocalWorker.id) == worker.id, col(LocalWorker.warned_at).is_(None)
    return session.exec(update(LocalWorker).where(*same).values(warned_at=now)).rowcount == 1
