"""Campaigns: only to who asked for news, once to each, in the order of the language policy, stopped at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from bot.people import Place
from casework.campaigns.audience import readers, told_number, towns
from casework.campaigns.campaigns import (
    By,
    Came,
    NotFit,
    Progress,
    Written,
    progress,
    rewrite_campaign,
    start,
    stop,
    write_campaign,
)
from casework.campaigns.letters import languages, read_in
from casework.door.accounts import Account
from casework.privacy.consents import consented, record
from casework.privacy.erasing import erase
from flows.effects import RecordConsent
from flows.hiding import LEAST
from storage.ledger import Ledger
from storage.tables import Audit, Campaign, CampaignLetter, Consent, IntakeFact, Outgoing, Person
from storage.verify import verify
from tests.staff_stage import ORGANISATIONS
from tests.stage import Actor, Stage, open_stage

HOUSE = "handel"
NEWS = {"nl": "Sociale economie werkt ook voor jou.", "fr": "L'économie sociale, c'est aussi pour vous."}
COORDINATOR = Account("c", HOUSE, "c", "C", "coordinator", "c", "nl")
ASKED = "Ons nieuws gaat over sociale economie in onze streek. Mogen we je dat soms sturen?"
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def stage(sqlite_ledger: Ledger) -> AsyncIterator[Stage]:
    """On Wednesday 24 March 2027, 10 o'clock."""
    async with open_stage(sqlite_ledger) as opened:
        yield opened


async def at_the_end(stage: Stage, house: str = HOUSE, postcode: str = "9300") -> tuple[Actor, str]:
    """Who has handed over their answers in Dutch, and what they read last."""
    actor, last = Actor(stage, Place(house, "telegram", "ann")), ""
    await actor.starts()
    for said in ("nederlands", "ja", "snel een mens", "34 tot 49 jaar", postcode, "een job", "nee, nu niet", "chat"):
        last = (await actor.says(said))[-1].text
    return actor, last


async def met(stage: Stage, name: str, language: str, news: bool | None = True, town: str = "") -> Actor:
    """Somebody whom the house knows; what they said to the question about news."""
    actor = Actor(stage, Place(HOUSE, "telegram", name))
    await actor.starts()
    for said in ("nederlands", "ja") if language == "nl" else ("français", "oui"):
        await actor.says(said)

    def work(session: Session) -> None:
        partner, now = actor.partner(session), stage.clock.now()
        if news is not None:
            record(session, partner.person_id, RecordConsent("news", 1, news, language), "telegram", now)
        if town:
            whose: dict[str, Any] = {
                "conversation_id": partner.conversation_id,
                "organisation": HOUSE,
                "person_id": partner.person_id,
            }
            session.add(
                IntakeFact(**whose, version=1, language=language, channel="web", place=town, began_at=now, heard_at=now)
            )

    await stage.house.ledger.write(work)
    stage.clock.move(timedelta(seconds=1))
    return actor


def by(stage: Stage) -> By:
    return By(stage.house.organisations[HOUSE], COORDINATOR, stage.clock.now())


async def begun(stage: Stage, *municipalities: str) -> str:
    def work(session: Session) -> str:
        id = write_campaign(session, by(stage), Written("Voorjaar", NEWS, municipalities))
        assert start(session, by(stage), (id, 1)) == "done"
        return id

    return await stage.house.ledger.write(work)


async def halt(stage: Stage, id: str) -> Came:
    return await stage.house.ledger.write(lambda session: stop(session, by(stage), id))


async def came(stage: Stage, actor: Actor, after: timedelta = MINUTE) -> list[str]:
    stage.clock.move(after)
    await stage.tick()
    return [bubble.text for bubble in await actor.looks()]


async def gone(stage: Stage, id: str) -> Progress:
    return await stage.house.ledger.read(lambda session: progress(session, id))


async def test_who_comes_to_the_end_is_asked_once_and_nothing_is_said_again(stage: Stage) -> None:
    ann, last = await at_the_end(stage)
    assert last == ASKED
    said = [(await ann.says(each))[-1].text for each in ("nee", "hallo", "mijn gegevens")]
    assert said[0] == "Goed. We sturen je geen nieuws."
    assert ASKED not in said
    proofs = await stage.house.ledger.read(lambda s: [c.granted for c in s.exec(select(Consent)) if c.scope == "news"])
    assert proofs == [False]


async def test_a_yes_stands_in_my_data_and_is_taken_back_in_words(stage: Stage) -> None:
    ann, _ = await at_the_end(stage)
    await ann.says("ja graag")
    assert "Je krijgt nieuws van ons." in (await ann.says("mijn gegevens"))[-1].text
    stage.clock.move(MINUTE)
    assert (await ann.says("stop nieuws"))[-1].text == "Goed. We sturen je geen nieuws."
    assert "nieuws" not in (await ann.says("mijn gegevens"))[-1].text
    await begun(stage)
    assert await came(stage, ann) == []


async def test_where_there_is_no_news_nobody_is_asked(stage: Stage) -> None:
    _, last = await at_the_end(stage, "genk", "3600")
    assert "nieuws" not in last
    assert not stage.house.organisations["genk"].news


async def test_each_who_asked_for_news_gets_it_once_and_others_never(stage: Stage) -> None:
    yes, no, never = [await met(stage, name, "nl", news) for name, news in (("a", True), ("b", False), ("c", None))]
    id = await begun(stage)
    assert await came(stage, yes) == [NEWS["nl"]]
    assert await came(stage, yes) == []
    assert await came(stage, no) == await came(stage, never) == []
    assert await gone(stage, id) == Progress(sent=1)
    assert await stage.house.ledger.read(verify) == []


async def test_the_button_under_it_takes_the_yes_back_whatever_was_open(stage: Stage) -> None:
    ann = await met(stage, "ann", "nl")
    await begun(stage)
    await came(stage, ann)
    await ann.taps("Geen nieuws meer")
    person = await stage.house.ledger.read(lambda session: ann.partner(session).person_id)
    assert not await stage.house.ledger.read(lambda session: consented(session, person, "news"))
    await begun(stage)
    assert await came(stage, ann) == []


async def test_who_takes_the_yes_back_while_it_waits_gets_nothing(stage: Stage) -> None:
    ann = await met(stage, "ann", "nl")
    id = await begun(stage)
    await ann.says("geen nieuws meer")
    await ann.looks()
    assert await came(stage, ann) == []
    assert await gone(stage, id) == Progress(skipped=1)


async def test_french_stands_below_dutch_for_who_speaks_french(stage: Stage) -> None:
    ann = await met(stage, "ann", "fr")
    await begun(stage)
    (text,) = await came(stage, ann)
    assert text.index(NEWS["nl"]) < text.index(NEWS["fr"])


async def test_letters_leave_one_after_the_other_who_speaks_the_first_language_first(stage: Stage) -> None:
    people = [await met(stage, str(number), "fr" if number % 2 else "nl") for number in range(6)]
    await begun(stage)
    got: list[int] = []
    for _ in range(6):
        await stage.tick()
        got += [number for number, each in enumerate(people) if await each.looks()]
        stage.clock.move(timedelta(seconds=2))
    assert (sorted(got[:3]), sorted(got[3:])) == ([0, 2, 4], [1, 3, 5])


async def test_nothing_comes_at_night_and_all_of_it_in_the_morning(stage: Stage) -> None:
    ann = await met(stage, "ann", "nl")
    stage.clock.at = datetime(2027, 3, 24, 20, 30, tzinfo=UTC)
    await begun(stage)
    assert await came(stage, ann, timedelta(hours=1)) == []
    assert await came(stage, ann, timedelta(hours=10)) == [NEWS["nl"]]


async def test_what_has_not_left_is_never_sent_once_it_is_stopped(stage: Stage) -> None:
    """One has it, one is in the tray, two are not due yet."""
    for name in "abcd":
        await met(stage, name, "nl")
    id = await begun(stage)
    stage.clock.move(timedelta(seconds=3))
    await stage.tick()
    mine = select(Outgoing).where(col(Outgoing.key).startswith("campaign_letter"))

    def carry(session: Session) -> None:
        first = session.exec(mine.order_by(col(Outgoing.id))).first()
        assert first is not None
        first.state, first.sent_at, first.external_id = "sent", stage.clock.now(), "1"

    await stage.house.ledger.write(carry)
    assert await halt(stage, id) == "done"
    stage.clock.move(MINUTE)
    await stage.tick()
    rows = await stage.house.ledger.read(lambda session: session.exec(mine.order_by(col(Outgoing.id))).all())
    assert [(row.state, row.reason) for row in rows] == [("sent", None), ("cancelled", "stopped")]
    assert await gone(stage, id) == Progress(sent=1, skipped=3)
    assert await halt(stage, id) == "changed"
    assert await stage.house.ledger.read(verify) == []


async def test_by_municipality_only_those_who_live_there(stage: Stage) -> None:
    aalst, ninove = [await met(stage, town, "nl", town=f"{town}:X") for town in ("9300", "9400")]
    await met(stage, "somewhere", "nl")
    await begun(stage, "Ninove")
    assert await came(stage, ninove) == [NEWS["nl"]]
    assert await came(stage, aalst) == []


async def test_of_somebody_erased_nothing_stays(stage: Stage) -> None:
    ann = await met(stage, "ann", "nl")
    await begun(stage)
    person = await stage.house.ledger.read(lambda session: ann.partner(session).person_id)
    await stage.house.ledger.write(lambda session: erase(session, person, stage.clock.now()))
    assert await stage.house.ledger.read(lambda session: session.exec(select(CampaignLetter)).all()) == []
    assert await stage.house.ledger.read(verify) == []


async def test_of_two_who_start_it_at_once_one_does_and_who_read_an_older_text_is_told(stage: Stage) -> None:
    await met(stage, "ann", "nl")

    def work(session: Session) -> list[str]:
        id, house = write_campaign(session, by(stage), Written("Voorjaar", NEWS)), by(stage)
        anew = rewrite_campaign(session, house, (id, 1), Written("Zomer", NEWS))
        return [anew, start(session, house, (id, 1)), start(session, house, (id, 2)), start(session, house, (id, 3))]

    assert await stage.house.ledger.write(work) == ["done", "changed", "done", "changed"]
    assert len(await stage.house.ledger.read(lambda session: session.exec(select(CampaignLetter)).all())) == 1
    actions = await stage.house.ledger.read(lambda session: list(session.exec(select(Audit.action))))
    assert [each for each in actions if each.startswith("campaign")] == ["campaign.write"] * 2 + ["campaign.start"]


async def test_a_campaign_of_another_house_is_not_there(stage: Stage) -> None:
    id = await begun(stage)
    other = By(stage.house.organisations["genk"], COORDINATOR, stage.clock.now())
    assert await stage.house.ledger.write(lambda session: stop(session, other, id)) == "missing"


@pytest.mark.parametrize(
    ("name", "texts", "flaw"),
    [
        ("", NEWS, "name"),
        ("x", {"nl": "Dag."}, "text"),
        ("x", {**NEWS, "fr": "Tapez 85.07.30-033.28"}, "number"),
    ],
)
async def test_what_may_not_be_sent_is_not_kept(stage: Stage, name: str, texts: dict[str, str], flaw: str) -> None:
    with pytest.raises(NotFit) as problem:
        await stage.house.ledger.write(lambda session: write_campaign(session, by(stage), Written(name, texts)))
    assert problem.value.flaws == (flaw,)
    assert await stage.house.ledger.read(lambda session: session.exec(select(Campaign)).all()) == []


@pytest.mark.parametrize(
    ("policy", "spoken", "written", "dutch", "french"),
    [
        ("nl", ("nl",), ("nl",), ("nl",), ("nl",)),
        ("fr", ("fr",), ("fr",), ("fr",), ("fr",)),
        ("nl+fr", ("nl", "fr"), ("nl", "fr"), ("nl",), ("fr",)),
        ("nl+fr_support", ("nl", "fr"), ("nl", "fr"), ("nl",), ("nl", "fr")),
        ("nl+fr_on_request", ("nl",), ("nl", "fr"), ("nl",), ("nl", "fr")),
    ],
)
def test_the_language_policy_says_what_somebody_reads(
    policy: Any, spoken: tuple[str, ...], written: tuple[str, ...], dutch: tuple[str, ...], french: tuple[str, ...]
) -> None:
    house = replace(ORGANISATIONS[HOUSE], language_policy=policy, languages=spoken)
    assert languages(house) == written
    assert (read_in(house, "nl"), read_in(house, "fr")) == (dutch, french)


@given(st.integers(0, 10_000))
def test_a_number_of_few_is_not_told_and_the_others_are_rounded_down(count: int) -> None:
    told = told_number(count)
    assert (told is None) == (0 < count < LEAST)
    assert told is None or (told % LEAST == 0 and 0 <= count - told < LEAST)


def test_the_municipalities_to_choose_from_are_those_of_the_area() -> None:
    assert {"Aalst", "Ninove"} <= {town.id for town in towns(ORGANISATIONS[HOUSE])}


async def test_only_the_last_word_counts(stage: Stage) -> None:
    ann = await met(stage, "ann", "nl", news=True)
    house = stage.house.organisations[HOUSE]
    found = await stage.house.ledger.read(lambda session: readers(session, house, ()))
    assert [reader.language for reader in found] == ["nl"]
    stage.clock.move(MINUTE)
    await ann.says("stop nieuws")
    assert await stage.house.ledger.read(lambda session: readers(session, house, ())) == []
    people = await stage.house.ledger.read(lambda session: session.exec(select(Person)).all())
    assert len(people) == 1
