"""A coach talks with a person in their chat: the assistant is silent, listens for distress, comes back openly."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from bot.stage import Actor
from storage.ledger import Ledger
from storage.tables import Due, TalkLine
from storage.talk_invariants import broken_talks
from tests.coach_office import Office, office
from tests.stage import Stage, open_stage

MINUTE = timedelta(minutes=1)
OPEN_QUESTION = "In welke gemeente woon je?"


@pytest.fixture
async def stage(sqlite_ledger: Ledger) -> AsyncIterator[Stage]:
    async with open_stage(sqlite_ledger) as opened:
        yield opened


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
