"""Visits as a calendar file (iCalendar, RFC 5545) that any agenda reads: values in, bytes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Event, Timezone

Method: TypeAlias = Literal["PUBLISH", "CANCEL"]
State: TypeAlias = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]

MIME = "text/calendar"
PRODUCT = "-//Opstap//Opstap//EN"
OURS = "@opstap"
"""How the ids of our own visits end, so that one that comes back from an agenda elsewhere is known."""
EVERY = timedelta(minutes=15)
"""How often an agenda may look for news."""
ROOM = timedelta(days=400)
"""Around the visits, the time of whose clock changes a file tells."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit in a calendar. ``sequence`` grows with each change; ``stamp`` is when this was so (aware).

    ``starts_at`` and ``ends_at`` are aware; in the file they are wall times of ``zone``.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    stamp: datetime
    summary: str
    description: str = ""
    location: str = ""
    state: State = "CONFIRMED"


def calendar_file(entries: Sequence[Entry], method: Method, name: str = "") -> bytes:
    """One file with these visits; with a ``name`` it is a calendar to be looked at again and again."""
    from icalendar import Calendar  # with the first file that is written: it would slow every start

    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
    if name:
        calendar.add("NAME", name)
        calendar.add("X-WR-CALNAME", name)
        calendar.add("REFRESH-INTERVAL", EVERY, parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", f"PT{EVERY.seconds // 60}M")
    for zone in _zones(entries):
        calendar.add_component(zone)
    for entry in entries:
        calendar.add_component(_event(entry))
    written: bytes = calendar.to_ical()
    return written


def _zones(entries: Sequence[Entry]) -> Iterable[Timezone]:
    if not entries:
        return
    from casework.hours.clock_changes import zone_component

    first = (min(entry.starts_at for entry in entries) - ROOM).year
    last = (max(entry.ends_at for entry in entries) + ROOM).year
    for zone in sorted({entry.zone for entry in entries}):
        yield zone_component(zone, first, last)


def _event(entry: Entry) -> Event:
    from icalendar import Event

    zone = ZoneInfo(entry.zone)
    event = Event()
    event.add("UID", f"{entry.uid}{OURS}")
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", entry.stamp)
    event.add("DTSTART", entry.starts_at.astimezone(zone))
    event.add("DTEND", entry.ends_at.astimezone(zone))
    event.add("SUMMARY", entry.summary)
    event.add("STATUS", entry.state)
    event.add("TRANSP", "TRANSPARENT" if entry.state == "CANCELLED" else "OPAQUE")
    event.add("CLASS", "PRIVATE")
    for name, text in (("DESCRIPTION", entry.description), ("LOCATION", entry.location)):
        if text:
            event.add(name, text)
    return event
