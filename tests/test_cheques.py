"""Cheques for companies: never one too many, never more money than there is, and an honest answer to who asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text
from sqlmodel import Session, select

from bot.ticker import Ticker
from casework.door.accounts import ensure_accounts
from casework.house.organisation import Organisation
from casework.local_work.cheques import Ending, Granting, Register, end, grant, look, shelves
from casework.local_work.purse import Purse, refusal, room
from casework.privacy.erasing import erase
from storage.ledger import Ledger, open_ledger
from storage.tables import Cheque, ChequePot
from storage.verify import verify
from tests.calendar_stage import at_work, calendar_stage, done
from tests.local_work_stage import FIRM, POT, SEWS, Counter, with_cheques
from tests.staff_stage import ELSEWHERE, HERE, ORGANISATIONS, Stage
from tests.stage import Actor, open_stage

ZOL = "zuidoost-limburg"
TODAY = date(2027, 3, 24)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with calendar_stage(**{HERE: with_cheques()}) as opened:
        yield opened


@pytest.fixture
def counter(stage: Stage) -> Counter:
    return Counter(stage)


def grants(id: str, version: int = 1) -> Callable[[Register], Granting]:
    return lambda register: grant(register, id, version)


async def purse(counter: Counter) -> tuple[int, int]:
    (shelf,) = await counter.at(lambda register: shelves(register))
    return shelf.purse.given, shelf.purse.spent


def test_there_is_room_for_as_many_as_the_number_and_the_money_allow() -> None:
    assert room(POT, Purse()) == 3
    assert room(POT, Purse(2, 1000)) == 1
    assert room(replace(POT, budget=1400), Purse(1, 500)) == 1
    assert refusal(POT, Purse(3, 1200), TODAY) == "none_left"
    assert refusal(POT, Purse(2, 1100), TODAY) == "no_money"
    assert refusal(replace(POT, valid_to=date(2027, 3, 23)), Purse(), TODAY) == "not_now"
    assert refusal(replace(POT, valid_to=TODAY), Purse(), TODAY) is None


async def test_the_thirty_first_request_is_kept_and_refused_until_one_comes_back(stage: Stage) -> None:
    thirty = replace(ORGANISATIONS[ZOL].cheques["first-try"], id=POT.id)
    stage.organisations = {**ORGANISATIONS, HERE: with_cheques(thirty)}
    counter = Counter(stage)
    ids = [await counter.asked() for _ in range(thirty.number + 1)]
    assert [await counter.at(grants(id)) for id in ids] == ["granted"] * 30 + ["none_left"]
    last = await counter.cheque(ids[-1])
    assert (last.state, last.version) == ("asked", 1), "nothing changed"
    assert await purse(counter) == (30, 15000)
    assert await counter.at(lambda register: end(register, ids[0], 2, "expired")) == "expired"
    assert await counter.at(grants(ids[-1])) == "granted"
    assert await stage.ledger.read(verify) == []


async def test_the_money_is_gone_before_the_number_where_a_cheque_became_dearer(stage: Stage, counter: Counter) -> None:
    first, second = await counter.asked(), await counter.asked()
    assert await counter.at(grants(first)) == "granted"
    stage.organisations = {**ORGANISATIONS, HERE: with_cheques(replace(POT, amount=1001))}
    assert await counter.at(grants(second)) == "no_money"
    assert await purse(counter) == (1, 500)


async def test_what_is_used_or_not_used_in_time_is_so_once(counter: Counter) -> None:
    used, unused = await counter.asked(), await counter.asked()
    for id in (used, unused):
        await counter.at(grants(id))
        assert await counter.at(grants(id, 2)) == "changed"
    assert await counter.at(lambda register: end(register, used, 2, "used")) == "used"
    assert await counter.at(lambda register: end(register, used, 3, "expired")) == "changed"
    assert await counter.at(lambda register: end(register, unused, 2, "expired")) == "expired"
    assert await counter.at(lambda register: end(register, unused, 2, "expired")) == "changed"
    assert await purse(counter) == (1, 500)
    assert await counter.at(grants("0" * 32)) == "missing"


async def test_another_house_can_grant_nothing_of_ours(stage: Stage, counter: Counter) -> None:
    id = await counter.asked()
    assert await Counter(stage, ELSEWHERE).at(grants(id)) == "missing"


async def test_of_many_who_grant_the_last_one_at_once_exactly_one_does(ledger: Ledger) -> None:
    await all_at_once(ledger)


async def test_in_memory_too_exactly_one_does() -> None:
    ledger = await open_ledger("sqlite://")
    await all_at_once(ledger)
    await ledger.close()


async def all_at_once(ledger: Ledger) -> None:
    stage = Stage(ledger, organisations={**ORGANISATIONS, HERE: with_cheques()})
    await ledger.write(partial(ensure_accounts, organisation=ORGANISATIONS[HERE], now=stage.now))
    counter = Counter(stage)
    ids = [await counter.asked() for _ in range(8)]
    came_of = await asyncio.gather(*(counter.at(grants(id)) for id in ids))
    assert sorted(came_of) == ["granted"] * 3 + ["none_left"] * 5
    assert await purse(counter) == (3, 1500)
    given = ids[came_of.index("granted")]
    both = await asyncio.gather(
        counter.at(lambda register: end(register, given, 2, "expired")),
        counter.at(lambda register: end(register, given, 2, "used")),
    )
    assert sorted(both)[0] == "changed"
    assert await ledger.read(verify) == []


SMALL = replace(POT, number=4, budget=1800)


@cache
def priced(amount: int) -> Organisation:
    return with_cheques(replace(SMALL, amount=amount))


class Giving(RuleBasedStateMachine):
    """Against a model: cheques asked for, granted, used, expired in any order, with an amount that changes."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.pot = SMALL
        self.states: dict[str, tuple[str, int, int]] = {}

    @initialize()
    def begin(self) -> None:
        self.ledger = self.loop.run_until_complete(open_ledger("sqlite://"))
        self.counter = Counter(Stage(self.ledger))
        self.price(500)

    @rule(amount=st.sampled_from([200, 500, 700]))
    def price(self, amount: int) -> None:
        house = priced(amount)
        self.pot, self.counter.stage.organisations = house.cheques[POT.id], {**ORGANISATIONS, HERE: house}

    @rule()
    def ask(self) -> None:
        self.states[self.loop.run_until_complete(self.counter.asked())] = ("asked", 1, self.pot.amount)

    @rule(data=st.data(), what=st.sampled_from(["granted", "used", "expired"]))
    def change(self, data: st.DataObject, what: str) -> None:
        if not self.states:
            return
        id = data.draw(st.sampled_from(sorted(self.states)))
        state, version, amount = self.states[id]
        out = [each for each in self.states.values() if each[0] in ("granted", "used")]
        if what == "granted":
            came_of: str = self.loop.run_until_complete(self.counter.at(grants(id, version)))
            fits = len(out) < self.pot.number and sum(each[2] for each in out) + self.pot.amount <= self.pot.budget
            assert (came_of == "granted") is (state == "asked" and fits), came_of
            amount = self.pot.amount
        else:
            became: Ending = "used" if what == "used" else "expired"
            came_of = self.loop.run_until_complete(self.counter.at(lambda each: end(each, id, version, became)))
            assert (came_of == what) is (state == "granted"), came_of
        if came_of == what:
            self.states[id] = (what, version + 1, amount)

    @invariant()
    def the_purse_adds_up(self) -> None:
        if not hasattr(self, "ledger"):
            return
        out = [each[2] for each in self.states.values() if each[0] in ("granted", "used")]
        assert self.loop.run_until_complete(purse(self.counter)) == (len(out), sum(out))

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            found = self.loop.run_until_complete(self.ledger.read(verify))
            self.loop.run_until_complete(self.ledger.close())
            assert found == []
        self.loop.close()


TestGiving = Giving.TestCase
TestGiving.settings = settings(max_examples=10, stateful_step_count=12, deadline=None)


async def test_only_a_company_is_in_the_register_and_once(stage: Stage, counter: Counter) -> None:
    await counter.asked()
    company = await stage.case(FIRM)
    seeker = await stage.case(SEWS)
    async with stage.serve() as opened:
        clerk = await at_work(stage, await opened(), role="coordinator")
        await clerk.open("/staff/cheques")
        for case, said in ((company, "in the register"), (company, "asked before"), (seeker, "asked before")):
            await clerk.send("/add", case=case[:12])
            assert said in clerk.html
    cases = await stage.ledger.read(lambda session: [each.case_id for each in session.exec(select(Cheque))])
    assert len(cases) == 2
    assert company in cases


async def test_staff_see_what_is_left_and_hear_honestly_when_nothing_is(stage: Stage, counter: Counter) -> None:
    for _ in range(4):
        await counter.asked()
    async with stage.serve() as opened:
        clerk = await at_work(stage, await opened(), role="coordinator")
        await clerk.open("/staff/cheques")
        assert "0 / 3" in clerk.html
        assert "Garage Demo" in clerk.html
        two = await (await at_work(stage, await opened(), role="coordinator")).open("/staff/cheques")
        for _ in range(3):
            await clerk.send("/grant")
            assert "The cheque is granted" in clerk.html
        assert "3 / 3" in clerk.html
        assert "All cheques are given" in clerk.html
        assert "/grant" not in clerk.html
        waits = await stage.ledger.read(lambda s: s.exec(select(Cheque).where(Cheque.state == "asked")).one().id)
        await two.send(f"/{waits}/grant")
        assert "All cheques are given. The request stays" in two.html
        await clerk.send("/used")
        assert "was used" in clerk.html
        await clerk.open("/staff/cheques")
        await clerk.send("/expired")
        assert "money is there again" in clerk.html
    assert {"cheque.list", "cheque.grant", "cheque.used", "cheque.expired"} <= set(await done(stage))


@pytest.mark.parametrize(
    ("role", "opens"), [("coach", True), ("regisseur", False), ("front_desk", False), ("job_broker", True)]
)
async def test_the_register_is_for_who_deals_with_companies(stage: Stage, role: str, opens: bool) -> None:
    async with stage.serve() as opened:
        reader = await at_work(stage, await opened(), role=role)
        await reader.open("/staff/cheques")
        assert (reader.status == 200) is opens


async def test_of_an_erased_company_only_the_money_stays(stage: Stage, counter: Counter) -> None:
    asked, granted = await counter.asked(), await counter.asked()
    await counter.at(grants(granted))

    def people(session: Session) -> list[str]:
        return [session.get_one(Cheque, id).person_id or "" for id in (asked, granted)]

    for person in await stage.ledger.read(people):
        await stage.ledger.write(partial(erase, person_id=person, now=stage.now))
    (left,) = await stage.ledger.read(lambda session: session.exec(select(Cheque)).all())
    assert (left.id, left.case_id, left.person_id, left.state) == (granted, None, None, "granted")
    assert await purse(counter) == (1, 500)
    assert await stage.ledger.read(verify) == []
    async with stage.serve() as opened:
        clerk = await at_work(stage, await opened(), role="coordinator")
        await clerk.open("/staff/cheques")
        assert "an erased company" in clerk.html


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE cheque_pot SET given = given + 1",
        "UPDATE cheque_pot SET spent = spent - 1",
        "UPDATE cheque SET amount = amount + 1 WHERE state = 'granted'",
        "DELETE FROM cheque_pot",
        "UPDATE cheque SET case_id = NULL WHERE state = 'asked'",
    ],
)
async def test_verifying_finds_a_register_that_does_not_add_up(stage: Stage, counter: Counter, harm: str) -> None:
    await counter.asked()
    await counter.at(grants(await counter.asked()))
    assert await stage.ledger.read(verify) == []
    await stage.ledger.write(lambda session: session.connection().execute(text(harm)))
    assert {found.invariant for found in await stage.ledger.read(verify)} == {"I15"}


COMPANY = ("ja", "ik heb een bedrijf", "3770", "Garage Demo", "cheque om te proeven")
LATER = ("poetsen", "Graag in het voorjaar.", "0470 12 34 56")


async def company(actor: Actor, *said: str) -> str:
    """What the company heard, one after another."""
    heard = [bubble.text for bubble in await actor.starts("nl")]
    for words in said:
        heard += [bubble.text for bubble in await actor.says(words)]
    return "\n".join(heard)


async def test_a_company_hears_whether_a_cheque_is_left_and_its_request_is_kept() -> None:
    async with open_stage() as stage:
        house = stage.house.organisations[ZOL]
        pot = next(iter(house.cheques.values()))
        heard = await company(stage.actor("first", ZOL), *COMPANY, *LATER)
        assert "Er zijn nog cheques." in heard
        now = stage.clock.now()

        def give_all(session: Session) -> None:
            register = Register(session, house, "staff:x", now)
            (asked,) = session.exec(select(Cheque)).all()
            assert asked.state == "asked"
            assert grant(register, asked.id, 1) == "granted"
            pots = session.exec(select(ChequePot)).one()
            pots.given = pot.number
            session.add(pots)
            assert look(register, {"company_wish": "cheque"}) == "none"
            assert look(register, {"company_wish": "tasks"}) == "unknown"

        await stage.house.ledger.write(give_all)
        heard = await company(stage.actor("late", ZOL), *COMPANY, *LATER)
        assert "Er zijn er nu geen meer. Ik bewaar je vraag." in heard
        states = await stage.house.ledger.read(lambda session: [each.state for each in session.exec(select(Cheque))])
        assert sorted(states) == ["asked", "granted"]


async def test_a_company_that_changes_its_mind_is_no_longer_in_the_register() -> None:
    async with open_stage() as stage:
        actor = stage.actor("first", ZOL)
        await company(actor, *COMPANY, *LATER)
        for words in ("wijzig", "wat we kunnen doen", "bedrijven ontmoeten", "een sociaal bedrijf"):
            await actor.says(words)
        cheques = await stage.house.ledger.read(lambda session: session.exec(select(Cheque)).all())
        assert [each.state for each in cheques] == []


async def test_a_cheque_that_nobody_used_in_time_comes_back_by_itself() -> None:
    async with open_stage() as stage:
        await company(stage.actor("first", ZOL), *COMPANY, *LATER)
        house = stage.house.organisations[ZOL]
        now = stage.clock.now()

        def give(session: Session) -> Cheque:
            asked = session.exec(select(Cheque)).one()
            assert grant(Register(session, house, "staff:x", now), asked.id, 1) == "granted"
            return session.get_one(Cheque, asked.id, populate_existing=True)

        cheque = await stage.house.ledger.write(give)
        assert cheque.use_by == date(2027, 9, 24)
        for days, state in ((180, "granted"), (6, "expired")):
            stage.clock.move(timedelta(days=days))
            await Ticker(stage.house).tick()
            found = await stage.house.ledger.read(lambda session: session.get_one(Cheque, cheque.id).state)
            assert found == state
        assert await stage.house.ledger.read(verify) == []
