"""The group sessions of a person in words a coach can read: which, when, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from casework.cases.summary import Line, Section
from casework.house.organisation import Organisation
from casework.sessions.group_sessions import starts_at
from flows.dates import long_date
from flows.french_signs import colon
from flows.messages import Phrase
from flows.wording import Wording
from storage.tables import Enrolment

STATES: Mapping[str, Phrase] = {
    "waiting": Phrase("on the waiting list"),
    "offered": Phrase("a seat is offered, no answer yet"),
    "enrolled": Phrase("signed up"),
    "cancelled": Phrase("signed off"),
    "declined": Phrase("said no to a seat"),
    "expired": Phrase("did not answer in time"),
    "attended": Phrase("was there"),
    "absent": Phrase("was not there"),
}
OUTCOMES: Mapping[str, Phrase] = {
    "coming": Phrase("has said to come"),
    "interview_held": Phrase("had a job talk"),
    "second_talk": Phrase("is invited for a second talk"),
    "trial": Phrase("may try out the work"),
    "hired": Phrase("is hired"),
    "training": Phrase("follows a training"),
    "nothing_yet": Phrase("nothing came of it yet"),
}
WISHES_TALK = Phrase("wants a job talk")


def session_section(
    organisation: Organisation, places: Iterable[Enrolment], wording: Wording, language: str
) -> tuple[Section, ...]:
    """A line for each session, the earliest first; nothing for who never asked for one."""
    known = [place for place in places if place.session in organisation.sessions]
    known.sort(key=lambda place: starts_at(organisation, organisation.sessions[place.session]))
    lines = tuple(_line(organisation, place, wording, language) for place in known)
    return (Section("sessions", lines),) if lines else ()


def _line(organisation: Organisation, place: Enrolment, wording: Wording, language: str) -> Line:
    group = organisation.sessions[place.session]
    title = group.title.get(language) or next(iter(group.title.values()))
    when = long_date(starts_at(organisation, group), language, organisation.tz)
    words = ", ".join(wording.translate(phrase.source, language) for phrase in _told(place))
    return Line(group.id, title, f"{when}{colon(language)} {words}", "A")


def _told(place: Enrolment) -> Iterator[Phrase]:
    yield STATES[place.state]
    if place.interview:
        yield WISHES_TALK
    if outcome := OUTCOMES.get(place.outcome or ""):
        yield outcome
