"""A line of a coach reaches the person another way where a chat is blocked, and is a call where there is none."""

from __future__ import annotations

from collections.abc import AsyncIterator

import orjson
import pytest
from sqlmodel import Session, select

from bot.reach import Reach, note_reach
from casework.cases.case_desk import open_desk
from casework.cases.cases import Actor as Reading
from casework.cases.tasks import Wanted, change_task, finish_task
from casework.visiting.own_accord import LANE
from flows.messages import Bubble
from storage.dossier_tables import CaseTask
from storage.ledger import Ledger
from storage.tables import Chat, Person
from storage.trays import Parcel, put
from storage.verify import verify
from tests.coach_office import Office, office
from tests.stage import Stage, open_stage


@pytest.fixture
async def stage(sqlite_ledger: Ledger) -> AsyncIterator[Stage]:
    async with open_stage(sqlite_ledger) as opened:
        yield opened


async def test_a_blocked_chat_sends_the_lines_another_way_in_the_same_order(stage: Stage) -> None:
    desk = await office(stage)
    await _second_chat(desk)
    await desk.writes("een")
    await desk.writes("twee")
    await _blocks(desk)
    lines = [(said.text, said.delivery, said.channel) for said in await desk.reads() if said.who == "coach"]
    assert lines == [
        ("een", "blocked", "telegram"),
        ("twee", "blocked", "telegram"),
        ("een", "queued", "web"),
        ("twee", "queued", "web"),
    ]
    assert await desk.notices("call_person") == []
    told = [
        (said.instead, said.call) for said in await desk.reads() if said.who == "coach" and said.delivery == "blocked"
    ]
    assert told == [("web", False), ("web", False)]


async def test_a_reminder_that_met_a_blocked_chat_is_said_at_another_one_once(stage: Stage) -> None:
    desk = await office(stage)
    await _second_chat(desk)
    here, now = desk.person.place, stage.clock.now()

    def remind(session: Session) -> None:
        chat = session.exec(select(Chat).where(Chat.address == here.address)).one()
        key = stage.house.vault.open_key(session.get_one(Person, chat.person_id).wrapped_key)
        bubble = orjson.dumps(Bubble("Je afspraak is morgen om 10 uur.", "nl").as_json())
        sealed = key.seal(bubble, f"outgoing|{chat.id}")
        put(session, Parcel("genk", "telegram", chat.id, None, "message", sealed, lane=LANE), now)

    await stage.house.ledger.write(remind)
    for _ in range(2):
        await _blocks(desk)
    said = [(each.channel, each.delivery, each.instead) for each in await desk.reads() if "morgen om 10" in each.text]
    assert said == [("telegram", "blocked", "web"), ("web", "queued", "")]


async def test_who_can_be_reached_nowhere_is_a_call_on_the_list_of_their_coach_once(stage: Stage) -> None:
    desk = await office(stage)
    for _ in range(2):
        await _blocks(desk)
    await desk.writes("een")

    def calls(session: Session) -> list[CaseTask]:
        return list(session.exec(select(CaseTask)))

    [call] = await stage.house.ledger.read(calls)
    assert (call.kind, call.state, call.case_id, call.author) == ("call", "open", desk.case_id, "house")
    lost = [said for said in await desk.reads() if said.delivery == "blocked"]
    assert all(said.call for said in lost)

    def called(session: Session) -> object:
        opened = open_desk(session, stage.house.vault, Reading.of(desk.coach), desk.case_id, stage.clock.now())
        assert opened is not None
        assert change_task(opened, desk.organisation, call.id, call.version, Wanted("")) == "done"
        return finish_task(opened, call.id, call.version + 1)

    assert await stage.house.ledger.write(called) == "done"
    assert [notice.state for notice in await desk.notices("call_person")] == ["seen"]
    await desk.writes("twee")
    assert sorted(each.state for each in await stage.house.ledger.read(calls)) == ["done", "open"]
    assert await stage.house.ledger.read(verify) == []


async def test_without_another_way_the_coach_is_asked_to_call(stage: Stage) -> None:
    desk = await office(stage)
    await desk.writes("een")
    await desk.writes("twee")
    await _blocks(desk)
    assert len(await desk.notices("call_person")) == 1
    assert await desk.writes("drie") == "unreachable"
    assert len(await desk.notices("call_person")) == 2


async def _second_chat(desk: Office) -> None:
    def work(session: Session) -> None:
        chat = session.exec(select(Chat).where(Chat.address == desk.person.place.address)).one()
        at = desk.stage.clock.now()
        session.add(Chat(organisation="genk", channel="web", address="page", person_id=chat.person_id, created_at=at))

    await desk.stage.house.ledger.write(work)


async def _blocks(desk: Office) -> None:
    place, now = desk.person.place, desk.stage.clock.now()
    blocked = Reach(place.organisation, place.channel, "left", place.address, open=False)
    await desk.stage.house.ledger.write(lambda session: note_reach(session, desk.stage.house.voice, blocked, now))
