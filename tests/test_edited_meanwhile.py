"""The flow is edited between a question and its answer: what was said goes to the question that was seen."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlmodel import Session, col, select

from bot.restarting import question_gone, question_moved
from casework.talk.talk_reading import PRIVATE
from flows.memory import remember
from storage.ledger import Ledger
from storage.tables import Heard
from tests.stage import Actor, Stage, open_stage

QUICK = ("ja", "snel een mens", "34 tot 49 jaar", "3600", "een job", "nee, nu niet")
PHONE = "0470 12 34 56"


@pytest.fixture
async def stage(sqlite_ledger: Ledger) -> AsyncIterator[Stage]:
    async with open_stage(sqlite_ledger) as opened:
        yield opened


async def asked_for_a_number(stage: Stage) -> Actor:
    """Somebody at the private question for their phone number."""
    ann = stage.actor()
    await ann.starts("nl")
    for said in QUICK:
        await ann.says(said)
    await ann.taps("Mij bellen")
    assert ann.seen[-1].question == "phone"
    return ann


async def answers(actor: Actor) -> dict[str, object]:
    return {name: getattr(entry, "value", None) for name, entry in remember(await actor.log()).answers.items()}


async def newest_words(actor: Actor) -> str:
    """What the transcript shows of what was typed last."""

    def work(session: Session) -> str:
        partner = actor.partner(session)
        row = session.exec(select(Heard).where(Heard.chat_id == partner.chat_id).order_by(col(Heard.at).desc())).all()
        newest = max(row, key=lambda heard: int(heard.update_key.rpartition("-")[2]))
        place = f"heard|{newest.organisation}|{newest.channel}|{newest.update_key}"
        return partner.key.open(newest.sealed or b"", place).decode()

    return await actor.stage.house.ledger.write(work)


async def test_typed_words_answer_the_question_that_was_seen_and_the_new_one_is_asked(stage: Stage) -> None:
    ann = await asked_for_a_number(stage)
    await question_moved(ann, "childcare", "phone")
    await ann.says(PHONE)
    assert (await answers(ann))["phone"] == "+32470123456"
    assert ann.seen[-1].question == "childcare"


async def test_a_private_answer_stays_private_though_an_ordinary_question_is_open_now(stage: Stage) -> None:
    ann = await asked_for_a_number(stage)
    await question_moved(ann, "season", "phone")
    await ann.says(PHONE)
    assert await newest_words(ann) == PRIVATE


async def test_what_cannot_be_an_answer_to_the_question_that_was_seen_is_none_to_the_new_one(stage: Stage) -> None:
    ann = await asked_for_a_number(stage)
    await question_moved(ann, "childcare", "phone")
    await ann.says("ja")
    assert "childcare" not in await answers(ann)
    assert ann.seen[-1].question == "childcare"
    await ann.says("ja")
    assert (await answers(ann))["childcare"] == "yes"


async def test_when_the_question_is_gone_nothing_is_taken_and_the_next_one_is_asked(stage: Stage) -> None:
    ann = await asked_for_a_number(stage)
    before = await answers(ann)
    await question_moved(ann, "childcare", "contact_way")
    await question_gone(ann, "phone")
    await ann.says(PHONE)
    assert await answers(ann) == before
    assert ann.seen[-1].question == "childcare"
