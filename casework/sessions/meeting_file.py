"""A meeting of staff alone, as an organisation writes it down: it stands in their calendar and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Literal, TypeAlias

from pydantic.dataclasses import dataclass

from casework.hours.notation import Clock, Id, Texts
from casework.sessions.session_file import STRICT, Flaw

MeetingKind: TypeAlias = Literal["learning", "company", "meeting"]


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class Meeting:
    """On each of ``days`` at the same hours. ``learning``: with colleagues of other places; ``company``: a working
    visit to ``host``. Nobody signs up, and no person is ever told of it.
    """

    id: Id
    kind: MeetingKind
    title: Texts
    days: tuple[date, ...]
    start: Clock
    end: Clock
    address: str
    host: str = ""


def meetings_on(meetings: Mapping[str, Meeting], day: date) -> list[Meeting]:
    """The earliest first."""
    return sorted((each for each in meetings.values() if day in each.days), key=lambda each: (each.start, each.id))


def flaws_of_meeting(meeting: Meeting, languages: Collection[str]) -> Iterator[Flaw]:
    """What does not fit together in it, of an organisation with these languages."""
    if meeting.start >= meeting.end:
        yield ("end",), "it ends before it begins", "write the earlier time under 'start'"
    if not meeting.days:
        yield ("days",), "it is on no day", "write a day such as [2027-03-18]"
    if len(set(meeting.days)) < len(meeting.days):
        yield ("days",), "a day stands there twice", "write each day once"
    if not any(meeting.title.get(language) for language in languages):
        yield ("title",), "it has no name", f"add a line with its language: '{next(iter(languages), 'nl')}: ...'"
    if meeting.kind == "company" and not meeting.host:
        yield ("host",), "nobody says which company is visited", "add a line 'host: ...'"
