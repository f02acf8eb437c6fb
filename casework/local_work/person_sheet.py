"""The chores of one person on one sheet: their stretch, what is counted, hours by month, whom they help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from casework.cases.case_names import QUESTION
from casework.local_work.bench import Bench
from casework.local_work.counting import Tally, first_of, months_after
from casework.local_work.work_desk import counted_on
from flows.log import Value
from storage.tables import Case, LocalWorker, LocalWorkMatch, LocalWorkMonth

SHOWN = 14
"""So many months at most, the latest."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A month, its hours so far, and the version that a change of them replaces (0: nothing is noted)."""

    month: date
    hours: int
    version: int


@dataclass(frozen=True, slots=True)
class PersonSheet:
    """``worker`` is the stretch of now or the last one; without one nothing is counted."""

    case: Case
    answers: Mapping[str, Value]
    worker: LocalWorker | None = None
    tally: Tally | None = None
    months: Sequence[Noted] = ()
    matches: Sequence[LocalWorkMatch] = ()

    @property
    def name(self) -> str:
        return str(self.answers.get(QUESTION) or "")


def person_sheet(bench: Bench, case_id: str) -> PersonSheet | None:
    """``None`` for a case that is not there for this reader, or of nobody who looks for work."""
    case = bench.case(case_id)
    if case is None or case.kind != "job_seeker":
        return None
    worker = bench.worker(case)
    if worker is None:
        return PersonSheet(case, bench.answers(case))
    last = min(bench.today, worker.ended_on or bench.today)
    helped = select(LocalWorkMatch).where(LocalWorkMatch.worker_id == worker.id)
    return PersonSheet(
        case,
        bench.answers(case),
        worker,
        counted_on(bench, worker, max(last, worker.began_on)),
        list(_months(bench, worker, last)),
        bench.session.exec(helped.order_by(col(LocalWorkMatch.begins_on).desc())).all(),
    )


def _months(bench: Bench, worker: LocalWorker, last: date) -> Iterator[Noted]:
    rows = bench.session.exec(select(LocalWorkMonth).where(LocalWorkMonth.worker_id == worker.id))
    noted = {row.month: row for row in rows}
    month = first_of(last)
    for _ in range(SHOWN):
        if month < first_of(worker.began_on):
            return
        row = noted.get(month)
        yield Noted(month, row.hours if row else 0, row.version if row else 0)
        month = months_after(month, -1)
