"""One coach's week as the console shows it: hours, what shuts the house, visits, busy times elsewhere, free times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

from sqlmodel import Session

from casework.agendas.outside_times import Known as Calendar
from casework.agendas.outside_times import known_calendars
from casework.cases.called import Known, known_to
from casework.door.accounts import Account
from casework.door.rights import may, reach
from casework.hours.calendar import Stretch, is_closed, is_public_holiday, working
from casework.hours.outside_hours import outside
from casework.house.organisation import Coach, Organisation
from casework.sessions.group_sessions import meets_at
from casework.sessions.meeting_file import Meeting, meetings_on
from casework.sessions.session_file import GroupSession
from casework.visiting.staff_times import Look, Taken, Wish, bounds, days_from, free_with, taken_by
from flows.heard import Slot
from storage import audit
from storage.tables import Appointment, OutsideBusy
from storage.vault import Vault

Shut: TypeAlias = Literal["", "holiday", "closed", "leave"]
WEEK = 7


@dataclass(frozen=True, slots=True)
class Day:
    """``free`` are times for a visit of the usual kind."""

    day: date
    shut: Shut
    hours: Sequence[Stretch]
    visits: Sequence[Appointment]
    busy: Sequence[OutsideBusy]
    free: Sequence[Slot]
    sessions: Sequence[GroupSession]
    meetings: Sequence[Meeting] = ()


@dataclass(frozen=True, slots=True)
class Week:
    """``people`` are those of the visits; ``calendars`` say how old is what is known of times taken elsewhere;
    ``outside`` are all visits ahead that the hours no longer allow."""

    coach: Coach
    days: Sequence[Day]
    calendars: Sequence[Calendar] = ()
    outside: Sequence[Appointment] = ()
    people: Mapping[str, Known] = field(default_factory=dict)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def whose(organisation: Organisation, account: Account, wanted: str) -> Coach | None:
    """Whose calendar is shown: the one that is asked for, if they may see it; else their own, or somebody's."""
    coaches, found = organisation.coaches, reach(account, "see_calendar")
    if wanted in coaches and (found == "all" or wanted == account.coach):
        return coaches[wanted]
    if wanted or found is None:
        return None
    own = coaches.get(account.coach or "")
    return own if own and own.bookable else next((each for each in coaches.values() if each.bookable), own)


@dataclass(frozen=True, slots=True)
class Asked:
    """The week that ``day`` is in, as it is ``now``."""

    coach: Coach
    day: date
    now: datetime


def week(session: Session, vault: Vault, organisation: Organisation, account: Account, asked: Asked) -> Week:
    """The audit tells who looked, where names are shown."""
    coach, now = asked.coach, asked.now
    first = monday_of(asked.day)
    days = days_from(first, WEEK)
    taken = taken_by(session, organisation, coach.id, *bounds(organisation, first, days[-1]))
    free = free_with(organisation, coach.id, Wish(), days, Look(taken, now)) if may(account, "book") else []
    late = outside(session, organisation, now, coach.id)
    people = known_to(session, vault, account, [visit.person_id for visit in (*taken.visits, *late)])
    if may(account, "see_person"):
        audit.record(session, organisation.id, account.actor, "calendar.read", coach.id, now)
    return Week(
        coach,
        [_day(organisation, coach, day, taken, free) for day in days],
        known_calendars(session, organisation.id, coach.id),
        late,
        people,
    )


def _day(organisation: Organisation, coach: Coach, day: date, taken: Taken, free: Sequence[Slot]) -> Day:
    since, until = bounds(organisation, day, day)
    groups = [group for group in organisation.sessions.values() if group.day == day]
    return Day(
        day,
        shut_on(organisation, coach, day),
        working(organisation, coach, day),
        [visit for visit in taken.visits if since <= visit.starts_at < until],
        [each for each in taken.busy if each.starts_at < until and each.ends_at > since],
        [slot for slot in free if slot.start.date() == day],
        sorted(groups, key=lambda group: meets_at(organisation, group)),
        meetings_on(organisation.meetings, day),
    )


def shut_on(organisation: Organisation, coach: Coach, day: date) -> Shut:
    if is_public_holiday(day) or (day.month, day.day) in organisation.closed_every_year:
        return "holiday"
    if is_closed(organisation, day):
        return "closed"
    return "leave" if any(day in days for days in coach.leave) else ""
