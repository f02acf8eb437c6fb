"""Counts the reports of an organisation from what stands in the tables, and publishes what may be shown of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias, assert_never

from sqlalchemy import Select, Table, bindparam, delete, insert, select, update
from sqlmodel import Session

from casework.cases.case_kinds import UNSAID
from casework.employers.figures import FOUND, VACANCY, VISITED, of_company_visit, of_vacancy
from casework.employers.figures import VISIT as COMPANY_VISIT
from casework.figures.first_steps import columns, first_of
from casework.figures.guidance import KEY, UNDER_WAY, of_guidance
from casework.figures.hiding_small import shown
from casework.figures.report_cells import VISIT as VISIT_STATES
from casework.figures.report_cells import (
    Cell,
    Intake,
    Sent,
    Visit,
    erased,
    of_intake,
    of_referral,
    of_steps,
    of_visit,
)
from casework.figures.step_counts import STEP, STEPS, WHOSE, steps_of
from casework.figures.walk_ins import CAME_BY, WALK_IN, of_walk_ins
from casework.house.demonstration import invented
from storage.insert import insert_new
from storage.tables import (
    Appointment,
    Case,
    Chat,
    Conversation,
    IntakeFact,
    KeptCount,
    Person,
    Referral,
    ReportCell,
    ReportCount,
)

AT_ONCE = 500
"""Rows of one look."""
DESTROYED = b""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Who is erased has left: they do not go on."""

FACT: Table = IntakeFact.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
CASE: Table = Case.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
VISIT: Table = Appointment.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
REFERRAL: Table = Referral.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
PERSON: Table = Person.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
TALK: Table = Conversation.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
CHAT: Table = Chat.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
CELL: Table = ReportCell.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
KEPT: Table = KeptCount.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
COUNT: Table = ReportCount.__table__  # type: ignore[attr-defined]  # SQLModel does not type it

_EACH = CASE.alias("each")
_NEWEST = (
    select(_EACH.c.id)
    .where(_EACH.c.conversation_id == FACT.c.conversation_id)
    .order_by(_EACH.c.created_at.desc())
    .limit(1)
    .scalar_subquery()
)
_FIRST = FACT.alias("first")
_TALKED_FIRST = (
    select(_FIRST.c.conversation_id)
    .where(_FIRST.c.person_id == VISIT.c.person_id)
    .order_by(_FIRST.c.began_at, _FIRST.c.conversation_id)
    .limit(1)
    .scalar_subquery()
)
INTAKES = select(
    FACT.c.conversation_id.label("id"),
    FACT,
    CASE.c.state.label("case"),
    CASE.c.outcome,
    CASE.c.kind,
    *columns(FACT, CASE),
).select_from(FACT.outerjoin(CASE, CASE.c.id == _NEWEST))
VISITS = (
    select(VISIT, FACT.c.place.label("told"), FACT.c.goal, FACT.c.door)
    .join(PERSON, PERSON.c.id == VISIT.c.person_id)
    .outerjoin(FACT, FACT.c.conversation_id == _TALKED_FIRST)
    .where(PERSON.c.wrapped_key != DESTROYED, VISIT.c.state.in_(tuple(VISIT_STATES)))
)
REFERRALS = (
    select(REFERRAL, CASE.c.language, CASE.c.kind, FACT.c.place.label("told"), FACT.c.goal)
    .join(PERSON, PERSON.c.id == REFERRAL.c.person_id)
    .join(CASE, CASE.c.id == REFERRAL.c.case_id)
    .outerjoin(FACT, FACT.c.conversation_id == CASE.c.conversation_id)
    .where(PERSON.c.wrapped_key != DESTROYED)
)
Kind: TypeAlias = Literal[
    "intakes", "visits", "referrals", "guidance", "walk_ins", "company_visits", "vacancies", "steps"
]
KINDS: Mapping[Kind, tuple[Select[Any], Table, Any]] = {
    "intakes": (INTAKES, FACT, FACT.c.conversation_id),
    "visits": (VISITS, VISIT, VISIT.c.id),
    "referrals": (REFERRALS, REFERRAL, REFERRAL.c.id),
    "guidance": (UNDER_WAY, REFERRAL, KEY),
    "walk_ins": (CAME_BY, WALK_IN, WALK_IN.c.id),
    "company_visits": (VISITED, COMPANY_VISIT, COMPANY_VISIT.c.id),
    "vacancies": (FOUND, VACANCY, VACANCY.c.id),
    "steps": (STEPS, STEP, WHOSE),
}
"""Of each kind the rows to count, the table they stand in, and its key."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One look: the cells of these rows, and behind which key the next look begins; ``None`` at the end."""

    cells: Counter[Cell]
    after: str | None


def count(session: Session, kind: Kind, organisation: str, after: str, now: datetime) -> Counted:
    """The next rows of one kind. Who is erased is not among them: they are in the kept counts."""
    statement, table, key = KINDS[kind]
    chosen = statement.where(table.c.organisation == organisation, key > after).order_by(key).limit(AT_ONCE)
    rows = session.connection().execute(chosen).all()
    cells = Counter(cell for row in rows for cell in _cells(kind, row, now))
    return Counted(cells, rows[-1].id if len(rows) == AT_ONCE else None)


def _cells(kind: Kind, row: Any, now: datetime) -> Iterator[Cell]:
    match kind:
        case "intakes":
            return of_intake(_intake(row), now)
        case "visits":
            return of_visit(_visit(row))
        case "referrals":
            return of_referral(_referral(row))
        case "guidance":
            return of_guidance(row, now)
        case "walk_ins":
            return of_walk_ins(row)
        case "company_visits":
            return of_company_visit(row)
        case "vacancies":
            return of_vacancy(row)
        case "steps":
            return of_steps(steps_of(row))
        case _:
            assert_never(kind)


def _intake(row: Any) -> Intake:
    told = (row.place, row.goal, row.case, row.asked, row.fates, row.outcome)
    found = Intake(row.began_at, row.heard_at, row.language, row.channel, *told)
    return replace(found, door=row.kind or row.door, site=row.site, first_step=first_of(row))


def _visit(row: Any) -> Visit:
    return Visit(row.starts_at, row.state, row.kind, row.way, row.language, row.told, row.goal, row.door or UNSAID)


def _referral(row: Any) -> Sent:
    return Sent(row.created_at, row.state, row.entry_id, row.language, row.told, row.goal, row.kind)


def publish(
    session: Session, organisation: str, counts: Mapping[Cell, int], of_erased: Mapping[Cell, int], now: datetime
) -> bool:
    """Replace what was published before by these counts and those of erased people, as far as they may be shown.

    False, and nothing changed, when somebody was erased since ``of_erased`` was read: they may be in both.
    """
    run = session.connection().execute
    if kept(session, organisation) != of_erased:
        return False
    total = Counter(counts)
    total.update(of_erased)
    run(delete(CELL).where(CELL.c.organisation == organisation))
    rows = [_row(organisation, cell, number, total[cell]) for cell, number in shown(total).items()]
    if rows:
        run(insert(CELL), rows)
    insert_new(session, ReportCount, organisation=organisation, counted_at=now)
    run(update(COUNT).where(COUNT.c.organisation == organisation).values(counted_at=now))
    return True


def _row(organisation: str, cell: Cell, number: int | None, counted: int) -> dict[str, Any]:
    hidden = number is None
    return {"organisation": organisation, **cell._asdict(), "count": counted if hidden else number, "hidden": hidden}


def kept(session: Session, organisation: str) -> Counter[Cell]:
    """How many of the people in each number have been erased."""
    query = select(KEPT).where(KEPT.c.organisation == organisation)
    rows = session.connection().execute(query)
    return Counter({Cell(row.report, row.year, row.split, row.value, row.measure): row.count for row in rows})


def keep_counts(session: Session, person_id: str, now: datetime) -> None:
    """What stays of a person who is about to be erased: one more in each of their numbers. Once for each person; of one
    who was invented nothing stays."""
    run = session.connection().execute
    person = run(select(PERSON).where(PERSON.c.id == person_id)).one()
    if person.wrapped_key == DESTROYED:
        return
    counted = () if invented(session, (person_id,)) else _of_person(session, person_id, now)
    for cell, by in Counter(counted).items():
        key = {"organisation": person.organisation, **cell._asdict()}
        insert_new(session, KeptCount, **key, count=0)
        run(_ONE_MORE, {**{f"its_{name}": value for name, value in key.items()}, "more": by})
    run(delete(FACT).where(FACT.c.person_id == person_id))


_ONE_MORE = (
    update(KEPT)
    .where(*(KEPT.c[name] == bindparam(f"its_{name}") for name in ("organisation", *Cell._fields)))
    .values(count=KEPT.c.count + bindparam("more"))
)


def _of_person(session: Session, person_id: str, now: datetime) -> Iterator[Cell]:
    """Everything they count in; an intake that nobody looked into yet counts without what was told in it."""
    run = session.connection().execute
    counted = set()
    for row in run(INTAKES.where(FACT.c.person_id == person_id)):
        counted.add(row.id)
        intake = _intake(row)
        yield from of_intake(replace(intake, heard=LONG_AGO, case=erased(intake.case)), now)
    talks = select(TALK, CHAT.c.channel, PERSON.c.language).join(CHAT, CHAT.c.id == TALK.c.chat_id)
    talks = talks.join(PERSON, PERSON.c.id == TALK.c.person_id)
    for row in run(talks.where(TALK.c.person_id == person_id, TALK.c.version > 0, TALK.c.id.not_in(counted))):
        case = run(select(CASE.c.state, CASE.c.outcome, CASE.c.kind).where(CASE.c.conversation_id == row.id)).first()
        state, outcome, kind = case or (None, None, UNSAID)
        intake = Intake(row.created_at, LONG_AGO, row.language, row.channel, case=erased(state), outcome=outcome)
        yield from of_intake(replace(intake, door=kind), now)
    for row in run(VISITS.where(VISIT.c.person_id == person_id)):
        yield from of_visit(_visit(row))
    for row in run(REFERRALS.where(REFERRAL.c.person_id == person_id)):
        yield from of_referral(_referral(row))
    for row in run(UNDER_WAY.where(REFERRAL.c.person_id == person_id)):
        yield from of_guidance(row, now)
    for row in run(STEPS.where(STEP.c.person_id == person_id)):
        yield from of_steps(steps_of(row))
