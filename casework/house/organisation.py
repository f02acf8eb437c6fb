"""An organisation as data: its area, languages, places, coaches, hours, visits and reminders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from casework.door.sign_in_file import Email, SignIn
from casework.hours.notation import (
    GRAIN,
    Ahead,
    ByKey,
    Id,
    Language,
    Link,
    Postcodes,
    Quiet,
    Service,
    Shifts,
    SomeDays,
    Span,
    Texts,
    Week,
    YearlyDays,
)
from casework.house.faq import Frequent
from casework.local_work.work_file import LocalWork, Pot
from casework.offers.law import Rule
from casework.sessions.meeting_file import Meeting
from casework.sessions.session_file import GroupSession
from casework.steps.step_file import SmallSteps
from casework.talk.replies import Reply

STRICT = ConfigDict(extra="forbid", defer_build=True)
Minutes: TypeAlias = Annotated[int, Field(ge=0, multiple_of=GRAIN)]
Policy: TypeAlias = Literal["nl", "nl+fr_on_request", "nl+fr_support", "nl+fr", "fr"]
Role: TypeAlias = Literal[
    "coach",
    "team_lead",
    "front_desk",
    "job_broker",
    "session_host",
    "coordinator",
    "regisseur",
    "partner",
    "admin",
]
Way: TypeAlias = Literal["office", "phone", "video", "partner"]
Fallback: TypeAlias = Literal["other_language", "interpreter", "other_place"]


@dataclass(frozen=True, slots=True, config=STRICT)
class Area:
    """Postcodes served from ``valid_from`` through ``valid_to``; ``place`` is the one nearest to them."""

    postcodes: Postcodes
    valid_from: date
    valid_to: date | None = None
    place: str | None = None

    def is_on(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def covers(self, postcode: str, on: date) -> bool:
        return self.is_on(on) and postcode in self.postcodes


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class Place:
    """Where people come. Who works there works within its own ``opening_hours``, if it has any, and on the dates of
    ``exceptions`` within those. The house of a ``partner`` is no office of ours.
    """

    id: Id
    name: str
    address: str
    directions: Texts
    partner: bool = False
    opening_hours: Week | None = None
    exceptions: Mapping[date, Shifts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class Coach:
    """Somebody who works there. ``exceptions`` are dated hours that replace the weekly ones.

    ``expertise`` names the answers (ids of options) that this coach knows most about; at ``video_link`` people
    meet them from home. With ``caseload`` cases no more come by themselves; those not answered in time go to
    ``substitute``. By ``email`` the organisation's own sign-in finds their account, the first time.
    """

    id: Id
    name: str
    languages: tuple[Language, ...]
    places: tuple[str, ...]
    hours: Week
    roles: tuple[Role, ...] = ("coach",)
    expertise: tuple[str, ...] = ()
    video_link: Link | None = None
    caseload: Annotated[int, Field(ge=1)] | None = None
    substitute: Id | None = None
    email: Email | None = None
    leave: SomeDays = ()
    exceptions: Mapping[date, Shifts] = field(default_factory=dict)

    @property
    def bookable(self) -> bool:
        return "coach" in self.roles


@dataclass(frozen=True, slots=True, config=STRICT)
class Reminder:
    """``before`` the visit; sent later than planned, it is still ``useful`` so long (if the file says so)."""

    kind: Literal["remind_day", "remind_hours"]
    before: Ahead
    useful: Ahead | None = None


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class Visit:
    """A kind of visit: its length and buffers, how often one may start, how soon and how far ahead.

    A coach has ``most_a_day`` visits, of whatever kind, before no more of this one are offered that day. ``ways`` are
    those that people may choose from, the usual one first. People move and cancel themselves until ``cutoff_hours``
    before; a time is held for ``hold_minutes`` while they decide. ``reminders`` replace those of the organisation,
    and tell what to ``bring``. With a ``label`` people may choose it themselves (``casework.visiting.visit_kinds``).
    """

    id: Id
    minutes: Annotated[Minutes, Field(ge=GRAIN)]
    starts_every: Annotated[Minutes, Field(ge=GRAIN)]
    notice_hours: Annotated[int, Field(ge=0)]
    horizon_days: Annotated[int, Field(ge=1)]
    buffer_before: Minutes = 0
    buffer_after: Minutes = 0
    most_a_day: Annotated[int, Field(ge=1)] | None = None
    ways: tuple[Way, ...] = ("office",)
    cutoff_hours: Annotated[int, Field(ge=0)] = 0
    hold_minutes: Annotated[int, Field(ge=1)] = 10
    reminders: tuple[Reminder, ...] | None = None
    bring: Texts = field(default_factory=dict)
    label: Texts = field(default_factory=dict)


Days: TypeAlias = Annotated[int, Field(ge=1, le=3650)]


@dataclass(frozen=True, slots=True, config=STRICT)
class Retention:
    """Days after which a person is erased with all that they said: who ``left`` before they agreed to anything, whose
    intake stayed ``unfinished``, and whose case is ``closed``; and the days after which their ``chat`` is."""

    left: Days = 7
    unfinished: Days = 30
    closed: Days = 183
    chat: Days = 30


@dataclass(frozen=True, slots=True, config=STRICT)
class OutsideAgenda:
    """An appointment system of somebody else (``docs/agenda-port.md``). What it calls ``product`` are the times of
    ``coach``, who stands for its desk; the hours of that coach say which of them we offer."""

    address: Service
    product: str
    coach: Id


TextField: TypeAlias = Literal["phone_line", "walk_in_line", "data_goes_to"]


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class Organisation:
    """One service. ``languages`` stand in the order in which they are offered; with ``voice_notes`` a voice message
    is kept for the coach of who agrees. An alert goes to the coaches ``on_duty``, or to everybody. Who is
    ``named_for_health`` sees health answers of every case, others only of their own. Who writes again after ``pause``
    is welcomed back; after a silence of ``nudge_after`` one message asks to go on. A case that is offered waits for
    ``answer_hours`` of opening before the coach is reminded (``casework.cases.first_answer``).

    The first of ``visits`` is the usual kind. Where nobody at a place speaks somebody's language, ``fallback`` says
    what to offer instead, the best first. With ``bridge_days`` the house is also shut on a single working day between
    a holiday and a weekend. Of our own accord we send one person ``messages_a_day`` at most. A coach has the talk with
    somebody until nothing was written for ``coach_talk_minutes``; ``replies`` are texts that coaches send often.
    ``retention`` says how long what people said is kept. ``rules`` are those of law.
    In a ``demonstration`` people and cases are invented; pages of the console say so.
    ``news`` says what its news is about: who comes to the end is asked whether they want it.
    ``choices`` has, by question of the flow, the options that there are here, in the order of their buttons;
    ``greeting`` what is said in place of the flow's first message, where there is any.
    ``local_work`` says how chores are counted, where people do them, and ``cheques`` which ones companies can get.
    ``small_steps`` says when people are asked how it goes with what they agreed on with their coach.
    """

    id: Id
    name: str
    language_policy: Policy
    languages: tuple[Language, ...]
    zone: str
    areas: tuple[Area, ...]
    places: Annotated[Mapping[Id, Place], ByKey]
    coaches: Annotated[Mapping[Id, Coach], ByKey]
    opening_hours: Week
    visits: Annotated[Mapping[Id, Visit], ByKey]
    quiet: Quiet
    reminders: tuple[Reminder, ...]
    phone: str
    phone_line: Texts
    walk_in_line: Texts
    data_goes_to: Texts
    closing_days: SomeDays = ()
    closed_every_year: YearlyDays = ()
    bridge_days: bool = False
    fallback: tuple[Fallback, ...] = ("other_language",)
    messages_a_day: Annotated[int, Field(ge=1)] = 3
    coach_talk_minutes: Annotated[int, Field(ge=1)] = 30
    replies: Mapping[Id, Reply] = field(default_factory=dict)
    flow: str = "intake"
    voice_notes: bool = False
    on_duty: tuple[Id, ...] = ()
    named_for_health: tuple[Id, ...] = ()
    pause: Ahead = Span(hours=12)
    nudge_after: Ahead | None = None
    answer_hours: Annotated[int, Field(ge=1)] | None = None
    sign_in: SignIn = field(default_factory=SignIn)
    faq: Mapping[Id, Frequent] = field(default_factory=dict)
    agenda: OutsideAgenda | None = None
    retention: Retention = Retention()
    sessions: Annotated[Mapping[Id, GroupSession], ByKey] = field(default_factory=dict)
    rules: Mapping[Id, Rule] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    greeting: Texts = field(default_factory=dict)
    news: Texts = field(default_factory=dict)
    local_work: LocalWork | None = None
    cheques: Annotated[Mapping[Id, Pot], ByKey] = field(default_factory=dict)
    small_steps: SmallSteps = SmallSteps()
    demonstration: bool = False
    meetings: Annotated[Mapping[Id, Meeting], ByKey] = field(default_factory=dict)

    @property
    def visit(self) -> Visit:
        """The usual kind of visit."""
        return next(iter(self.visits.values()))

    def visit_of(self, kind: str) -> Visit:
        """That kind of visit; the usual one for a kind that the file no longer has."""
        return self.visits.get(kind, self.visit)

    def reminders_of(self, kind: str) -> tuple[Reminder, ...]:
        """When to remind of a visit of that kind."""
        own = self.visit_of(kind).reminders
        return self.reminders if own is None else own

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def on_request(self) -> frozenset[str]:
        """The languages that are spoken with whoever asks, and not offered."""
        return frozenset({"fr"}) if self.language_policy == "nl+fr_on_request" else frozenset()

    @property
    def translations(self) -> frozenset[str]:
        """The languages in which our texts are marked as a translation of the Dutch ones."""
        return frozenset({"fr"}) if self.language_policy == "nl+fr_support" else frozenset()

    @property
    def area(self) -> frozenset[str]:
        """Every postcode that was, is or will be served."""
        return frozenset().union(*(area.postcodes for area in self.areas))

    def serves(self, postcode: str, on: date) -> bool:
        return any(area.covers(postcode, on) for area in self.areas)

    def nearest_place(self, postcode: str, on: date) -> str | None:
        """The place named for this postcode; ``None`` where any place will do."""
        return next((area.place for area in self.areas if area.covers(postcode, on)), None)

    def text(self, field: TextField, language: str) -> str:
        """The text in ``language``; in the organisation's first language where it has no such one."""
        texts: Texts = getattr(self, field)
        return texts.get(language) or texts[self.languages[0]]
