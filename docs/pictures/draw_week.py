"""Draws the week of ``docs/calendar.md`` with the calendar itself: ``python docs/pictures/draw_week.py``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from casework.hours.calendar import hours_on, is_closed, is_public_holiday, is_rest_day, open_times, working
from casework.house.organisations import load_organisations
from casework.visiting.diary import Busy, Diary
from casework.visiting.slot_rules import held, starts
from casework.visiting.slots import Wanted, find_times
from flows.svg import FONT, rectangle, text

HERE = Path(__file__).parent
GENK = load_organisations(HERE.parent.parent / "organisations")["genk"]
COACH = GENK.coaches["mehmet"]
MONDAY = date(2027, 5, 3)
NOW = datetime(2027, 5, 3, 7, 30, tzinfo=UTC)
TAKEN = datetime(2027, 5, 4, 12, 0, tzinfo=UTC)
FIRST, LAST = 7, 21
TOP, LEFT, DAY, HOUR = 70.0, 60.0, 150.0, 36.0
HIGH = HOUR * (LAST - FIRST)
COLOURS = {
    "quiet": ("#e3e3ea", "quiet hours: no message of our own accord"),
    "open": ("#fdf1c7", "the house is open"),
    "coach": ("#cfe3f7", "Mehmet works there"),
    "early": ("#eeeeee", "too soon: a day's notice"),
    "free": ("#8fd19e", "a free time, 45 minutes"),
    "taken": ("#3f72af", "a visit"),
    "buffer": ("#9bb8d9", "its buffer, 15 minutes"),
}


def x(day: date) -> float:
    return LEFT + DAY * (day - MONDAY).days


def y(at: datetime) -> float:
    local = at.astimezone(GENK.tz)
    return TOP + HOUR * (local.hour + local.minute / 60 - FIRST)


def box(name: str, start: datetime, end: datetime, inset: float = 0) -> str:
    day, edge = start.astimezone(GENK.tz).date(), {"stroke": "#5a6b7b", "stroke_width": 0.6} if inset else {}
    high = y(end) - y(start)
    return rectangle(x(day) + 1 + inset, y(start), DAY - 2 - 2 * inset, high, fill=COLOURS[name][0], **edge)


def columns() -> Iterator[str]:
    for day in (MONDAY + timedelta(days=number) for number in range(7)):
        why = "holiday" if is_public_holiday(day) else "bridge day" if is_closed(GENK, day) else ""
        yield text(x(day) + 8, 30, f"{day:%A %-d %B}", 14, font_weight="bold")
        yield text(x(day) + 8, 48, why or ("closed" if not open_times(GENK, day) else ""), 12, fill="#8a2b2b")
        yield rectangle(x(day), TOP, DAY, HIGH, fill="#ffffff", stroke="#9aa5b1", stroke_width=0.8)
        for first, hours in ((0, LAST - FIRST),) if is_rest_day(day) else ((0, 1), (LAST - FIRST - 1, 1)):
            yield rectangle(x(day) + 1, TOP + HOUR * first, DAY - 2, HOUR * hours, fill=COLOURS["quiet"][0])
        yield from (box("open", stretch.start, stretch.end) for stretch in open_times(GENK, day))
        for stretch in working(GENK, COACH, day):
            yield box("coach", stretch.start, stretch.end, 12)
        if hours_on(GENK, COACH, day):
            yield text(
                x(day) + 8, TOP + HOUR * (17 - FIRST) + 4, working(GENK, COACH, day)[0].place, 11, fill="#44566c"
            )


def visits() -> Iterator[str]:
    begin, end = held(GENK.visit, TAKEN)
    over = TAKEN + timedelta(minutes=GENK.visit.minutes)
    alone = Wanted("nl", limit=99, a_day=99, earlier=COACH.id)
    free = {slot.start for slot in find_times(GENK, alone, Diary.of([Busy(COACH.id, begin, end)]), NOW).slots}
    for day in (MONDAY + timedelta(days=number) for number in range(7)):
        for start, _ in starts(GENK, GENK.visit, "office", COACH, day):
            if start != TAKEN:
                name = "free" if start in free else "early"
                yield box(name, start, start + timedelta(minutes=GENK.visit.minutes), 24)
    yield box("taken", TAKEN, over, 24)
    yield box("buffer", over, end, 24)


def legend() -> Iterator[str]:
    for number, (colour, said) in enumerate(COLOURS.values()):
        across, down = LEFT + (0, 330, 540, 780)[number % 4], TOP + HIGH + 18 + 24 * (number // 4)
        yield rectangle(across, down, 16, 16, fill=colour, stroke="#5a6b7b", stroke_width=0.6)
        yield text(across + 24, down, said, 13)


def picture() -> str:
    hours = (text(12, TOP + HOUR * (hour - FIRST) - 7, f"{hour}:00", 12, fill="#44566c") for hour in range(FIRST, LAST))
    wide, high = LEFT + DAY * 7 + 20, TOP + HIGH + 74
    drawn = "\n".join((*hours, *columns(), *visits(), *legend()))
    title = "A week of one coach: when the house is open, when he works, and which times are free"
    paper = rectangle(0, 0, wide, high, fill="#ffffff")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" font-family="{FONT}" role="img"'
        f' aria-label="{title}">\n<title>{title}</title>\n{paper}\n{drawn}\n</svg>\n'
    )


if __name__ == "__main__":
    (HERE / "week.svg").write_text(picture(), encoding="utf-8")
