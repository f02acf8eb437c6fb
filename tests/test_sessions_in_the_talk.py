"""Group sessions through the front door: asked for at any moment; we write only to who may be written to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select
from structlog.testing import capture_logs

from bot.session_opening import open_group_sessions
from bot.ticker import Ticker
from casework.door.accounts import Account
from casework.house.in_force import InForce
from casework.sessions.attendance import Register
from casework.sessions.enrolments import Room
from casework.sessions.session_file import GroupSession
from flows.heard import SESSION
from storage.ledger import Ledger
from storage.tables import Due, Enrolment, Notice
from tests.databases import BOTH
from tests.session_house import places
from tests.session_talk import (
    CV,
    INFO,
    edited,
    group,
    leaves,
    organisation,
    passes,
    said,
    signed_up,
    somebody,
    sound,
    state_of,
)
from tests.stage import Stage, open_stage


@pytest.fixture
async def stage(one_ledger: Ledger) -> AsyncIterator[Stage]:
    async with open_stage(one_ledger) as stage:
        yield stage


@pytest.mark.parametrize("word", ["sessies", "infosessie", "bedrijfsbezoek", "workshop", "wanneer is er een workshop?"])
async def test_by_word_at_any_question_and_the_open_one_comes_back_once(stage: Stage, word: str) -> None:
    actor = await somebody(stage, "ann", "ja", "[Snel een mens]", "[34 tot 49 jaar]")
    await actor.says(word)
    assert [bubble.question for bubble in actor.fresh] == [None]
    assert "Werk zoeken in Genk" in said(actor)
    await actor.taps("Niets")
    assert [bubble.question for bubble in actor.fresh] == ["place"]


@pytest.mark.parametrize("word", ["séances", "visite d'entreprise", "il y a une séance d'info bientôt ?"])
async def test_in_french_too_only_what_is_held_in_french(stage: Stage, word: str) -> None:
    actor = await somebody(stage)
    await actor.says("frans")
    await actor.says(word)
    assert "Trouver du travail à Genk" in said(actor)
    assert "cv" not in said(actor)


async def test_only_what_fits_who_asks(stage: Stage) -> None:
    firm = await somebody(stage, "firm", "ja", "[Ik heb een bedrijf]")
    await firm.says("sessies")
    assert "cv" not in said(firm)
    person = await somebody(stage)
    await person.says("sessies")
    assert "Ik maak mijn cv" in said(person)


async def test_the_menu_after_the_end_leads_there_as_long_as_there_is_one(stage: Stage) -> None:
    actor = await somebody(stage)
    await actor.says("menu")
    await actor.taps("Groepssessies")
    assert "Deze sessies komen eraan." in said(actor)
    await passes(stage, days=40)
    await actor.says("hallo")
    assert "Groepssessies" not in [button.label for bubble in actor.fresh for button in bubble.buttons]


async def test_an_old_button_after_the_last_day_signs_nobody_up(stage: Stage) -> None:
    actor = await somebody(stage)
    await passes(stage, days=7)
    await actor.tap(SESSION, f"join:{CV}:0")
    assert "Inschrijven kan niet meer" in said(actor)
    assert await state_of(stage, actor) is None
    await passes(stage, days=7)
    await actor.tap(SESSION, f"join:{CV}:0")
    assert "voorbij" in said(actor)


@pytest.mark.parametrize("option", ["", "join", "join:", "steal:cv-mrt:0", "join:cv-mrt:x", "leave:cv-mrt:-1"])
async def test_a_button_that_says_nothing_we_know_does_nothing(stage: Stage, option: str) -> None:
    actor = await somebody(stage)
    await actor.tap(SESSION, option)
    assert actor.toast == "Deze knop werkt niet meer."
    assert await state_of(stage, actor) is None


@BOTH
async def test_a_double_tap_signs_up_once(stage: Stage) -> None:
    actor = await somebody(stage)
    await actor.tap(SESSION, f"join:{INFO}:0")
    await actor.tap(SESSION, f"join:{INFO}:0")
    assert "Je bent ingeschreven. Kom je nog?" in said(actor)
    assert len(await stage.house.ledger.read(places)) == 1


async def test_a_tap_about_a_session_goes_on_after_a_rest(stage: Stage) -> None:
    (ann,) = await signed_up(stage, "ann")
    await ann.says("ik wil niet meer leven")
    await ann.tap(SESSION, f"come:{CV}:1")
    assert "Fijn dat je komt" in said(ann)


async def test_nobody_is_reminded_who_signed_off_or_said_stop(stage: Stage) -> None:
    ann, bob = await signed_up(stage, "ann", "bob")
    await ann.tap(SESSION, f"leave:{CV}:1")
    await bob.says("stop")
    await passes(stage, days=6, hours=3)
    for actor in (ann, bob):
        await actor.looks()
        assert "Kom je?" not in said(actor)
    notices = await stage.house.ledger.read(lambda session: [row.kind for row in session.exec(select(Notice))])
    assert "unreachable" in notices


async def test_who_is_taken_off_by_staff_is_told(stage: Stage) -> None:
    (ann,) = await signed_up(stage, "ann")

    def work(session: Session) -> str:
        (place,) = session.exec(select(Enrolment)).all()
        room = Room(session, organisation(stage.house), group(stage.house), stage.clock.now())
        return Register(room, Account("s1", "genk", "an", "An", "coach", "an", "nl")).remove(place.id, place.version)

    assert await stage.house.ledger.write(work) == "done"
    await passes(stage, seconds=5)
    await ann.looks()
    assert "Je bent niet meer ingeschreven: Ik maak mijn cv" in said(ann)


async def ticks_with(stage: Stage, now: datetime, *groups: GroupSession) -> None:
    """After somebody edited the file and the house was started again."""
    edited = replace(organisation(stage.house), sessions={each.id: each for each in groups})
    house = replace(stage.house, organisations=InForce({**stage.house.organisations, "genk": edited}))
    stage.clock.at = now
    await Ticker(house).tick()


@BOTH
async def test_a_session_that_was_moved_or_is_gone_is_not_reminded_of_at_the_old_time(stage: Stage) -> None:
    ann, bob, cem = await signed_up(stage, "ann", "bob", "cem")
    await leaves(stage, bob)
    day_before = stage.clock.now() + timedelta(days=6, hours=3)
    await ticks_with(stage, day_before, replace(group(stage.house), day=group(stage.house).day + timedelta(days=7)))
    await ann.looks()
    assert "Kom je?" not in said(ann)
    await ticks_with(stage, day_before + timedelta(days=1))
    assert await state_of(stage, cem) == "expired"
    dead = select(Due).where(Due.state == "dead")
    assert await stage.house.ledger.read(lambda session: session.exec(dead).all()) == []
    assert await sound(stage)


async def test_a_discreet_session_is_not_named_of_our_own_accord(stage: Stage) -> None:
    (ann,) = await signed_up(stage, "ann")
    secret = replace(group(stage.house), discreet=True)
    await ticks_with(stage, stage.clock.now() + timedelta(days=6, hours=3), secret)
    await ann.looks()
    assert "Je komt naar een groepssessie." in said(ann)
    assert "cv" not in said(ann)


async def test_i_cannot_come_means_the_session_where_there_is_no_visit(stage: Stage) -> None:
    ann = await somebody(stage, "ann", "ja", "[Snel een mens]")
    await ann.says("ik kom niet")
    assert "Je hebt geen afspraak." in said(ann)
    await ann.tap(SESSION, f"join:{CV}:0")
    await ann.says("ik kom niet")
    assert "Dit zijn jouw sessies." in said(ann)


async def test_too_few_seats_and_a_session_that_is_gone_are_logged_without_a_name(stage: Stage) -> None:
    await signed_up(stage, "ann", "bob")
    with capture_logs() as logged:
        await open_group_sessions(edited(stage, 1))
        nowhere = replace(organisation(stage.house), sessions={})
        await open_group_sessions(replace(stage.house, organisations=InForce({"genk": nowhere})))
    said = [{key: line[key] for key in line if key not in ("log_level",)} for line in logged]
    about = {"organisation": "genk", "session": CV}
    assert said == [
        {"event": "session.too_few_seats", **about, "people": 1},
        {"event": "session.not_in_the_file", **about, "people": 2},
    ]


@BOTH
async def test_who_is_on_the_list_of_a_session_that_is_gone_hears_of_it_once_with_what_else_there_is(
    stage: Stage,
) -> None:
    everybody = await signed_up(stage, "ann", "bob", "cem")
    genk = organisation(stage.house)
    without = replace(genk, sessions={id: each for id, each in genk.sessions.items() if id != CV})
    edited_house = replace(stage.house, organisations=InForce({**stage.house.organisations, "genk": without}))
    for actor in everybody:
        await actor.looks()
    for _ in range(2):
        await open_group_sessions(edited_house)
        await passes(stage, seconds=5)
    for actor in everybody:
        await actor.looks()
        off = [bubble for bubble in actor.fresh if "groepssessie van woensdag 31 maart" in bubble.text]
        assert len(off) == 1
        assert [button.label for button in off[0].buttons] == ["Groepssessies", "Nee"]

    def told(session: Session) -> list[str]:
        return [kind for kind in session.exec(select(Notice.kind)) if kind != "new_case"]

    assert await stage.house.ledger.read(told) == ["session_gone"]


async def test_more_than_a_screen_of_sessions_is_turned_over(stage: Stage) -> None:
    first = group(stage.house)
    many = [replace(first, id=f"cv-{day}", day=first.day + timedelta(days=day), sign_up_until=None) for day in range(8)]
    genk = replace(organisation(stage.house), sessions={each.id: each for each in many})
    stage.house = replace(stage.house, organisations=InForce({**stage.house.organisations, "genk": genk}))
    stage.converse.house = stage.house
    actor = await somebody(stage)
    await actor.says("workshop")
    assert [button.label for button in actor.fresh[-1].buttons][6:] == ["⋯ Meer keuzes", "Niets"]
    await actor.taps("Meer keuzes")
    assert "1. Ik maak mijn cv: dinsdag 6 april" in said(actor)
    assert [button.label for button in actor.fresh[-1].buttons][2:] == ["Niets"]
    await actor.tap("!", "sessions:9")
    assert "Er is nu geen groepssessie voor jou." in said(actor)


@pytest.mark.parametrize("words", ["6 april", "dinsdag 6 april", "werk zoeken", "2", "de tweede"])
async def test_a_session_in_the_list_is_chosen_by_its_day_its_name_or_its_number(stage: Stage, words: str) -> None:
    actor = await somebody(stage)
    await actor.says("sessies")
    await actor.says(words)
    assert said(actor).startswith("Werk zoeken in Genk\nWanneer: dinsdag 6 april om 10 uur")


async def test_where_only_sessions_for_companies_are_left_a_job_seeker_sees_no_entry_and_a_kind_word(
    stage: Stage,
) -> None:
    handel = stage.house.organisations["handel"]
    assert list(handel.sessions) != ["firms-mei"]
    left = replace(handel, sessions={"firms-mei": handel.sessions["firms-mei"]})
    house = replace(stage.house, organisations=InForce({**stage.house.organisations, "handel": left}))
    alone = Stage(house, stage.clock)
    seeker, firm = alone.actor("ann", "handel"), alone.actor("firm", "handel")
    await seeker.starts(language="nl")
    for word in (
        "ja",
        "Snel een mens",
        "34 tot 49 jaar",
        "9300",
        "Een job",
        "Nee, nu niet",
        "chat",
        "nee",
        "menu",
    ):
        await seeker.says(word)
    assert "Wat kan ik voor je doen?" in said(seeker)
    assert "Groepssessies" not in [button.label for button in seeker.fresh[-1].buttons]
    await seeker.says("sessies")
    assert "Er is nu geen groepssessie voor jou. Een mens kan je helpen." in said(seeker)
    await firm.starts(language="nl")
    for word in ("ja", "Ik heb een bedrijf", "help"):
        await firm.says(word)
    assert "Groepssessies" in [button.label for bubble in firm.fresh for button in bubble.tools]
