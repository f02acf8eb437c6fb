"""When group sessions are, whom they fit and how long one can sign up: rules in wall time, answers in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from casework.hours.calendar import (
    DAY,
    after_quiet_hours,
    before_quiet_hours,
    in_quiet_hours,
    moment_or_next,
    out_of_quiet,
)
from casework.house.organisation import Organisation
from casework.sessions.session_file import GroupSession
from flows.conditions import holds
from flows.log import Value

MIDNIGHT = time(0)
AWAKE = timedelta(hours=1)
"""How long after the quiet hours somebody still has to answer an offer that would have ended in them."""
WORTH_OFFERING = timedelta(hours=2)
"""A seat that comes free later than this before the session is not offered any more: nobody could answer in time."""


def starts_at(organisation: Organisation, group: GroupSession) -> datetime:
    return _moment(organisation, group, group.start)


def ends_at(organisation: Organisation, group: GroupSession) -> datetime:
    return _moment(organisation, group, group.end)


def meets_at(organisation: Organisation, group: GroupSession) -> datetime:
    """When people must be there: the bus leaves, or the session begins."""
    return _moment(organisation, group, group.meets)


def sign_up_ends(organisation: Organisation, group: GroupSession) -> datetime:
    """From then on nobody can sign up: after the last day for it, or once people meet."""
    if group.sign_up_until is None or group.sign_up_until >= group.day:
        return meets_at(organisation, group)
    return moment_or_next(datetime.combine(group.sign_up_until + DAY, MIDNIGHT), organisation.tz)


def _moment(organisation: Organisation, group: GroupSession, clock: time) -> datetime:
    return moment_or_next(datetime.combine(group.day, clock), organisation.tz)


def last_sign_up(organisation: Organisation) -> datetime | None:
    """Until when one can sign up for some session; ``None`` where there is none at all."""
    return max((sign_up_ends(organisation, group) for group in organisation.sessions.values()), default=None)


def is_open(organisation: Organisation, group: GroupSession, now: datetime) -> bool:
    """Whether one can still sign up."""
    return now < sign_up_ends(organisation, group)


def is_ahead(organisation: Organisation, group: GroupSession, now: datetime) -> bool:
    return now < ends_at(organisation, group)


def fits(organisation: Organisation, group: GroupSession, known: Mapping[str, Value], language: str) -> bool:
    """Whether the session is held in this language, and is for who gave these answers."""
    return language in group.languages and holds(group.fits, known, {"area": organisation.area})


def coming(organisation: Organisation, known: Mapping[str, Value], language: str, now: datetime) -> list[GroupSession]:
    """The sessions to which somebody can still sign up and that fit them, the soonest first."""
    fitting = (
        group
        for group in organisation.sessions.values()
        if is_open(organisation, group, now) and fits(organisation, group, known, language)
    )
    return sorted(fitting, key=lambda group: (group.day, group.meets, group.id))


def is_one_coming(organisation: Organisation, known: Mapping[str, Value], language: str, now: datetime) -> bool:
    """Whether there is one for them."""
    return bool(coming(organisation, known, language, now))


def told_at(organisation: Organisation, group: GroupSession, now: datetime) -> datetime | None:
    """When an offer that is made now can be told, outside the quiet hours; ``None`` if that is too late to be of use.

    Sundays and holidays are left in peace, unless the session would have begun by then.
    """
    latest = meets_at(organisation, group) - WORTH_OFFERING
    moments = (out_of_quiet(organisation, now), after_quiet_hours(organisation, now))
    return next((at for at in moments if at <= latest), None)


def answer_by(organisation: Organisation, group: GroupSession, told: datetime) -> datetime:
    """Until when an offer that is told at ``told`` stands: the session's own span, and never more than half of the
    time that is left, so that the next in line can be asked as well. It does not end at night."""
    meets = meets_at(organisation, group)
    end = min(told + group.answer_within.as_timedelta(), told + (meets - told) / 2)
    if not in_quiet_hours(organisation, end):
        return end
    in_the_morning = after_quiet_hours(organisation, end) + AWAKE
    if in_the_morning <= meets - WORTH_OFFERING:
        return in_the_morning
    return max(before_quiet_hours(organisation, end), told + AWAKE)
