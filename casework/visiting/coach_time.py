"""What is taken of the coaches' time: read once, and remembered for as long as the coaches' marks are the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from sqlalchemy import bindparam, literal_column, select, union_all
from sqlalchemy.util import LRUCache
from sqlmodel import Session, col

from casework.agendas.outside_times import TAKEN_ELSEWHERE
from casework.house.organisation import Organisation
from casework.visiting.diary import Diary
from casework.visiting.occupied import FREE, Occupied
from storage.coach_marks import Marks, coach_marks
from storage.minutes import Span, moment_of, read_spans, span, spans
from storage.tables import Appointment
from storage.time_claim import HOLDS_TIME

LONGEST: Final = timedelta(days=1)
"""No visit with its buffers is longer: those of a stretch of time begin at most so long before it."""
KEPT: Final = 512
"""So many coaches' time is remembered: what begins today or later (and what nearly did) is some kilobytes each."""
DAY: Final = 24 * 60
BEFORE_TODAY: Final = 2 * DAY
"""Nobody asks about what ended so many minutes before midnight (UTC)."""

Known: TypeAlias = tuple[Marks, int]
"""By what a coach's time is remembered: the marks, and the day since 1970 on which it was read."""

_KNOWN: LRUCache[Known, Occupied] = LRUCache(KEPT)

_VISITS = (
    select(col(Appointment.coach), spans(col(Appointment.busy_from), col(Appointment.busy_until)))
    .where(
        col(Appointment.organisation) == bindparam("organisation"),
        col(Appointment.coach).in_(bindparam("coaches", expanding=True)),
        col(Appointment.state).in_(HOLDS_TIME),
        col(Appointment.starts_at) >= bindparam("first"),
        col(Appointment.busy_until) > bindparam("since"),
    )
    .group_by(col(Appointment.coach))
)
_TAKEN = union_all(_VISITS.add_columns(literal_column("1")), TAKEN_ELSEWHERE.add_columns(literal_column("0")))
"""Per coach the stretches of time, and whether they are visits of ours."""


def taken_time(session: Session, organisation: Organisation, now: datetime) -> Diary:
    """What is taken of the coaches' time from now on, buffers included, here and in their calendars elsewhere."""
    minute, _ = span(now, now)
    coaches = [coach.id for coach in organisation.coaches.values() if coach.bookable]
    return Diary(_Look(session, organisation.id, minute // DAY).at(coaches), minute)


@dataclass(frozen=True, slots=True)
class _Look:
    """Only what changed since somebody looked is read again; it costs one small statement to know what did."""

    session: Session
    organisation: str
    today: int

    def at(self, coaches: Sequence[str]) -> Mapping[str, Occupied]:
        marks = self._marks()
        known = {coach: found for coach in coaches if (found := _remembered(marks.get(coach)))}
        unknown = [coach for coach in coaches if coach not in known]
        if not unknown:
            return known
        read = self._read(unknown)
        if not marks.keys().isdisjoint(unknown):
            self._remember(read, marks)
        return known | read

    def _marks(self) -> Mapping[str, Known]:
        found = coach_marks(self.session, self.organisation)
        return {coach: (marks, self.today) for coach, marks in found.items()}

    def _remember(self, read: Mapping[str, Occupied], before: Mapping[str, Known]) -> None:
        """On PostgreSQL a transaction that writes sees what others have just committed: what changed while it was
        being read belongs to neither the old marks nor the new."""
        after = self._marks()
        for coach, occupied in read.items():
            if coach in before and before[coach] == after.get(coach):
                _KNOWN[before[coach]] = occupied

    def _read(self, coaches: Collection[str]) -> dict[str, Occupied]:
        since = moment_of(self.today * DAY - BEFORE_TODAY)
        asked = {"organisation": self.organisation, "coaches": coaches, "since": since, "first": since - LONGEST}
        found = defaultdict[str, dict[bool, list[Span]]](dict)
        for coach, packed, visits in self.session.connection().execute(_TAKEN, asked):
            found[coach][bool(visits)] = read_spans(packed)
        return {coach: _occupied(found[coach]) if coach in found else FREE for coach in coaches}


def _remembered(key: Known | None) -> Occupied | None:
    return _KNOWN.get(key) if key else None


def _occupied(taken: Mapping[bool, Sequence[Span]]) -> Occupied:
    return Occupied(taken.get(True, ()), taken.get(False, ()))
