"""Calendar files, read back as any agenda would: times, clock changes, changes of a visit, and what stands in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component

from casework.hours.clock_changes import clock_changes
from casework.visiting.calendar_file import Entry, Method, State, calendar_file

BRUSSELS = ZoneInfo("Europe/Brussels")
NINE = datetime(2027, 3, 25, 9, tzinfo=UTC)
VISIT = Entry(
    uid="a1b2",
    sequence=1,
    starts_at=NINE,
    ends_at=NINE + timedelta(minutes=45),
    zone="Europe/Brussels",
    stamp=NINE - timedelta(days=1),
    summary="Afspraak: Stad Ergens",
)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200)


def read(entry: Entry, method: Method = "PUBLISH") -> Component:
    return Calendar.from_ical(calendar_file((entry,), method)).walk("VEVENT")[0]


def test_an_agenda_shows_the_wall_time_that_was_agreed() -> None:
    written = calendar_file((VISIT,), "PUBLISH").decode()
    assert "DTSTART;TZID=Europe/Brussels:20270325T100000" in written
    assert "DTEND;TZID=Europe/Brussels:20270325T104500" in written
    assert "DTSTAMP:20270324T090000Z" in written


def test_a_moved_visit_is_the_same_event_with_a_higher_number() -> None:
    later = replace(VISIT, sequence=2, starts_at=NINE + timedelta(days=1), ends_at=NINE + timedelta(days=1, hours=1))
    before, after = read(VISIT), read(later)
    assert before["UID"] == after["UID"] == "a1b2@opstap"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 2)


@pytest.mark.parametrize(
    ("state", "method", "shown_as"),
    [("CONFIRMED", "PUBLISH", "OPAQUE"), ("TENTATIVE", "PUBLISH", "OPAQUE"), ("CANCELLED", "CANCEL", "TRANSPARENT")],
)
def test_what_is_off_no_longer_takes_time(state: State, method: Method, shown_as: str) -> None:
    calendar = Calendar.from_ical(calendar_file((replace(VISIT, state=state),), method))
    event = calendar.walk("VEVENT")[0]
    assert (calendar["METHOD"], event["STATUS"], event["TRANSP"]) == (method, state, shown_as)


@given(summary=TEXTS, description=TEXTS, location=TEXTS)
def test_any_text_comes_back_as_it_was(summary: str, description: str, location: str) -> None:
    event = read(replace(VISIT, summary=summary, description=description, location=location))
    assert (event["SUMMARY"], event["DESCRIPTION"], event["LOCATION"]) == (summary, description, location)


@given(text=TEXTS)
def test_no_line_is_longer_than_agendas_take(text: str) -> None:
    written = calendar_file((replace(VISIT, summary=text, description=text),), "PUBLISH")
    assert written.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))


@given(moment=st.datetimes(datetime(2026, 1, 1), datetime(2037, 12, 31)), minutes=st.integers(5, 480))
def test_any_moment_to_2037_comes_back_as_it_was(moment: datetime, minutes: int) -> None:
    start = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    if start.astimezone(BRUSSELS).fold or (start + timedelta(minutes=minutes)).astimezone(BRUSSELS).fold:
        return  # a wall time that comes twice; no visit begins in that hour of the night
    event = read(replace(VISIT, starts_at=start, ends_at=start + timedelta(minutes=minutes)))
    assert event.start.astimezone(UTC) == start
    assert event.end.astimezone(UTC) == start + timedelta(minutes=minutes)


def test_each_clock_change_to_2037_stands_at_the_wall_time_when_it_comes() -> None:
    entries = [replace(VISIT, uid=str(year), starts_at=at, ends_at=at + timedelta(hours=1)) for year, at in mondays()]
    zone = Calendar.from_ical(calendar_file(entries, "PUBLISH")).walk("VTIMEZONE")[0]
    begins = {(part.name, part["DTSTART"].dt) for part in zone.subcomponents}
    for year in range(2026, 2038):
        (spring,) = [at for name, at in begins if name == "DAYLIGHT" and at.year == year]
        (autumn,) = [at for name, at in begins if name == "STANDARD" and at.year == year and at.month == 10]
        assert (spring.month, spring.weekday(), spring.hour) == (3, 6, 2)
        assert (autumn.weekday(), autumn.hour) == (6, 3)
        assert spring.day > 24
        assert autumn.day > 24


def mondays() -> list[tuple[int, datetime]]:
    return [(year, datetime(year, 6, 1, 9, tzinfo=UTC)) for year in range(2026, 2038)]


def test_a_zone_without_clock_changes_has_none() -> None:
    assert not list(clock_changes(ZoneInfo("UTC"), NINE, NINE + timedelta(days=800)))


def test_a_calendar_to_be_looked_at_again_says_how_often() -> None:
    calendar = Calendar.from_ical(calendar_file((VISIT,), "PUBLISH", "Afspraak: Stad Ergens"))
    assert calendar["X-WR-CALNAME"] == "Afspraak: Stad Ergens"
    assert calendar["X-PUBLISHED-TTL"] == "PT15M"


def test_nothing_to_show_is_an_empty_calendar() -> None:
    calendar = Calendar.from_ical(calendar_file((), "PUBLISH", "leeg"))
    assert not calendar.subcomponents
