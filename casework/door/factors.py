"""Which second factors an account has, what is asked at the door because of them, and what a change of them ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from casework.door.passkeys import passkeys_of
from casework.door.recovery_codes import codes_left, forget_codes, new_codes
from casework.door.second_factor import has_app, remove_app
from casework.door.sign_in import Stage, close_all_doors
from casework.house.organisation import Organisation
from storage import audit
from storage.door_tables import OutsideIdentity, Passkey
from storage.tables import Staff


@dataclass(frozen=True, slots=True)
class Factors:
    app: bool
    passkeys: int
    codes: int

    @property
    def any(self) -> bool:
        return self.app or self.passkeys > 0


def factors_of(session: Session, staff_id: str) -> Factors:
    return Factors(has_app(session, staff_id), len(passkeys_of(session, staff_id)), codes_left(session, staff_id))


def stage_after(factors: Factors, organisation: Organisation, *, proven: bool) -> Stage:
    """How far the door opens. ``proven``: what was shown is worth two factors."""
    if proven:
        return "open"
    if factors.any:
        return "code"
    return "set_up" if organisation.sign_in.second_factor == "required" else "open"


def codes_for_first(session: Session, staff_id: str) -> list[str]:
    """The codes to show with the first factor; none if there are some still."""
    return [] if codes_left(session, staff_id) else new_codes(session, staff_id)


def drop_codes_of_none(session: Session, staff_id: str) -> None:
    """Without a second factor there is nothing that a recovery code could stand in for."""
    if not factors_of(session, staff_id).any:
        forget_codes(session, staff_id)


def reset_factors(session: Session, staff: Staff, now: datetime) -> None:
    """Somebody has lost their second factor, and who runs the program has made sure that it is they."""
    remove_app(session, staff.id)
    session.connection().execute(delete(Passkey).where(col(Passkey.staff_id) == staff.id))
    forget_codes(session, staff.id)
    close_all_doors(session, staff.id)
    audit.record(session, staff.organisation, "operator", "staff.reset_factors", staff.id, now)


def untie(session: Session, staff: Staff, now: datetime) -> None:
    """The account is nobody's any more at the organisation's own sign-in."""
    session.connection().execute(delete(OutsideIdentity).where(col(OutsideIdentity.staff_id) == staff.id))
    close_all_doors(session, staff.id)
    audit.record(session, staff.organisation, "operator", "staff.untie", staff.id, now)
