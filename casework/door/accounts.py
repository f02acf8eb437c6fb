"""Accounts of staff: one for each coach of an organisation's file, a name to sign in with, a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from casework.door import passwords
from casework.door.rights import TABLE, reach, roles_with
from casework.door.sign_in import close_all_doors, close_other_doors
from casework.house.organisations import Coach, Organisation
from storage.columns import new_id
from storage.insert import insert_new
from storage.tables import Staff

READERS = roles_with("take_cases")
"""Roles that hear of new cases and take them on, some of them (``LOOKS_AFTER``) of some kinds only."""

LANGUAGES = ("nl", "fr")


class PasswordRefused(ValueError):
    """The password cannot be chosen: ``reason`` says why."""

    def __init__(self, reason: passwords.Refusal) -> None:
        super().__init__(f"the password is refused: {reason}; take a longer sentence that nobody guesses")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody signed in, as the console needs to know them. ``named`` for health: see ``casework.door.rights``."""

    id: str
    organisation: str
    login: str
    name: str
    role: str
    coach: str | None
    language: str
    named: bool = False

    @classmethod
    def of(cls, staff: Staff, organisation: Organisation | None = None) -> Account:
        return cls(
            id=staff.id,
            organisation=staff.organisation,
            login=staff.login,
            name=staff.name,
            role=staff.role,
            coach=staff.coach,
            language=staff.language,
            named=organisation is not None and staff.coach in organisation.named_for_health,
        )

    @property
    def actor(self) -> str:
        """How the audit names them."""
        return f"staff:{self.id}"

    @property
    def reads_cases(self) -> bool:
        """Whether they may take on whatever case comes; others have some kinds of cases only, or none."""
        return reach(self, "take_cases") == "all"


def coach_names(session: Session, organisation: str) -> dict[str, str]:
    """The name of each account, those closed included, by how a conversation's log names who gave an answer."""
    rows = session.exec(select(Staff.id, Staff.name).where(Staff.organisation == organisation))
    return {f"coach:{id}": name for id, name in rows}


def ensure_accounts(session: Session, organisation: Organisation, now: datetime) -> int:
    """Give each coach an account named after their id, and close those of coaches who left the file.

    An account that somebody switched off stays off. Returns how many are new.
    """
    for staff in _coaching(session, organisation.id):
        if staff.coach not in organisation.coaches and staff.active:
            staff.active = False
            close_all_doors(session, staff.id)
    return sum(_add(session, organisation.id, coach, now) for coach in organisation.coaches.values())


def _coaching(session: Session, organisation: str) -> list[Staff]:
    query = select(Staff).where(Staff.organisation == organisation, col(Staff.coach).is_not(None))
    return list(session.exec(query))


def _add(session: Session, organisation: str, coach: Coach, now: datetime) -> bool:
    return insert_new(
        session,
        Staff,
        id=new_id(),
        organisation=organisation,
        login=coach.id,
        name=coach.name,
        role=role_of(coach),
        coach=coach.id,
        language=next((spoken for spoken in coach.languages if spoken in LANGUAGES), LANGUAGES[0]),
        active=True,
        created_at=now,
    )


def role_of(coach: Coach) -> str:
    """The role that sees the most of those somebody has."""
    return next((role for role in TABLE if role in coach.roles), "front_desk")


def find_account(session: Session, organisation: str, login: str) -> Staff | None:
    """The account that signs in under this name, if it is open."""
    query = select(Staff).where(Staff.organisation == organisation, Staff.login == login.strip().lower())
    return session.exec(query.where(col(Staff.active))).first()


def hash_for(password: str, login: str) -> str:
    """The hash of a new password, or ``PasswordRefused``. Slow: call it in a thread, in no transaction."""
    reason = passwords.refusal(password, login)
    if reason is not None:
        raise PasswordRefused(reason)
    return passwords.hashed(password)


def set_password(session: Session, staff: Staff, password_hash: str, here: str = "") -> None:
    """Keep the hash made by ``hash_for``, and sign out every browser of this account but the one with the token."""
    staff.password_hash = password_hash
    close_other_doors(session, staff.id, here)
