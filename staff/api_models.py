"""What the REST API takes and gives, as models; its OpenAPI description is made from them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from casework.cases.case_answers import Reason
from casework.cases.case_kinds import CaseKind
from casework.cases.case_outcomes import Outcome
from casework.hooks.webhooks import KINDS, Kind, Part
from casework.sessions.attendance import Outcome as SessionOutcome

State = Literal["offered", "accepted", "declined", "expired", "done", "revoked"]
Id = Annotated[str, Field(pattern="^[0-9a-f]{1,32}$")]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern="^[^\\x00-\\x1f\\x7f]+$")]
Word = Annotated[str, Field(min_length=1, max_length=60, pattern="^[A-Za-z0-9_.-]+$")]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
Moment = Annotated[AwareDatetime, Field(description="With its offset, as in 2027-03-24T10:00:00+01:00.")]


class Out(BaseModel):
    """What goes out: the fields named here and no others."""

    model_config = ConfigDict(from_attributes=True, extra="ignore", defer_build=True)


class In(BaseModel):
    """What comes in: the fields named here and no others."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Nothing(In):
    """Nothing more has to be said."""


class Stretch(In):
    """Which stretch of a list is wanted."""

    limit: int = Field(50, ge=1, le=200, description="How many one answer has at most.")
    cursor: Annotated[str, Field(max_length=200)] | None = Field(None, description="`next` of the answer before.")


class CaseQuery(Stretch):
    """What may be asked of the list."""

    state: State | None = Field(None, description="Only cases in this state.")
    coach: Word | None = Field(None, description="Only cases of this coach.")
    language: Word | None = Field(None, description="Only of people who speak this language with us.")
    kind: CaseKind | None = Field(None, description="Only cases of this kind.")
    place: Word | None = Field(None, description="Only of people whose visit is at this place.")
    since: Moment | None = Field(None, description="Only cases that came in then or later.")


class AppointmentOut(Out):
    """A visit. `slot` names its time where another one is asked for."""

    id: str
    uid: str = Field(description="The same for all times of one visit that was moved.")
    version: int
    state: str
    starts_at: datetime
    ends_at: datetime
    zone: str = Field(description="IANA time zone of the place.")
    coach: str
    place: str
    kind: str
    way: str
    moved_from: str | None


class AppointmentQuery(Stretch):
    """Which visits are wanted: by default those that begin from now on."""

    since: Moment | None = Field(None, description="Only those that begin then or later.")
    until: Moment | None = Field(None, description="Only those that begin before then.")
    coach: Word | None = Field(None, description="Only those of this coach.")


class AppointmentList(Out):
    """One stretch of the visits, the soonest first."""

    appointments: list[AppointmentOut]
    next: str | None


class SlotQuery(In):
    """Which free times are wanted."""

    language: Word = Field(description="That the person speaks with us.")
    place: Word | None = Field(None, description="Only at this place.")
    coach: Word | None = Field(None, description="Only of this coach.")
    kind: Word | None = Field(None, description="Of this kind of visit; else the usual one.")
    way: Word | None = Field(None, description="Held this way; else as usual.")
    notice: bool = Field(True, description="`false`: also times that are too soon for people to choose themselves.")


class SlotOut(Out):
    """A free time. `slot` names it for booking."""

    slot: str
    starts_at: datetime
    minutes: int
    coach: str
    place: str


class SlotList(Out):
    """Free times, the soonest first."""

    slots: list[SlotOut]


class BookIn(In):
    """A visit for the person of a case."""

    case: Id
    slot: Word = Field(description="The name of a free time.")
    kind: Word | None = Field(None, description="The kind of visit; else the usual one.")
    way: Word | None = Field(None, description="How it is held: `office`, `phone`, `video`, `partner`; else as usual.")
    why: Literal["go_on", "chance", "papers", "see_how"] | None = Field(
        None, description="A sentence that the person gets with the news, in their language."
    )


class CancelIn(In):
    """Why it is cancelled."""

    why: Literal["ill", "away", "closed", "other"] | None = Field(
        None,
        description="A sentence that the person gets. After `ill`, `away` and `closed` nobody is offered the time.",
    )


class MoveIn(In):
    """Another time for a visit."""

    slot: Word = Field(description="The name of a free time.")


class MovesQuery(In):
    """For which days times are wanted."""

    day: Day | None = Field(None, description="From this day on; else from today.")
    days: int = Field(14, ge=1, le=60, description="So many days.")


class CaseLine(Out):
    """A case without what is in it."""

    id: str
    kind: CaseKind = Field(description="By which door somebody came in.")
    state: State
    version: int
    language: str
    coach: str | None
    created_at: datetime
    updated_at: datetime
    accepted_at: datetime | None
    outcome: Outcome | None = Field(description="What became of the person, once somebody noted it.")
    appointment: AppointmentOut | None = None


class CaseList(Out):
    """One stretch of the cases, the newest first. `next` is the cursor of the stretch behind it."""

    cases: list[CaseLine]
    next: str | None


class CaseOut(CaseLine):
    """A case with its answers by question id, as far as the token's scopes let it see them.

    Answers of a special category (health) and those to questions that the flow no longer has are not in it.
    """

    flow: str
    answers: dict[str, str | int | float | list[str]]
    skipped: list[str]


class AcceptIn(In):
    """Who takes the case on."""

    coach: Word = Field(description="The coach's id in the organisation's file.")


class DoneIn(In):
    """What became of the person. Without it, what was noted before stays."""

    outcome: Outcome | None = None


class OutcomeIn(In):
    """What became of the person."""

    outcome: Outcome


class DeclineIn(In):
    """Why the coach does not take it on."""

    reason: Reason


class ConsentOut(Out):
    """The person's last word on what they were asked to agree to."""

    scope: str
    granted: bool
    at: datetime


class ChannelOut(Out):
    """A way to write to somebody. What is `blocked` does not arrive there any more."""

    channel: str
    state: Literal["open", "blocked"]


class ContactOut(Out):
    """What the person gave to be reached by; empty for what they did not give."""

    name: str
    phone: str
    email: str


class PersonOut(Out):
    """How the person of a case is reached, and what they agreed to. Their `contact` needs the scope `people:read`."""

    language: str
    quiet: bool = Field(description="Nothing comes to them by itself until they write again.")
    channels: list[str] = Field(description="Those where a message arrives.")
    ways: list[ChannelOut] = Field(description="All of their channels, also those that are blocked.")
    contact: ContactOut | None
    consents: list[ConsentOut]


class SessionOut(Out):
    """A group session. `free` counts the seats nobody has."""

    id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    free: int
    waiting: int


class SessionList(Out):
    """The group sessions, the soonest first."""

    sessions: list[SessionOut]


class EnrolmentOut(Out):
    """Somebody's place at a group session; `position` is the number of who waits."""

    id: str
    session: str
    state: str
    version: int
    case: str | None = None
    position: int | None = None
    outcome: str | None = Field(None, description="What came of it for somebody who was there.")


class EnrolmentList(Out):
    """Who has a seat, and then who waits, in turn."""

    enrolments: list[EnrolmentOut]


class EnrolIn(In):
    """Whom to sign up."""

    case: Id


class PresenceIn(In):
    """Whether somebody was there."""

    attended: bool


class SessionOutcomeIn(In):
    """What came of a session for somebody who was there."""

    outcome: SessionOutcome


class WebhookIn(In):
    """Whom to tell what."""

    name: Name
    address: str = Field(max_length=500, description="An https address on the public internet.")
    kinds: list[Kind] = Field(default=list(KINDS), min_length=1, description="The events it wants.")
    shows: list[Part] = Field(
        default=[], description="What of a case goes along. Answers need the same scopes as reading them."
    )
    consent: Word = Field("intake", description="Answers go along only of people who agreed to this.")


class WebhookOut(Out):
    """A system that is told what happens. Its address and its secrets are not shown again."""

    id: str
    name: str
    kinds: list[str]
    shows: list[str]
    consent: str
    state: str
    failures: int
    failing_since: datetime | None
    problem: str | None
    created_at: datetime


class WebhookSecret(WebhookOut):
    """With the secret that signs from now on: it is shown once."""

    secret: str


class WebhookList(Out):
    """All webhooks of the organisation."""

    webhooks: list[WebhookOut]


class EventOut(Out):
    """An event on its way to a receiver. A dead one holds up those of its case behind it until it is decided about."""

    id: str
    webhook_id: str
    case_id: str
    seq: int
    kind: str
    state: str
    at: datetime
    attempts: int
    reason: str | None
    answer: str | None
    reference: str | None


class EventList(Out):
    """Dead letters, one stretch."""

    events: list[EventOut]
    next: str | None


class SyncedIn(In):
    """What became of an event in the receiver's own system."""

    status: Literal["synced", "not_found"]
    reference: Annotated[str, Field(pattern="^[A-Za-z0-9._:/-]{1,100}$")] | None = None


class Problem(Out):
    """What went wrong, as RFC 9457 has it: `place` is where, `remedy` what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    place: list[str] = []
    remedy: str | None = None
