"""Customers' requests and who helps them: proposals with their reasons, and the decision of staff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sqlmodel import Session, col, select

from casework.cases.case_names import QUESTION
from casework.cases.case_states import OPEN
from casework.local_work.bench import CUSTOMER, IS_AT, LIVES, Bench, opened, several, town_of
from casework.local_work.counting import Tally
from casework.local_work.fitting import Fit, Helper, Request, fit, proposals, wanted
from casework.local_work.work_desk import counted_on, hours_of_all
from flows.log import Value
from storage.as_read import change_as_read
from storage.columns import new_id
from storage.insert import insert_new
from storage.tables import Case, LocalWorker, LocalWorkMatch, Person

KINDS, ASKED, WHO, DISTANCE = "chores", "customer_tasks", "customer_who", "distance"
"""The questions which chores somebody likes, which ones a customer asks for, for whom, and how far somebody goes."""
Confirmed: TypeAlias = Literal["confirmed", "hindered", "already", "missing"]
Ended: TypeAlias = Literal["ended", "changed", "missing"]


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who does chores now. ``helper`` is what a proposal looks at."""

    row: LocalWorker
    case: Case
    answers: Mapping[str, Value]
    helper: Helper

    @property
    def name(self) -> str:
        return str(self.answers.get(QUESTION) or "")


@dataclass(frozen=True, slots=True)
class Asked:
    """A customer's request, and who helps with it now."""

    case: Case
    answers: Mapping[str, Value]
    request: Request
    matches: Sequence[LocalWorkMatch]


def workers(bench: Bench) -> list[Worker]:
    """Everybody who does chores now, in the order in which they began."""
    rows = bench.session.exec(
        select(LocalWorker, Case, Person.wrapped_key)
        .join(Case, col(Case.id) == col(LocalWorker.case_id))
        .join(Person, col(Person.id) == col(LocalWorker.person_id))
        .where(LocalWorker.organisation == bench.organisation.id, col(LocalWorker.ended_on).is_(None))
        .where(col(Case.sealed) != b"")
        .order_by(col(LocalWorker.began_on), col(LocalWorker.id))
    ).all()
    busy = Counter(match.worker_id for match in _going_on(bench.session, bench.organisation.id))
    hours = hours_of_all(bench.session, bench.organisation.id)
    counted = ((counted_on(bench, row, bench.today, hours.get(row.person_id, {})), busy[row.id]) for row, _, _ in rows)
    told = (opened(bench.vault, case, key) for _, case, key in rows)
    return [
        _worker(row, case, answers, *each) for (row, case, _), answers, each in zip(rows, told, counted, strict=True)
    ]


def _worker(row: LocalWorker, case: Case, answers: Mapping[str, Value], counted: Tally, helps: int) -> Worker:
    distance = answers.get(DISTANCE)
    helper = Helper(
        row.id,
        several(answers.get(KINDS)),
        town_of(answers.get(LIVES)),
        str(distance) if distance else None,
        counted,
        helps,
    )
    return Worker(row, case, answers, helper)


def requests(bench: Bench) -> list[Asked]:
    """Open requests of customers, those whom nobody helps yet at the top, who waits longest first."""
    rows = bench.session.exec(
        select(Case, Person.wrapped_key)
        .join(Person, col(Person.id) == col(Case.person_id))
        .where(Case.organisation == bench.organisation.id, Case.kind == CUSTOMER)
        .where(col(Case.state).in_(OPEN), col(Case.sealed) != b"")
        .order_by(col(Case.created_at), col(Case.id))
    ).all()
    going_on = _going_on(bench.session, bench.organisation.id)
    found = [_asked(case, opened(bench.vault, case, key), going_on) for case, key in rows]
    return sorted(found, key=lambda asked: bool(asked.matches))


def request(bench: Bench, case_id: str) -> Asked | None:
    case = bench.case(case_id)
    if case is None or case.kind != CUSTOMER:
        return None
    return _asked(case, bench.answers(case), _going_on(bench.session, bench.organisation.id))


def _asked(case: Case, answers: Mapping[str, Value], going_on: Sequence[LocalWorkMatch]) -> Asked:
    who = answers.get(WHO)
    kinds = wanted(several(answers.get(ASKED)), str(who) if who else None)
    mine = [match for match in going_on if match.request_id == case.id]
    return Asked(case, answers, Request(kinds, town_of(answers.get(IS_AT))), mine)


def _going_on(session: Session, organisation: str) -> Sequence[LocalWorkMatch]:
    here = LocalWorkMatch.organisation == organisation, col(LocalWorkMatch.ends_on).is_(None)
    return session.exec(select(LocalWorkMatch).where(*here).order_by(col(LocalWorkMatch.begins_on))).all()


def propose(bench: Bench, asked: Asked, known: Sequence[Worker]) -> list[Fit]:
    """Who may help, the best first, without those who do already."""
    helping = {match.worker_id for match in asked.matches}
    return proposals(asked.request, (each.helper for each in known if each.row.id not in helping), bench.today)


def confirm(bench: Bench, request_id: str, worker_id: str) -> Confirmed:
    """Staff decide that this worker helps from today; not against what the law or the hours say."""
    asked, row = request(bench, request_id), bench.session.get(LocalWorker, worker_id)
    case = bench.case(row.case_id) if row and row.organisation == bench.organisation.id else None
    if asked is None or asked.case.state not in OPEN or row is None or case is None or row.ended_on is not None:
        return "missing"
    worker = _worker(row, case, bench.answers(case), counted_on(bench, row, bench.today), 0)
    if set(fit(asked.request, worker.helper, bench.today).hinders) - {"other_work"}:
        return "hindered"
    about: dict[str, Any] = {
        "organisation": bench.organisation.id,
        "worker_id": row.id,
        "person_id": row.person_id,
        "request_id": asked.case.id,
        "customer_id": asked.case.person_id,
        "town": asked.request.town,
        "begins_on": max(bench.today, row.began_on),
    }
    if not insert_new(bench.session, LocalWorkMatch, id=new_id(), author=bench.actor.name, at=bench.now, **about):
        return "already"
    for each in (asked.case, case):
        bench.changed("local_work.match", each)
    return "confirmed"


def end_match(bench: Bench, match_id: str, version: int) -> Ended:
    """It was the last time today; or, had it not begun, it never was."""
    match = bench.session.get(LocalWorkMatch, match_id)
    if match is None or bench.case(match.request_id) is None:
        return "missing"
    last = max(match.begins_on, bench.today)
    if not change_as_read(bench.session, match, version, col(LocalWorkMatch.ends_on).is_(None), ends_on=last):
        return "changed"
    bench.record("local_work.end", match.request_id)
    return "ended"
