"""A whole journey in the web chat: a real browser, the real engine, from hello to a booked time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Page
from sqlmodel import select

from storage.tables import Appointment
from tests.accessibility import accessibility_problems
from tests.browser import DESK
from tests.running import Running, running
from tests.webchat_person import Person

pytestmark = pytest.mark.browser

Step = tuple[str, str]
"""What somebody types, or taps if it stands in [ ], and what the page then shows."""

DUTCH: tuple[Step, ...] = (
    ("ja", "Waarvoor kom je?"),
    ("[📝 Ik zoek werk]", "Hoe oud ben je?"),
    ("[55 of ouder]", "Hoe mag ik je noemen?"),
    ("Maria", "In welke gemeente woon je?"),
    ("genkk", "Wat wil je graag?"),
    ("[💼 Een job]", "Wat maakt werken moeilijk voor jou?"),
    ("+[🧒 Mijn kinderen]", ""),
    ("+[💬 De taal]", ""),
    ("-[💬 De taal]", ""),
    ("[✔ Klaar]", "Heb je opvang nodig"),
    ("nee", "Welk diploma heb je?"),
    ("[Overslaan]", "Hoe lang zoek je al werk?"),
    ("[Meer dan 2 jaar]", "Waarvan leef je nu?"),
    ("[Liever niet zeggen]", "geeft je soms een begeleider"),
    ("[Ja]", "over je gezondheid"),
    ("[Nee]", "Welk werk vind je leuk?"),
    ("poetsen", "nog 5 vragen"),
    ("[Nee]", "Dit heb ik opgeschreven"),
    ("[Dat klopt]", "Wil je praten met een coach?"),
    ("[📅 Ja, kies een moment]", "Welk moment past voor jou?"),
    ("[vr 26 mrt, 10 uur]", "Hoe mogen we je bereiken?"),
    ("[💬 Chat]", "Dank je wel, Maria"),
)
DUTCH_QUICK: tuple[Step, ...] = (
    ("[Ja]", "Waarvoor kom je?"),
    ("[🧑 Snel een mens]", "Hoe oud ben je?"),
    ("[55 of ouder]", "In welke gemeente woon je?"),
    ("3600", "Wat wil je graag?"),
    ("[💼 Een job]", "Wil je praten met een coach?"),
    ("[📅 Ja, kies een moment]", "Welk moment past voor jou?"),
    ("[vr 26 mrt, 10 uur]", "Hoe mogen we je bereiken?"),
    ("[💬 Chat]", "Dank je wel"),
)
FRENCH_QUICK: tuple[Step, ...] = (
    ("oui", "Qu'est-ce que vous cherchez ?"),
    ("[🧑 Parler à quelqu'un]", "Vous avez quel âge ?"),
    ("[26 à 33 ans]", "Vous habitez dans quelle commune ?"),
    ("j'habite à Genk", "Qu'est-ce que vous voulez faire ?"),
    ("[💼 Un travail]", "Est-ce que vous voulez parler à un coach ?"),
    ("[📅 Oui, je choisis]", "Quel moment vous convient ?"),
    ("vendredi 10h", "Comment est-ce qu'on peut vous joindre ?"),
    ("[💬 Chat]", "Tapez « modifier » pour changer"),
)


@pytest.fixture
async def program(sqlite_url: str) -> AsyncIterator[Running]:
    async with running(sqlite_url) as program:
        yield program


@pytest.fixture
def person(page: Page, program: Running) -> Iterator[Person]:
    person = Person(page, f"{program.url}/chat/genk")
    yield person
    assert person.problems == []


async def talks(person: Person, *steps: Step) -> None:
    for said, shown in steps:
        label = said.lstrip("+-").strip("[]")
        if said == label:
            await person.says(said)
        else:
            await person.taps(label)
        if said[0] in "+-":
            await person.sees_ticked(label, said[0] == "+")
        else:
            await person.sees(shown)


async def visits(program: Running) -> list[tuple[str, str]]:
    rows = select(Appointment.wall, Appointment.state)
    return await program.read(lambda session: [(wall, state) for wall, state in session.exec(rows)])


async def test_a_dutch_intake_from_hello_to_the_appointment_with_a_reload_in_the_middle(
    person: Person, program: Running
) -> None:
    await person.starts("nl")
    await talks(person, *DUTCH[:8])
    await person.opens()
    await person.sees_ticked("💬 De taal")
    await person.sees_ticked("🧒 Mijn kinderen")
    await talks(person, *DUTCH[8:])
    await person.sees("vrijdag 26 maart om 10 uur")
    assert await visits(program) == [("2027-03-26T10:00", "booked")]
    program.later(days=1)
    await person.sees_buttons("👍 Ik kom", "📅 Ander moment", "✖ Ik kom niet")
    await person.taps("👍 Ik kom")
    await person.sees("Fijn dat je komt")
    assert await visits(program) == [("2027-03-26T10:00", "confirmed")]
    assert await accessibility_problems(person.page) == []


async def test_the_keyboard_alone_leads_to_an_appointment(person: Person, program: Running) -> None:
    await person.opens()
    await press(person.page, "Start in het Nederlands")
    await person.is_connected()
    await person.sees("Mag ik ze bewaren")
    for said, shown in DUTCH_QUICK:
        if said.startswith("["):
            await press(person.page, said.strip("[]"))
        else:
            await press(person.page, "", field=True)
            await person.page.keyboard.type(said)
            await person.page.keyboard.press("Enter")
        await person.sees(shown)
    assert await visits(program) == [("2027-03-26T10:00", "booked")]


async def press(page: Page, label: str, *, field: bool = False) -> None:
    """Walk with the Tab key to a button and press it, or to the field."""
    here = (
        "document.activeElement.id === 'field'" if field else f"document.activeElement.innerText.trim() === {label!r}"
    )
    for _ in range(50):
        if await page.evaluate(here):
            break
        await page.keyboard.press("Tab")
    assert await page.evaluate(here), f"no Tab leads to {label or 'the field'}"
    if not field:
        await page.keyboard.press("Enter")


async def test_a_french_conversation_on_a_wide_screen(person: Person, program: Running) -> None:
    await person.page.set_viewport_size(DESK)
    await person.starts("fr")
    await talks(person, *FRENCH_QUICK)
    assert await visits(program) == [("2027-03-26T10:00", "booked")]
    assert await person.page.evaluate("document.documentElement.scrollWidth") == DESK["width"]
