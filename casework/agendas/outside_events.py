"""Reads from a calendar of elsewhere when its owner is busy, and nothing about with what."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from casework.hours.calendar import moment_or_next
from casework.visiting.calendar_file import OURS
from casework.visiting.diary import Interval

if TYPE_CHECKING:
    from icalendar import Component

MOST_TIMES = 20_000
MOST_STEPS = 300_000
"""How many repeats the rules of one calendar may have until the end of the horizon, counted from their beginning."""
DAY = timedelta(days=1)
PERIOD = {"YEARLY": 365, "MONTHLY": 28, "WEEKLY": 7, "DAILY": 1}
"""Days between repeats. What repeats several times a day is nobody's agenda."""
FREE = ("FREE", "WORKINGELSEWHERE")
"""What Outlook calls time in which its owner can be met."""


_EVENT = re.compile(rb"^BEGIN:VEVENT\r?\n.*?^END:VEVENT\r?\n", re.MULTILINE | re.DOTALL)
_DATES = re.compile(rb"^DT(?:START|END)\b[^:\r\n]*:(\d{8})", re.MULTILINE)
_REPEATS = re.compile(rb"^(?:RRULE|RDATE|RECURRENCE-ID)", re.MULTILINE)

TIMES = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"}
NONSENSE = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError)
"""What the readers raise over files that nobody should have written."""


class Unreadable(Exception):
    """No calendar that we can use; the text is a word for staff and holds nothing of the calendar."""


def busy_times(files: Iterable[bytes], zone: ZoneInfo, start: datetime, end: datetime) -> list[Interval]:
    """The busy times (UTC) between two moments, in order, those that touch made one. Raises ``Unreadable``.

    Floating times and whole days are those of ``zone``. Left out: what is cancelled, what its owner calls free, and
    our own visits, which we know better.
    """
    calendars = [calendar for file in files for calendar in _calendars(_without_the_past(file, start))]
    try:
        if sum(_steps(event, end) for each in calendars for event in each.walk("VEVENT")) > MOST_STEPS:
            raise Unreadable("too many repeats")
        times = (_moments(found, zone) for calendar in calendars for found in _found(calendar, start, end))
        return _merged(_clipped(islice(times, MOST_TIMES), start, end))
    except NONSENSE:
        raise Unreadable("events that make no sense") from None


def _without_the_past(file: bytes, start: datetime) -> bytes:
    """Leaves out events that are surely over: an agenda of ten years is then read in a tenth of the time."""
    day = f"{start - 2 * DAY:%Y%m%d}".encode()

    def unless_past(event: re.Match[bytes]) -> bytes:
        dates = _DATES.findall(event[0])
        return b"" if len(dates) == 2 and max(dates) < day and not _REPEATS.search(event[0]) else event[0]

    return _EVENT.sub(unless_past, file)


def _calendars(file: bytes) -> Sequence[Component]:
    """A page that asks to sign in is no empty calendar, nor is half of one."""
    whole = file.strip(b"\xef\xbb\xbf\r\n\t ").upper()
    if not (whole.startswith(b"BEGIN:VCALENDAR") and whole.endswith(b"END:VCALENDAR")):
        raise Unreadable("no calendar")
    from icalendar import Calendar  # with the first file that is read: it would slow every start

    try:
        calendars: Sequence[Component] = Calendar.from_ical(file, multiple=True)
    except NONSENSE:
        raise Unreadable("no calendar") from None
    for calendar in calendars:
        calendar.subcomponents = [part for part in calendar.subcomponents if _has_a_time(part)]
    return calendars


def _has_a_time(part: Component) -> bool:
    """An event of which nobody can tell when it is does not hide all the others."""
    broken = {name for name, _ in part.errors}
    return part.name != "VEVENT" or ("DTSTART" in part and not broken & TIMES)


def _found(calendar: Component, start: datetime, end: datetime) -> Iterator[tuple[date, date]]:
    """Each repeat by itself; looked for a day more on both sides, because whole days have no zone."""
    import recurring_ical_events

    events = recurring_ical_events.of(calendar, skip_bad_series=True).between(start - DAY, end + DAY)
    yield from ((event.start, event.end) for event in events if _takes_time(event))
    for free_busy in calendar.walk("VFREEBUSY"):
        yield from _periods(free_busy)


def _steps(event: Component, end: datetime) -> float:
    rules = event.get("RRULE", [])
    return sum(_steps_of(rule, event, end) for rule in (rules if isinstance(rules, list) else [rules]))


def _steps_of(rule: Any, event: Component, end: datetime) -> float:
    days = PERIOD.get(str(rule.get("FREQ", [""])[0]).upper())
    if days is None:
        return math.inf
    begun = event.get("DTSTART").dt
    span = (end.date() - (begun.date() if isinstance(begun, datetime) else begun)).days
    a_time = math.prod(len(rule.get(part, ())) or 1 for part in ("BYHOUR", "BYMINUTE", "BYSECOND", "BYDAY"))
    return max(span, 0) / days * a_time


def _takes_time(event: Component) -> bool:
    uid = str(event.get("UID", ""))
    outlook = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    transparent = str(event.get("TRANSP", "OPAQUE")).upper() == "TRANSPARENT"
    off = str(event.get("STATUS", "")).upper() == "CANCELLED"
    return not (transparent or off or outlook in FREE or uid.endswith(OURS))


def _periods(free_busy: Component) -> Iterator[tuple[date, date]]:
    """What a calendar says that shows nothing but when its owner is busy."""
    found = free_busy.get("FREEBUSY", [])
    for one in found if isinstance(found, list) else [found]:
        if str(one.params.get("FBTYPE", "BUSY")).upper() != "FREE":
            begin, until = one.dt
            yield begin, begin + until if isinstance(until, timedelta) else until


def _moments(times: tuple[date, date], zone: ZoneInfo) -> Interval:
    return _moment(times[0], zone), _moment(times[1], zone)


def _moment(at: date, zone: ZoneInfo) -> datetime:
    """A whole day begins at midnight; where clocks skip a floating time, the moment at which they do."""
    if not isinstance(at, datetime):
        at = datetime.combine(at, time())
    return at.astimezone(UTC) if at.tzinfo else moment_or_next(at, zone)


def _clipped(times: Iterable[Interval], start: datetime, end: datetime) -> Iterator[Interval]:
    for begin, until in times:
        if max(begin, start) < min(until, end):
            yield max(begin, start), min(until, end)


def _merged(times: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for begin, until in sorted(times):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((begin, until))
    return merged
