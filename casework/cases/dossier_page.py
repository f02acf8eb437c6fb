"""A whole dossier as one reader may see it: answers, visits, notes, tasks, files, what changed and what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from casework.cases.answer_changes import Changed, changes
from casework.cases.assigning import Candidate
from casework.cases.beside import Beside, beside
from casework.cases.case_desk import CaseDesk
from casework.cases.case_giving import choices
from casework.cases.case_states import OPEN
from casework.cases.cases import Actor, CaseFile, note_reading, open_file
from casework.cases.contact import Contact, contact
from casework.cases.first_answer import House
from casework.cases.in_short import Short, in_short
from casework.cases.need_to_know import visible
from casework.cases.recordings import of_case
from casework.cases.summary import Briefing, Section
from casework.cases.timeline import Chronicle, Stretch
from casework.door.accounts import Account
from casework.door.actors import names_of_actors
from casework.door.rights import may
from casework.house.organisation import Organisation
from casework.sessions.session_summary import session_section
from casework.steps.small_steps import Step, reads_steps, steps_of
from casework.talk.talk_unread import unread
from storage.tables import Appointment, Recording
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Bureau:
    """What it takes to open a dossier of one organisation."""

    vault: Vault
    briefing: Briefing
    organisation: Organisation


@dataclass(frozen=True, slots=True)
class DossierPage:
    """``hidden``: there are answers about health that are not for this reader. ``wrote``: lines that are unread.
    ``may_agree``: the reader may write down small steps.

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
    steps: Sequence[Step]
    may_agree: bool
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
    """``None`` for a case that is not there for this account. To be shown only once ``note_opening`` is committed."""
    account = asked.account
    file = open_file(session, bureau.vault, Actor.of(account), asked.case)
    if file is None:
        return None
    case = file.case
    every = _every(bureau, file, account.language)
    told = visible(account, case, every)
    kept_from = any(section.part == "private" for section in every) and not may(account, "see_private", case)
    kept = _beside(session, bureau.organisation, file, account, now)
    steps = _steps(session, bureau, file, account, now)
    house = House(bureau.organisation, bureau.vault)
    gives = may(account, "assign", case) and case.state in OPEN
    return DossierPage(
        file=file,
        names=names_of_actors(session, case.organisation),
        short=in_short(told, account.language),
        sections=told,
        hidden=kept_from and may(account, "see_barriers", case),
        visits=[visit for visit in file.visits if visit.state != "held"] if may(account, "see_person", case) else (),
        spoken=of_case(session, case) if may(account, "see_barriers", case) else (),
        changes=changes(session, file.key, bureau.briefing, (case, file.flow), (account, account.language)),
        beside=kept,
        steps=steps,
        may_agree=reads_steps(account, case),
        timeline=Chronicle(session, file, account, kept, steps).stretch(asked.before),
        choices=choices(session, house, case, now) if gives else (),
        wrote=unread(session, account, case.id).get(case.id, 0) if may(account, "talk", case) else 0,
        outcome=case.outcome if may(account, "see_person", case) else None,
        contact=contact(bureau.briefing.flows.get(file.flow), file.dossier, account, case),
    )


def _every(bureau: Bureau, file: CaseFile, language: str) -> tuple[Section, ...]:
    briefing = bureau.briefing
    return (
        *session_section(bureau.organisation, file.places, briefing.wording, language),
        *briefing.sections(file.flow, file.dossier, language),
    )


def note_opening(session: Session, bureau: Bureau, asked: Asked, file: CaseFile, now: datetime) -> None:
    """The audit tells who has read it."""
    note_reading(session, bureau.vault, Actor.of(asked.account), file, now, again=asked.again)


def _beside(session: Session, organisation: Organisation, file: CaseFile, account: Account, now: datetime) -> Beside:
    """Nothing for who may not write there."""
    if not may(account, "note", file.case):
        return Beside()
    return beside(CaseDesk(session, Actor.of(account), file.case, file.key, now), organisation)


def _steps(session: Session, bureau: Bureau, file: CaseFile, account: Account, now: datetime) -> Sequence[Step]:
    """Nothing for who may not agree on any."""
    if not reads_steps(account, file.case):
        return ()
    desk = CaseDesk(session, Actor.of(account), file.case, file.key, now)
    return steps_of(desk, now.astimezone(bureau.organisation.tz).date())
