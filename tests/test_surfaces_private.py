"""Private questions are asked on our own page: Telegram never shows what was said there, nothing is asked twice."""

from __future__ import annotations

import pytest
from sqlmodel import select

from casework.door.rights import System
from storage.ledger import Ledger
from storage.tables import OneTimeLink
from tests.stage import Stage, open_stage
from tests.surfaces import (
    TO_HEALTH,
    answers,
    asked,
    code_on_screen,
    moves_to_web,
    on_telegram,
    plays,
    texts,
    the_case,
    to_the_end,
    with_bot,
)


@pytest.fixture
async def ledger(one_ledger: Ledger) -> Ledger:
    return one_ledger


async def test_private_questions_are_offered_on_our_page_and_asked_there(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, *TO_HEALTH)
        assert asked(telegram) == "health_where"
        assert "Telegram is daar niet de plek voor." in texts(telegram)
        await telegram.taps("Ja, op de pagina")
        assert asked(telegram) not in (None, "health_where", "health_ok")
        open_there = asked(telegram)
        page = stage.actor("browser")
        await page.starts(payload=code_on_screen(telegram))
        assert asked(page) == "health_ok"
        await plays(page, ("ja", "ja", "[Zitten]", "[Klaar]"))
        given = await answers(page)
        assert (given["health"], given["work_needs"]) == ("yes", ("sitting",))
        await telegram.says("herhaal")
        assert asked(telegram) == open_there


async def test_telegram_never_shows_or_loses_what_was_answered_on_the_page(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, *TO_HEALTH, "[Ja, op de pagina]")
        page = stage.actor("browser")
        await page.starts(payload=code_on_screen(telegram))
        await plays(page, ("ja", "ja", "[Zitten]", "[Klaar]", "overslaan", "overslaan", "overslaan"))
        telegram.seen.clear()
        await telegram.says("herhaal")
        await to_the_end(telegram)
        said = "\n".join(bubble.text for bubble in telegram.seen)
        assert "Gezondheid: (alleen je coach ziet dit)" in said
        assert "Zitten" not in said
        newest = await dossier_of(stage)
        assert (newest["health"], newest["work_needs"]) == ("yes", ("sitting",))
        await telegram.says("veranderen")
        assert "Gezondheid" not in " ".join(button.label for bubble in telegram.fresh for button in bubble.buttons)


async def dossier_of(stage: Stage) -> dict[str, object]:
    from casework.cases.cases import Actor as Reader
    from casework.cases.cases import read_case

    case, now = await the_case(stage), stage.clock.now()
    file = await stage.house.ledger.write(
        lambda session: read_case(
            session, stage.house.vault, Reader("genk", "test", System("test", "genk")), case.id, now
        )
    )
    assert file is not None
    return dict(file.dossier.newest.answers)


async def test_going_back_to_telegram_after_the_end_hands_nothing_over_again(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, *TO_HEALTH, "[Ja, op de pagina]")
        page = stage.actor("browser")
        await page.starts(payload=code_on_screen(telegram))
        await plays(page, ("ja", "nee", "overslaan", "overslaan", "overslaan"))
        await to_the_end(page)
        before = await the_case(stage)
        await telegram.says("hallo")
        assert (await the_case(stage)).version == before.version


@pytest.mark.parametrize(("answer", "told"), [("[Met mijn coach]", True), ("nee", True), ("overslaan", False)])
async def test_with_the_coach_or_skipped_no_link_is_made(ledger: Ledger, answer: str, told: bool) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, *TO_HEALTH, answer)
        assert await ledger.read(lambda session: session.exec(select(OneTimeLink)).all()) == []
        assert ("Je kan erover praten met je coach" in texts(telegram)) is told
        assert asked(telegram) != "health_where"


async def test_who_wants_to_talk_with_the_coach_is_not_asked_on_the_page_either(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        telegram = await on_telegram(stage, *TO_HEALTH, "[Met mijn coach]")
        open_there = asked(telegram)
        page = await moves_to_web(telegram)
        assert asked(page) == open_there


async def test_where_our_page_cannot_be_reached_the_coach_is_the_way(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        object.__setattr__(stage.house, "public_url", "")
        telegram = await on_telegram(stage, *TO_HEALTH, "[Ja, op de pagina]")
        assert "Onze eigen pagina werkt nu niet." in texts(telegram)
        assert asked(telegram) is not None


async def test_whoever_began_on_the_page_is_not_sent_there_again(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        page = with_bot(stage).actor("browser")
        await page.starts("nl")
        await plays(page, (*TO_HEALTH, "nee", "telegram"))
        telegram = stage.actor("1001", channel="telegram")
        await telegram.starts(payload=code_on_screen(page))
        assert asked(telegram) not in (None, "health_where")
        await telegram.says("terug")
        assert asked(telegram) == "income"
