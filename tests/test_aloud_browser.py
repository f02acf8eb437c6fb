"""The listen button of the web chat in a real browser, with the real voice behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page, expect

from bot.aloud.reading import Reading
from flows.messages import Bubble
from storage.ledger import Ledger
from tests.accessibility import accessibility_problems
from tests.running import running
from tests.webchat_person import Person
from tests.webchat_stage import QUESTIONS, WELCOME, Stage, on_stage
from tests.webchat_wording import DUTCH, FRENCH

pytestmark = pytest.mark.browser

WATCH = """
  let sounds = 0;
  const tell = (name, value) => document.documentElement.setAttribute(`data-${name}`, value);
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    const number = sounds++;
    tell("sounds", sounds);
    this.addEventListener("canplay", () => tell(`seconds-${number}`, this.duration), { once: true });
    this.addEventListener("ended", () => tell(`ended-${number}`, 1), { once: true });
    this.playbackRate = window.hurry || 1;
    return play.call(this);
  };
"""


@pytest.fixture
async def stage(sqlite_ledger: Ledger, reading: Reading) -> AsyncIterator[Stage]:
    async with on_stage(sqlite_ledger, reading=reading) as stage:
        yield stage


@pytest.fixture
async def person(page: Page, stage: Stage) -> AsyncIterator[Person]:
    await page.add_init_script(WATCH)
    person = Person(page, stage.chat)
    yield person
    assert person.problems == []


def listen_to(person: Person, text: str) -> Locator:
    """The listen button of the message with that text."""
    return person.log.locator(".line.us").filter(has_text=text).locator(".listen")


async def sound(person: Person, number: int = 0, what: str = "seconds") -> float:
    """How long the sound is that the browser really plays, in seconds; or whether it has ``ended``."""
    told = f"data-{what}-{number}"
    root = person.page.locator(f"html[{told}]")
    await root.wait_for(state="attached")
    return float(await root.get_attribute(told) or 0)


async def test_a_message_is_heard_and_can_be_stopped(person: Person) -> None:
    await person.starts()
    button = listen_to(person, WELCOME[0][0])
    await expect(button).to_have_text(DUTCH["Listen"])
    await button.click()
    assert 1 < await sound(person) < 10
    await expect(button).to_have_text(DUTCH["Silence"])
    await button.click()
    await expect(button).to_have_text(DUTCH["Listen"])
    await expect(person.page.locator("html")).to_have_attribute("data-sounds", "1")


async def test_at_its_end_the_button_offers_to_listen_again(person: Person) -> None:
    await person.starts()
    await person.page.evaluate("window.hurry = 8")
    button = listen_to(person, WELCOME[1][0])
    await button.click()
    await sound(person, 0, "ended")
    await expect(button).to_have_text(DUTCH["Listen"])


async def test_of_two_messages_only_the_last_one_is_heard(person: Person) -> None:
    await person.starts()
    first, second = listen_to(person, WELCOME[0][0]), listen_to(person, WELCOME[1][0])
    await first.click()
    await sound(person)
    await second.click()
    await sound(person, 1)
    await expect(first).to_have_text(DUTCH["Listen"])
    await expect(second).to_have_text(DUTCH["Silence"])


async def test_the_answers_to_choose_from_are_heard_too(person: Person) -> None:
    await person.starts()
    await person.says("3600")
    barriers = QUESTIONS[1].text[0].partition("\n")[2]
    await person.sees(barriers)
    await listen_to(person, barriers).click()
    assert await sound(person) > 10


async def test_the_keyboard_reaches_it_and_its_name_is_in_the_language_of_the_page(person: Person) -> None:
    await person.starts("fr")
    button = listen_to(person, WELCOME[0][1])
    message = "Bonjour ! Je suis un ordinateur, pas une personne."
    await expect(button).to_have_accessible_name(f"{FRENCH['Listen']}: {message}")
    await button.focus()
    await person.page.keyboard.press("Enter")
    assert await sound(person) > 1
    await expect(button).to_have_accessible_name(f"{FRENCH['Silence']}: {message}")
    await expect(button).to_be_focused()
    await person.page.keyboard.press("Space")
    await expect(button).to_have_accessible_name(f"{FRENCH['Listen']}: {message}")


async def test_who_hears_the_names_of_the_buttons_knows_which_message_each_reads(person: Person) -> None:
    await person.starts()
    await person.says("3600")
    await person.sees("Wat maakt werken moeilijk")
    listen = DUTCH["Listen"]
    buttons = person.log.get_by_role("button", name=f"{listen}: ")
    names = [await button.get_attribute("aria-label") for button in await buttons.all()]
    assert names == [
        f"{listen}: Hallo! Ik ben een computer, geen mens.",
        f"{listen}: Ik stel 4 korte vragen. Stoppen mag altijd.",
        f"{listen}: In welke gemeente woon je? Typ je postcode.",
        f"{listen}: Wat maakt werken moeilijk voor jou? Je mag er meer …",
    ]
    await person.page.locator("[data-say=Français]").click()
    await person.sees("Qu'est-ce qui rend")
    await expect(person.log.get_by_role("button", name=f"{listen}: ")).to_have_count(0)
    await expect(listen_to(person, WELCOME[0][0])).to_have_accessible_name(f"{FRENCH['Listen']}: {WELCOME[0][0]}")


async def test_on_a_narrow_screen_the_message_has_all_of_it_and_the_button_stands_below(person: Person) -> None:
    await person.page.set_viewport_size({"width": 260, "height": 560})
    await person.starts("fr")
    bubble = await person.log.locator(".us .bubble").nth(1).bounding_box()
    button = await person.log.locator(".listen").nth(1).bounding_box()
    assert bubble
    assert button
    assert button["y"] >= bubble["y"] + bubble["height"]
    assert min(button["width"], button["height"]) >= 44
    assert await accessibility_problems(person.page) == []


async def test_an_answer_silences_what_is_being_read(person: Person) -> None:
    await person.starts()
    button = listen_to(person, WELCOME[0][0])
    await button.click()
    await sound(person)
    await person.says("3600")
    await expect(button).to_have_text(DUTCH["Listen"])


async def test_who_asked_for_it_hears_new_messages_by_themselves(person: Person, stage: Stage) -> None:
    await person.starts()
    await person.page.evaluate("window.hurry = 8")
    await listen_to(person, WELCOME[0][0]).click()
    await sound(person, 0, "ended")
    address = stage.conversation.applied[0].address
    for text in ("Dit is het eerste.", "Dit is het tweede."):
        await stage.conversation.shows(address, Bubble(text, "nl", aloud=True))
    await sound(person, 2, "ended")


async def test_when_it_cannot_be_read_the_page_says_so(person: Person, stage: Stage) -> None:
    await person.starts()
    await stage.conversation.shows(stage.conversation.applied[0].address, Bubble("Ολα καλά.", "el"))
    await person.sees("Ολα καλά.")
    button = listen_to(person, "Ολα καλά.")
    await button.click()
    await person.is_told(DUTCH["I cannot read this aloud now."])
    await expect(button).to_have_text(DUTCH["Listen"])


async def test_axe_finds_nothing_and_thumbs_find_the_button(person: Person) -> None:
    await person.starts()
    await person.says("3600")
    await person.taps("De taal")
    await person.sees_ticked("De taal")
    assert await accessibility_problems(person.page) == []
    for target in await person.log.locator("button").all():
        box = await target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_nothing_sticks_out_with_the_button(person: Person, width: int) -> None:
    await person.page.set_viewport_size({"width": width, "height": 640})
    await person.starts("fr")
    await person.says("3600")
    await person.sees("Qu'est-ce qui rend")
    assert await person.page.evaluate("document.documentElement.scrollWidth") == width


async def test_without_the_voice_there_is_no_button(page: Page, sqlite_ledger: Ledger) -> None:
    async with on_stage(sqlite_ledger) as stage:
        person = Person(page, stage.chat)
        await person.starts()
        await person.sees(WELCOME[1][0])
        await expect(person.log.locator(".listen")).to_have_count(0)


async def test_typed_in_the_real_conversation_it_plays_each_new_message(page: Page, sqlite_url: str) -> None:
    async with running(sqlite_url) as program:
        await page.add_init_script(WATCH)
        person = Person(page, f"{program.url}/chat/genk")
        await person.starts("nl")
        await page.evaluate("window.hurry = 8")
        await person.says("voorlezen")
        await person.sees("Ik lees mijn berichten nu ook voor.")
        await sound(person, 0, "ended")
        await person.taps("Ja")
        await sound(person, 1, "ended")
        await person.says("geen stem")
        await person.sees("Ik lees niet meer voor.")
        await expect(page.locator("html")).to_have_attribute("data-sounds", "2")
