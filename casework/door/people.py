"""The people of an organisation as its administrator keeps them: invited, given a role, let go."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias, get_args

from sqlalchemy import func
from sqlmodel import Session, col, select

from casework.cases.assigning import loads
from casework.door.accounts import Account, ensure_accounts, role_of
from casework.door.links import one_time_link
from casework.door.sign_in import close_all_doors
from casework.hours.house_edits import Edit
from casework.house.in_force import InForce
from casework.house.organisation import Coach, Organisation, Role
from casework.house.organisation_desk import Came, save, with_changes
from casework.house.sheets import Field
from flows.messages import Phrase
from storage import audit
from storage.tables import Appointment, Staff

INVITED = timedelta(days=3)
LONGEST_NAME = 60
LANGUAGES = ("nl", "fr", "en", "de", "it", "es", "tr", "ar", "pl", "ro", "pt")
ROLES: tuple[Role, ...] = get_args(Role)
Refusal: TypeAlias = Literal["yourself", "missing"]

ROLE_NAMES: dict[Role, Phrase] = {
    "coach": Phrase("Coach"),
    "team_lead": Phrase("Team lead"),
    "front_desk": Phrase("Front desk"),
    "job_broker": Phrase("Job broker"),
    "session_host": Phrase("Host of group sessions"),
    "coordinator": Phrase("Coordinator"),
    "regisseur": Phrase("Local coordinator of work and social economy"),
    "partner": Phrase("Partner"),
    "admin": Phrase("Administrator"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """An account with what the organisation knows of them; ``coach`` is missing for who left its file."""

    staff: Staff
    coach: Coach | None
    cases: int = 0
    visits: int = 0


def members(session: Session, organisation: Organisation, now: datetime) -> list[Member]:
    """Those who can sign in first, then by name."""
    mine = select(Staff).where(Staff.organisation == organisation.id)
    found = session.exec(mine.order_by(col(Staff.active).desc(), col(Staff.name))).all()
    carried, booked = loads(session, organisation.id), _visits(session, organisation.id, now)
    return [
        Member(
            staff,
            organisation.coaches.get(staff.coach or ""),
            carried.get(staff.coach or "", 0),
            booked.get(staff.coach or "", 0),
        )
        for staff in found
    ]


def _visits(session: Session, organisation: str, now: datetime) -> dict[str, int]:
    coming = (
        col(Appointment.organisation) == organisation,
        col(Appointment.state).in_(("booked", "confirmed")),
        col(Appointment.starts_at) > now,
    )
    query = select(Appointment.coach, func.count()).where(*coming).group_by(col(Appointment.coach))
    return dict(session.exec(query).all())


def work_fields(organisation: Organisation, coach: str, expertise: Sequence[tuple[str, str]]) -> tuple[Field, ...]:
    """What somebody does there. Nobody stands in for themselves."""
    here = f"coaches.{coach}"
    spoken = tuple(dict.fromkeys((*organisation.languages, *LANGUAGES, *organisation.coaches[coach].languages)))
    others = tuple((other.id, other.name) for other in organisation.coaches.values() if other.id != coach)
    known = dict(expertise) | {
        each: each for each in organisation.coaches[coach].expertise if each not in dict(expertise)
    }
    return (
        Field(f"{here}.name", Phrase("Name"), "line", longest=LONGEST_NAME),
        Field(f"{here}.languages", Phrase("Languages"), "ticks", options=tuple((code, code) for code in spoken)),
        Field(
            f"{here}.places",
            Phrase("Works at"),
            "ticks",
            options=tuple((place.id, place.name) for place in organisation.places.values()),
        ),
        Field(f"{here}.caseload", Phrase("Cases at most"), "number", Phrase("Empty: no limit."), optional=True),
        Field(
            f"{here}.substitute",
            Phrase("Substitute"),
            "choice",
            Phrase("Gets the cases that are not answered in time."),
            options=others,
            optional=True,
        ),
        Field(f"{here}.expertise", Phrase("Knows most about"), "ticks", options=tuple(known.items()), optional=True),
    )


def roles_field(coach: str) -> Field:
    names = tuple((role, ROLE_NAMES[role]) for role in ROLES)
    return Field(
        f"coaches.{coach}.roles",
        Phrase("Roles"),
        "ticks",
        Phrase("With several roles, the rights of the one that sees the most count."),
        options=names,
    )


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is invited."""

    name: str
    role: Role
    languages: tuple[str, ...]
    places: tuple[str, ...]


def invite(session: Session, houses: InForce, account: Account, newcomer: Newcomer, now: datetime) -> tuple[Staff, str]:
    """The new account, and the token of the link by which they sign in first. Raises ``Misfit``."""
    organisation = houses.read(session, account.organisation)
    id = _free_id(session, organisation, newcomer.name)
    value: dict[str, Any] = {
        "name": newcomer.name[:LONGEST_NAME],
        "languages": list(newcomer.languages),
        "places": list(newcomer.places),
        "roles": [newcomer.role],
    }
    edit = Edit(f"coaches.{id}.new", value)
    anew = with_changes(session, houses, organisation.id, (edit,))
    if save(session, houses, account, (edit,), now) != "done":
        raise PermissionError(edit.place)
    ensure_accounts(session, anew, now)
    session.flush()
    mine = select(Staff).where(Staff.organisation == organisation.id, Staff.login == id)
    staff = session.exec(mine).one()
    return staff, link_for(session, account, staff, now)


def link_for(session: Session, account: Account, staff: Staff, now: datetime) -> str:
    """A link that signs somebody in once within three days."""
    audit.record(session, account.organisation, account.actor, "staff.invite", staff.id, now)
    return one_time_link(session, staff, "sign_in", now, lasts=INVITED)


def _free_id(session: Session, organisation: Organisation, name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    first = (re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:12].strip("-") or "new").ljust(2, "x")
    taken = {*organisation.coaches, *session.exec(select(Staff.login).where(Staff.organisation == organisation.id))}
    ids = (first, *(f"{first}-{number}" for number in range(2, 999)))
    return next(id for id in ids if id not in taken)


def keep_role(session: Session, organisation: Organisation, staff: Staff) -> None:
    """The account gets the role that follows from what they do now."""
    coach = organisation.coaches.get(staff.coach or "")
    if coach is not None and coach.roles:
        staff.role = role_of(coach)
        session.add(staff)


def find_member(session: Session, organisation: str, id: str) -> Staff | None:
    return session.exec(select(Staff).where(Staff.id == id, Staff.organisation == organisation)).first()


def let_go(session: Session, houses: InForce, account: Account, staff: Staff, now: datetime) -> Came | Refusal:
    """The account is closed at once, in every browser. Nothing new comes to them: no visit, no alert, no case."""
    if staff.id == account.id:
        return "yourself"
    organisation = houses.read(session, account.organisation)
    came = save(session, houses, account, _without(organisation, staff.coach or ""), now)
    if came == "done":
        staff.active = False
        session.add(staff)
        close_all_doors(session, staff.id)
        audit.record(session, account.organisation, account.actor, "staff.close", staff.id, now)
    return came


def _without(organisation: Organisation, coach: str) -> list[Edit]:
    if coach not in organisation.coaches:
        return []
    edits = [Edit(f"coaches.{coach}.roles", [])]
    edits += [
        Edit(f"coaches.{other.id}.substitute", "")
        for other in organisation.coaches.values()
        if other.substitute == coach
    ]
    for line in ("on_duty", "named_for_health"):
        named: tuple[str, ...] = getattr(organisation, line)
        if coach in named:
            edits.append(Edit(line, [each for each in named if each != coach]))
    return edits


def let_back(session: Session, houses: InForce, account: Account, staff: Staff, now: datetime) -> Came:
    """The account opens again, with the roles of the file, or those that they were invited with."""
    came: Came = "done"
    if staff.coach in houses.read(session, account.organisation).coaches:
        came = save(session, houses, account, (Edit(f"coaches.{staff.coach}.roles", None),), now)
    if came == "done":
        staff.active = True
        keep_role(session, houses.read(session, account.organisation), staff)
        session.add(staff)
        audit.record(session, account.organisation, account.actor, "staff.open", staff.id, now)
    return came
