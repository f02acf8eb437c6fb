"""The flow is edited between a question and its answer: what was said goes to the question that was seen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine

import pytest
from sqlmodel import Session, col, select

from bot.restarting import answer_means, question_gone, question_moved
from casework.talk.talk_reading import PRIVATE
from flows.log import Done
from flows.memory import remember
from storage.ledger import Ledger
from storage.tables import Heard, Notice
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
    await question_moved(ann, "start", "phone")
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


HANDED_OVER = ("ja", "iets anders", "een andere dienst", "Huis Demo", "een vraag", "Samen een brochure", "089 11 22 33")


def _gone(actor: Actor) -> Coroutine[None, None, None]:
    return question_gone(actor, "door_need")


def _means_more(actor: Actor) -> Coroutine[None, None, None]:
    return answer_means(actor, "door_who", "partner", "goal", "talk")


@pytest.mark.parametrize("edited", [_gone, _means_more])
async def test_who_was_handed_over_is_not_handed_over_again_because_the_flow_was_edited(
    stage: Stage, edited: Callable[[Actor], Coroutine[None, None, None]]
) -> None:
    """What counts of their answers is another thing now, though they said nothing new: no second notice for anybody."""
    ann = stage.actor()
    await ann.starts("nl")
    for said in HANDED_OVER:
        await ann.says(said)
    handed_over = await notices(stage)
    assert [kind for kind, _ in handed_over] == ["new_case"]
    await edited(ann)
    for said in ("dank je wel", "hallo"):
        await ann.says(said)
        assert "Je coach ziet" not in ann.seen[-1].text
    assert await notices(stage) == handed_over
    assert [type(entry) for entry in await ann.log()].count(Done) == 1


async def test_who_is_asked_more_after_the_edit_is_handed_over_again_with_the_answer(stage: Stage) -> None:
    ann = stage.actor()
    await ann.starts("nl")
    for said in HANDED_OVER:
        await ann.says(said)
    await question_moved(ann, "start", "partner_name")
    await ann.says("hallo")
    await ann.taps("Verdergaan")
    assert ann.seen[-1].question == "start"
    await ann.taps("Nu")
    assert [type(entry) for entry in await ann.log()].count(Done) == 2
    assert [kind for kind, _ in await notices(stage)].count("new_case") == 1


async def notices(stage: Stage) -> list[tuple[str, str]]:
    def work(session: Session) -> list[tuple[str, str]]:
        return [(notice.kind, notice.subject) for notice in session.exec(select(Notice).order_by(col(Notice.id)))]

    return await stage.house.ledger.read(work)
