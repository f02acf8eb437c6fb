"""An update that nothing can process is put aside: its person, everybody else and the program go on."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.converse import Converse
from bot.house import House
from bot.scenes import Scenes
from flows.answers.gazetteer import Gazetteer, Place
from storage.ledger import Ledger
from storage.tables import Heard, LogEntry, Notice, Person
from storage.verify import verify
from tests.faults.inside import Guest, house_on

POISON = "Poisonville"
CANARY = "canary-in-the-words-of-an-error"


@dataclass(frozen=True, slots=True)
class PoisonedGazetteer(Gazetteer):
    """One name breaks it, and its error repeats what was said."""

    def find(self, text: str, language: str) -> list[Place]:
        if text.casefold() == POISON.casefold():
            raise RuntimeError(f"{CANARY}: {text}")
        return Gazetteer.find(self, text, language)


def poisoned(house: House) -> House:
    settings = {
        key: replace(setting, gazetteer=PoisonedGazetteer(*_values(setting.gazetteer)))
        for key, setting in house.scenes.settings.items()
    }
    return replace(house, scenes=Scenes(settings))


def _values(gazetteer: Gazetteer) -> list[object]:
    return [getattr(gazetteer, field.name) for field in fields(Gazetteer) if field.init]


@pytest.fixture
def converse(ledger: Ledger) -> Converse:
    return Converse(poisoned(house_on(ledger)))


async def rows(ledger: Ledger, table: type, *conditions: object) -> list[object]:
    return await ledger.read(lambda session: list(session.exec(select(table).where(*conditions))))  # type: ignore[call-overload]


async def test_after_three_tries_it_is_parked_with_one_apology_and_a_notice(
    converse: Converse, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger, guest, neighbour = converse.house.ledger, Guest(converse, 1), Guest(converse, 2)
    await guest.reach("place")
    await neighbour.reach("place")
    before, log = await guest.bubbles(), await guest.log()
    for _ in range(2):
        await guest.hears_again(POISON, "poison")
    told = (await guest.bubbles())[len(before) :]
    assert len(told) == 1
    assert "089 00 00 00" in told[0].text
    assert await guest.log() == log
    parked = await rows(ledger, Heard, Heard.state == "parked")
    assert [(row.update_key, row.reason) for row in parked] == [("poison", "RuntimeError")]  # type: ignore[attr-defined]
    notices = await rows(ledger, Notice)
    assert [(notice.kind, notice.subject) for notice in notices] == [("parked_update", "telegram/poison")]  # type: ignore[attr-defined]
    output = "".join(capsys.readouterr())
    assert output.count("turn.failed") == 3
    assert CANARY not in output
    assert POISON not in output

    for person in (guest, neighbour):
        await person.says("3600")
        assert (await person.memory()).value("place") == "3600:Genk"
    assert await ledger.read(verify) == []


async def test_a_row_that_no_code_can_read_stops_only_its_own_person(converse: Converse) -> None:
    ledger, guest, neighbour = converse.house.ledger, Guest(converse, 1), Guest(converse, 2)
    await guest.reach("place")
    await neighbour.reach("place")
    damaged = (await guest.partner()).conversation_id

    def damage(session: Session) -> None:
        session.exec(update(LogEntry).where(col(LogEntry.conversation_id) == damaged).values(sealed=b"rust"))

    await ledger.write(damage)
    await guest.says("3600")
    assert "089 00 00 00" in (await guest.bubbles())[-1].text
    await neighbour.says("3600")
    assert (await neighbour.memory()).value("place") == "3600:Genk"


async def test_a_person_whose_key_is_lost_does_not_keep_updates_from_being_taken(converse: Converse) -> None:
    ledger, guest, neighbour = converse.house.ledger, Guest(converse, 1), Guest(converse, 2)
    await guest.reach("place")
    await neighbour.reach("place")
    partner = await guest.partner()

    def damage(session: Session) -> None:
        session.exec(update(Person).where(col(Person.id) == partner.person_id).values(wrapped_key=b"rust"))

    await ledger.write(damage)
    for number in (1, 2):
        assert (await guest.says("3600")).chat_id is None
        assert len(await rows(ledger, Heard, Heard.state == "parked")) == number
        assert len(await rows(ledger, Notice)) == number
    await neighbour.says("3600")
    assert (await neighbour.memory()).value("place") == "3600:Genk"
