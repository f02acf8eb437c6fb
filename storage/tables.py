"""The tables. Times are aware and in UTC; ``sealed`` columns hold ciphertext of the person they belong to.

Those of group sessions and of calendars stand in ``storage/agenda_tables.py``, those of webhooks and of the API in
files of their own; all are to be had here too. Those beside a case are to be had from ``storage/dossier_tables.py``,
small steps from ``storage/step_tables.py``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from storage import dossier_tables as dossier_tables
from storage import employer_tables as employer_tables
from storage import step_tables as step_tables
from storage.agenda_tables import AgendaFeed as AgendaFeed
from storage.agenda_tables import Enrolment as Enrolment
from storage.agenda_tables import OutsideBusy as OutsideBusy
from storage.agenda_tables import OutsideCalendar as OutsideCalendar
from storage.api_tables import ApiCall as ApiCall
from storage.audit_tables import Audit as Audit
from storage.audit_tables import AuditAnchor as AuditAnchor
from storage.campaign_tables import Campaign as Campaign
from storage.campaign_tables import CampaignLetter as CampaignLetter
from storage.case_tables import CaseStep as CaseStep
from storage.catalogue_past_tables import CataloguePast as CataloguePast
from storage.catalogue_tables import CatalogueEntry as CatalogueEntry
from storage.catalogue_tables import OfferWish as OfferWish
from storage.catalogue_tables import Partner as Partner
from storage.catalogue_tables import Referral as Referral
from storage.catalogue_tables import ReferralStep as ReferralStep
from storage.catalogue_tables import SetAside as SetAside
from storage.columns import BigKey, Utc, new_id
from storage.door_tables import StaffSession as StaffSession
from storage.figure_tables import OutsideFigure as OutsideFigure
from storage.figure_tables import WalkIn as WalkIn
from storage.hours_tables import KeptVisit as KeptVisit
from storage.house_tables import HouseSecret as HouseSecret
from storage.house_tables import OrganisationChange as OrganisationChange
from storage.house_tables import PartnerLink as PartnerLink
from storage.house_tables import PushBrowser as PushBrowser
from storage.local_work_tables import Cheque as Cheque
from storage.local_work_tables import ChequePot as ChequePot
from storage.local_work_tables import LocalWorker as LocalWorker
from storage.local_work_tables import LocalWorkKept as LocalWorkKept
from storage.local_work_tables import LocalWorkMatch as LocalWorkMatch
from storage.local_work_tables import LocalWorkMonth as LocalWorkMonth
from storage.report_tables import IntakeFact as IntakeFact
from storage.report_tables import KeptCount as KeptCount
from storage.report_tables import ReportCell as ReportCell
from storage.report_tables import ReportCount as ReportCount
from storage.talk_tables import CoachTalk as CoachTalk
from storage.talk_tables import NoticeDelivery as NoticeDelivery
from storage.talk_tables import NoticeWay as NoticeWay
from storage.talk_tables import TalkLine as TalkLine
from storage.talk_tables import TalkRead as TalkRead
from storage.webhook_tables import Webhook as Webhook
from storage.webhook_tables import WebhookEvent as WebhookEvent


def only(name: str, condition: str, *columns: str) -> Index:
    """An index over the few rows for which ``condition`` holds.

    On PostgreSQL the migration says the same: naming that database here would load all of its drivers.
    """
    return Index(name, *columns, sqlite_where=text(condition))


OPEN = "state IN ('created', 'sending', 'temporary-failure')"


class Person(SQLModel, table=True):
    """Somebody who talks with one organisation. Only ``wrapped_key`` opens what they said.

    ``quiet``: until they write again nothing comes by itself; ``hears``: they want messages read aloud.
    """

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str = Field(index=True)
    language: str
    wrapped_key: bytes = Field(sa_type=LargeBinary)
    quiet: bool = False
    quiet_until: datetime | None = Field(default=None, sa_type=Utc)
    hears: bool = False
    created_at: datetime = Field(sa_type=Utc)


class Chat(SQLModel, table=True):
    """A place where a person or a coach can be reached: a Telegram chat, a browser, a terminal.

    ``address`` is the chat's id at the channel; for the web it is the hash of the browser's token.
    A person may have several. ``screen`` is the outgoing row of the question that stands open there.
    """

    __table_args__ = (UniqueConstraint("organisation", "channel", "address"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    channel: str
    address: str
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    staff_id: str | None = Field(default=None, foreign_key="staff.id", index=True)
    state: str = "open"
    screen: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime = Field(sa_type=Utc)


class Conversation(SQLModel, table=True):
    """One person's way through one flow, whichever chat they use; ``chat_id`` is the one they used last.

    ``version`` counts the turns, ``asked`` is the question that stood open when we last spoke; the log says the rest.
    """

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str = Field(index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    chat_id: str = Field(foreign_key="chat.id", index=True)
    flow: str
    version: int = 0
    entries: int = 0
    asked: str | None = None
    created_at: datetime = Field(sa_type=Utc)
    updated_at: datetime = Field(sa_type=Utc)


class LogEntry(SQLModel, table=True):
    """One entry of a conversation's log; ``sealed`` holds its values as JSON."""

    __tablename__: ClassVar[Any] = "log_entry"

    conversation_id: str = Field(foreign_key="conversation.id", primary_key=True)
    seq: int = Field(primary_key=True)
    kind: str
    question: str | None = None
    sealed: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(sa_type=Utc)


class Recording(SQLModel, table=True):
    """What a person spoke for their coach; ``sealed`` is the sound, ``question`` what was open then."""

    id: str = Field(default_factory=new_id, primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    conversation_id: str = Field(foreign_key="conversation.id", index=True)
    question: str | None = None
    sealed: bytes = Field(sa_type=LargeBinary)
    seconds: int
    mime: str
    at: datetime = Field(sa_type=Utc)


class Heard(SQLModel, table=True):
    """The inbox: every update taken in, once. ``state`` is ``applied`` or ``parked`` with a reason."""

    organisation: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    update_key: str = Field(primary_key=True)
    chat_id: str | None = Field(default=None, foreign_key="chat.id", index=True)
    conversation_id: str | None = Field(default=None, foreign_key="conversation.id")
    state: str = "applied"
    reason: str | None = None
    sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    at: datetime = Field(sa_type=Utc)


class Due(SQLModel, table=True):
    """The due tray: what must happen later. ``key`` holds the due value, so nothing is planned twice.

    ``state`` is ``planned``, ``done``, ``skipped`` or ``dead``; ``body`` has ids only, nothing personal.
    """

    __table_args__ = (only("ix_due_planned", "state = 'planned'", "due_at"),)

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    key: str = Field(unique=True)
    kind: str
    organisation: str
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    subject: str | None = Field(default=None, index=True)
    version: int = 0
    due_at: datetime = Field(sa_type=Utc)
    body: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: str = "planned"
    reason: str | None = None
    attempts: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=Utc)


class Outgoing(SQLModel, table=True):
    """The outgoing tray: what we say, in the order of ``id`` per chat.

    ``state``: ``created``, ``sending``, then one that is never left: ``sent``, ``permanent-failure``,
    ``technical-failure`` or ``cancelled``. ``temporary-failure`` waits for ``not_before`` and is tried again.
    ``kind`` is ``message``, ``voice`` (the same, spoken), ``document`` (with a file), ``redraw`` (the message
    ``replaces`` gets new buttons) or ``delete`` (of the person's message ``external_id``; nothing is sealed then).
    ``lane`` 0 is an answer to somebody who waits, 1 what nobody waits for (a reminder): lane 0 is carried first.
    """

    __table_args__ = (
        only("ix_outgoing_open", OPEN, "chat_id", "id"),
        only("ix_outgoing_tray", OPEN, "organisation", "channel", "lane", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    organisation: str
    channel: str
    chat_id: str = Field(foreign_key="chat.id", index=True)
    conversation_id: str | None = Field(default=None, foreign_key="conversation.id")
    kind: str = "message"
    key: str | None = Field(default=None, unique=True)
    replaces: int | None = Field(default=None, sa_type=BigInteger)
    sealed: bytes = Field(sa_type=LargeBinary)
    lane: int = 0
    state: str = "created"
    reason: str | None = None
    attempts: int = 0
    uncertain: bool = False
    not_before: datetime | None = Field(default=None, sa_type=Utc)
    lease_until: datetime | None = Field(default=None, sa_type=Utc)
    external_id: str | None = None
    created_at: datetime = Field(sa_type=Utc)
    sent_at: datetime | None = Field(default=None, sa_type=Utc)


class Appointment(SQLModel, table=True):
    """A visit. ``starts_at``/``ends_at`` are UTC, ``wall`` is the agreed local time in ``zone``.

    From ``busy_from`` to ``busy_until`` (buffers included) the coach's time is held while ``state`` is ``held``,
    ``booked``, ``confirmed`` or ``attended``; the database forbids overlap. ``cancelled``, ``moved``,
    ``expired``, ``attended`` and ``no_show`` are final. A visit keeps its ``uid`` when it is moved, for calendars;
    ``way`` is how it is held: ``office``, ``phone``, ``video`` or ``partner``. What is ``held`` ends at ``hold_until``.
    """

    __table_args__ = (
        CheckConstraint(
            "state IN ('held', 'booked', 'confirmed', 'cancelled', 'moved', 'expired', 'attended', 'no_show')",
            name="state_known",
        ),
        CheckConstraint("busy_from <= starts_at AND starts_at < ends_at AND ends_at <= busy_until", name="in_order"),
        Index("ix_appointment_taken", "organisation", "coach", "starts_at", "state", "busy_from", "busy_until"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str = Field(index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    coach: str
    place: str
    kind: str
    starts_at: datetime = Field(sa_type=Utc, index=True)
    ends_at: datetime = Field(sa_type=Utc)
    busy_from: datetime = Field(sa_type=Utc)
    busy_until: datetime = Field(sa_type=Utc)
    zone: str
    wall: str
    language: str
    way: str = "office"
    state: str = "booked"
    hold_until: datetime | None = Field(default=None, sa_type=Utc)
    version: int = 1
    uid: str = Field(default_factory=new_id)
    moved_from: str | None = None
    created_at: datetime = Field(sa_type=Utc)


class Granule(SQLModel, table=True):
    """SQLite only: five minutes of a coach that an appointment holds. The primary key forbids overlap."""

    organisation: str = Field(primary_key=True)
    coach: str = Field(primary_key=True)
    granule: int = Field(primary_key=True)
    appointment_id: str = Field(foreign_key="appointment.id", index=True)


class Case(SQLModel, table=True):
    """A person handed to the staff. ``sealed`` holds answers and summary as JSON.

    For ``state`` see ``casework.cases.case_states``. An offer waits for an answer until ``answer_by``. ``name_index``
    finds the case by the person's first name without saying it. ``outcome`` is a word of
    ``casework.cases.case_outcomes``, once somebody noted it, and ``kind`` one of ``casework.cases.case_kinds``.
    """

    __tablename__: ClassVar[Any] = "intake_case"
    __table_args__ = (
        Index("ix_case_newest", "organisation", "created_at", "id"),
        Index("ix_case_of_state", "organisation", "state", "created_at", "id"),
        Index("ix_case_of_coach", "organisation", "coach", "created_at", "id"),
        Index("ix_case_of_language", "organisation", "language", "created_at", "id"),
        Index("ix_case_of_place", "organisation", "place", "created_at", "id"),
        Index("ix_case_of_kind", "organisation", "kind", "created_at", "id"),
        Index("ix_case_name", "organisation", "name_index", "created_at", "id"),
        Index("ix_case_of_talk", "conversation_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str = Field(index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    conversation_id: str = Field(foreign_key="conversation.id")
    coach: str | None = None
    place: str | None = None
    name_index: str | None = None
    answer_by: datetime | None = Field(default=None, sa_type=Utc)
    language: str
    state: str = "offered"
    version: int = 1
    sealed: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Utc)
    updated_at: datetime = Field(sa_type=Utc)
    accepted_at: datetime | None = Field(default=None, sa_type=Utc)
    accepted_by: str | None = Field(default=None, foreign_key="staff.id")
    outcome: str | None = None
    kind: str = "job_seeker"


class Consent(SQLModel, table=True):
    """Proof of what a person agreed to or refused, without its content."""

    id: str = Field(default_factory=new_id, primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    scope: str
    wording: int
    granted: bool
    language: str
    channel: str
    at: datetime = Field(sa_type=Utc)


class Notice(SQLModel, table=True):
    """Something staff should look at. It names ids and a kind, never a person, barrier or programme.

    ``kind``: one of ``casework.telling.notices.KINDS``.
    """

    id: str = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True)
    organisation: str = Field(index=True)
    coach: str | None = None
    kind: str
    subject: str
    state: str = "waiting"
    created_at: datetime = Field(sa_type=Utc)
    seen_at: datetime | None = Field(default=None, sa_type=Utc)


class Staff(SQLModel, table=True):
    """Somebody who works at an organisation; ``coach`` is their id in its file, if they coach."""

    __table_args__ = (UniqueConstraint("organisation", "login"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    login: str
    name: str
    role: str
    coach: str | None = None
    language: str = "nl"
    password_hash: str | None = None
    active: bool = True
    created_at: datetime = Field(sa_type=Utc)


class OneTimeLink(SQLModel, table=True):
    """A link that works once, for staff (``sign_in``, ``link_telegram``) or for a person (``continue``)."""

    __tablename__: ClassVar[Any] = "one_time_link"

    token_hash: str = Field(primary_key=True)
    purpose: str
    organisation: str
    staff_id: str | None = Field(default=None, foreign_key="staff.id")
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    expires_at: datetime = Field(sa_type=Utc)
    used_at: datetime | None = Field(default=None, sa_type=Utc)


class ApiToken(SQLModel, table=True):
    """A token of the REST API; only its hash is kept. ``scopes`` is what it may do."""

    __tablename__: ClassVar[Any] = "api_token"

    token_hash: str = Field(primary_key=True)
    organisation: str
    name: str
    scopes: list[str] = Field(default_factory=list, sa_type=JSON)
    created_at: datetime = Field(sa_type=Utc)
    used_at: datetime | None = Field(default=None, sa_type=Utc)
    expires_at: datetime | None = Field(default=None, sa_type=Utc)
    revoked_at: datetime | None = Field(default=None, sa_type=Utc)
