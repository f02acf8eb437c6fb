"""Beginning and ending a stretch of chores, and the hours of each month, by the rule of law as it is on their day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias, get_args

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from casework.local_work.bench import LIVES, Bench, town_of
from casework.local_work.counting import A_DAY, Stretch, Tally, first_of, limits, months_after, tally
from casework.local_work.following import plan_next
from storage.as_read import change_as_read
from storage.columns import new_id
from storage.insert import insert_new
from storage.tables import LocalWorker, LocalWorkMatch, LocalWorkMonth

SentBy: TypeAlias = Literal["job_service", "welfare"]
SENT_BY: tuple[SentBy, ...] = get_args(SentBy)
MOST_HOURS = 31 * 24
Begun: TypeAlias = Literal["begun", "no_rule", "already", "missing"]
Stopped: TypeAlias = Literal["stopped", "too_early", "changed", "missing"]
Noted: TypeAlias = Literal["noted", "over_month", "over_year", "outside", "changed", "missing"]
"""``over_month`` and ``over_year``: it is noted, and it is more than the rule allows."""


@dataclass(frozen=True, slots=True)
class Beginning:
    began_on: date
    sent_by: SentBy
    earlier_system: bool = False


def begin(bench: Bench, case_id: str, beginning: Beginning) -> Begun:
    """Somebody was assigned, and begins; only on a day on which there are chores by law."""
    case = bench.case(case_id)
    if case is None or case.kind != "job_seeker":
        return "missing"
    if limits(bench.rule, beginning.began_on) is None:
        return "no_rule"
    before = bench.worker(case)
    if before is not None and (before.ended_on is None or before.ended_on >= beginning.began_on):
        return "already"
    about: dict[str, Any] = {
        "organisation": case.organisation,
        "case_id": case.id,
        "person_id": case.person_id,
        "began_on": beginning.began_on,
        "sent_by": beginning.sent_by,
        "earlier_system": beginning.earlier_system,
        "town": town_of(bench.answers(case).get(LIVES)),
    }
    id = new_id()
    if not insert_new(bench.session, LocalWorker, id=id, author=bench.actor.name, at=bench.now, **about):
        return "already"
    bench.changed("local_work.begin", case)
    plan_next(bench.session, bench.organisation, bench.session.get_one(LocalWorker, id), bench.today)
    return "begun"


def stop(bench: Bench, case_id: str, version: int, ended_on: date) -> Stopped:
    """The last day; what they helped with ends then too. Not before hours that are noted."""
    case = bench.case(case_id)
    worker = bench.worker(case) if case else None
    if case is None or worker is None or worker.ended_on is not None:
        return "missing"
    last = bench.session.exec(
        select(func.max(LocalWorkMonth.month)).where(LocalWorkMonth.worker_id == worker.id, LocalWorkMonth.hours > 0)
    ).one()
    if ended_on < worker.began_on or (last is not None and first_of(ended_on) < last):
        return "too_early"
    if not change_as_read(bench.session, worker, version, col(LocalWorker.ended_on).is_(None), ended_on=ended_on):
        return "changed"
    _drop_later(bench.session, worker, ended_on)
    bench.changed("local_work.stop", case)
    return "stopped"


def _drop_later(session: Session, worker: LocalWorker, ended_on: date) -> None:
    for match in session.exec(
        select(LocalWorkMatch).where(LocalWorkMatch.worker_id == worker.id, col(LocalWorkMatch.ends_on).is_(None))
    ):
        match.ends_on, match.version = max(match.begins_on, ended_on), match.version + 1
        session.add(match)
    for month in session.exec(
        select(LocalWorkMonth).where(LocalWorkMonth.worker_id == worker.id, LocalWorkMonth.month > ended_on)
    ):
        session.delete(month)
    session.flush()


def note_hours(bench: Bench, case_id: str, month: date, hours: int, version: int) -> Noted:
    """The hours of a month, instead of what stood there at that ``version`` (0: nothing). They are worked already, so
    that they are too many does not keep them from being noted."""
    case = bench.case(case_id)
    worker = bench.worker(case) if case else None
    if case is None or worker is None:
        return "missing"
    if month != first_of(month) or not _within(bench, worker, month) or not 0 <= hours <= MOST_HOURS:
        return "outside"
    if not _keep(bench, worker, month, hours, version):
        return "changed"
    bench.changed("local_work.hours", case)
    counted = counted_on(bench, worker, max(month, worker.began_on))
    if counted.over_month:
        return "over_month"
    return "over_year" if counted.over_year else "noted"


def _within(bench: Bench, worker: LocalWorker, month: date) -> bool:
    """Whether they did chores in that month, it has begun, and there were chores by law on one of its days."""
    last = min(months_after(month, 1) - A_DAY, worker.ended_on or date.max)
    first, rule = max(month, worker.began_on), bench.rule
    lawful = rule is not None and rule.valid_from <= last and (rule.valid_to is None or first <= rule.valid_to)
    return first <= last and first <= bench.today and lawful


def _keep(bench: Bench, worker: LocalWorker, month: date, hours: int, version: int) -> bool:
    by: dict[str, Any] = {"hours": hours, "author": bench.actor.name, "at": bench.now}
    if version == 0:
        whose = {"worker_id": worker.id, "organisation": worker.organisation, "person_id": worker.person_id}
        return insert_new(bench.session, LocalWorkMonth, month=month, **whose, **by)
    here = col(LocalWorkMonth.worker_id) == worker.id, col(LocalWorkMonth.month) == month
    same = update(LocalWorkMonth).where(*here, col(LocalWorkMonth.version) == version)
    return bench.session.exec(same.values(version=version + 1, **by)).rowcount == 1


def counted_on(bench: Bench, worker: LocalWorker, day: date, hours: Mapping[date, int] | None = None) -> Tally:
    """By the rule as it is on that day; ``hours`` are those of the person, where they are read already."""
    known = hours_of(bench.session, worker) if hours is None else hours
    return tally(stretch_of(worker), known, bench.rule, day)


def stretch_of(worker: LocalWorker) -> Stretch:
    return Stretch(worker.began_on, worker.ended_on, worker.earlier_system)


def hours_of(session: Session, worker: LocalWorker) -> Mapping[date, int]:
    """All hours of the person, by month: those of an earlier stretch count in the same year."""
    whose = LocalWorkMonth.person_id == worker.person_id, LocalWorkMonth.organisation == worker.organisation
    hours: Counter[date] = Counter()
    for row in session.exec(select(LocalWorkMonth).where(*whose)):
        hours[row.month] += row.hours
    return hours


def hours_of_all(session: Session, organisation: str) -> Mapping[str, Mapping[date, int]]:
    """By person all their hours, by month, in one look."""
    hours: defaultdict[str, Counter[date]] = defaultdict(Counter)
    for row in session.exec(select(LocalWorkMonth).where(LocalWorkMonth.organisation == organisation)):
        hours[row.person_id][row.month] += row.hours
    return hours
