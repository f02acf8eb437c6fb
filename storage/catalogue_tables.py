"""The tables of what there is for people, with its partners: put aside, wished for, and referred to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Utc, new_id


class Partner(SQLModel, table=True):
    """A house that people are referred to. ``contacts`` are its people, by their work alone.

    Of a ``sensitive`` one the name already tells something about who goes there. ``seed`` is its key in the
    organisation's file, if it came from there. ``check_before``: by then somebody looks whether it is still true.
    """

    __table_args__ = (UniqueConstraint("organisation", "seed"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str = Field(index=True)
    seed: str | None = None
    name: str
    about: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    address: str = ""
    contacts: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    sensitive: bool = False
    owner: str | None = Field(default=None, foreign_key="staff.id", index=True)
    check_before: date | None = None
    version: int = 1
    changed_at: datetime = Field(sa_type=Utc)
    changed_by: str
    archived_at: datetime | None = Field(default=None, sa_type=Utc)


class CatalogueEntry(SQLModel, table=True):
    """Something that can help a person: an ``offer``, a ``programme``, a ``financial`` or a ``legal`` measure.

    ``themes`` are answers it helps with, such as ``barriers:childcare``; ``fits`` says for whom it is, as conditions
    are written in flow files. No ``municipalities`` means all, no ``languages`` means any. It holds from ``valid_from``
    until ``valid_until``; what takes place does so from ``begins_on`` to ``ends_on``. What is ``compulsory`` can be
    imposed and is never suggested; ``rules`` are those of law it rests on. ``changed_by`` is written as in the audit,
    or ``file``.
    """

    __tablename__: ClassVar[Any] = "catalogue_entry"
    __table_args__ = (
        UniqueConstraint("organisation", "seed"),
        CheckConstraint("kind IN ('offer', 'programme', 'financial', 'legal')", name="kind_known"),
        CheckConstraint(
            "valid_until IS NULL OR valid_from IS NULL OR valid_from <= valid_until", name="valid_in_order"
        ),
        CheckConstraint("ends_on IS NULL OR begins_on IS NULL OR begins_on <= ends_on", name="dates_in_order"),
        CheckConstraint("capacity IS NULL OR capacity >= 1", name="room_for_somebody"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str = Field(index=True)
    seed: str | None = None
    kind: str
    title: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    about: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    themes: list[str] = Field(default_factory=list, sa_type=JSON)
    fits: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    municipalities: list[str] = Field(default_factory=list, sa_type=JSON)
    languages: list[str] = Field(default_factory=list, sa_type=JSON)
    partner_id: str | None = Field(default=None, foreign_key="partner.id", index=True)
    contact: str = ""
    begins_on: date | None = None
    ends_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    capacity: int | None = None
    source: str = ""
    rules: list[str] = Field(default_factory=list, sa_type=JSON)
    target_group: str = ""
    funding: str = ""
    sensitive: bool = False
    compulsory: bool = False
    owner: str | None = Field(default=None, foreign_key="staff.id", index=True)
    check_before: date | None = None
    version: int = 1
    changed_at: datetime = Field(sa_type=Utc)
    changed_by: str
    archived_at: datetime | None = Field(default=None, sa_type=Utc)


class SetAside(SQLModel, table=True):
    """A suggestion that a coach put aside for a person. ``sealed`` has the answers it rested on then."""

    __tablename__: ClassVar[Any] = "set_aside"
    __table_args__ = (UniqueConstraint("case_id", "entry_id"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    case_id: str = Field(foreign_key="intake_case.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    entry_id: str = Field(foreign_key="catalogue_entry.id", index=True)
    reason: str
    sealed: bytes = Field(sa_type=LargeBinary)
    actor: str
    at: datetime = Field(sa_type=Utc)


class OfferWish(SQLModel, table=True):
    """Somebody tapped that they want to know more of an offer. Nothing else comes of it: their coach sees it."""

    __tablename__: ClassVar[Any] = "offer_wish"
    __table_args__ = (UniqueConstraint("case_id", "entry_id"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    case_id: str = Field(foreign_key="intake_case.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    entry_id: str = Field(foreign_key="catalogue_entry.id", index=True)
    at: datetime = Field(sa_type=Utc)


class Referral(SQLModel, table=True):
    """A person brought to an offer, and to its partner if it has one. For ``state`` see ``casework.offers``.

    ``sealed`` is what is told there, as the person agreed to it: ``agreed_at``, ``agreed_how`` (``spoken`` or
    ``chat``) and ``agreed_with`` (whom they told it: staff, or the ``house``). ``owner`` looks after it, next on
    ``look_again``.
    """

    __table_args__ = (
        CheckConstraint(
            "state IN ('proposed', 'agreed', 'sent', 'accepted', 'started', 'done', 'declined', 'withdrawn')",
            name="state_known",
        ),
        CheckConstraint(
            "state NOT IN ('agreed', 'sent', 'accepted', 'started', 'done') OR agreed_at IS NOT NULL",
            name="agreed_first",
        ),
        CheckConstraint("state NOT IN ('declined', 'withdrawn') OR reason IS NOT NULL", name="ended_for_a_reason"),
        Index("ix_referral_newest", "organisation", "created_at", "id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    case_id: str = Field(foreign_key="intake_case.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    entry_id: str = Field(foreign_key="catalogue_entry.id", index=True)
    partner_id: str | None = Field(default=None, foreign_key="partner.id", index=True)
    state: str = "proposed"
    version: int = 1
    reason: str | None = None
    sealed: bytes = Field(sa_type=LargeBinary)
    agreed_at: datetime | None = Field(default=None, sa_type=Utc)
    agreed_how: str | None = None
    agreed_with: str | None = None
    owner: str | None = Field(default=None, foreign_key="staff.id", index=True)
    look_again: date | None = None
    created_at: datetime = Field(sa_type=Utc)
    updated_at: datetime = Field(sa_type=Utc)


class ReferralStep(SQLModel, table=True):
    """One change of a referral, which made it ``version``. ``actor`` is written as in the audit."""

    __tablename__: ClassVar[Any] = "referral_step"
    __table_args__ = (UniqueConstraint("referral_id", "version"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    organisation: str
    referral_id: str = Field(foreign_key="referral.id", index=True)
    version: int
    change: str
    actor: str
    reason: str | None = None
    at: datetime = Field(sa_type=Utc)
