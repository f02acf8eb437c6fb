"""A whole dossier as one reader may see it: answers, visits, notes, tasks, files, what changed and what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from casework.cases.answer_changes import Changed, changes
from casework.cases.assigning import Candidate
from casework.cases.case_desk import CaseDesk, Tier, open_desk
from casework.cases.case_giving import choices
from casework.cases.case_states import OPEN
from casework.cases.cases import Actor, CaseFile, read_case
from casework.cases.contact import Contact, contact
from casework.cases.documents import Document, documents
from casework.cases.first_answer import House
from casework.cases.in_short import Short, in_short
from casework.cases.need_to_know import visible
from casework.cases.notes import Note, notes
from casework.cases.recordings import of_case
from casework.cases.summary import Briefing, Section
from casework.cases.tasks import Task, owners, tasks
from casework.cases.timeline import Chronicle, Stretch
from casework.door.accounts import Account
from casework.door.actors import names_of_actors
from casework.door.rights import may
from casework.house.organisation import Coach, Organisation
from casework.sessions.session_summary import session_section
from casework.talk.talk_unread import unread
from casework.visiting.visits import of_person
from storage.tables import Appointment, Person, Recording
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Bureau:
    """What it takes to open a dossier of one organisation."""

    vault: Vault
    briefing: Briefing
    organisation: Organisation


@dataclass(frozen=True, slots=True)
class Beside:
    """What staff keep beside the case. ``tiers`` are those that the reader may write in."""

    notes: Sequence[Note] = ()
    tasks: Sequence[Task] = ()
    files: Sequence[Document] = ()
    tiers: tuple[Tier, ...] = ()
    owners: tuple[Coach, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierPage:
    """``hidden``: there are answers about health that are not for this reader. ``wrote``: lines that are unread.

    ``outcome`` is what became of the person, if somebody noted it and this reader may know it.
    """

    file: CaseFile
    names: Mapping[str, str]
    short: Short
    sections: tuple[Section, ...]
    hidden: bool
    visits: Sequence[Appointment]
    spoken: Sequence[Recording]
    changes: Sequence[Changed]
    beside: Beside
    timeline: Stretch
    choices: Sequence[Candidate]
    wrote: int
    contact: Contact
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which dossier, by whom, and from where on its timeline. ``again``: the page is open and renews itself."""

    account: Account
    case: str
    before: tuple[datetime, str] | None = None
    again: bool = False


def open_dossier(session: Session, bureau: Bureau, asked: Asked, now: datetime) -> DossierPage | None:
    """``None`` for a case that is not there for this account; the audit tells who has read it."""
    account = asked.account
    actor = Actor.of(account)
    file = read_case(session, bureau.vault, actor, asked.case, now, again=asked.again)
    if file is None:
        return None
    case = file.case
    every = _every(bureau, file, account.language)
    told = visible(account, case, every)
    kept_from = any(section.part == "private" for section in every) and not may(account, "see_private", case)
    desk = open_desk(session, bureau.vault, actor, case.id, now)
    key = bureau.vault.open_key(session.get_one(Person, case.person_id).wrapped_key)
    house = House(bureau.organisation, bureau.vault)
    gives = may(account, "assign", case) and case.state in OPEN
    return DossierPage(
        file=file,
        names=names_of_actors(session, case.organisation),
        short=in_short(told, account.language),
        sections=told,
        hidden=kept_from and may(account, "see_barriers", case),
        visits=[visit for visit in of_person(session, case.person_id) if visit.state != "held"]
        if may(account, "see_person", case)
        else (),
        spoken=of_case(session, case) if may(account, "see_barriers", case) else (),
        changes=changes(session, key, bureau.briefing, (case, file.flow), (account, account.language)),
        beside=_beside(desk, bureau.organisation) if desk else Beside(),
        timeline=Chronicle(session, case, file.dossier, account, desk).stretch(asked.before),
        choices=choices(session, house, case, now) if gives else (),
        wrote=unread(session, account).get(case.id, 0) if may(account, "talk", case) else 0,
        outcome=case.outcome if may(account, "see_person", case) else None,
        contact=contact(bureau.briefing.flows.get(file.flow), file.dossier, account, case),
    )


def _every(bureau: Bureau, file: CaseFile, language: str) -> tuple[Section, ...]:
    briefing = bureau.briefing
    return (
        *session_section(bureau.organisation, file.places, briefing.wording, language),
        *briefing.sections(file.flow, file.dossier, language),
    )


def _beside(desk: CaseDesk, organisation: Organisation) -> Beside:
    today = desk.now.astimezone(organisation.tz).date()
    tier = desk.tiers()[-1] if desk.tiers() else "A"
    return Beside(
        notes(desk),
        tasks(desk, today),
        documents(desk),
        desk.tiers(),
        owners(organisation, desk.case, "B" if tier == "C" else tier),
    )
