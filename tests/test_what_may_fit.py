"""At the end of an intake people see what may fit, with a reason; a coach sees of what they want to know more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from bot.offer_happenings import filled
from casework.cases.cases import Actor as ByWhom
from casework.offers.catalogue_desk import archive, find
from casework.offers.shown import wish, wishes
from casework.privacy.erasing import erase
from flows.heard import OFFER
from storage.tables import Case, CatalogueEntry, OfferWish
from storage.verify import verify
from tests.catalogue_stage import by_system
from tests.stage import Actor, Stage, open_stage

KITCHEN = "Meehelpen in een restaurant"
BILAL = {
    "language": "nederlands",
    "privacy": "ja",
    "path": "ik zoek werk",
    "age": "26 tot 33 jaar",
    "name": "Bilal",
    "place": "3800",
    "goal": "een job",
    "barriers": "niets",
    "diploma": "middelbaar",
    "duration": "6 tot 12 maanden",
    "income": "loon",
    "health_where": "coach",
    "health_ok": "nee",
    "sector": "keuken",
    "season": "ja",
    "more": "nee",
    "recap": "dat klopt",
    "book": "nee",
    "contact_way": "ik kom langs",
}
"""What somebody types, by question: the story does not break when a question is added elsewhere."""
SHOP = {**BILAL, "sector": "winkel"}


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        yield opened


async def at_the_end(
    stage: Stage, told: Mapping[str, str] = BILAL, *, channel: str = "web", stops_at: str = "", fill: bool = True
) -> Actor:
    """Somebody who answered all that was asked, in a house whose catalogue is filled."""
    actor = stage.actor("bilal", "bijzig", channel)
    if fill:
        await filled(actor)
    await actor.starts()
    while (question := asked(actor)) in told and question != stops_at:
        before = len(actor.seen)
        await actor.says(told[question])
        assert len(actor.seen) > before, question
        if asked(actor) == question:
            await actor.taps("Klaar")
    return actor


def asked(actor: Actor) -> str:
    return next((bubble.question for bubble in reversed(actor.fresh) if bubble.question), "") or ""


async def kept(stage: Stage) -> list[OfferWish]:
    return list(await stage.house.ledger.read(lambda session: session.exec(select(OfferWish)).all()))


async def entry(stage: Stage, seed: str, organisation: str = "bijzig") -> CatalogueEntry:
    query = select(CatalogueEntry).where(CatalogueEntry.seed == seed, CatalogueEntry.organisation == organisation)
    return await stage.house.ledger.read(lambda session: session.exec(query).one())


async def test_what_fits_is_shown_with_the_reason_and_never_as_a_right(stage: Stage) -> None:
    actor = await at_the_end(stage)
    last = actor.seen[-1]
    assert "Dit past misschien bij jou. Je coach kijkt dit na." in last.text
    assert f'{KITCHEN}. Je zei bij "Werk dat ik wil": Keuken.' in last.text
    assert not any(word in bubble.text.lower() for bubble in actor.seen for word in ("recht op", "droit à"))


async def test_one_tap_is_kept_once_and_the_coach_sees_it_with_the_case(stage: Stage) -> None:
    actor = await at_the_end(stage)
    wanted = await entry(stage, "keuken")
    for _ in range(2):
        await actor.tap(OFFER, wanted.id)
    assert "Ik zeg je coach dat je meer wil weten." in actor.seen[-1].text
    (found,) = await kept(stage)
    read = stage.house.ledger.read
    assert await read(lambda session: list(wishes(session, found.case_id))) == [wanted.id]
    assert await read(verify) == []


async def test_a_typed_name_and_a_typed_number_are_answers_too(stage: Stage) -> None:
    actor = await at_the_end(stage)
    await actor.says("meehelpen in een restaurant")
    assert len(await kept(stage)) == 1


async def test_what_is_compulsory_or_does_not_fit_cannot_be_wished_by_a_made_up_button(stage: Stage) -> None:
    actor = await at_the_end(stage)
    for seed in ("gemeenschap", "klussen", "wijk-werken"):
        await actor.tap(OFFER, (await entry(stage, seed)).id)
        assert "Dit is er niet meer." in actor.seen[-1].text
    await actor.tap(OFFER, "nothing")
    assert await kept(stage) == []


async def test_what_was_put_away_meanwhile_is_not_there_any_more(stage: Stage) -> None:
    actor = await at_the_end(stage)
    wanted = await entry(stage, "keuken")
    by: ByWhom = by_system("bijzig")

    def put(session: Session) -> None:
        row = find(session, CatalogueEntry, "bijzig", wanted.id)
        assert row is not None
        assert archive(session, CatalogueEntry, by, (row.id, row.version), stage.clock.now()) == "done"

    await stage.house.ledger.write(put)
    await actor.tap(OFFER, wanted.id)
    assert "Dit is er niet meer." in actor.seen[-1].text
    assert await kept(stage) == []


async def test_a_button_before_the_answers_are_with_the_coach_does_nothing(stage: Stage) -> None:
    actor = await at_the_end(stage, stops_at="recap")
    await actor.tap(OFFER, (await entry(stage, "keuken")).id)
    assert await kept(stage) == []


async def test_nothing_is_said_where_the_catalogue_is_empty(stage: Stage) -> None:
    actor = await at_the_end(stage, fill=False)
    assert "Dank je wel" in actor.seen[-1].text
    assert not any("past misschien" in bubble.text for bubble in actor.seen)


async def test_a_name_that_tells_something_is_not_said_on_telegram_and_is_on_our_own_page(stage: Stage) -> None:
    web = await at_the_end(stage, SHOP)
    assert "kringwinkel" in web.seen[-1].text.lower()
    other = await at_the_end(stage, SHOP, channel="telegram")
    assert "Dank je wel" in other.seen[-1].text
    telling = ("kringwinkel", "ploeg", "in-z", "springplank", "wroeter", "aksi", "gtb")
    assert not any(name in bubble.text.lower() for bubble in other.seen for name in telling)
    await other.tap(OFFER, (await entry(stage, "kringloop")).id)
    assert await kept(stage) == []


async def test_who_is_erased_leaves_no_wish_behind(stage: Stage) -> None:
    actor = await at_the_end(stage)
    await actor.tap(OFFER, (await entry(stage, "keuken")).id)
    (found,) = await kept(stage)
    await stage.house.ledger.write(lambda session: erase(session, found.person_id, stage.clock.now()))
    assert await kept(stage) == []


async def test_a_wish_is_kept_with_nobody_elses_case(stage: Stage) -> None:
    await at_the_end(stage)
    wanted, now = await entry(stage, "keuken"), stage.clock.now() + timedelta(days=1)

    def work(session: Session) -> int:
        case = session.exec(select(Case)).one()
        wish(session, case.id, "somebody else", wanted.id, now)
        wish(session, "no case", case.person_id, wanted.id, now)
        return len(session.exec(select(col(OfferWish.id))).all())

    assert await stage.house.ledger.write(work) == 0
