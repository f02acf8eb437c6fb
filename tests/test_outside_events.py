"""When somebody is busy by a calendar of elsewhere: repeats, whole days, clock changes, nonsense."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.agendas.outside_events import Unreadable, busy_times

BRUSSELS = ZoneInfo("Europe/Brussels")
EVERY_MINUTE = ",".join(map(str, range(60)))
START = datetime(2027, 3, 22, tzinfo=UTC)
END = datetime(2027, 4, 26, tzinfo=UTC)
TIMED = "DTSTART;TZID=Europe/Brussels:20270325T100000\nDTEND;TZID=Europe/Brussels:20270325T110000"


def event(*lines: str) -> str:
    return "\n".join(("BEGIN:VEVENT", "UID:one@elsewhere", "DTSTAMP:20270101T000000Z", *lines, "END:VEVENT"))


def calendar(*events: str) -> bytes:
    parts = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *events, "END:VCALENDAR", "")
    return "\n".join(parts).replace("\n", "\r\n").encode()


def busy(*events: str) -> list[tuple[str, str]]:
    """From and to, in the wall time of Brussels."""
    found = busy_times([calendar(*events)], BRUSSELS, START, END)
    return [(wall(begin), wall(until)) for begin, until in found]


def wall(at: datetime) -> str:
    return f"{at.astimezone(BRUSSELS):%m-%d %H:%M}"


def test_an_event_takes_its_time() -> None:
    assert busy(event(TIMED, "SUMMARY:a canary")) == [("03-25 10:00", "03-25 11:00")]


@pytest.mark.parametrize(
    "line",
    [
        "TRANSP:TRANSPARENT",
        "STATUS:CANCELLED",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",
    ],
)
def test_what_is_free_or_off_takes_none(line: str) -> None:
    assert busy(event(TIMED, line)) == []


def test_our_own_visits_that_come_back_are_left_out() -> None:
    assert busy(event(TIMED).replace("one@elsewhere", "0a1b@opstap")) == []


def test_a_whole_day_is_that_of_the_organisation() -> None:
    assert busy(event("DTSTART;VALUE=DATE:20270328", "DTEND;VALUE=DATE:20270329")) == [("03-28 00:00", "03-29 00:00")]
    (day,) = busy_times([calendar(event("DTSTART;VALUE=DATE:20270328"))], BRUSSELS, START, END)
    assert day[1] - day[0] == timedelta(hours=23)  # the clocks are set forward that night


def test_a_floating_time_is_that_of_the_organisation() -> None:
    assert busy(event("DTSTART:20270402T140000", "DURATION:PT90M")) == [("04-02 14:00", "04-02 15:30")]


def test_a_weekly_event_keeps_its_wall_time_over_the_clock_change() -> None:
    weekly = event(TIMED, "RRULE:FREQ=WEEKLY;COUNT=3")
    assert busy(weekly) == [(f"{day} 10:00", f"{day} 11:00") for day in ("03-25", "04-01", "04-08")]


def test_repeats_that_are_left_out_moved_or_added() -> None:
    series = event(
        TIMED,
        "RRULE:FREQ=DAILY;COUNT=4",
        "EXDATE;TZID=Europe/Brussels:20270326T100000",
        "RDATE;TZID=Europe/Brussels:20270405T100000",
    )
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Brussels:20270327T100000",
        "DTSTART;TZID=Europe/Brussels:20270327T150000",
        "DTEND;TZID=Europe/Brussels:20270327T160000",
    )
    assert [begin for begin, _ in busy(series, moved)] == ["03-25 10:00", "03-27 15:00", "03-28 10:00", "04-05 10:00"]


def test_an_endless_series_that_began_long_ago_is_seen_within_the_horizon_only() -> None:
    begun = event("DTSTART:20150105T080000Z", "DTEND:20150105T090000Z", "RRULE:FREQ=WEEKLY;BYDAY=MO,TH")
    found = busy_times([calendar(begun)], BRUSSELS, START, END)
    assert len(found) == 10
    assert min(begin for begin, _ in found) >= START
    assert max(until for _, until in found) <= END


def test_times_that_touch_become_one() -> None:
    one = event("DTSTART:20270325T080000Z", "DTEND:20270325T090000Z")
    next_one = event("DTSTART:20270325T090000Z", "DTEND:20270325T100000Z").replace("one@", "two@")
    within = event("DTSTART:20270325T081500Z", "DTEND:20270325T083000Z").replace("one@", "three@")
    assert busy(one, next_one, within) == [("03-25 09:00", "03-25 11:00")]


def test_outlook_s_own_names_of_zones_are_understood() -> None:
    named = TIMED.replace("Europe/Brussels", "Romance Standard Time")
    assert busy(event(named)) == [("03-25 10:00", "03-25 11:00")]


def test_a_calendar_that_only_tells_when_somebody_is_busy() -> None:
    periods = "FREEBUSY:20270325T090000Z/20270325T100000Z,20270326T090000Z/PT30M"
    free = "FREEBUSY;FBTYPE=FREE:20270327T090000Z/20270327T100000Z"
    told = "\n".join(("BEGIN:VFREEBUSY", "UID:x", "DTSTAMP:20270101T000000Z", periods, free, "END:VFREEBUSY"))
    assert busy(told) == [("03-25 10:00", "03-25 11:00"), ("03-26 10:00", "03-26 10:30")]


def test_what_is_over_is_not_read_and_what_still_lasts_is() -> None:
    over = [event("DTSTART:20200101T080000Z", "DTEND:20200101T090000Z") for _ in range(3000)]
    lasts = event("DTSTART;VALUE=DATE:20270301", "DTEND;VALUE=DATE:20270324")
    assert busy(*over, lasts) == [("03-22 01:00", "03-24 00:00")]


def test_one_bad_event_does_not_hide_the_others() -> None:
    backwards = event("DTSTART:20270325T080000Z", "DTEND:20270324T080000Z").replace("one@", "two@")
    never = event("DTSTART:tomorrow", "RRULE:FREQ=SOMETIMES").replace("one@", "three@")
    assert ("03-25 10:00", "03-25 11:00") in busy(backwards, never, event(TIMED))


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"<html><body>Sign in</body></html>",
        b"BEGIN:VCARD\r\nEND:VCARD\r\n",
        b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n",
        calendar(event(TIMED))[:-20],
        bytes(range(256)) * 10,
    ],
)
def test_what_is_no_whole_calendar_is_never_taken_for_an_empty_one(file: bytes) -> None:
    with pytest.raises(Unreadable):
        busy_times([file], BRUSSELS, START, END)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY",
        f"FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE={EVERY_MINUTE}",
    ],
)
def test_a_rule_that_repeats_without_measure_is_refused_at_once(rule: str) -> None:
    endless = event("DTSTART:19000101T080000Z", "DTEND:19000101T090000Z", f"RRULE:{rule}")
    with pytest.raises(Unreadable):
        busy_times([calendar(endless)], BRUSSELS, START, END)


@given(st.binary(max_size=400), st.integers(0, 300))
def test_no_file_whatever_brings_the_reader_down(noise: bytes, at: int) -> None:
    whole = calendar(event(TIMED, "RRULE:FREQ=WEEKLY;COUNT=3"))
    for file in (noise, b"BEGIN:VCALENDAR\r\n" + noise, whole[:at] + noise + whole[at:]):
        with suppress(Unreadable):
            busy_times([file], BRUSSELS, START, END)


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 300)), max_size=20))
def test_what_comes_out_is_in_order_apart_and_covers_what_went_in(spans: list[tuple[int, int]]) -> None:
    times = [(START + timedelta(minutes=at), START + timedelta(minutes=at + length)) for at, length in spans]
    events = (
        event(f"DTSTART:{begin:%Y%m%dT%H%M%SZ}", f"DTEND:{until:%Y%m%dT%H%M%SZ}").replace("one@", f"{number}@")
        for number, (begin, until) in enumerate(times)
    )
    found = busy_times([calendar(*events)], BRUSSELS, START, END)
    assert all(before[1] < after[0] for before, after in pairwise(found))
    minutes = {START + timedelta(minutes=at + more) for at, length in spans for more in range(length)}
    assert sum(((until - begin) for begin, until in found), timedelta()) == timedelta(minutes=len(minutes))
