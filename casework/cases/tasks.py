"""Tasks of a case: a title, a day, whose it is; done, opened again; and a call to make that code asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from sqlmodel import Session, col, select

from casework.cases.case_desk import CaseDesk, Tier
from casework.cases.need_to_know import sees_tier
from casework.cases.task_notices import take_back, tell_owner
from casework.door.rights import TABLE, OfSomebody
from casework.house.organisation import Coach, Organisation
from casework.telling.bells import ring_case
from casework.telling.notices import settle
from storage.as_read import change_as_read
from storage.columns import new_id
from storage.dossier_tables import CaseTask, CaseTaskStep
from storage.insert import insert_new
from storage.tables import Case

LONGEST = 200
HOUSE = "house"
TaskDone: TypeAlias = Literal["done", "empty", "not_for_you", "nobody", "changed", "not_now", "missing"]
"""``nobody``: whoever is named could not open the case; ``not_now``: it is in that state already."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done, until when, and by whom; without an ``owner`` by whoever has time."""

    title: str
    due_on: date | None = None
    owner: str | None = None
    tier: Tier = "B"


@dataclass(frozen=True, slots=True)
class Task:
    """As its reader sees it. ``title`` is empty for a ``call``: every language has its own words for that."""

    id: str
    case: str
    kind: str
    title: str
    due_on: date | None
    owner: str | None
    tier: str
    state: str
    version: int
    author: str
    at: datetime
    done_at: datetime | None
    done_by: str | None
    late: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """A coach of the organisation's file as a holder of rights."""

    organisation: str
    role: str
    coach: str
    id: str = ""
    named: bool = False


def owners(organisation: Organisation, case: OfSomebody, tier: str) -> tuple[Coach, ...]:
    """Who can be given a task of this tier: those who may open the case, and read such a task."""
    return tuple(coach for coach in organisation.coaches.values() if _reads(organisation, coach, case, tier))


def _reads(organisation: Organisation, coach: Coach, case: OfSomebody, tier: str) -> bool:
    role = next((role for role in TABLE if role in coach.roles), "front_desk")
    return sees_tier(Colleague(organisation.id, role, coach.id), case, tier)


def make_task(desk: CaseDesk, organisation: Organisation, wanted: Wanted) -> CaseTask | TaskDone:
    problem = _problem(desk, organisation, wanted)
    if problem is not None:
        return problem
    id = new_id()
    sealed = desk.key.seal(wanted.title.strip()[:LONGEST].encode(), seal_name(id))
    about: dict[str, Any] = {
        "id": id,
        "tier": wanted.tier,
        "owner": wanted.owner,
        "due_on": wanted.due_on,
        "at": desk.now,
    }
    row = CaseTask(**desk.facts(), **about, sealed=sealed)
    desk.session.add(row)
    note_step(desk.session, row, "made", desk.actor.name, desk.now)
    tell_owner(desk.session, row, desk.actor.holder.coach, desk.now)
    desk.changed("task.make", id)
    return row


def change_task(desk: CaseDesk, organisation: Organisation, task_id: str, version: int, wanted: Wanted) -> TaskDone:
    """Another title, day or owner, while it is open; what a call is about does not change."""
    row = _find(desk, task_id)
    if row is None:
        return "missing"
    if row.kind == "call":
        wanted = replace(wanted, title=row.kind, tier="A")
    problem = _problem(desk, organisation, wanted)
    if problem is not None:
        return problem
    sealed = desk.key.seal(wanted.title.strip()[:LONGEST].encode(), seal_name(row.id)) if row.kind == "task" else b""
    values = {"sealed": sealed, "due_on": wanted.due_on, "owner": wanted.owner}
    before = row.owner
    done = _set(desk, row, version, "open", "changed", values | {"tier": wanted.tier})
    if done == "done" and row.owner != before:
        take_back(desk.session, row, desk.now)
        tell_owner(desk.session, row, desk.actor.holder.coach, desk.now)
    return done


def finish_task(desk: CaseDesk, task_id: str, version: int) -> TaskDone:
    row = _find(desk, task_id)
    if row is None:
        return "missing"
    values = {"state": "done", "done_at": desk.now, "done_by": desk.actor.name, "key": None}
    done = _set(desk, row, version, "open", "done", values)
    if done == "done":
        take_back(desk.session, row, desk.now)
    if done == "done" and row.kind == "call":
        settle(desk.session, row.organisation, desk.case.conversation_id, desk.now, ("call_person",))
    return done


def reopen_task(desk: CaseDesk, task_id: str, version: int) -> TaskDone:
    row = _find(desk, task_id)
    if row is None:
        return "missing"
    return _set(desk, row, version, "done", "reopened", {"state": "open", "done_at": None, "done_by": None})


def tasks(desk: CaseDesk, today: date) -> list[Task]:
    """Those that this reader may see: open ones first, the most urgent at the top, then what was done last."""
    query = select(CaseTask).where(CaseTask.case_id == desk.case.id)
    rows = [row for row in desk.session.exec(query) if desk.sees(row.tier)]
    open_ones = sorted((row for row in rows if row.state == "open"), key=urgency)
    done = sorted((row for row in rows if row.state == "done"), key=lambda row: row.done_at or row.at, reverse=True)
    return [read_task(desk, row, today) for row in (*open_ones, *done)]


def find_task(desk: CaseDesk, task_id: str, today: date) -> Task | None:
    row = _find(desk, task_id)
    return read_task(desk, row, today) if row else None


def urgency(row: CaseTask) -> tuple[bool, date, datetime]:
    """For sorting: calls first, then by day, those without a day last."""
    return row.kind != "call", row.due_on or date.max, row.at


def read_task(desk: CaseDesk, row: CaseTask, today: date) -> Task:
    title = desk.key.open(row.sealed, seal_name(row.id)).decode() if row.sealed else ""
    due_on = row.due_on or (row.at.date() if row.kind == "call" else None)
    late = row.state == "open" and due_on is not None and due_on < today
    told = {name: getattr(row, name) for name in Task.__slots__ if name not in ("case", "title", "late")}
    return Task(**told, case=row.case_id, title=title, late=late)


def steps(session: Session, task_ids: Collection[str]) -> Iterator[CaseTaskStep]:
    """What became of these tasks, the earliest first."""
    query = select(CaseTaskStep).where(col(CaseTaskStep.task_id).in_(task_ids))
    yield from session.exec(query.order_by(col(CaseTaskStep.at))) if task_ids else ()


def ask_for_call(session: Session, case: Case, now: datetime) -> bool:
    """The coach of the case is to call its person; false if that is asked for already."""
    id, key = new_id(), f"call|{case.person_id}"
    facts = {"organisation": case.organisation, "case_id": case.id, "person_id": case.person_id, "at": now}
    about = {"kind": "call", "key": key, "tier": "A", "sealed": b"", "owner": case.coach}
    if not insert_new(session, CaseTask, id=id, author=HOUSE, **facts, **about):
        return False
    note_step(session, session.get_one(CaseTask, id), "made", HOUSE, now)
    ring_case(session, case)
    return True


def _problem(desk: CaseDesk, organisation: Organisation, wanted: Wanted) -> TaskDone | None:
    if not wanted.title.strip():
        return "empty"
    if not desk.sees(wanted.tier):
        return "not_for_you"
    known = {coach.id for coach in owners(organisation, desk.case, wanted.tier)}
    return "nobody" if wanted.owner is not None and wanted.owner not in known else None


def _find(desk: CaseDesk, task_id: str) -> CaseTask | None:
    row = desk.session.get(CaseTask, task_id)
    return row if row is not None and row.case_id == desk.case.id and desk.sees(row.tier) else None


def _set(desk: CaseDesk, row: CaseTask, version: int, state: str, change: str, values: Mapping[str, Any]) -> TaskDone:
    if row.state != state:
        return "not_now"
    if not change_as_read(desk.session, row, version, col(CaseTask.state) == state, **values):
        return "changed"
    note_step(desk.session, row, change, desk.actor.name, desk.now)
    desk.changed(f"task.{change}", row.id)
    return "done"


def note_step(session: Session, row: CaseTask, change: str, actor: str, now: datetime) -> None:
    session.flush()
    facts: dict[str, Any] = {"task_id": row.id, "person_id": row.person_id, "change": change, "actor": actor, "at": now}
    session.add(CaseTaskStep(**facts))


def seal_name(task_id: str) -> str:
    return f"task|{task_id}"
