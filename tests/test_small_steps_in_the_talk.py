"""Small steps in the chat: seen at any moment, asked about once, and no word of them where it can leak."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, select

from bot.happenings import happen
from bot.people import CHAT
from casework.door.accounts import ensure_accounts
from casework.privacy.erasing import erase
from flows.heard import SMALL_STEP
from storage.step_tables import SmallStep
from storage.tables import Case, Due, Notice, Outgoing, Person
from storage.verify import verify
from tests.stage import Actor, Stage, open_stage

CRECHE, DIPLOMA = "Ik bel de crèche", "Ik breng mijn diploma mee"
WORDS = ("crèche", "diploma", "cr…")
TO_THE_END = ("nederlands", "ja", "Snel een mens", "34 tot 49 jaar", "Een job", "Nee, nu niet", "chat")
TOWN = {"genk": "3600", "handel": "9300"}


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        house, now = opened.house, opened.clock.now()
        for name in TOWN:
            organisation = house.organisations[name]
            await house.ledger.write(lambda session, at=organisation: ensure_accounts(session, at, now))  # type: ignore[misc]
        yield opened
        assert await house.ledger.read(verify) == []


async def somebody(stage: Stage, organisation: str = "genk", channel: str = "web", *steps: str) -> Actor:
    """At the end of their talk, with steps that were agreed on."""
    actor = stage.actor("els", organisation, channel)
    await actor.starts(language="nl")
    words = list(TO_THE_END)
    words.insert(4, TOWN[organisation])
    for word in words:
        await actor.says(word)
    for step in steps or (CRECHE, DIPLOMA):
        assert await happen(actor, f"the coach agrees on a step: {step}")
    return actor


async def passes(actor: Actor, **time: float) -> list[Any]:
    """What is new on the screen after a while."""
    actor.stage.clock.move(timedelta(**time))
    await actor.stage.tick()
    return await actor.looks()


async def states(stage: Stage) -> list[str]:
    return await stage.house.ledger.read(lambda s: list(s.exec(select(SmallStep.state).order_by(SmallStep.at))))  # type: ignore[arg-type]


async def fate(stage: Stage) -> set[tuple[str, str | None]]:
    """What became of the questions."""
    asks = select(Due.state, Due.reason).where(Due.kind == "ask_small_steps")
    return set(await stage.house.ledger.read(lambda session: list(session.exec(asks))))


def shown(bubbles: list[Any]) -> str:
    return "\n".join(bubble.text for bubble in bubbles)


def labels(bubbles: list[Any]) -> list[str]:
    return [button.label for bubble in bubbles for button in bubble.buttons]


@pytest.mark.parametrize("words", ["mijn stappen", "wat hebben we afgesproken?", "mes étapes", "Mijn Stapen"])
async def test_by_word_in_any_language_with_a_typo_and_in_the_middle_of_the_questions(stage: Stage, words: str) -> None:
    actor = await somebody(stage)
    await actor.says(words)
    assert CRECHE in shown(actor.fresh)
    assert labels(actor.fresh)[-1] == "Niets"


async def test_the_menu_has_an_entry_for_who_has_steps_and_for_nobody_else(stage: Stage) -> None:
    actor = await somebody(stage)
    await actor.says("menu")
    assert "Mijn stappen" in labels(actor.fresh)
    other = stage.actor("bo", "handel")
    await other.starts(language="nl")
    for word in (*TO_THE_END[:4], TOWN["handel"], *TO_THE_END[4:], "nee", "menu"):
        await other.says(word)
    assert "Mijn stappen" not in labels(other.seen)
    await other.says("mijn stappen")
    assert "Je hebt nu geen stappen." in shown(other.fresh)


async def test_with_a_question_open_the_question_comes_back(stage: Stage) -> None:
    actor = stage.actor("bo")
    await actor.starts(language="nl")
    await actor.says("ja")
    before = actor.fresh[-1].question
    await actor.says("mijn stappen")
    assert actor.fresh[-1].question == before


async def test_asked_once_after_the_weeks_of_the_house_by_day_with_the_steps_on_buttons(stage: Stage) -> None:
    actor = await somebody(stage)
    assert await passes(actor, days=20) == []
    [asks] = await passes(actor, days=1, hours=1)
    assert asks.text == "Hoe gaat het met je stappen?"
    assert [button.label for button in asks.buttons] == ["1. Ik bel de crèche", "2. Ik breng mijn di…"]
    assert max(len(button.label) for button in asks.buttons) <= 20
    assert await passes(actor, days=200) == [], "silence is left in peace"
    assert await fate(stage) == {("done", None), ("skipped", "nothing to ask about any more")}


async def test_what_was_agreed_on_within_a_week_goes_along_and_what_is_newer_has_a_question_of_its_own(
    stage: Stage,
) -> None:
    actor = await somebody(stage, "genk", "web", CRECHE)
    await passes(actor, days=5)
    await happen(actor, f"the coach agrees on a step: {DIPLOMA}")
    await passes(actor, days=10)
    await happen(actor, "the coach agrees on a step: Ik schrijf mij in")
    [asks] = await passes(actor, days=7)
    assert len(asks.buttons) == 2
    assert await passes(actor, days=5) == []
    [later] = await passes(actor, days=14)
    assert [button.label for button in later.buttons] == ["1. Ik schrijf mij in"]


async def test_nothing_comes_at_night_and_the_steps_of_the_coach_are_not_asked_about(stage: Stage) -> None:
    actor = await somebody(stage, "genk", "web", f"{CRECHE}, the coach does it")
    assert await passes(actor, days=30) == []
    await happen(actor, f"the coach agrees on a step: {DIPLOMA}")
    stage.clock.move(timedelta(days=21, hours=12))
    await stage.tick()
    assert await actor.looks() == [], "it is ten in the evening"
    [asks] = await passes(actor, hours=14)
    assert [button.label for button in asks.buttons] == ["1. Ik breng mijn di…"]


@pytest.mark.parametrize("why", ["stop", "blocked", "closed", "done", "erased"])
async def test_nobody_is_asked_who_does_not_want_it_cannot_be_reached_or_has_nothing_to_tell(
    stage: Stage, why: str
) -> None:
    actor = await somebody(stage, "genk", "web", CRECHE)
    if why == "stop":
        await actor.says("stop")

    def work(session: Session) -> None:
        if why == "blocked":
            session.connection().execute(update(CHAT).values(state="blocked"))
        if why == "closed":
            session.exec(update(Case).values(state="done"))
        if why == "erased":
            erase(session, session.exec(select(Person.id)).one(), stage.clock.now())

    await stage.house.ledger.write(work)
    if why == "done":
        await actor.tap(SMALL_STEP, f"finish:{await _only(stage)}:1")
    count = await _count(stage)
    stage.clock.move(timedelta(days=22))
    await stage.tick()
    assert await _count(stage) == count
    assert {state for state, _ in await fate(stage)} == {"skipped"}


async def _only(stage: Stage) -> str:
    return await stage.house.ledger.read(lambda session: session.exec(select(SmallStep.id)).one())


async def _count(stage: Stage) -> int:
    return await stage.house.ledger.read(lambda session: len(session.exec(select(Outgoing.id)).all()))


async def test_it_did_not_work_out_is_taken_kindly_and_the_coach_is_one_tap_away(stage: Stage) -> None:
    actor = await somebody(stage)
    await actor.says("mijn stappen")
    await actor.says("1")
    await actor.taps("Het is niet gelukt")
    assert "Dat geeft niet." in shown(actor.fresh)
    assert await states(stage) == ["stuck", "open"]
    await actor.says("ja")
    kinds = await stage.house.ledger.read(lambda session: list(session.exec(select(Notice.kind))))
    assert "person_asked" in kinds
    await actor.says("mijn stappen")
    await actor.says(CRECHE)
    await actor.taps("Ik probeer opnieuw")
    assert await states(stage) == ["open", "open"]


async def test_done_busy_dropped_and_a_slip_of_the_finger(stage: Stage) -> None:
    actor = await somebody(stage)
    await actor.says("mijn stappen")
    await actor.taps("2. Ik breng mijn di…")
    await actor.taps("Ik ben bezig")
    assert await states(stage) == ["open", "open"]
    await actor.taps("Het is klaar")
    assert "Dit is veranderd." in shown(actor.fresh), "it was said of the step as it stood before"
    await actor.taps("Het is klaar")
    assert await states(stage) == ["open", "done"]
    await actor.taps("Toch niet")
    assert await states(stage) == ["open", "open"]
    await actor.says("mijn stappen")
    await actor.says("1")
    await actor.taps("Ik wil het nu niet")
    assert await states(stage) == ["dropped", "open"]
    await actor.says("mijn stappen")
    assert CRECHE not in shown(actor.fresh)


async def test_the_coach_hears_once_a_day_that_something_was_said_and_never_what(stage: Stage) -> None:
    actor = await somebody(stage)
    first, second = await stage.house.ledger.read(lambda session: list(session.exec(select(SmallStep.id))))
    await actor.tap(SMALL_STEP, f"finish:{first}:1")
    await actor.tap(SMALL_STEP, f"stick:{second}:1")
    case = await stage.house.ledger.read(lambda session: session.exec(select(Case.id)).one())

    def told(session: Session) -> list[Any]:
        found = session.exec(select(Notice).where(Notice.kind == "step_told")).all()
        return [each.model_dump() for each in found]

    notices = await stage.house.ledger.read(told)
    assert [each["subject"] for each in notices] == [case]
    assert not [word for word in (*WORDS, "Els", "gelukt") if word in str(notices)]


@pytest.mark.parametrize("wish", ["finish", "reword", "agree", "nonsense"])
async def test_a_tap_about_somebody_elses_step_or_one_we_never_made_changes_nothing(stage: Stage, wish: str) -> None:
    await somebody(stage, "genk", "web", CRECHE)
    step = await _only(stage)
    other = stage.actor("bo")
    await other.starts(language="nl")
    await other.tap(SMALL_STEP, f"{wish}:{step}:1")
    await other.tap(SMALL_STEP, f"{wish}:{step}:x")
    assert CRECHE not in shown(other.seen)
    assert await states(stage) == ["open"]


async def test_where_a_house_keeps_steps_private_telegram_hears_no_word_of_them(stage: Stage) -> None:
    actor = await somebody(stage, "handel", "telegram")
    before = len(actor.seen)
    await actor.says("mijn stappen")
    await actor.says("mijn gegevens")
    await actor.tap(SMALL_STEP, f"show:{(await _first(stage))}:1")
    await actor.tap(SMALL_STEP, f"finish:{(await _first(stage))}:1")
    await passes(actor, days=30)
    everything = shown(actor.seen[before:]) + " ".join(labels(actor.seen[before:]))
    assert "Wil je ze nu zien?" in everything
    assert not [word for word in WORDS if word in everything]
    assert await states(stage) == ["open", "open"]


async def test_the_link_leads_to_the_steps_on_our_own_page(stage: Stage) -> None:
    actor = await somebody(stage, "handel", "telegram")
    await passes(actor, days=29)
    await actor.says("ja")
    link = actor.seen[-1].link
    assert link is not None
    page = stage.actor("a browser", "handel", "web")
    await page.starts(payload=link.address.partition("#")[2])
    assert CRECHE in shown(page.fresh)
    await page.says("1")
    await page.taps("Het is klaar")
    assert await states(stage) == ["done", "open"]


async def _first(stage: Stage) -> str:
    return await stage.house.ledger.read(lambda session: session.exec(select(SmallStep.id)).first() or "")


async def test_with_their_data_people_see_their_steps_as_well(stage: Stage) -> None:
    actor = await somebody(stage)
    await actor.says("mijn gegevens")
    assert CRECHE in shown(actor.fresh)
    assert "Wat wil je veranderen?" in shown(actor.fresh)
