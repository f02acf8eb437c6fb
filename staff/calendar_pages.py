"""The calendar: a coach's week with visits and free times, and the times to which a visit on it can be moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from aiohttp import web
from babel.dates import format_date

from casework.house.organisation import Organisation
from casework.visiting.moving_times import times_for
from casework.visiting.week import WEEK, Asked, Day, monday_of, week, whose
from flows.heard import Slot
from staff.calendar_grid import Grid, grid_of
from staff.door import SIGNED_IN, Route
from staff.office import OFFICE
from staff.pages import language_of, page
from storage.tables import Appointment

ID = "{id:[0-9a-f]{1,32}}"
NOTES = ("moved", "asked", "cancelled", "attended", "missed", "kept", "booked", "taken", "changed", "not_now", "saved")
FARTHEST = timedelta(days=10 * 366)


async def show_calendar(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    organisation, now = office.organisations[account.organisation], office.now()
    coach = whose(organisation, account, request.query.get("coach", ""))
    if coach is None:
        raise web.HTTPNotFound
    asked = Asked(coach, day_of(request, organisation, now), now)
    found = await office.ledger.write(
        partial(week, vault=office.vault, organisation=organisation, account=account, asked=asked)
    )
    grid = grid_of(found, organisation.tz)
    note = request.query.get("note", "")
    return page(
        request,
        "calendar.html",
        week=found,
        grid=grid,
        in_order=in_order,
        minutes=lambda count: timedelta(minutes=count),
        around=_around(asked.day),
        day_name=partial(day_name, language=language_of(request)),
        today=now.astimezone(organisation.tz).date(),
        now=now,
        coaches=[each for each in organisation.coaches.values() if each.bookable],
        note=note if note in NOTES else "",
        new=request.query.get("visit", ""),
    )


def in_order(day: Day) -> list[tuple[str, Any]]:
    """What stands on a day besides its hours, by when it begins."""
    found: list[tuple[datetime, str, Any]] = [(each.starts_at, "busy", each) for each in day.busy]
    found += [(visit.starts_at, "visit", visit) for visit in day.visits]
    found += [(slot.start, "free", slot) for slot in day.free]
    return [(kind, each) for _, kind, each in sorted(found, key=lambda one: one[:2])]


def by_day(slots: Sequence[Slot]) -> list[tuple[datetime, list[Slot]]]:
    """The times of each day, with the first of them to name the day by."""
    days = (list(found) for _, found in groupby(slots, key=lambda slot: slot.start.date()))
    return [(found[0].start, found) for found in days]


def day_of(request: web.Request, organisation: Organisation, now: datetime) -> date:
    """The date in the address, if it is one of these years; else today."""
    today = now.astimezone(organisation.tz).date()
    try:
        day = date.fromisoformat(request.query.get("day", ""))
    except ValueError:
        return today
    return day if abs(day - today) < FARTHEST else today


def _around(day: date) -> dict[str, date]:
    monday = monday_of(day)
    return {"before": monday - timedelta(days=WEEK), "this": monday, "after": monday + timedelta(days=WEEK)}


def day_name(day: date, language: str, pattern: str = "EEE d MMM") -> str:
    return format_date(day, pattern, locale=language)


async def show_times(request: web.Request) -> web.Response:
    """Where on this week's page the visit can be put down, for the script that moves it."""
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    organisation, now = office.organisations[account.organisation], office.now()
    day = day_of(request, organisation, now)
    found = await office.ledger.read(
        lambda session: times_for(session, organisation, account, id, (monday_of(day), WEEK, now))
    )
    if found is None:
        raise web.HTTPNotFound
    visit, slots = found
    language, grid = language_of(request), Grid(*_hours(request), WEEK, organisation.tz)
    return web.json_response([_target(grid, slot, organisation, language) for slot in slots if not _same(slot, visit)])


def _hours(request: web.Request) -> tuple[int, int]:
    """The first and the last hour of the grid on the page."""
    sent = [request.query.get(name, "") for name in ("first", "last")]
    first, last = (int(hour) if hour.isascii() and hour.isdecimal() and len(hour) < 3 else 0 for hour in sent)
    return (first, last) if first < last <= 24 else (0, 24)


def _same(slot: Slot, visit: Appointment) -> bool:
    return slot.start == visit.starts_at and slot.place == visit.place


def _target(grid: Grid, slot: Slot, organisation: Organisation, language: str) -> dict[str, str]:
    day = slot.start.date()
    place = organisation.places.get(slot.place)
    clock = f"{slot.start:%H:%M}"
    return {
        "slot": slot.value,
        "day": day.isoformat(),
        "place": grid.place(slot.start, slot.start + timedelta(minutes=slot.minutes), day),
        "clock": clock,
        "label": f"{day_name(day, language, 'EEEE d MMMM')}, {clock}" + (f", {place.name}" if place else ""),
    }


ROUTES = (
    Route("GET", "/calendar", "calendar", show_calendar, "see_calendar"),
    Route("GET", f"/visits/{ID}/times", "visit_times", show_times, "book"),
)
