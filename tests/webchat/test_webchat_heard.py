"""What a screen reader makes of the web chat: which words in which voice, and what is read out by itself."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.webchat_person import Person
from tests.webchat_stage import PERSON, QUESTIONS
from tests.webchat_wording import DUTCH

pytestmark = pytest.mark.browser

BARRIERS = QUESTIONS[1].text[0].partition("\n")[2]
LISTEN = """log => {
  window.told = [];
  new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes) window.told.push(node.textContent);
  }).observe(log, { childList: true, subtree: true });
}"""
"""What is added to a live region is what a screen reader reads out of it."""


async def told(person: Person) -> list[str]:
    found: list[str] = await person.page.evaluate("window.told")
    return found


async def test_a_tick_is_told_by_its_button_and_not_with_all_the_others_once_more(person: Person) -> None:
    await person.starts()
    await person.says("3600")
    await person.sees(BARRIERS)
    await person.log.evaluate(LISTEN)
    for label in ("De taal", "Zorgen over geld"):
        await person.button(label).focus()
        async with person.page.expect_response("**/say?*"):
            await person.page.keyboard.press("Enter")
        await person.page.wait_for_function(
            "label => [...document.querySelectorAll('.answers button')]"
            ".some((each) => each.textContent === label && !each.hasAttribute('aria-disabled'))",
            arg=label,
        )
        await person.sees_ticked(label)
        await expect(person.button(label)).to_be_focused()
    assert await told(person) == []
    await person.taps("Dat is alles")
    await expect(person.log.locator(".you .bubble").last).to_have_text("De taal, Zorgen over geld")


async def test_an_answer_and_what_follows_are_read_once_and_in_order(person: Person) -> None:
    await person.starts()
    await person.sees(QUESTIONS[0].text[0].partition("\n")[2])
    await person.log.evaluate(LISTEN)
    await person.says("3600")
    await person.sees(BARRIERS)
    spoken = [each for each in await told(person) if "3600" in each or BARRIERS in each]
    assert [each.partition(":")[0] for each in spoken] == ["Jij zei", "De computer zegt"]


async def test_after_a_reload_only_what_is_open_is_read(person: Person) -> None:
    await person.starts()
    await person.says("3600")
    await person.sees(BARRIERS)
    await person.opens()
    await person.sees(BARRIERS)
    quiet = await person.log.locator(".line").evaluate_all("lines => lines.map((line) => line.ariaLive === 'off')")
    assert quiet == [True, True, True, True, False]


async def test_each_word_is_in_the_voice_of_its_language(person: Person) -> None:
    await person.starts("nl")
    await person.says("3600")
    await person.sees(BARRIERS)
    await person.page.locator("[data-say=Français]").click()
    await person.sees("Qu'est-ce qui rend")
    voice = "element => element.closest('[lang]').lang"
    assert await person.log.locator(".us .bubble").first.evaluate(voice) == "nl"
    assert await person.log.locator(".us .hidden").first.evaluate(voice) == "fr"
    assert await person.log.locator(".us .bubble").last.evaluate(voice) == "fr"
    assert await person.log.locator(".answers button").first.evaluate(voice) == "fr"


async def test_the_other_language_is_named_whole(person: Person) -> None:
    await person.starts("nl")
    await expect(person.page.locator("[data-language=fr]")).to_have_accessible_name(re.compile("^FR *Français$"))


async def test_who_asks_for_a_person_is_taken_to_the_answer(person: Person) -> None:
    await person.starts("nl")
    await person.says("3600")
    await person.sees(BARRIERS)
    await person.page.locator("#person").focus()
    await person.page.keyboard.press("Enter")
    await person.sees(PERSON[0])
    await expect(person.log.locator(".us .bubble").last).to_be_focused()


async def test_who_asks_for_something_in_the_menu_is_taken_to_the_answer(person: Person) -> None:
    await person.starts("nl")
    await person.page.locator("#menu summary").focus()
    for key in ("Enter", "Tab", "Enter"):
        await person.page.keyboard.press(key)
    await person.sees(BARRIERS)
    await expect(person.log.locator(".us .bubble").last).to_be_focused()


async def test_who_changes_the_language_by_keyboard_is_taken_to_the_question_in_it(person: Person) -> None:
    await person.starts("nl")
    await person.says("3600")
    await person.sees(BARRIERS)
    await person.page.locator("[data-language=fr]").focus()
    await person.page.keyboard.press("Enter")
    await person.sees("Qu'est-ce qui rend")
    await expect(person.log.locator(".us .bubble").last).to_be_focused()


async def test_who_presses_enter_once_more_is_not_forgotten(person: Person) -> None:
    await person.starts("nl")
    await person.page.locator("#menu summary").click()
    await person.page.locator("#forget").focus()
    await person.page.keyboard.press("Enter")
    await expect(person.button(DUTCH["No, go on"])).to_be_focused()
    await person.page.keyboard.press("Enter")
    await expect(person.page.locator("#forgetting")).to_be_hidden()
    await expect(person.log.locator(".line")).not_to_have_count(0)
