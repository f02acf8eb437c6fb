"""A group session as an organisation writes it down: what, when, where, for how many and for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field
from datetime import date, time
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Field, PlainValidator
from pydantic.dataclasses import dataclass

from casework.hours.notation import Ahead, Clock, Id, Language, Span, Texts, misread
from casework.offers.written_conditions import BadCondition, read_condition
from flows.conditions import ALWAYS, Condition

Kind: TypeAlias = Literal["information", "workshop", "training", "company_visit", "speed_date", "network"]
Flaw: TypeAlias = tuple[tuple[str, ...], str, str]
"""Where under the session, what is wrong there, and what to do."""

STRICT = ConfigDict(extra="forbid", defer_build=True)
MOST_SEATS = 500
LONGEST_TITLE = 60
"""Characters of a title: it stands in a list, read on a phone."""


def _read_condition(written: Any) -> Any:
    """As under ``when:`` in a flow file; here every number comes as text."""
    if not isinstance(written, dict | str | list):
        return written
    try:
        return read_condition(written)
    except BadCondition as bad:
        raise misread(bad.problem, bad.remedy) from None


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class Bus:
    """People are taken along: the bus leaves from ``stop`` at ``leaves``, on the day of the session."""

    stop: Texts
    leaves: Clock


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class GroupSession:
    """One event. It is held at ``place`` (one of the organisation) or at ``address``, in each of ``languages``.

    ``host`` is the company that receives people; with ``interview`` they can have a job talk there. Who is offered a
    seat has ``answer_within`` to answer. What ``discreet`` is called stands in no message of our own accord.
    ``trainers`` are who teach, ``jobs`` what the company looks for people for.
    """

    id: Id
    kind: Kind
    title: Texts
    day: date
    start: Clock
    end: Clock
    seats: Annotated[int, Field(ge=1, le=MOST_SEATS)]
    languages: tuple[Language, ...]
    place: str | None = None
    address: str = ""
    bus: Bus | None = None
    host: str = ""
    interview: bool = False
    sign_up_until: date | None = None
    bring: Texts = field(default_factory=dict)
    fits: Annotated[Condition, PlainValidator(_read_condition)] = ALWAYS
    answer_within: Ahead = Span(hours=12)
    discreet: bool = False
    trainers: tuple[str, ...] = ()
    jobs: Texts = field(default_factory=dict)

    @property
    def meets(self) -> time:
        """When people must be there: for the bus, or else for the session itself."""
        return self.bus.leaves if self.bus else self.start


def flaws(group: GroupSession, places: Collection[str], languages: Collection[str]) -> Iterator[Flaw]:
    """What does not fit together in ``group``, of an organisation with these places and languages."""
    yield from _times(group)
    yield from _where(group, places)
    yield from _texts(group, languages)
    if group.kind == "company_visit" and not group.host:
        yield ("host",), "nobody says which company it is", "add a line 'host: ...'"
    if group.interview and not group.host:
        yield ("interview",), "nobody says with whom the job talk is", "add a line 'host: ...'"
    if group.jobs and not group.host:
        yield ("jobs",), "nobody says which company has these jobs", "add a line 'host: ...'"
    if not group.answer_within.as_timedelta():
        yield ("answer_within",), "nobody answers in no time", "write a span such as 12 hours"


def _times(group: GroupSession) -> Iterator[Flaw]:
    if group.start >= group.end:
        yield ("end",), "it ends before it begins", "write the earlier time under 'start'"
    if group.bus and group.bus.leaves > group.start:
        yield ("bus", "leaves"), "the bus leaves after the session has begun", "write an earlier time"
    if group.sign_up_until and group.sign_up_until > group.day:
        yield ("sign_up_until",), "one could sign up after the session", "write its day or an earlier one"


def _where(group: GroupSession, places: Collection[str]) -> Iterator[Flaw]:
    if group.place and group.address:
        yield ("address",), "it is held at a place and at an address", "keep one of the two"
    elif group.place and group.place not in places:
        yield ("place",), f"no place '{group.place}'", f"name one of {', '.join(places)}"
    elif not group.place and not group.address:
        yield (), "nobody says where it is", "add a line 'place: ...' or 'address: ...'"


def _texts(group: GroupSession, languages: Collection[str]) -> Iterator[Flaw]:
    held_in = [language for language in languages if language in group.languages]
    if not held_in:
        yield ("languages",), "nobody is spoken with in such a language", f"name one of {', '.join(languages)}"
    for part, texts in _written(group):
        for language in held_in:
            if texts and not texts.get(language):
                yield part, f"no text in '{language}'", f"add a line '{language}: ...'"
    for language, title in group.title.items():
        if len(title) > LONGEST_TITLE:
            yield ("title", language), "the title is too long for a list", f"use {LONGEST_TITLE} characters"
    if not group.title:
        yield ("title",), "it has no name", "add a line with its language: 'nl: ...'"


def _written(group: GroupSession) -> Iterator[tuple[tuple[str, ...], Mapping[str, str]]]:
    yield ("title",), group.title
    yield ("bring",), group.bring
    yield ("jobs",), group.jobs
    if group.bus:
        yield ("bus", "stop"), group.bus.stop
