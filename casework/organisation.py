"""An organisation as data: its area, languages, places, coaches, hours, visits and reminders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from casework.faq import Frequent
from casework.notation import (
    GRAIN,
    Ahead,
    ByKey,
    Id,
    Language,
    Postcodes,
    Quiet,
    Shifts,
    SomeDays,
    Span,
    Texts,
    Week,
    YearlyDays,
)

STRICT = ConfigDict(extra="forbid")
Minutes: TypeAlias = Annotated[int, Field(ge=0, multiple_of=GRAIN)]
Policy: TypeAlias = Literal["nl", "nl+fr_on_request", "nl+fr_support", "nl+fr", "fr"]
Role: TypeAlias = Literal["coach", "team_lead", "front_desk", "job_broker", "coordinator", "regisseur"]


@dataclass(frozen=True, slots=True, config=STRICT)
class Area:
    """Postcodes served from ``valid_from`` through ``valid_to``; ``place`` is the one nearest to them."""

    postcodes: Postcodes
    valid_from: date
    valid_to: date | None = None
    place: str | None = None

    def covers(self, postcode: str, on: date) -> bool:
        in_time = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return in_time and postcode in self.postcodes


@dataclass(frozen=True, slots=True, config=STRICT)
class Place:
    id: Id
    name: str
    address: str
    directions: Texts


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class Coach:
    """Somebody who works there. ``exceptions`` are dated hours that replace the weekly ones."""

    id: Id
    name: str
    languages: tuple[Language, ...]
    places: tuple[str, ...]
    hours: Week
    roles: tuple[Role, ...] = ("coach",)
    leave: SomeDays = ()
    exceptions: Mapping[date, Shifts] = field(default_factory=dict)

    @property
    def bookable(self) -> bool:
        return "coach" in self.roles


@dataclass(frozen=True, slots=True, config=STRICT)
class Visit:
    """What a visit takes: its length and buffers, how often one may start, how soon and how far ahead."""

    minutes: Annotated[Minutes, Field(ge=GRAIN)]
    starts_every: Annotated[Minutes, Field(ge=GRAIN)]
    notice_hours: Annotated[int, Field(ge=0)]
    horizon_days: Annotated[int, Field(ge=1)]
    buffer_before: Minutes = 0
    buffer_after: Minutes = 0


@dataclass(frozen=True, slots=True, config=STRICT)
class Reminder:
    kind: Literal["remind_day", "remind_hours"]
    before: Ahead


TextField: TypeAlias = Literal["phone_line", "walk_in_line", "data_goes_to"]


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class Organisation:
    """One service. ``languages`` stand in the order in which they are offered; with ``voice_notes`` a voice message
    is kept for the coach of who agrees. An alert goes to the coaches ``on_duty``, or to everybody. Who writes again
    after ``pause`` is welcomed back; after a silence of ``nudge_after`` one message asks to go on.
    """

    id: str
    name: str
    language_policy: Policy
    languages: tuple[Language, ...]
    zone: str
    areas: tuple[Area, ...]
    places: Annotated[Mapping[Id, Place], ByKey]
    coaches: Annotated[Mapping[Id, Coach], ByKey]
    opening_hours: Week
    visit: Visit
    quiet: Quiet
    reminders: tuple[Reminder, ...]
    phone: str
    phone_line: Texts
    walk_in_line: Texts
    data_goes_to: Texts
    closing_days: SomeDays = ()
    closed_every_year: YearlyDays = ()
    flow: str = "intake"
    voice_notes: bool = False
    on_duty: tuple[Id, ...] = ()
    pause: Ahead = Span(hours=12)
    nudge_after: Ahead | None = None
    faq: Mapping[Id, Frequent] = field(default_factory=dict)

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
