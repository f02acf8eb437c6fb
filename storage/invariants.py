"""What must always hold in the tables, each as a query for the rows that break it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, Table, and_, exists, func, not_, or_, select
from sqlalchemy.sql import ColumnElement
from sqlmodel import SQLModel

from storage.campaign_invariants import broken_campaigns
from storage.catalogue_invariants import broken_referrals
from storage.door_invariants import broken_doors
from storage.dossier_invariants import broken_beside
from storage.employer_invariants import broken_employers
from storage.local_work_invariants import broken_local_work
from storage.report_invariants import broken_reports
from storage.step_invariants import broken_steps
from storage.talk_invariants import broken_talks
from storage.time_claim import HOLDS_TIME, LIVE
from storage.tray_statements import FINAL, OPEN

TABLES = SQLModel.metadata.tables
CONVERSATION, LOG, HEARD = TABLES["conversation"], TABLES["log_entry"], TABLES["heard"]
DUE, OUTGOING = TABLES["due"], TABLES["outgoing"]
APPOINTMENT, CASE = TABLES["appointment"], TABLES["intake_case"]
ENROLMENT = TABLES["enrolment"]
WEBHOOK, EVENT = TABLES["webhook"], TABLES["webhook_event"]
CASE_STATES = ("offered", "accepted", "declined", "expired", "done", "revoked")
CALENDAR, BUSY = TABLES["outside_calendar"], TABLES["outside_busy"]


@dataclass(frozen=True, slots=True)
class Invariant:
    """``broken`` selects the keys of the rows of ``table`` for which ``problem`` is true."""

    name: str
    table: str
    problem: str
    broken: Select[Any]


@cache
def invariants() -> tuple[Invariant, ...]:
    """Made once: making their statements takes longer than asking them of a small database."""
    return tuple(_all())


def _all() -> Iterator[Invariant]:
    yield from updates()
    yield from messages()
    yield from appointments()
    yield from calendars()
    yield from webhooks()
    yield from seats()
    yield from kept()
    yield from (Invariant("I10", *rule) for rule in broken_talks())
    yield from (Invariant("I14", *rule) for rule in broken_doors())
    yield from (Invariant("I11", *rule) for rule in broken_beside())
    yield from (Invariant("I13", *rule) for rule in broken_reports())
    yield from (Invariant("I12", *rule) for rule in broken_referrals())
    yield from (Invariant("I15", *rule) for rule in broken_local_work())
    yield from (Invariant("I16", *rule) for rule in broken_campaigns())
    yield from (Invariant("I17", *rule) for rule in broken_steps())
    yield from (Invariant("I18", *rule) for rule in broken_employers())
    yield from references()


def rows(name: str, table: Table, problem: str, condition: ColumnElement[bool]) -> Invariant:
    return Invariant(name, table.name, problem, select(*table.primary_key).where(condition))


def updates() -> Iterator[Invariant]:
    yield Invariant("I1", "conversation", "its log has gaps, or is not as long as it says", log_has_gaps())
    yield rows("I2", HEARD, "its state is not known", not_known(HEARD, "applied", "parked"))
    no_reason = and_(HEARD.c.state == "parked", HEARD.c.reason.is_(None))
    yield rows("I2", HEARD, "it is parked without a reason", no_reason)


def log_has_gaps() -> Select[Any]:
    first, last, number = func.min(LOG.c.seq), func.max(LOG.c.seq), func.count(LOG.c.seq)
    gaps = or_(number != CONVERSATION.c.entries, first.not_in((0, 1)), last - first + 1 != number)
    return (
        select(CONVERSATION.c.id)
        .outerjoin(LOG, LOG.c.conversation_id == CONVERSATION.c.id)
        .group_by(CONVERSATION.c.id, CONVERSATION.c.entries)
        .having(gaps)
    )


def messages() -> Iterator[Invariant]:
    state, unknown = OUTGOING.c.state, "its state is not known"
    yield rows("I3", OUTGOING, unknown, not_known(OUTGOING, *OPEN, *FINAL))
    yield rows("I3", OUTGOING, "it is sent at no time", and_(state == "sent", OUTGOING.c.sent_at.is_(None)))
    failed = and_(state.in_(("permanent-failure", "technical-failure")), OUTGOING.c.reason.is_(None))
    yield rows("I3", OUTGOING, "it failed without a reason", failed)
    stuck = and_(state == "sending", OUTGOING.c.lease_until.is_(None))
    yield rows("I3", OUTGOING, "it is on its way for ever", stuck)
    yield rows("I3", DUE, unknown, not_known(DUE, "planned", "done", "skipped", "dead"))
    given_up = and_(DUE.c.state.in_(("skipped", "dead")), DUE.c.reason.is_(None))
    yield rows("I3", DUE, "it was given up without a reason", given_up)


def appointments() -> Iterator[Invariant]:
    yield Invariant("I4", "appointment", "it overlaps another one of the same coach", overlapping())
    yield from holds()
    reminder = and_(DUE.c.state == "planned", DUE.c.kind.startswith("remind"), DUE.c.version == APPOINTMENT.c.version)
    wanted = select(DUE.c.id).join(APPOINTMENT, APPOINTMENT.c.id == DUE.c.subject).where(reminder)
    off = wanted.where(APPOINTMENT.c.state.not_in(LIVE))
    yield Invariant("I5", "due", "it would remind of a visit that is off or over", off)
    late = wanted.where(DUE.c.due_at >= APPOINTMENT.c.starts_at)
    yield Invariant("I5", "due", "it would remind of a visit after its start", late)


def holds() -> Iterator[Invariant]:
    """What is held ends at its deadline, by a row that waits for it."""
    held, until = APPOINTMENT.c.state == "held", APPOINTMENT.c.hold_until
    yield rows("I4", APPOINTMENT, "it is held without a deadline", and_(held, until.is_(None)))
    past = and_(held, until > APPOINTMENT.c.starts_at)
    yield rows("I4", APPOINTMENT, "it is held for longer than until its start", past)
    ends = and_(
        DUE.c.subject == APPOINTMENT.c.id,
        DUE.c.kind == "end_hold",
        DUE.c.state == "planned",
        DUE.c.version == APPOINTMENT.c.version,
    )
    for_ever = and_(held, ~exists().where(ends))
    yield rows("I4", APPOINTMENT, "it is held, and nothing ends that", for_ever)


def overlapping() -> Select[Any]:
    """Each appointment that begins before an earlier one of the same coach is over; both hold time."""
    earlier = func.max(APPOINTMENT.c.busy_until).over(
        partition_by=(APPOINTMENT.c.organisation, APPOINTMENT.c.coach),
        order_by=(APPOINTMENT.c.busy_from, APPOINTMENT.c.id),
        rows=(None, -1),
    )
    holding = select(APPOINTMENT.c.id, APPOINTMENT.c.busy_from, earlier.label("taken_until")).where(
        APPOINTMENT.c.state.in_(HOLDS_TIME)
    )
    found = holding.subquery()
    return select(found.c.id).where(found.c.taken_until > found.c.busy_from)


def calendars() -> Iterator[Invariant]:
    """Each calendar elsewhere is looked into again, and its busy times are of its own coach and go forward."""
    waits = and_(DUE.c.subject == CALENDAR.c.id, DUE.c.kind == "fetch_calendar", DUE.c.state == "planned")
    forgotten = select(CALENDAR.c.id).outerjoin(DUE, waits).where(DUE.c.id.is_(None))
    yield Invariant("I9", "outside_calendar", "nobody will ever look into it again", forgotten)
    yield rows("I9", BUSY, "it ends before it begins", BUSY.c.ends_at <= BUSY.c.starts_at)
    theirs = select(BUSY.c.id).join(CALENDAR, CALENDAR.c.id == BUSY.c.calendar_id)
    other = theirs.where(BUSY.c.coach != CALENDAR.c.coach)
    yield Invariant("I9", "outside_busy", "it is of another coach than its calendar", other)


def webhooks() -> Iterator[Invariant]:
    """Each receiver is looked after, and of no case is an event delivered before the one in front of it."""
    waits = and_(DUE.c.subject == WEBHOOK.c.id, DUE.c.kind == "deliver_webhook", DUE.c.state == "planned")
    forgotten = select(WEBHOOK.c.id).outerjoin(DUE, waits).where(DUE.c.id.is_(None))
    yield Invariant("I9", "webhook", "nothing will ever be delivered to it", forgotten)
    states = not_known(EVENT, "waiting", "delivered", "dead", "skipped")
    yield rows("I9", EVENT, "its state is not known", states)
    later = EVENT.alias("later")
    line = and_(later.c.webhook_id == EVENT.c.webhook_id, later.c.case_id == EVENT.c.case_id)
    passed = and_(line, later.c.seq > EVENT.c.seq, later.c.state == "delivered")
    overtaken = and_(EVENT.c.state.in_(("waiting", "dead")), exists().where(passed))
    yield rows("I9", EVENT, "a later one of its case was delivered before it", overtaken)
    before = and_(line, later.c.seq == EVENT.c.seq - 1)
    gap = and_(EVENT.c.seq > 1, ~exists().where(before))
    yield rows("I9", EVENT, "one is missing in front of it", gap)


def kept() -> Iterator[Invariant]:
    """Only what once was agreed can be kept outside the hours."""
    table, agreed = TABLES["kept_visit"], ("booked", "confirmed", "moved", "cancelled", "attended", "no_show")
    visit = select(table.c.appointment_id).join(APPOINTMENT, APPOINTMENT.c.id == table.c.appointment_id)
    never = visit.where(APPOINTMENT.c.state.not_in(agreed))
    yield Invariant("I4", "kept_visit", "it was never agreed", never)


def seats() -> Iterator[Invariant]:
    """Of group sessions: none has more people than it ever had seats, and no offer waits for ever."""
    held = func.count(ENROLMENT.c.seat)
    too_many = (
        select(ENROLMENT.c.organisation, ENROLMENT.c.session)
        .group_by(ENROLMENT.c.organisation, ENROLMENT.c.session)
        .having(held > func.max(ENROLMENT.c.seats))
    )
    yield Invariant("I4", "enrolment", "more people have a seat than there are seats", too_many)
    own_row = and_(DUE.c.subject == ENROLMENT.c.id, DUE.c.version == ENROLMENT.c.version, DUE.c.state == "planned")
    ends = exists().where(own_row, DUE.c.kind == "seat_ends")
    for_ever = and_(ENROLMENT.c.state == "offered", or_(ENROLMENT.c.hold_until.is_(None), not_(ends)))
    yield rows("I4", ENROLMENT, "its offer ends at no time", for_ever)
    reminder = and_(own_row, DUE.c.kind.startswith("remind_session"), ENROLMENT.c.state != "enrolled")
    off = select(DUE.c.id).join(ENROLMENT, reminder)
    yield Invariant("I5", "due", "it would remind of a session that the person does not come to", off)


def references() -> Iterator[Invariant]:
    """Every foreign key leads to a row, and to one of the same organisation."""
    yield rows("I6", CASE, "its state is not known", not_known(CASE, *CASE_STATES))
    for child in TABLES.values():
        for key in child.foreign_keys:
            parent = key.column.table.alias("parent")
            leads = parent.c[key.column.name] == key.parent
            found = select(*child.primary_key).select_from(child).outerjoin(parent, leads)
            orphan = found.where(key.parent.is_not(None), parent.c[key.column.name].is_(None))
            yield Invariant("I6", child.name, f"its {key.parent.name} leads nowhere", orphan)
            if "organisation" in child.c and "organisation" in parent.c:
                foreign = found.where(parent.c.organisation != child.c.organisation)
                yield Invariant("I6", child.name, f"its {key.parent.name} is of another organisation", foreign)


def not_known(table: Table, *states: str) -> ColumnElement[bool]:
    return not_(table.c.state.in_(states))
