"""The case desk: what a person told is handed to the staff, brought up to date, read and accepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from sqlalchemy import and_, false, or_, tuple_, update
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col, select

from casework.cases.case_kinds import kind_of
from casework.cases.case_names import QUESTION, name_index
from casework.cases.case_numbers import numbered
from casework.cases.case_states import HOUSE, OPEN, WAITING, Step, change, note
from casework.cases.dossier import Dossier, Edition, Words
from casework.door.accounts import Account
from casework.door.rights import Holder, looks_after, may, reach
from casework.hooks.webhook_events import tell_of_case
from casework.telling.bells import ring_case
from casework.telling.notices import News, give_notice, settle
from casework.visiting.visit_states import AGREED
from casework.visiting.visits import of_person
from flows.log import Value
from storage import audit
from storage.columns import new_id
from storage.tables import Appointment, Case, Conversation, Enrolment, Person
from storage.vault import Key, Vault

Acceptance: TypeAlias = Literal["accepted", "taken", "changed", "missing"]


@dataclass(frozen=True, slots=True)
class HandOverRequest:
    """What a conversation hands over. ``case`` is the open case to bring up to date, if there is one. ``dealers`` hear
    of a case without a coach: ids of coaches, or ``None``, which means everybody."""

    organisation: str
    person_id: str
    conversation_id: str
    answers: Mapping[str, Value]
    skipped: tuple[str, ...]
    language: str
    case: str | None = None
    appointment_id: str | None = None
    by: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)
    dealers: tuple[str | None, ...] = (None,)


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a list, the newest first: at most ``limit`` rows that come behind ``after``.

    ``number`` is how the case's id begins; ``names`` are the indexes of a first name (see
    ``casework.cases.case_names``): one of the two is enough.
    """

    limit: int = 50
    after: tuple[datetime, str] | None = None
    state: str | None = None
    coach: str | None = None
    language: str | None = None
    place: str | None = None
    since: datetime | None = None
    kind: str | None = None
    number: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who reads, as the audit names them (an account's or an API token's), for which organisation, by what rights."""

    organisation: str
    name: str
    holder: Holder

    @classmethod
    def of(cls, account: Account) -> Actor:
        return cls(account.organisation, account.actor, account)


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list: the row, and the visit the person has now, if any."""

    case: Case
    appointment: Appointment | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case opened for reading. ``visits`` are all that the person ever had, the earliest first; ``places`` are those
    at group sessions, whatever became of them. ``key`` opens and seals what is kept for the person."""

    case: Case
    flow: str
    dossier: Dossier
    key: Key = field(repr=False)
    visits: tuple[Appointment, ...] = ()
    places: tuple[Enrolment, ...] = ()

    @property
    def appointment(self) -> Appointment | None:
        """The visit the person has now, if any."""
        return next((visit for visit in reversed(self.visits) if visit.state in AGREED), None)


def hand_over(session: Session, vault: Vault, request: HandOverRequest, now: datetime) -> str:
    """Open the case, or bring the open one up to date, and tell its coach (without one, the dealers).

    Returns the case's id. Runs in the transaction of the turn, so a case exists exactly when the person
    was told so.
    """
    key = _key(session, vault, request.person_id)
    case = _open_case(session, request)
    if case is None:
        case = _open(session, key, request, now)
        case.name_index = _name(vault, request.organisation, request.answers)
        session.flush()
        note(session, case, Step("offer", HOUSE, case.coach), now)
        _tell(session, case, "new_case", request.dealers, now)
        tell_of_case(session, case, "case.offered", now)
    else:
        _renew(session, key, case, request, now)
        case.name_index = _name(vault, request.organisation, request.answers) or case.name_index
        _tell(session, case, "changed_case", request.dealers, now)
        tell_of_case(session, case, "case.changed", now)
    return case.id


def accept(session: Session, case_id: str, account: Account, version: int, now: datetime) -> Acceptance:
    """Take the case on. Of two who try, one has it; ``changed`` says that there is something new to read."""
    case = find_case(session, account.organisation, case_id)
    case = case if case is not None and may(account, "take_cases", case) else None
    taken = {"accepted_at": now, "accepted_by": account.id, "coach": account.coach or Case.coach, "answer_by": None}
    if case is not None and change(session, case, "accept", version, now, **taken):
        note(session, case, Step("accept", account.actor, case.coach), now)
        settle(session, account.organisation, case_id, now)
        audit.record(session, account.organisation, account.actor, "case.accept", case_id, now)
        tell_of_case(session, session.get_one(Case, case_id), "case.accepted", now)
        return "accepted"
    if case is None:
        return "missing"
    session.refresh(case)
    return "changed" if case.state in WAITING else "taken"


def find_case(session: Session, organisation: str, case_id: str) -> Case | None:
    """The case as a row, or ``None`` if this organisation has no such case."""
    return session.exec(select(Case).where(Case.id == case_id, Case.organisation == organisation)).first()


def read_case(
    session: Session, vault: Vault, actor: Actor, case_id: str, now: datetime, *, again: bool = False
) -> CaseFile | None:
    """Open a case that the actor may see; the audit tells who did. An erased one is not there.

    ``again``: it is on the screen, and is renewed there, which the audit has only now and then.
    """
    file = open_file(session, vault, actor, case_id)
    if file is not None:
        note_reading(session, vault, actor, file, now, again=again)
    return file


def open_file(session: Session, vault: Vault, actor: Actor, case_id: str) -> CaseFile | None:
    """What ``read_case`` opens, to be shown only after ``note_reading`` is committed: whoever opens much beside it
    keeps the audit, which is written by one at a time, for a moment only."""
    query = (
        select(Case, Person.wrapped_key, Conversation.flow)
        .join(Person, col(Person.id) == col(Case.person_id))
        .join(Conversation, col(Conversation.id) == col(Case.conversation_id))
        .where(Case.id == case_id, Case.organisation == actor.organisation, col(Case.sealed) != b"")
    )
    found = session.exec(query).first()
    if found is None or not may(actor.holder, "see_cases", found[0]):
        return None
    case, key = found[0], vault.open_key(found[1])
    return CaseFile(
        case=case,
        flow=found[2],
        dossier=Dossier.from_bytes(key.open(case.sealed, _about(case.id))),
        key=key,
        visits=tuple(of_person(session, case.person_id)),
        places=tuple(session.exec(select(Enrolment).where(Enrolment.person_id == case.person_id))),
    )


def note_reading(
    session: Session, vault: Vault, actor: Actor, file: CaseFile, now: datetime, *, again: bool = False
) -> None:
    """The audit has who read it. A case from before names were searched can be found by its name from now on."""
    case = file.case
    noting = audit.record_again if again else audit.record
    noting(session, actor.organisation, actor.name, "case.read", case.id, now)
    name = None if case.name_index else _name(vault, case.organisation, file.dossier.newest.answers)
    if name is not None:
        session.exec(update(Case).where(col(Case.id) == case.id).values(name_index=name))


def list_cases(session: Session, actor: Actor, page: Page, now: datetime, *, again: bool = False) -> list[Listed]:
    """One page of the cases that the actor may see, the newest first, without what is in them."""
    query = select(Case).where(Case.organisation == actor.organisation, col(Case.sealed) != b"")
    query = query.where(*within_reach(actor.holder))
    query = query.where(*_filters(page))
    if page.after is not None:
        query = query.where(tuple_(col(Case.created_at), col(Case.id)) < page.after)
    newest = query.order_by(col(Case.created_at).desc(), col(Case.id).desc()).limit(page.limit)
    cases = session.exec(newest).all()
    visits = _visits(session, tuple(case.person_id for case in cases))
    noting = audit.record_again if again else audit.record
    noting(session, actor.organisation, actor.name, "case.list", page.state or "all", now)
    return [Listed(case, visits.get(case.person_id)) for case in cases]


def _filters(page: Page) -> Iterator[ColumnElement[bool]]:
    for column, wanted in (
        (Case.state, page.state),
        (Case.coach, page.coach),
        (Case.language, page.language),
        (Case.place, page.place),
        (Case.kind, page.kind),
    ):
        if wanted is not None:
            yield col(column) == wanted
    if page.since is not None:
        yield col(Case.created_at) >= page.since
    if page.number or page.names:
        yield or_(numbered(page.number), col(Case.name_index).in_(page.names))


def within_reach(holder: Holder) -> tuple[ColumnElement[bool], ...]:
    """For a query: which cases of their organisation they see; ``casework.door.rights.may`` says it of one case."""
    match reach(holder, "see_cases"):
        case "all":
            return ()
        case "own":
            return (_is_own(holder),)
        case "kinds":
            return (col(Case.kind).in_(looks_after(holder)),)
        case None:
            return (false(),)


def _is_own(holder: Holder) -> ColumnElement[bool]:
    coach, accepted = col(Case.coach), col(Case.accepted_by)
    return or_(coach == holder.coach, and_(coach.is_(None), accepted == holder.id))


def _visits(session: Session, person_ids: tuple[str, ...]) -> dict[str, Appointment]:
    """The visit that each of these people has now."""
    query = select(Appointment).where(col(Appointment.person_id).in_(person_ids), col(Appointment.state).in_(AGREED))
    return {visit.person_id: visit for visit in session.exec(query.order_by(col(Appointment.starts_at)))}


def _key(session: Session, vault: Vault, person_id: str) -> Key:
    person = session.get_one(Person, person_id)
    return vault.open_key(person.wrapped_key)


def _about(case_id: str) -> str:
    return f"case|{case_id}"


def _edition(request: HandOverRequest, now: datetime) -> Edition:
    return Edition(request.answers, request.skipped, request.language, request.appointment_id, now, request.by)


def _visit(session: Session, request: HandOverRequest) -> Appointment | None:
    """The appointment, if that is this person's own."""
    visit = session.get(Appointment, request.appointment_id) if request.appointment_id else None
    return visit if visit is not None and visit.person_id == request.person_id else None


def _name(vault: Vault, organisation: str, answers: Mapping[str, Value]) -> str | None:
    return name_index(vault, organisation, str(answers.get(QUESTION) or ""))


def _open_case(session: Session, request: HandOverRequest) -> Case | None:
    """The case named by the request or opened from the same conversation, held until the commit."""
    named = Case.id == request.case if request.case else Case.conversation_id == request.conversation_id
    query = select(Case).where(
        named,
        Case.organisation == request.organisation,
        Case.person_id == request.person_id,
        col(Case.state).in_(OPEN),
    )
    return session.exec(query.with_for_update()).first()


def _open(session: Session, key: Key, request: HandOverRequest, now: datetime) -> Case:
    id = new_id()
    dossier, visit = Dossier((_edition(request, now),), request.words), _visit(session, request)
    case = Case(
        id=id,
        organisation=request.organisation,
        person_id=request.person_id,
        conversation_id=request.conversation_id,
        coach=visit.coach if visit else None,
        place=visit.place if visit else None,
        language=request.language,
        kind=kind_of(request.answers),
        sealed=key.seal(dossier.as_bytes(), _about(id)),
        created_at=now,
        updated_at=now,
    )
    session.add(case)
    return case


def _renew(session: Session, key: Key, case: Case, request: HandOverRequest, now: datetime) -> None:
    kept = Dossier.from_bytes(key.open(case.sealed, _about(case.id)))
    case.sealed = key.seal(kept.renewed(_edition(request, now), request.words).as_bytes(), _about(case.id))
    if (visit := _visit(session, request)) is not None:
        case.place = visit.place
        case.coach = visit.coach if case.state == "offered" else case.coach
    case.language, case.kind = request.language, kind_of(request.answers)
    case.version += 1
    case.updated_at = now
    ring_case(session, case)


def _tell(session: Session, case: Case, kind: str, dealers: tuple[str | None, ...], now: datetime) -> None:
    key = f"{kind}|{case.id}|{case.version}"
    for coach in (case.coach,) if case.coach is not None else dealers:
        give_notice(session, News(case.organisation, kind, case.id, f"{key}|{coach or '*'}", coach), now)
