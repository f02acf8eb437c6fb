"""Which case a notice leads to, whatever it is about: the case itself, a conversation, a visit or a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlmodel import Session, col, or_, select

from casework.cases.case_states import OPEN
from casework.door.accounts import Account
from casework.door.rights import looks_after, may, reach
from storage.tables import Appointment, Case, Notice

OF_A_COMPANY = "may_call"
"""The kind of notice that is about a company, and about no case."""


def cases_about(session: Session, account: Account, subjects: Collection[str]) -> Mapping[str, str]:
    """By subject, the case that it is, or the newest open one of whom it is about; those without one are left out."""
    if not subjects:
        return {}
    visits = select(Appointment.id, Appointment.person_id).where(
        Appointment.organisation == account.organisation, col(Appointment.id).in_(subjects)
    )
    person_of = dict(session.exec(visits).all())
    people = {*subjects, *person_of.values()}
    known = or_(
        col(Case.id).in_(subjects),
        col(Case.state).in_(OPEN) & (col(Case.conversation_id).in_(subjects) | col(Case.person_id).in_(people)),
    )
    query = select(Case).where(Case.organisation == account.organisation, known, col(Case.sealed) != b"")
    if reach(account, "take_cases") == "kinds":
        query = query.where(col(Case.kind).in_(looks_after(account)))
    found: dict[str, str] = {}
    for case in session.exec(query.order_by(col(Case.created_at))):
        found |= {case.id: case.id, case.conversation_id: case.id, case.person_id: case.id}
    by_visit = {visit: found[person] for visit, person in person_of.items() if person in found}
    return {subject: case for subject, case in {**found, **by_visit}.items() if subject in subjects}


def theirs(session: Session, account: Account, notices: Collection[Notice]) -> list[Notice]:
    """Those that they may hear of: of who takes on some kinds of cases only, what is about such a case, or about a
    company."""
    match reach(account, "take_cases"):
        case "all":
            return list(notices)
        case "kinds":
            about = cases_about(session, account, [notice.subject for notice in notices])
            companies = may(account, "work_companies")
            return [each for each in notices if each.subject in about or (companies and each.kind == OF_A_COMPANY)]
        case _:
            return []
