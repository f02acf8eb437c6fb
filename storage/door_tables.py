"""The tables of the door: signed-in browsers, second factors, accounts elsewhere, and who tried in vain.

Of every secret only a hash is kept, or it is sealed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Utc, new_id


class StaffSession(SQLModel, table=True):
    """A browser that came in, by ``how``; ``id`` names it on its owner's page.

    ``stage``: ``open``; ``code`` while the second factor is waited for, which opens nothing else; ``set_up`` while a
    second factor has to be set up first.
    """

    __tablename__: ClassVar[Any] = "staff_session"
    __table_args__ = (CheckConstraint("stage IN ('open', 'code', 'set_up')", name="stage_known"),)

    token_hash: str = Field(primary_key=True)
    id: str = Field(default_factory=new_id, unique=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    how: str = "password"
    device: str = ""
    stage: str = "open"
    created_at: datetime = Field(sa_type=Utc)
    seen_at: datetime = Field(sa_type=Utc)
    expires_at: datetime = Field(sa_type=Utc, index=True)


class StaffApp(SQLModel, table=True):
    """An app that makes codes for an account. It counts once ``confirmed_at``; each code only after ``last_step``."""

    __tablename__: ClassVar[Any] = "staff_app"

    staff_id: str = Field(foreign_key="staff.id", primary_key=True)
    sealed: bytes = Field(sa_type=LargeBinary)
    confirmed_at: datetime | None = Field(default=None, sa_type=Utc)
    last_step: int = Field(default=0, sa_type=BigInteger)
    created_at: datetime = Field(sa_type=Utc)


class RecoveryCode(SQLModel, table=True):
    """A code that stands in for a lost second factor, once."""

    __tablename__: ClassVar[Any] = "recovery_code"

    code_hash: str = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    used_at: datetime | None = Field(default=None, sa_type=Utc)


class Passkey(SQLModel, table=True):
    """A key in a telephone, computer or stick of a member of staff; ``credential`` is what the device calls it."""

    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    credential: str = Field(unique=True)
    public_key: bytes = Field(sa_type=LargeBinary)
    uses: int = Field(default=0, sa_type=BigInteger)
    name: str
    created_at: datetime = Field(sa_type=Utc)
    used_at: datetime | None = Field(default=None, sa_type=Utc)


class BegunStep(SQLModel, table=True):
    """Something that a browser has begun and that comes back once: a passkey's challenge, a sign-in elsewhere."""

    __tablename__: ClassVar[Any] = "begun_step"

    browser: str = Field(primary_key=True)
    purpose: str = Field(primary_key=True)
    sealed: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime = Field(sa_type=Utc, index=True)


class OutsideIdentity(SQLModel, table=True):
    """Who an account is at its organisation's own sign-in (OpenID Connect): one each, and never two accounts."""

    __tablename__: ClassVar[Any] = "outside_identity"
    __table_args__ = (UniqueConstraint("organisation", "issuer", "subject"),)

    staff_id: str = Field(foreign_key="staff.id", primary_key=True)
    organisation: str
    issuer: str
    subject: str
    created_at: datetime = Field(sa_type=Utc)


class SignInTries(SQLModel, table=True):
    """How often somebody was wrong lately, by a keyed hash of what they tried or of where they came from."""

    __tablename__: ClassVar[Any] = "sign_in_tries"

    key: str = Field(primary_key=True)
    tries: int = 0
    last_at: datetime = Field(sa_type=Utc, index=True)
    closed_until: datetime = Field(sa_type=Utc)
