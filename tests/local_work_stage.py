"""Chores and cheques for tests: people who do chores, customers, companies, put in as the desks do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from sqlmodel import Session, select

from casework.cases.cases import Actor
from casework.house.organisation import Organisation
from casework.local_work import matching, work_desk
from casework.local_work.bench import Bench
from casework.local_work.cheques import Register, ask
from casework.local_work.work_file import Pot
from flows.log import Value
from storage.tables import Case, Cheque, LocalWorker
from tests.staff_stage import HERE, ORGANISATIONS, Stage

T = TypeVar("T")
SEWS: Mapping[str, Value] = {
    "name": "Bilal",
    "goal": "chores",
    "chores": ("school", "fruit"),
    "place": "3800:Sint-Truiden",
}
ASKS: Mapping[str, Value] = {
    "kind": "chores_customer",
    "customer_who": "school",
    "customer_tasks": ("school",),
    "where": "3800:Sint-Truiden",
}
FIRM: Mapping[str, Value] = {"kind": "company", "company_name": "Garage Demo", "company_wish": "cheque"}
POT = Pot("try", {"nl": "Cheque", "fr": "Chèque"}, 500, 1500, 3, date(2026, 1, 1), 6, None, {"company_wish": "cheque"})


def with_cheques(pot: Pot = POT, organisation: str = HERE) -> Organisation:
    return replace(ORGANISATIONS[organisation], cheques={pot.id: pot})


def with_rule(**changes: Any) -> Organisation:
    """The house with another rule of law, such as one that has ended."""
    house = ORGANISATIONS[HERE]
    assert house.local_work is not None
    name = house.local_work.rule
    return replace(house, rules={**house.rules, name: replace(house.rules[name], **changes)})


@dataclass
class Workshop:
    """One organisation, as somebody who works there sees it."""

    stage: Stage
    login: str = "greet"
    organisation: str = HERE

    async def at(self, work: Callable[[Bench], T]) -> T:
        account, stage = await self.stage.account(self.login, self.organisation), self.stage
        house = stage.organisations[self.organisation]

        def carry_out(session: Session) -> T:
            return work(Bench(session, stage.vault, house, Actor.of(account), stage.now))

        return await stage.ledger.write(carry_out)

    async def case(self, answers: Mapping[str, Value], coach: str | None = "greet") -> str:
        id = await self.stage.case(answers, self.organisation)

        def give(session: Session) -> None:
            session.get_one(Case, id).coach = coach

        await self.stage.ledger.write(give)
        return id

    async def begins(self, began_on: date, answers: Mapping[str, Value] = SEWS, *, earlier: bool = False) -> str:
        """The case of somebody who does chores since then."""
        case = await self.case(answers)
        beginning = work_desk.Beginning(began_on, "job_service", earlier)
        assert await self.at(lambda bench: work_desk.begin(bench, case, beginning)) == "begun"
        return case

    async def worker(self, case: str) -> LocalWorker:
        query = select(LocalWorker).where(LocalWorker.case_id == case)
        return await self.stage.ledger.read(lambda session: session.exec(query).one())

    async def notes(self, case: str, month: date, hours: int, version: int = 0) -> str:
        return await self.at(lambda bench: work_desk.note_hours(bench, case, month, hours, version))

    async def confirms(self, request: str, worker: str) -> str:
        return await self.at(lambda bench: matching.confirm(bench, request, worker))


@dataclass
class Counter:
    """The register of cheques of one organisation."""

    stage: Stage
    organisation: str = HERE
    pot: str = POT.id

    async def at(self, work: Callable[[Register], T]) -> T:
        stage, house = self.stage, self.stage.organisations[self.organisation]
        return await stage.ledger.write(lambda session: work(Register(session, house, "staff:greet", stage.now)))

    async def asked(self, answers: Mapping[str, Value] = FIRM) -> str:
        """A request of a new company."""
        case = await self.stage.case(answers, self.organisation)

        def work(register: Register) -> str:
            assert ask(register, register.session.get_one(Case, case), register.organisation.cheques[self.pot])
            return register.session.exec(select(Cheque).where(Cheque.case_id == case)).one().id

        return await self.at(work)

    async def cheque(self, id: str) -> Cheque:
        return await self.stage.ledger.read(lambda session: session.get_one(Cheque, id))
