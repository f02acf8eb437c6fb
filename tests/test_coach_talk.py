"""A coach talks with a person in their chat: the assistant is silent, listens for distress, comes back openly."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from bot.reach import Reach, note_reach
from bot.stage import Actor
from casework.cases.case_desk import open_desk
from casework.cases.cases import Actor as Reading
from casework.cases.cases import HandOverRequest, hand_over
from casework.cases.tasks import Wanted, change_task, finish_task
from casework.door.accounts import Account, ensure_accounts, find_account
from casework.talk.coach_talk import release, talk_of
from casework.talk.talk_lines import Desk, Writer, Written, begin, write
from casework.talk.talk_reading import Eyes, Spoken, read_talk
from casework.talk.talk_unread import mark_read, unread
from casework.visiting.own_accord import LANE
from flows.messages import Bubble
from storage.dossier_tables import CaseTask
from storage.ledger import Ledger
from storage.tables import Case, Chat, Conversation, Due, Notice, Person, TalkLine
from storage.talk_invariants import broken_talks
from storage.trays import Parcel, put
from storage.verify import verify
from tests.stage import Stage, open_stage

MINUTE = timedelta(minutes=1)
OPEN_QUESTION = "In welke gemeente woon je?"


@pytest.fixture
async def stage(sqlite_ledger: Ledger) -> AsyncIterator[Stage]:
    async with open_stage(sqlite_ledger) as opened:
        yield opened


class Office:
    """A coach of Genk at their desk, with the case of one person who is in the middle of the questions."""

    def __init__(self, stage: Stage, person: Actor) -> None:
        self.stage, self.person = stage, person
        self.organisation = stage.house.organisations["genk"]
        self.desk = Desk(stage.house.vault, stage.house.wording, self.organisation)

    async def opens(self) -> Office:
        now = self.stage.clock.now()

        def work(session: Session) -> tuple[str, list[Account]]:
            ensure_accounts(session, self.organisation, now)
            chat = session.exec(select(Chat).where(Chat.address == self.person.place.address)).one()
            talk = session.exec(select(Conversation).where(Conversation.person_id == chat.person_id)).one()
            request = HandOverRequest("genk", talk.person_id, talk.id, {}, (), "nl")
            coaches = [one.id for one in self.organisation.coaches.values() if one.bookable][:2]
            accounts = [find_account(session, "genk", login) for login in coaches]
            return hand_over(session, self.stage.house.vault, request, now), [
                Account.of(one) for one in accounts if one
            ]

        self.case_id, (self.coach, self.colleague) = await self.stage.house.ledger.write(work)
        self.name = self.coach.name.split()[0]
        return self

    async def writes(self, text: str, who: Account | None = None, *, over: bool = False) -> Written:
        def work(session: Session) -> Written:
            writer = Writer(who or self.coach, session.get_one(Case, self.case_id), over)
            return write(session, self.desk, writer, text, self.stage.clock.now())

        written = await self.stage.house.ledger.write(work)
        await self.person.looks()
        return written

    async def takes(self) -> None:
        def work(session: Session) -> None:
            begin(session, self.desk, Writer(self.coach, session.get_one(Case, self.case_id)), self.stage.clock.now())

        await self.stage.house.ledger.write(work)
        await self.person.looks()

    async def leaves(self) -> list[str]:
        def work(session: Session) -> bool:
            return release(session, self.coach, session.get_one(Case, self.case_id), self.stage.clock.now())

        assert await self.stage.house.ledger.write(work)
        return await self.time_passes(timedelta())

    async def time_passes(self, by: timedelta) -> list[str]:
        """What the person gets meanwhile."""
        self.stage.clock.move(by)
        await self.stage.tick()
        await self.person.looks()
        return [bubble.text for bubble in self.person.fresh]

    async def reads(self, hidden: str = "") -> list[Spoken]:
        def work(session: Session) -> list[Spoken]:
            case = session.get_one(Case, self.case_id)
            read = mark_read(session, self.coach, case, self.stage.clock.now())
            return read_talk(session, self.stage.house.vault, case, Eyes(read, lambda question: question == hidden))

        return await self.stage.house.ledger.write(work)

    async def unread(self) -> int:
        found = await self.stage.house.ledger.read(lambda session: unread(session, self.coach))
        return found.get(self.case_id, 0)

    async def notices(self, kind: str) -> list[Notice]:
        def work(session: Session) -> list[Notice]:
            return list(session.exec(select(Notice).where(Notice.kind == kind)))

        return await self.stage.house.ledger.read(work)

    async def has_it(self) -> bool:
        def work(session: Session) -> bool:
            talk = talk_of(session, session.get_one(Case, self.case_id).person_id)
            return talk is not None and talk.staff_id == self.coach.id

        return await self.stage.house.ledger.read(work)


async def office(stage: Stage, channel: str = "telegram") -> Office:
    """The person has said yes and what they seek; the next question is open."""
    person = stage.actor("ann", channel=channel)
    await person.starts()
    for said in ("nederlands", "ja", "snel een mens", "34 tot 49 jaar"):
        await person.says(said)
    return await Office(stage, person).opens()


def texts(person: Actor) -> list[str]:
    return [bubble.text for bubble in person.fresh]


async def test_the_person_is_told_with_whom_they_talk_and_their_words_are_no_answer(stage: Stage) -> None:
    desk = await office(stage)
    assert await desk.writes("Dag Ann!") == "written"
    assert texts(desk.person) == [f"Je praat nu met {desk.name}. Mijn vragen wachten even.", f"{desk.name}: Dag Ann!"]
    before = await desk.person.log()
    assert await desk.person.says("3600") == []
    assert [entry for entry in await desk.person.log() if entry not in before] == []
    assert ("person", "3600", True) in [(said.who, said.text, said.unread) for said in await desk.reads()]
    assert ("person", "3600", False) in [(said.who, said.text, said.unread) for said in await desk.reads()]


async def test_lines_of_a_coach_stay_in_order(stage: Stage) -> None:
    desk = await office(stage)
    for number in range(5):
        await desk.writes(f"regel {number}")
    lines = [said.text for said in await desk.reads() if said.who == "coach"]
    assert lines == [f"regel {number}" for number in range(5)]


async def test_the_coach_leaves_and_the_open_question_comes_back_once(stage: Stage) -> None:
    desk = await office(stage)
    await desk.person.taps("Een mens")
    await desk.writes("Dag!")
    [back] = await desk.leaves()
    assert back.startswith(f"Je praat weer met de computer. {desk.name} is weg uit de chat.")
    assert OPEN_QUESTION in back
    assert await desk.time_passes(3 * MINUTE) == []
    assert await desk.person.says("3600")
    assert not await desk.has_it()


async def test_a_line_without_an_answer_is_promised_one(stage: Stage) -> None:
    desk = await office(stage)
    await desk.writes("Dag!")
    await desk.person.says("Kan je mij bellen?")
    [back] = await desk.leaves()
    assert f"{desk.name} leest je laatste bericht later." in back
    await desk.person.says("En nu?")
    assert await desk.unread() == 2


async def test_each_line_of_either_side_renews_the_lease(stage: Stage) -> None:
    desk = await office(stage)
    await desk.writes("Dag!")
    assert await desk.time_passes(25 * MINUTE) == []
    await desk.person.says("Dag")
    assert await desk.time_passes(25 * MINUTE) == []
    await desk.writes("Tot zo")
    assert await desk.time_passes(25 * MINUTE) == []
    assert await desk.has_it()
    [back] = await desk.time_passes(6 * MINUTE)
    assert "Je praat weer met de computer" in back
    assert not await desk.has_it()


async def test_what_a_slot_question_offers_comes_back_too(stage: Stage) -> None:
    person = stage.actor("ann", channel="telegram")
    await person.starts()
    for said in ("nederlands", "ja", "snel een mens", "34 tot 49 jaar", "3600"):
        await person.says(said)
    await person.tap("!", "skip")
    await person.taps("Ja, kies een moment")
    assert _times(person)
    desk = await Office(stage, person).opens()
    await desk.writes("Dag!")
    await desk.leaves()
    assert _times(person)


async def test_old_buttons_wait_while_a_coach_talks(stage: Stage) -> None:
    desk = await office(stage)
    await desk.takes()
    assert await desk.person.taps("Overslaan") == []
    assert desk.person.toast == "Een coach praat nu met je. Mijn vragen wachten."


@pytest.mark.parametrize("words", ["ik wil dood", "ik ga mij ophangen"])
async def test_distress_is_heard_while_a_coach_talks(stage: Stage, words: str) -> None:
    desk = await office(stage)
    await desk.writes("Dag!")
    [numbers] = await desk.person.says(words)
    assert "1813" in numbers.text
    assert len(await desk.notices("urgent")) >= 1
    assert words in [said.text for said in await desk.reads()]


async def test_after_distress_the_lines_go_to_the_coach_and_not_to_the_assistant(stage: Stage) -> None:
    desk = await office(stage)
    await desk.writes("Dag!")
    await desk.person.says("ik wil dood")
    assert await desk.person.says("ben je er nog") == []
    assert await desk.person.taps("Verdergaan") == []
    [back] = await desk.leaves()
    assert OPEN_QUESTION in back


async def test_stop_and_erase_work_whoever_has_the_talk(stage: Stage) -> None:
    desk = await office(stage)
    await desk.writes("Dag!")
    assert "Ik stop" in (await desk.person.says("stop"))[0].text
    assert not await desk.has_it()
    await desk.writes("Mag ik nog iets vragen?")
    await desk.person.says("wis alles")
    await desk.person.taps("Ja, wis alles")

    def left(session: Session) -> int:
        return len(session.exec(select(TalkLine)).all())

    assert await desk.stage.house.ledger.read(left) == 0


async def test_one_of_two_coaches_has_the_talk_and_the_other_may_take_it_over(stage: Stage) -> None:
    desk = await office(stage)
    await desk.writes("Dag!")
    assert await desk.writes("Ik ook!", desk.colleague) == "busy"
    assert await desk.writes("Ik ook!", desk.colleague, over=True) == "written"
    assert texts(desk.person)[0].startswith(f"Je praat nu met {desk.colleague.name.split()[0]}")
    assert await desk.time_passes(31 * MINUTE) != []
    assert await desk.time_passes(31 * MINUTE) == []


async def test_who_asked_for_a_person_is_read_by_the_coach_although_nobody_has_the_talk(stage: Stage) -> None:
    desk = await office(stage)
    await desk.person.taps("Een mens")
    assert await desk.unread() == 0
    await desk.person.says("hallo?")
    assert await desk.unread() == 1
    await desk.time_passes(2 * MINUTE)
    assert len(await desk.notices("person_wrote")) == 1
    await desk.person.says("is daar iemand")
    await desk.time_passes(2 * MINUTE)
    assert len(await desk.notices("person_wrote")) == 1
    await desk.reads()
    assert await desk.unread() == 0
    assert [notice.state for notice in await desk.notices("person_wrote")] == ["seen"]


async def test_who_reads_at_once_gets_no_notice(stage: Stage) -> None:
    desk = await office(stage)
    await desk.writes("Dag!")
    await desk.person.says("Dag coach")
    await desk.reads()
    await desk.time_passes(2 * MINUTE)
    assert await desk.notices("person_wrote") == []


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


async def test_a_question_that_is_not_for_their_eyes_is_hidden(stage: Stage) -> None:
    desk = await office(stage)
    assert not any(OPEN_QUESTION in said.text for said in await desk.reads(hidden="place"))
    assert any(OPEN_QUESTION in said.text for said in await desk.reads())


async def test_an_empty_line_takes_nothing(stage: Stage) -> None:
    desk = await office(stage)
    assert await desk.writes("   ") == "empty"
    assert not await desk.has_it()


async def test_the_keeper_of_the_tables_finds_a_talk_that_would_never_end(stage: Stage) -> None:
    desk = await office(stage)
    await desk.writes("Dag!")
    assert await desk.stage.house.ledger.read(_problems) == []

    def harm(session: Session) -> None:
        session.connection().execute(delete(Due).where(col(Due.kind) == "hand_back"))
        session.connection().execute(update(TalkLine).values(outgoing_id=0))

    await desk.stage.house.ledger.write(harm)
    assert await desk.stage.house.ledger.read(_problems) == [
        "a coach has the talk, and nothing ends that",
        "a coach wrote it, and no message carries it",
    ]


def _problems(session: Session) -> list[str]:
    found = session.connection().execute
    return [problem for _, problem, broken in broken_talks() if found(broken).first()]


def _times(person: Actor) -> bool:
    """Whether free times have just been offered."""
    return any(button.tap.option.startswith("2027") for bubble in person.fresh for button in bubble.buttons)


async def _second_chat(desk: Office) -> None:
    def work(session: Session) -> None:
        chat = session.exec(select(Chat).where(Chat.address == desk.person.place.address)).one()
        at = desk.stage.clock.now()
        session.add(Chat(organisation="genk", channel="web", address="page", person_id=chat.person_id, created_at=at))

    await desk.stage.house.ledger.write(work)


async def _blocks(desk: Office) -> None:
    place, now = desk.person.place, desk.stage.clock.now()
    blocked = Reach(place.organisation, place.channel, place.address, open=False)
    await desk.stage.house.ledger.write(lambda session: note_reach(session, desk.stage.house.voice, blocked, now))
