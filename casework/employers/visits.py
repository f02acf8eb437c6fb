"""Visits to companies: written down by whoever was there, with a next step that stands on a desk until it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias, get_args

import orjson
from sqlalchemy import or_
from sqlmodel import Session, col, select

from casework.door.accounts import Account
from casework.door.rights import may
from casework.employers.register import Bureau, chosen, name_of
from storage.as_read import change_as_read
from storage.columns import new_id
from storage.employer_tables import Company, CompanyVisit
from storage.vault import Vault

How: TypeAlias = Literal["visit", "call", "event"]
HOWS: tuple[How, ...] = get_args(How)
Flaw: TypeAlias = Literal["company", "day", "next"]
"""What is missing: which company; a day that is not ahead; the next step without its day, or a day without a step."""
Changed: TypeAlias = Literal["done", "changed", "missing"]
LONGEST_NOTE, LONGEST_STEP = 2000, 200
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Contact:
    """What somebody writes down. ``next_step`` is to be taken by ``next_on``."""

    day: date
    how: How
    note: str = field(default="", repr=False)
    next_step: str = field(default="", repr=False)
    next_on: date | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """A visit opened for reading."""

    row: CompanyVisit
    note: str = field(repr=False)
    next_step: str = field(repr=False)

    @property
    def waits(self) -> bool:
        """Whether its next step is still to be taken."""
        return self.row.next_on is not None and self.row.next_done_at is None


@dataclass(frozen=True, slots=True)
class NextStep:
    """A line on somebody's desk."""

    visit: Noted
    company: str
    late: bool


def flaws(bureau: Bureau, contact: Contact) -> list[Flaw]:
    found: list[Flaw] = []
    if contact.day > bureau.now.astimezone(bureau.organisation.tz).date():
        found.append("day")
    if bool(contact.next_step.strip()) != (contact.next_on is not None):
        found.append("next")
    return found


def note_visit(bureau: Bureau, name: str, contact: Contact) -> CompanyVisit | list[Flaw]:
    """To the company of this name, which is put into the register if it is new there."""
    found = flaws(bureau, contact)
    if found:
        return found
    company = chosen(bureau, name)
    return ["company"] if company is None else _keep(bureau, company, contact)


def visit_again(bureau: Bureau, company: Company, contact: Contact) -> CompanyVisit | list[Flaw]:
    return flaws(bureau, contact) or _keep(bureau, company, contact)


def _keep(bureau: Bureau, company: Company, contact: Contact) -> CompanyVisit:
    """The next step is for who writes it down; of another system, for whoever has time."""
    id = new_id()
    row = CompanyVisit(
        id=id,
        organisation=bureau.organisation.id,
        company_id=company.id,
        day=contact.day,
        how=contact.how,
        sealed=_sealed(bureau.vault, id, contact),
        next_on=contact.next_on,
        owner=bureau.actor.holder.coach if contact.next_on else None,
        author=bureau.actor.name,
        at=bureau.now,
    )
    bureau.session.add(row)
    bureau.session.flush()
    bureau.record("company.visit", row.id)
    return row


def rewrite(bureau: Bureau, seen: tuple[str, int], contact: Contact) -> Changed | list[Flaw]:
    """Another day, note or next step; ``seen`` is the id and the version that were on the screen."""
    row = find_visit(bureau, seen[0])
    if row is None:
        return "missing"
    found = flaws(bureau, contact)
    if found:
        return found
    again = contact.next_on is None or contact.next_on != row.next_on
    values = {
        "day": contact.day,
        "how": contact.how,
        "sealed": _sealed(bureau.vault, row.id, contact),
        "next_on": contact.next_on,
        "owner": (row.owner or bureau.actor.holder.coach) if contact.next_on else None,
        "next_done_at": None if again else row.next_done_at,
    }
    if not change_as_read(bureau.session, row, seen[1], **values):
        return "changed"
    bureau.record("company.rewrite", row.id)
    return "done"


def step_done(bureau: Bureau, seen: tuple[str, int]) -> Changed:
    row = find_visit(bureau, seen[0])
    if row is None or row.next_on is None:
        return "missing"
    if row.next_done_at is not None or not change_as_read(bureau.session, row, seen[1], next_done_at=bureau.now):
        return "changed"
    bureau.record("company.step", row.id)
    return "done"


def find_visit(bureau: Bureau, visit_id: str) -> CompanyVisit | None:
    mine = CompanyVisit.id == visit_id, CompanyVisit.organisation == bureau.organisation.id
    row = bureau.session.exec(select(CompanyVisit).where(*mine)).first()
    return row if row is not None and row.sealed else None


def visits_to(bureau: Bureau, company: Company) -> list[Noted]:
    """The latest first."""
    theirs = select(CompanyVisit).where(CompanyVisit.company_id == company.id, col(CompanyVisit.sealed) != b"")
    rows = bureau.session.exec(theirs.order_by(col(CompanyVisit.day).desc(), col(CompanyVisit.at).desc()))
    return [read_visit(bureau.vault, row) for row in rows]


def read_visit(vault: Vault, row: CompanyVisit) -> Noted:
    told = orjson.loads(vault.house.open(row.sealed, _about(row.id)))
    return Noted(row, told["note"], told["next"])


def next_steps(session: Session, vault: Vault, account: Account, today: date) -> list[NextStep]:
    """Those of this colleague and of nobody, what falls first at the top; nothing for who does not visit companies."""
    if not may(account, "work_companies"):
        return []
    mine = or_(col(CompanyVisit.owner).is_(None), col(CompanyVisit.owner) == account.coach)
    query = (
        select(CompanyVisit, Company)
        .join(Company, col(Company.id) == col(CompanyVisit.company_id))
        .where(CompanyVisit.organisation == account.organisation, mine, col(CompanyVisit.next_on).is_not(None))
        .where(col(CompanyVisit.next_done_at).is_(None), col(CompanyVisit.sealed) != b"")
        .order_by(col(CompanyVisit.next_on), col(CompanyVisit.at))
        .limit(SHOWN)
    )
    return [
        NextStep(read_visit(vault, row), name_of(vault, company), row.next_on is not None and row.next_on < today)
        for row, company in session.exec(query)
    ]


def _sealed(vault: Vault, id: str, contact: Contact) -> bytes:
    told = {"note": contact.note.strip()[:LONGEST_NOTE], "next": " ".join(contact.next_step.split())[:LONGEST_STEP]}
    return vault.house.seal(orjson.dumps(told), _about(id))


def _about(id: str) -> str:
    return f"company_visit|{id}"
