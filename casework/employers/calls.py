"""May this company call you? Asked once for each company, after a session with it at which somebody was present."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import orjson
from sqlmodel import Session, col, select

from casework.cases.case_kinds import FOR_COACHES
from casework.cases.dealing import dealers
from casework.employers.register import Bureau, name_of, registered
from casework.house.organisation import Organisation
from casework.privacy import consents
from casework.sessions.group_sessions import ends_at
from casework.sessions.seat_states import ATTENDED
from casework.sessions.session_file import GroupSession
from casework.telling.notices import News, give_notice
from flows.effects import RecordConsent
from storage import audit
from storage.as_read import change_as_read
from storage.columns import new_id
from storage.employer_invariants import SCOPE
from storage.employer_tables import Company, CompanyCall
from storage.insert import insert_new
from storage.tables import Case, Due, Enrolment, Person
from storage.trays import DuePlan, plan
from storage.vault import Key, Vault

ASK = "ask_company"
"""The row that falls due when the session is over."""
NOTICE = "may_call"
LASTS = timedelta(days=14)
"""So long after the session it makes sense to ask."""
WORDING = 1
"""Of the text that asks; count it up when what is asked changes."""
KIND = "company"
PERSON = "person"
Wish: TypeAlias = Literal["yes", "no"]
Came: TypeAlias = Literal["agreed", "refused", "over"]


@dataclass(frozen=True, slots=True)
class Told:
    """What the company is told of somebody, as far as they gave it."""

    name: str = field(default="", repr=False)
    number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, in the language and at the channel where it was given; with a yes what the company is told."""

    wish: Wish
    language: str
    channel: str
    told: Told = Told()


@dataclass(frozen=True, slots=True)
class MayCall:
    """Somebody who agreed, with what the company is told of them: nothing else stands here."""

    met_at: str
    since: datetime
    name: str = field(repr=False)
    number: str = field(repr=False)


def plan_question(
    session: Session, organisation: Organisation, group: GroupSession, place: Enrolment, now: datetime
) -> None:
    """For who was there, once the session is over; nobody is asked where no company was host, or where the session has
    a name that says something."""
    if group.host and not group.discreet:
        at = max(now, ends_at(organisation, group))
        plan(session, DuePlan(f"{ASK}|{place.id}", ASK, organisation.id, place.person_id, place.id, 0, at))


def company_to_ask_about(
    session: Session, vault: Vault, organisation: Organisation, due: Due, now: datetime
) -> Company | None:
    """The host of their session, unless they were asked before, it is too late, or they do not look for work."""
    place = session.get(Enrolment, due.subject or "", populate_existing=True)
    group = organisation.sessions.get(place.session) if place else None
    if place is None or group is None or place.state != ATTENDED or not group.host or group.discreet:
        return None
    if now > ends_at(organisation, group) + LASTS or not _looks_for_work(session, place.person_id):
        return None
    company = registered(session, vault, organisation.id, group.host, now)
    return company if company and _call(session, place.person_id, company.id) is None else None


def begin(session: Session, company: Company, due: Due, now: datetime) -> CompanyCall | None:
    """The question is put now; ``None`` if it was put before."""
    place = session.get_one(Enrolment, due.subject)
    whose = {"organisation": company.organisation, "person_id": place.person_id, "company_id": company.id}
    if not insert_new(session, CompanyCall, id=new_id(), met_at=place.session, asked_at=now, **whose):
        return None
    return _call(session, place.person_id, company.id)


def asked_of(session: Session, person_id: str, call_id: str) -> CompanyCall | None:
    """The question, if this is the person to whom it was put; others learn nothing of it."""
    mine = CompanyCall.id == call_id, CompanyCall.person_id == person_id
    return session.exec(select(CompanyCall).where(*mine)).first()


def answer(session: Session, key: Key, call: CompanyCall, said: Said, now: datetime) -> Came:
    """The last word counts, and takes back what was said before."""
    agreed = said.wish == "yes"
    state: Came = "agreed" if agreed else "refused"
    sealed = _sealed(key, call, said.told) if agreed else None
    if not _change(session, call, state=state, sealed=sealed, answered_at=now):
        return "over"
    proof = RecordConsent(f"{SCOPE}{call.company_id}", WORDING, agreed, said.language)
    consents.record(session, call.person_id, proof, said.channel, now)
    audit.record(session, call.organisation, PERSON, f"company.{state}", call.id, now)
    return state


def told_so_far(key: Key, call: CompanyCall) -> Told:
    return Told(**orjson.loads(key.open(call.sealed, _about(call.id)))) if call.sealed else Told()


def keep_told(session: Session, key: Key, call: CompanyCall, told: Told) -> None:
    """They said yes, and something is still to be asked: until they gave it nobody is told anything."""
    _change(session, call, state="asked", sealed=_sealed(key, call, told))


def _sealed(key: Key, call: CompanyCall, told: Told) -> bytes:
    return key.seal(orjson.dumps({"name": told.name, "number": told.number}), _about(call.id))


def _change(session: Session, call: CompanyCall, **values: object) -> bool:
    changed = change_as_read(session, call, call.version, **values)
    session.refresh(call)
    return changed


def tell_brokers(session: Session, organisation: Organisation, call: CompanyCall, now: datetime) -> None:
    """Those who deal with companies hear that a list has changed: not whose, not of whom."""
    for coach in filter(None, dealers(session, organisation, KIND)):
        key = f"{NOTICE}|{call.id}|{call.version}|{coach}"
        give_notice(session, News(organisation.id, NOTICE, call.company_id, key, coach), now)


def agreed_by(session: Session, vault: Vault, person_id: str) -> Sequence[tuple[CompanyCall, str]]:
    """The companies that may call this person, by name."""
    theirs = CompanyCall.person_id == person_id, CompanyCall.state == "agreed"
    query = select(CompanyCall, Company).join(Company, col(Company.id) == col(CompanyCall.company_id))
    rows = session.exec(query.where(*theirs).order_by(col(CompanyCall.asked_at)))
    return [(call, name_of(vault, company)) for call, company in rows]


def may_be_called(bureau: Bureau, company: Company) -> list[MayCall]:
    """Who agreed that this company calls: of others nothing can be told apart, whether they said no or were never
    asked. The audit tells who looked."""
    agreed = CompanyCall.company_id == company.id, CompanyCall.state == "agreed"
    query = select(CompanyCall, Person.wrapped_key).join(Person, col(Person.id) == col(CompanyCall.person_id))
    rows = bureau.session.exec(query.where(*agreed).order_by(col(CompanyCall.answered_at))).all()
    bureau.record("company.callers", company.id)
    return [_opened(bureau, call, key) for call, key in rows if _stands(bureau.session, call)]


def _opened(bureau: Bureau, call: CompanyCall, wrapped: bytes) -> MayCall:
    told = told_so_far(bureau.vault.open_key(wrapped), call)
    return MayCall(call.met_at, call.answered_at or call.asked_at, told.name, told.number)


def _stands(session: Session, call: CompanyCall) -> bool:
    return consents.consented(session, call.person_id, f"{SCOPE}{call.company_id}")


def _call(session: Session, person_id: str, company_id: str) -> CompanyCall | None:
    mine = CompanyCall.person_id == person_id, CompanyCall.company_id == company_id
    return session.exec(select(CompanyCall).where(*mine)).first()


def _looks_for_work(session: Session, person_id: str) -> bool:
    """As far as their newest case says; who has none is taken at their word that they came."""
    newest = select(Case.kind).where(Case.person_id == person_id).order_by(col(Case.created_at).desc()).limit(1)
    kind = session.exec(newest).first()
    return kind is None or kind in FOR_COACHES


def _about(call_id: str) -> str:
    return f"company_call|{call_id}"
