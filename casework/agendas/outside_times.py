"""Calendars of coaches elsewhere: kept sealed, fetched again and again, and the times at which they are taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import orjson
from sqlalchemy import Table, bindparam, delete, func, insert, select, update
from sqlmodel import Session, col

from casework.telling.notices import News, give_notice
from casework.visiting.diary import Interval
from storage.coach_marks import mark_coach
from storage.columns import new_id
from storage.minutes import spans
from storage.tables import Due, OutsideBusy, OutsideCalendar
from storage.trays import DuePlan, plan
from storage.vault import SealBroken, Vault

Kind: TypeAlias = Literal["ics", "caldav", "port"]

_KINDS: Mapping[str, Kind] = {"ics": "ics", "caldav": "caldav", "port": "port"}

FETCH = "fetch_calendar"
"""The kind of the due row that each calendar has: one for all its life."""
AWAY = "calendar_away"
"""The notice that a calendar could not be reached for a day."""
TOO_OLD = timedelta(days=1)
BELOW = timedelta(minutes=1, microseconds=-1)
"""A minute that is begun is taken."""

CALENDAR: Table = OutsideCalendar.__table__  # type: ignore[attr-defined]  # SQLModel does not type it

TAKEN_ELSEWHERE = (
    select(col(OutsideBusy.coach), spans(col(OutsideBusy.starts_at), col(OutsideBusy.ends_at)))
    .where(
        col(OutsideBusy.organisation) == bindparam("organisation"),
        col(OutsideBusy.coach).in_(bindparam("coaches", expanding=True)),
        col(OutsideBusy.ends_at) > bindparam("since"),
    )
    .group_by(col(OutsideBusy.coach))
)
"""Per coach the busy times after a moment, as last known."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a calendar is; ``user`` and ``password`` are empty where it asks for none."""

    kind: Kind
    address: str = field(repr=False)
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Known:
    """What staff see of a calendar: how many busy times are ``times``, and since when they are no longer sure.

    ``fetched_at`` is when they were true, ``None`` before the first time; ``problem`` is why it could not be reached
    since ``failing_since``.
    """

    id: str
    coach: str
    kind: str
    fetched_at: datetime | None
    failing_since: datetime | None
    problem: str | None
    times: int


def add_calendar(session: Session, vault: Vault, whose: tuple[str, str], source: Source, now: datetime) -> str:
    """The id of the new calendar of ``whose`` (organisation, coach); it is fetched as soon as somebody looks."""
    organisation, coach = whose
    id = new_id()
    parts = {"address": source.address, "user": source.user, "password": source.password}
    sealed = vault.house.seal(orjson.dumps(parts), _about(id))
    session.add(
        OutsideCalendar(id=id, organisation=organisation, coach=coach, kind=source.kind, sealed=sealed, created_at=now)
    )
    plan(session, DuePlan(f"{FETCH}|{id}", FETCH, organisation, None, id, 0, now))
    return id


def source_of(session: Session, vault: Vault, calendar_id: str) -> tuple[str, Source | None] | None:
    """Whose organisation the calendar is and where; no source where it was sealed with a secret that is gone."""
    calendar = session.get(OutsideCalendar, calendar_id)
    if calendar is None:
        return None
    try:
        parts = orjson.loads(vault.house.open(calendar.sealed, _about(calendar_id)))
    except SealBroken:
        return calendar.organisation, None
    return calendar.organisation, Source(_KINDS[calendar.kind], **parts)


def _about(calendar_id: str) -> str:
    return f"outside_calendar|{calendar_id}"


def remove_calendar(session: Session, organisation: str, calendar_id: str) -> bool:
    """Forget it with its busy times and its due row; false if the organisation has no such calendar."""
    run, calendar = session.connection().execute, session.get(OutsideCalendar, calendar_id)
    if calendar is None or calendar.organisation != organisation:
        return False
    run(delete(OutsideBusy).where(col(OutsideBusy.calendar_id) == calendar_id))
    run(delete(Due).where(col(Due.kind) == FETCH, col(Due.subject) == calendar_id))
    run(delete(OutsideCalendar).where(col(OutsideCalendar.id) == calendar_id))
    mark_coach(session, organisation, calendar.coach)
    return True


def known_calendars(session: Session, organisation: str, coach: str | None = None) -> list[Known]:
    """The organisation's calendars elsewhere, with the age of what is known of each."""
    shown = [CALENDAR.c[name] for name in ("id", "coach", "kind", "fetched_at", "failing_since", "problem")]
    query = (
        select(*shown, func.count(col(OutsideBusy.id)).label("times"))
        .outerjoin(OutsideBusy, col(OutsideBusy.calendar_id) == CALENDAR.c.id)
        .where(CALENDAR.c.organisation == organisation)
        .group_by(*shown)
        .order_by(CALENDAR.c.coach, CALENDAR.c.id)
    )
    if coach is not None:
        query = query.where(CALENDAR.c.coach == coach)
    return [Known(**found) for found in session.connection().execute(query).mappings()]


def keep_times(session: Session, calendar: OutsideCalendar, times: Sequence[Interval], now: datetime) -> None:
    """What a calendar said at ``now`` replaces what it said before."""
    run = session.connection().execute
    run(delete(OutsideBusy).where(col(OutsideBusy.calendar_id) == calendar.id))
    whose = {"calendar_id": calendar.id, "organisation": calendar.organisation, "coach": calendar.coach}
    rows = [
        {"id": new_id(), **whose, "starts_at": _to_minute(start), "ends_at": _to_minute(end + BELOW)}
        for start, end in times
    ]
    if rows:
        run(insert(OutsideBusy), rows)
    mark_coach(session, calendar.organisation, calendar.coach)
    _note(session, calendar.id, fetched_at=now, failing_since=None, problem=None)


def _to_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def note_failure(session: Session, calendar: OutsideCalendar, problem: str, now: datetime) -> None:
    """The last known times stand. Of an outage of a day its coach is told, once."""
    since = calendar.failing_since or now
    _note(session, calendar.id, failing_since=since, problem=problem)
    if now - since >= TOO_OLD:
        key = f"{AWAY}|{calendar.id}|{since.isoformat()}"
        give_notice(session, News(calendar.organisation, AWAY, calendar.id, key, calendar.coach), now)


def _note(session: Session, calendar_id: str, **changes: object) -> None:
    session.connection().execute(update(CALENDAR).where(CALENDAR.c.id == calendar_id).values(**changes))


def fetch_again(session: Session, calendar_id: str, due_at: datetime) -> None:
    """The one due row of the calendar waits for its next time, with a clean sheet of tries."""
    row = col(Due.kind) == FETCH, col(Due.subject) == calendar_id
    changes = {"state": "planned", "due_at": due_at, "lease_until": None, "attempts": 0, "reason": None}
    session.connection().execute(update(Due).where(*row).values(**changes))
