"""A small organisation for tests of the calendar and of booking."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from sqlmodel import Session

from casework.hours.notation import Days, Shift, Span
from casework.house.organisation import Area, Coach, Organisation, Place, Reminder, Visit
from storage.insert import insert_new
from storage.tables import Person

WORKDAYS = range(5)
OPEN = (Shift(time(9), time(12)), Shift(time(13), time(17)))
ROUND_THE_CLOCK = {weekday: (Shift(time(0), time(23, 55)),) for weekday in range(7)}
REMINDERS = (Reminder("remind_day", Span(days=1)), Reminder("remind_hours", Span(hours=2)))


def texts(text: str) -> dict[str, str]:
    return {"nl": text, "fr": f"{text} (fr)"}


def coach(id: str, **changes: Any) -> Coach:
    facts: dict[str, Any] = {"languages": ("nl",), "places": ("hall",), "hours": dict.fromkeys(WORKDAYS, OPEN)}
    return Coach(id=id, name=f"Coach {id}", **(facts | changes))


def visit(**changes: Any) -> Visit:
    facts: dict[str, Any] = {"id": "visit", "minutes": 60, "starts_every": 60, "notice_hours": 24, "horizon_days": 14}
    return Visit(**(facts | changes))


USUAL = visit()


def house(*coaches: Coach, visit: Visit | None = None, **changes: Any) -> Organisation:
    """A house with these coaches; ``visit`` is its usual kind of visit."""
    facts: dict[str, Any] = {
        "id": "demo",
        "name": "Demo",
        "language_policy": "nl+fr",
        "languages": ("nl", "fr"),
        "zone": "Europe/Brussels",
        "areas": (Area(frozenset({"3600"}), date(2020, 1, 1)),),
        "places": {id: Place(id, id.title(), "Straat 1", texts("Bel aan.")) for id in ("hall", "annex")},
        "coaches": {one.id: one for one in coaches or (coach("an"),)},
        "opening_hours": ROUND_THE_CLOCK,
        "visits": {"visit": visit or USUAL},
        "quiet": (time(20), time(8)),
        "reminders": REMINDERS,
        "phone": "000",
        "phone_line": texts("Bel 000."),
        "walk_in_line": texts("Kom langs."),
        "data_goes_to": texts("Je coach."),
    }
    return Organisation(**(facts | changes))


def one_day(day: date) -> tuple[Days, ...]:
    return (Days(day, day),)


def settle(session: Session, *names: str) -> None:
    """People of the house, by their ids."""
    for name in names:
        facts = {"organisation": "demo", "language": "nl", "wrapped_key": b""}
        insert_new(session, Person, id=name, created_at=datetime(2027, 1, 1, tzinfo=UTC), **facts)
