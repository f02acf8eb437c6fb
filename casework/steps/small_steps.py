"""The desk of small steps in a dossier: agreed on with the person, put in other words, and how it goes with each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypeAlias, get_args

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from casework.cases.case_desk import CaseDesk, open_desk
from casework.cases.case_states import OPEN
from casework.cases.cases import Actor
from casework.door.rights import Holder, OfSomebody, may
from casework.house.organisation import Organisation
from casework.steps import step_states
from casework.steps.step_asking import asks_at, plan_question
from casework.steps.step_states import AGREED, RULES, Change
from storage.columns import new_id
from storage.step_tables import SmallStep, SmallStepChange
from storage.vault import Key, Vault

Who: TypeAlias = Literal["person", "coach"]
WHO: tuple[Who, ...] = get_args(Who)
LONGEST = 80
"""Characters: a small step fits into one line of a chat."""
MOST = 5
"""Steps of a case that are open at a time: more are not small, and do not fit on a phone."""
Settled: TypeAlias = Literal["done", "empty", "too_many", "closed", "not_now", "changed", "missing"]
"""``closed``: nobody works on the case any more."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done, in words that the person reads in their chat; who does it, and by the end of which day."""

    text: str = field(repr=False)
    who: Who = "person"
    by_day: date | None = None

    @property
    def line(self) -> str:
        return " ".join(self.text.split())[:LONGEST].rstrip()


@dataclass(frozen=True, slots=True)
class Step:
    """As its reader sees it. ``history`` is what became of it, the earliest first: there is at least one."""

    id: str
    case: str
    text: str = field(repr=False)
    who: str
    by_day: date | None
    state: str
    version: int
    author: str
    at: datetime
    asks_at: datetime
    asked_at: datetime | None
    ended_at: datetime | None
    late: bool
    history: Sequence[SmallStepChange] = field(repr=False)

    @property
    def last(self) -> SmallStepChange:
        """What was said of it last."""
        return self.history[-1]

    @property
    def stands(self) -> str:
        """The state, or ``under_way`` of an open one of which that was said last."""
        return "under_way" if self.last.change == "go_on" else self.state


def reads_steps(holder: Holder, case: OfSomebody) -> bool:
    """What somebody does next tells what is hard for them."""
    return may(holder, "agree_steps", case) and may(holder, "see_barriers", case)


def open_steps(session: Session, vault: Vault, actor: Actor, case_id: str, now: datetime) -> CaseDesk | None:
    """``None`` for a case that is not there, was erased, or whose steps are not for them."""
    desk = open_desk(session, vault, actor, case_id, now)
    return desk if desk is not None and reads_steps(actor.holder, desk.case) else None


def agree(desk: CaseDesk, organisation: Organisation, wanted: Wanted) -> SmallStep | Settled:
    """Write down what was agreed on; after some weeks the person is asked how it goes."""
    if not wanted.line:
        return "empty"
    if desk.case.state not in OPEN:
        return "closed"
    if _count_open(desk) >= MOST:
        return "too_many"
    id = new_id()
    about: dict[str, Any] = {"who": wanted.who, "by_day": wanted.by_day, "sealed": _sealed(desk.key, id, wanted)}
    step = SmallStep(id=id, **desk.facts(), **about, at=desk.now, asks_at=asks_at(organisation, desk.now))
    desk.session.add(step)
    desk.session.flush()
    step_states.note(desk.session, step, AGREED, desk.actor.name, desk.now)
    plan_question(desk.session, step)
    desk.changed(f"step.{AGREED}", id)
    return step


def reword(desk: CaseDesk, seen: tuple[str, int], wanted: Wanted) -> Settled:
    """Other words, another day, or somebody else who does it. ``seen`` is the id and the version on the screen."""
    if not wanted.line:
        return "empty"
    values = {"sealed": _sealed(desk.key, seen[0], wanted), "who": wanted.who, "by_day": wanted.by_day}
    return _change(desk, seen, "reword", **values)


def tell(desk: CaseDesk, seen: tuple[str, int], what: Change) -> Settled:
    """A coach says how it goes with a step, as the person told them."""
    if what == "resume" and _count_open(desk) >= MOST:
        return "too_many"
    return _change(desk, seen, what)


def steps_of(desk: CaseDesk, today: date) -> list[Step]:
    """Those of the case: open ones first, the most urgent on top, then what ended last."""
    query = select(SmallStep).where(SmallStep.case_id == desk.case.id)
    rows, history = desk.session.exec(query).all(), defaultdict[str, list[SmallStepChange]](list)
    for each in step_states.changes(desk.session, [row.id for row in rows]):
        history[each.step_id].append(each)
    return sorted((_read(desk.key, row, history[row.id], today) for row in rows), key=_order)


def find_step(desk: CaseDesk, step_id: str, today: date) -> Step | None:
    return next((step for step in steps_of(desk, today) if step.id == step_id), None)


def text_of(key: Key, step: SmallStep) -> str:
    return key.open(step.sealed, _about(step.id)).decode()


def forget_steps(session: Session, person_id: str) -> None:
    """Of somebody who is erased nothing stays."""
    for table in (SmallStepChange, SmallStep):
        session.connection().execute(delete(table).where(col(table.person_id) == person_id))


def _count_open(desk: CaseDesk) -> int:
    """The row of the person is not locked: of two who agree at the same moment both may be counted in, and that is
    no harm."""
    mine = SmallStep.case_id == desk.case.id, SmallStep.state == "open"
    return desk.session.exec(select(func.count()).select_from(SmallStep).where(*mine)).one()


def _change(desk: CaseDesk, seen: tuple[str, int], what: Change, **values: object) -> Settled:
    id, version = seen
    step = desk.session.get(SmallStep, id)
    if step is None or step.case_id != desk.case.id:
        return "missing"
    if desk.case.state not in OPEN:
        return "closed"
    if step.version != version:
        return "changed"
    if step.state not in RULES[what].sources:
        return "not_now"
    if not step_states.change(desk.session, step, what, version, desk.now, **values):
        return "changed"
    step_states.note(desk.session, step, what, desk.actor.name, desk.now)
    desk.changed(f"step.{what}", id)
    return "done"


def _order(step: Step) -> tuple[bool, date, float]:
    """For sorting: open ones by day, those without a day last; then the rest, what ended last first."""
    if step.ended_at is None:
        return False, step.by_day or date.max, step.at.timestamp()
    return True, date.max, -step.ended_at.timestamp()


def _read(key: Key, row: SmallStep, history: Sequence[SmallStepChange], today: date) -> Step:
    late = row.state == "open" and row.by_day is not None and row.by_day < today
    told: dict[str, Any] = {"case": row.case_id, "text": text_of(key, row), "late": late, "history": history}
    return Step(**told, **{name: getattr(row, name) for name in Step.__slots__ if name not in told})


def _sealed(key: Key, id: str, wanted: Wanted) -> bytes:
    return key.seal(wanted.line.encode(), _about(id))


def _about(step_id: str) -> str:
    return f"small_step|{step_id}"
