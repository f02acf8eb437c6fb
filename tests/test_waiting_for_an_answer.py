"""A case that no coach answers: the person hears what happens next, through the running house."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.house import House
from casework.house.in_force import InForce
from storage.tables import Case
from tests.stage import Actor, Stage, open_stage

TO_THE_END = ("ja", "[Snel een mens]", "[34 tot 49 jaar]", "3600", "[Een job]", "[Nee, nu niet]", "chat")
PASSED_ON = "Je coach heeft nu geen tijd."
LATE = "Het duurt langer dan we willen."


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        yield Stage(counted(opened.house), opened.clock)


def counted(house: House) -> House:
    """Genk waits eight office hours for a coach's first answer."""
    genk = replace(house.organisations["genk"], answer_hours=8)
    return replace(house, organisations=InForce({**house.organisations, "genk": genk}))


async def handed_over(stage: Stage) -> Actor:
    actor = stage.actor("ann", channel="web")
    await actor.starts(language="nl")
    for word in TO_THE_END:
        await (actor.taps(word[1:-1]) if word.startswith("[") else actor.says(word))
    return actor


async def hears(stage: Stage, actor: Actor, days: int) -> list[str]:
    """What comes by itself in so many days, looked at every hour."""
    for _ in range(24 * days):
        stage.clock.move(timedelta(hours=1))
        await stage.tick()
    return [bubble.text for bubble in await actor.looks()]


async def case(stage: Stage) -> Case:
    return await stage.house.ledger.read(lambda session: session.exec(select(Case)).one())


async def test_nobody_answers_and_the_person_hears_of_each_step_once(stage: Stage) -> None:
    actor = await handed_over(stage)
    assert (await case(stage)).answer_by is not None
    heard = "\n".join(await hears(stage, actor, 9))
    assert heard.count(PASSED_ON) == 1
    assert heard.count(LATE) == 1
    assert (await case(stage)).state == "expired"
