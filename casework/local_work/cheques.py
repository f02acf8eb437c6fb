"""The register of cheques: who asked for one, granting it, and what became of it. Only companies get one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Literal, TypeAlias

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from casework.hours.calendar import moment_or_next
from casework.house.organisation import Organisation
from casework.local_work.counting import A_DAY, months_after
from casework.local_work.purse import Purse, Refusal, refusal, room
from casework.local_work.work_file import Pot
from flows.log import Value
from storage import audit
from storage.as_read import change_as_read
from storage.insert import insert_new
from storage.tables import Case, Cheque, ChequePot
from storage.trays import DuePlan, plan

OVER = "cheque_over"
COMPANY = "company"
Granting: TypeAlias = Literal["granted", "changed", "missing"] | Refusal
Ending: TypeAlias = Literal["used", "expired"]
Look: TypeAlias = Literal["left", "none", "unknown"]
"""What somebody who asks can be told: whether a cheque is left. ``unknown``: there are no such cheques here."""


@dataclass(frozen=True, slots=True)
class Register:
    """The cheques of one organisation, in the hands of ``actor``, as the audit names them."""

    session: Session
    organisation: Organisation
    actor: str
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.organisation.tz).date()

    def record(self, action: str, subject: str) -> None:
        audit.record(self.session, self.organisation.id, self.actor, action, subject, self.now)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A pot as it is now: its cheques, who waits longest first, and how many can still be given."""

    pot: Pot
    purse: Purse
    left: int
    refusal: Refusal | None
    cheques: Sequence[Cheque]

    def of(self, state: str) -> list[Cheque]:
        return [cheque for cheque in self.cheques if cheque.state == state]


def purse_of(session: Session, organisation: str, pot: str) -> Purse:
    found = session.get(ChequePot, (organisation, pot), populate_existing=True)
    return Purse(found.given, found.spent) if found else Purse()


def shelves(register: Register) -> list[Shelf]:
    """Every pot of the house."""
    return [_shelf(register, pot) for pot in register.organisation.cheques.values()]


def _shelf(register: Register, pot: Pot) -> Shelf:
    here = Cheque.organisation == register.organisation.id, Cheque.pot == pot.id
    rows = register.session.exec(select(Cheque).where(*here).order_by(col(Cheque.asked_at), col(Cheque.id))).all()
    purse = purse_of(register.session, register.organisation.id, pot.id)
    return Shelf(pot, purse, room(pot, purse), refusal(pot, purse, register.today), rows)


def look(register: Register, answers: Mapping[str, Value]) -> Look:
    """What can honestly be said to who gave these answers."""
    pot = asked_pot(register.organisation, answers)
    if pot is None:
        return "unknown"
    purse = purse_of(register.session, register.organisation.id, pot.id)
    return "none" if refusal(pot, purse, register.today) else "left"


def asked_pot(organisation: Organisation, answers: Mapping[str, Value]) -> Pot | None:
    """The pot that these answers ask a cheque of."""
    pots = organisation.cheques.values()
    asked = (pot for pot in pots if pot.asked_by and all(answers.get(name) == id for name, id in pot.asked_by.items()))
    return next(asked, None)


def keep_request(register: Register, case: Case, answers: Mapping[str, Value]) -> None:
    """The register has the request of who handed over these answers, and no longer one that they changed their mind
    about; what was granted stays."""
    wanted = asked_pot(register.organisation, answers)
    others = [pot.id for pot in register.organisation.cheques.values() if pot is not wanted and pot.asked_by]
    gone = col(Cheque.case_id) == case.id, col(Cheque.state) == "asked", col(Cheque.pot).in_(others)
    register.session.connection().execute(delete(Cheque).where(*gone))
    if wanted is not None:
        ask(register, case, wanted)


def ask(register: Register, case: Case, pot: Pot) -> bool:
    """A request of this company; false if it has one, or is no company."""
    if case.kind != COMPANY or case.organisation != register.organisation.id or not case.sealed:
        return False
    whose: dict[str, Any] = {"organisation": case.organisation, "case_id": case.id, "person_id": case.person_id}
    return insert_new(register.session, Cheque, pot=pot.id, amount=pot.amount, asked_at=register.now, **whose)


def grant(register: Register, cheque_id: str, version: int) -> Granting:
    """Give it, if there is one: of two who give the last one at once, one does. Nothing changes when it is refused."""
    cheque = _find(register, cheque_id)
    pot = register.organisation.cheques.get(cheque.pot) if cheque else None
    if cheque is None or pot is None:
        return "missing"
    use_by = months_after(register.today, pot.use_within)
    given = {"amount": pot.amount, "granted_at": register.now, "granted_by": register.actor, "use_by": use_by}
    with register.session.begin_nested() as attempt:
        if not _change(register.session, cheque, version, "asked", "granted", **given):
            return "changed"
        refused = _take(register, pot)
        if refused is not None:
            attempt.rollback()
            return refused
    register.record("cheque.grant", cheque.id)
    midnight = datetime.combine(use_by + A_DAY, time.min)
    at = moment_or_next(midnight, register.organisation.tz).astimezone(UTC)
    key = f"{OVER}|{cheque.id}|{version + 1}"
    plan(register.session, DuePlan(key, OVER, cheque.organisation, None, cheque.id, version + 1, at))
    return "granted"


def end(register: Register, cheque_id: str, version: int, became: Ending) -> Literal["used", "expired", "changed"]:
    """It was used, or nobody used it: then its money is there again for somebody else."""
    cheque = _find(register, cheque_id)
    ended = cheque and _change(register.session, cheque, version, "granted", became, ended_at=register.now)
    if cheque is None or not ended:
        return "changed"
    if became == "expired":
        _give_back(register.session, cheque)
    register.record(f"cheque.{became}", cheque.id)
    return became


def _find(register: Register, cheque_id: str) -> Cheque | None:
    found = register.session.get(Cheque, cheque_id, populate_existing=True)
    return found if found is not None and found.organisation == register.organisation.id else None


def _change(session: Session, cheque: Cheque, version: int, before: str, state: str, **values: object) -> bool:
    return change_as_read(session, cheque, version, col(Cheque.state) == before, state=state, **values)


def _take(register: Register, pot: Pot) -> Refusal | None:
    """One out of the pot, by one statement that looks and takes: the database lets nobody in between."""
    session, house = register.session, register.organisation.id
    if not pot.holds(register.today):
        return "not_now"
    insert_new(session, ChequePot, organisation=house, pot=pot.id)
    here = col(ChequePot.organisation) == house, col(ChequePot.pot) == pot.id
    reaches = col(ChequePot.given) < pot.number, col(ChequePot.spent) + pot.amount <= pot.budget
    taken = update(ChequePot).where(*here, *reaches)
    taken = taken.values(given=ChequePot.given + 1, spent=ChequePot.spent + pot.amount)
    if session.exec(taken).rowcount == 1:
        return None
    return refusal(pot, purse_of(session, house, pot.id), register.today) or "none_left"


def _give_back(session: Session, cheque: Cheque) -> None:
    here = col(ChequePot.organisation) == cheque.organisation, col(ChequePot.pot) == cheque.pot
    back = update(ChequePot).where(*here)
    session.exec(back.values(given=ChequePot.given - 1, spent=ChequePot.spent - cheque.amount))
