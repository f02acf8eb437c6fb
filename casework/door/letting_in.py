"""What happens at the door once somebody has shown who they are: let in, asked for more, and written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from casework.door.accounts import Account
from casework.door.begun import sweep_begun
from casework.door.factors import factors_of, stage_after
from casework.door.guessing import sweep_tries
from casework.door.recovery_codes import use_code
from casework.door.second_factor import app_code_fits
from casework.door.sign_in import Arrival, Door, Stage, close_door, open_door, sweep_doors
from casework.house.organisation import Organisation
from storage import audit
from storage.tables import Staff
from storage.vault import Vault

NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Entry:
    """The new token of a browser and how far it opens the door for whom."""

    staff_id: str
    token: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class Coming:
    """A browser at the door of an organisation, with the token that it had before.

    ``proven``: what it shows is worth two factors.
    """

    organisation: Organisation
    old: str
    arrival: Arrival
    proven: bool = False


def let_in(session: Session, staff: Staff, coming: Coming, now: datetime) -> Entry:
    """A new token at every step; the one the browser had before opens nothing any more."""
    stage = stage_after(factors_of(session, staff.id), coming.organisation, proven=coming.proven)
    close_door(session, coming.old)
    _sweep(session, now)
    action = "staff.first_factor" if stage == "code" else "staff.sign_in"
    audit.record(session, staff.organisation, Account.of(staff).actor, action, staff.id, now)
    return Entry(staff.id, open_door(session, staff.id, now, coming.arrival, stage), stage)


def second_code(session: Session, vault: Vault, door: Door, code: str, now: datetime) -> bool:
    """Whether this is the code of now, or one of those on paper; either is used up, or the wrong one is noted."""
    staff = door.staff
    if app_code_fits(session, vault, staff.id, code, now):
        return True
    used = use_code(session, staff.id, code, now)
    note(session, staff, "staff.recovery_code" if used else "staff.wrong_code", now)
    return used


def note_wrong(session: Session, organisation: str, staff: Staff | None, action: str, now: datetime) -> None:
    """Somebody was refused: for an account that there is and for none alike, so that both take as long."""
    audit.record(session, organisation, "guest", action, staff.id if staff else NOBODY, now)


def note(session: Session, staff: Staff, action: str, now: datetime) -> None:
    """What somebody did with their own account, without any secret."""
    audit.record(session, staff.organisation, Account.of(staff).actor, action, staff.id, now)


def _sweep(session: Session, now: datetime) -> None:
    sweep_doors(session, now)
    sweep_begun(session, now)
    sweep_tries(session, now)
