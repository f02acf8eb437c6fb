"""The dossier says of each answer who gave it: the person, a coach together with them, or a coach for them."""

from __future__ import annotations

import re
from functools import partial

import pytest

from bot.stage import Actor
from bot.visit_happenings import happens
from casework.cases.dossier import Edition
from casework.visiting.staff_booking import Order, make_visit
from storage.ledger import Ledger
from storage.tables import Case
from storage.verify import verify
from tests.pdf_reading import Read
from tests.staff_stage import Browser
from tests.stage import Stage, open_stage
from tests.surfaces import Phone, plays, the_case
from tests.test_filling_in import console, edition

WITHOUT_A_VISIT = ("ja", "[Snel een mens]", "[34 tot 49 jaar]", "3600", "[Een job]", "[Nee, nu niet]", "chat")
BY_PHONE = ("[Ja]", *WITHOUT_A_VISIT[1:5], "[Ja, kies een moment]", "[do 25 mrt, 10 uur]", "overslaan")


@pytest.fixture
async def ledger(one_ledger: Ledger) -> Ledger:
    return one_ledger


async def wants_no_visit(stage: Stage) -> Actor:
    person = stage.actor("ann")
    await person.starts("nl")
    return await plays(person, WITHOUT_A_VISIT)


async def made_by_an(stage: Stage) -> Edition:
    """The person wants no appointment; An makes one; the person comes, and changes their age."""
    person = await wants_no_visit(stage)
    an, house = (await Phone.of(stage)).account, stage.house.organisations["genk"]
    case, order = await the_case(stage), Order("20270326T0800-luca")
    made = partial(make_visit, organisation=house, account=an, case=case, order=order, now=stage.clock.now())
    await happens(person, made)
    await plays(person, ("[Ik kom]", "wijzig", "[Leeftijd]", "[50 tot 54 jaar]"))
    return await edition(stage)


async def on_every_paper(browser: Browser, case: Case) -> list[str]:
    """The words of the page, the print and the PDF."""
    found = []
    for paper in ("", "/print"):
        await browser.open(f"/staff/cases/{case.id}{paper}")
        found.append(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.html)))
    pdf = await browser.client.get(f"/staff/cases/{case.id}/dossier.pdf")
    return [*found, re.sub(r"\s+", " ", Read(await pdf.read()).text())]


async def test_what_a_coach_settled_for_somebody_is_not_said_to_be_theirs(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage, console(stage, "mehmet") as browser:
        told = await made_by_an(stage)
        an = (await Phone.of(stage)).account
        assert told.answers["book"] == "yes"
        assert {name for name, by in told.by.items() if by == an.actor} >= {"book", "slot"}
        assert "age" not in told.by
        for paper in await on_every_paper(browser, await the_case(stage)):
            assert "Ja, kies een moment genoteerd door An Willems" in paper
            assert paper.count("genoteerd door") == 1
            assert "Wil je praten met een coach? – Ja" not in paper
        assert await ledger.read(verify) == []


async def test_what_a_coach_filled_in_with_somebody_was_read_aloud_and_not_seen(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage, console(stage, "mehmet") as browser:
        phone = await Phone.of(stage)
        await phone.begins()
        await phone.notes(*BY_PHONE)
        for paper in await on_every_paper(browser, await the_case(stage)):
            assert re.search(r"Ja, kies een moment .*?ingevuld met An Willems", paper)
            assert re.search(r"geen antwoord ingevuld met An Willems", paper)
            assert "zoals het is voorgelezen" in paper
            assert "zoals de persoon het zag" not in paper
            assert "In de woorden die de persoon zag " not in paper.replace("zag of hoorde", "")


async def test_the_timeline_names_the_coach_who_changed_answers_alone(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage, console(stage, "mehmet") as browser:
        person = await wants_no_visit(stage)
        phone = await Phone.of(stage)
        await phone.goes_on_with((await the_case(stage)).id)
        await phone.notes("wijzig", "[Leeftijd]", "[50 tot 54 jaar]")
        for paper in (await on_every_paper(browser, await the_case(stage)))[1:]:
            assert re.search(r"Antwoorden gewijzigd An Willems", paper)
        await plays(person, ("wijzig", "[Leeftijd]", "[55 of ouder]"))
        for paper in (await on_every_paper(browser, await the_case(stage)))[1:]:
            assert re.search(r"Antwoorden gewijzigd de persoon", paper)
