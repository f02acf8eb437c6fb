"""What met a blocked chat is said at another one of the person's, with buttons that work there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlmodel import Session, select

from bot.reach import Reach, note_reach
from bot.referral_happenings import asked
from bot.stage import Actor
from flows.heard import Tapped
from storage.tables import Chat, Referral
from tests.stage import Stage, open_stage
from tests.test_referral_questions import PLAIN, SENSITIVE, with_case


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        yield opened


async def other_chat(stage: Stage, actor: Actor, channel: str) -> Actor:
    """Another chat of the same person."""

    def work(session: Session) -> None:
        whose = actor.partner(session).person_id
        chat = Chat(organisation="handel", channel=channel, address="another", created_at=stage.clock.now())
        chat.person_id = whose
        session.add(chat)

    await stage.house.ledger.write(work)
    return stage.actor("another", "handel", channel)


async def blocks(stage: Stage, actor: Actor) -> None:
    gone = Reach(actor.place.organisation, actor.place.channel, "left", actor.place.address, open=False)
    await stage.house.ledger.write(lambda session: note_reach(session, stage.house.voice, gone, stage.clock.now()))


async def test_the_buttons_work_where_it_is_said_again_and_only_there(stage: Stage) -> None:
    els = await with_case(stage, "telegram")
    await asked(els, *PLAIN)
    page = await other_chat(stage, els, "web")
    await blocks(stage, els)
    [bubble] = await page.looks()
    yes = bubble.buttons[0]
    assert stage.house.taps.read(str(els.place), yes.token) is None
    tap = stage.house.taps.read(str(page.place), yes.token)
    assert tap == yes.tap
    await page.at_once(page.incoming(Tapped(tap), yes.label))
    assert (await stage.house.ledger.read(lambda session: session.exec(select(Referral)).one())).state == "agreed"


async def test_words_answer_it_there_as_well(stage: Stage) -> None:
    els = await with_case(stage, "telegram")
    await asked(els, *PLAIN)
    page = await other_chat(stage, els, "web")
    await blocks(stage, els)
    await page.looks()
    await page.says("nee")
    assert (await stage.house.ledger.read(lambda session: session.exec(select(Referral)).one())).state == "declined"


async def test_what_was_worded_for_our_own_page_never_comes_to_telegram(stage: Stage) -> None:
    els = await with_case(stage)
    await asked(els, *SENSITIVE)
    phone = await other_chat(stage, els, "telegram")
    await blocks(stage, els)
    assert await phone.looks() == []
