"""Who was referred hears once what the partner answered, and sees how it stands: on Telegram nothing that tells."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlmodel import Session, select

from bot.referral_happenings import asked, sent, taken_up, turned_down
from bot.stage import Actor
from bot.visit_happenings import coach, happens
from casework.cases.cases import Actor as Reader
from casework.offers.referrals import Move, move
from casework.privacy.erasing import erase
from storage.tables import Due, Outgoing, Referral
from storage.verify import verify
from tests.stage import Stage, open_stage
from tests.test_referral_questions import PLAIN, PRIVATE, SENSITIVE, referral, rows, with_case

TELLS = ("GTB", "Begeleiding", "Opvang", "Loket", "Geld")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        yield opened
        assert await opened.house.ledger.read(verify) == []


async def spoken(actor: Actor) -> None:
    """They say yes to their coach, face to face."""

    def work(session: Session) -> None:
        row = theirs(actor, session)
        step = Move("agree", how="spoken", aware=True)
        came = move(session, Reader.of(coach(actor)), (row.id, row.version), step, actor.stage.clock.now())
        assert came == "done", came

    await happens(actor, work)


def theirs(actor: Actor, session: Session) -> Referral:
    return session.exec(select(Referral).where(Referral.person_id == actor.partner(session).person_id)).one()


async def news(stage: Stage) -> list[Due]:
    return [row for row in await rows(stage, Due) if row.kind == "referral_news"]


@pytest.mark.parametrize(("answer", "words"), [("yes", "ze zeggen ja"), ("no", "het lukt daar nu niet")])
async def test_what_a_partner_answers_is_told_once_in_plain_words(stage: Stage, answer: str, words: str) -> None:
    els = await with_case(stage, "telegram")
    await asked(els, *PLAIN)
    await els.says("ja")
    await sent(els)
    before = len(els.seen)
    await (taken_up(els) if answer == "yes" else turned_down(els, "full"))
    await stage.tick()
    await els.looks()
    [told] = els.seen[before:]
    assert told.text.startswith(f"Opvang (Loket Kinderopvang): {words}.")
    [due] = await news(stage)
    assert due.state == "done"


@pytest.mark.parametrize("what", [SENSITIVE, PRIVATE], ids=["sensitive", "private"])
async def test_on_telegram_of_what_is_private_only_that_there_is_news_and_the_page_has_it(
    stage: Stage, what: tuple[str, str, str | None, str, str | None]
) -> None:
    els = await with_case(stage, "telegram")
    before = len(els.seen)
    await asked(els, *what)
    await spoken(els)
    await sent(els)
    await taken_up(els)
    assert "Er is nieuws over hulp bij een andere dienst." in els.seen[-1].text
    await els.says("hoe staat het met mijn doorverwijzing")
    await els.taps("Ja, op de pagina")
    shown = " ".join(bubble.text for bubble in els.seen[before:])
    assert not [word for word in TELLS if word in shown]
    link = els.seen[-1].link
    assert link is not None
    page = stage.actor("a browser", "handel", "web")
    await page.starts(payload=link.address.partition("#")[2])
    assert f"{what[0]} ({what[1]}): ze zeggen ja." in " ".join(bubble.text for bubble in page.seen)


async def test_who_wants_no_messages_hears_nothing_and_can_still_ask(stage: Stage) -> None:
    els = await with_case(stage)
    await asked(els, *PLAIN)
    await els.says("ja")
    await els.says("stop")
    before = len(els.seen)
    await sent(els)
    await taken_up(els)
    assert els.seen[before:] == []
    await els.says("mijn doorverwijzing")
    assert "Opvang (Loket Kinderopvang): ze zeggen ja." in " ".join(bubble.text for bubble in els.seen[before:])


async def test_what_is_no_longer_so_when_it_can_be_said_is_not_said(stage: Stage) -> None:
    els = await with_case(stage)
    await asked(els, *PLAIN)
    await els.says("ja")
    await sent(els)

    def works_and_is_undone(session: Session) -> None:
        row = theirs(els, session)
        for step in (Move("accept"), Move("withdraw", "mistake")):
            reader, now = Reader.of(coach(els)), stage.clock.now()
            assert move(session, reader, (row.id, row.version), step, now) == "done"

    before = len(els.seen)
    await happens(els, works_and_is_undone)
    assert els.seen[before:] == []
    assert [row.state for row in await news(stage)] == ["skipped"]
    await els.says("mijn doorverwijzing")
    assert "Er loopt nu niets bij een andere dienst." in els.seen[-2].text


async def test_nobody_sees_how_it_stands_with_somebody_else(stage: Stage) -> None:
    els, ann = await with_case(stage), await with_case(stage, name="ann")
    await asked(els, *PLAIN)
    await ann.says("mijn doorverwijzing")
    assert "Er loopt nu niets bij een andere dienst." in ann.seen[-2].text


async def test_who_is_erased_hears_nothing_any_more(stage: Stage) -> None:
    els = await with_case(stage)
    await asked(els, *PLAIN)
    await els.says("ja")
    await sent(els)
    row = await referral(stage)

    def answered_and_erased(session: Session) -> None:
        reader, now = Reader.of(coach(els)), stage.clock.now()
        assert move(session, reader, (row.id, row.version), Move("accept"), now) == "done"
        erase(session, row.person_id, now)

    await stage.house.ledger.write(answered_and_erased)
    count = len(await rows(stage, Outgoing))
    await stage.tick()
    assert len(await rows(stage, Outgoing)) == count
