"""The web chat on a device that people share, and in two tabs at once: each page shows one talk, and nobody else's."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, expect

from flows.heard import Said
from tests.webchat_caller import calling
from tests.webchat_person import Person
from tests.webchat_stage import QUESTIONS, Stage
from tests.webchat_wording import DUTCH

pytestmark = pytest.mark.browser

BARRIERS = QUESTIONS[1].text[0].partition("\n")[2]
GONE = DUTCH["This chat is no longer on this device."]
AWAY = """() => {
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
LOOKED_AT = "document.dispatchEvent(new Event('visibilitychange'))"


async def second_tab(person: Person, context: BrowserContext) -> Person:
    other = Person(await context.new_page(), person.url)
    await other.opens()
    await other.is_connected()
    return other


async def test_who_is_forgotten_in_one_tab_is_gone_from_the_others(person: Person, context: BrowserContext) -> None:
    await person.starts()
    await person.says("3600")
    other = await second_tab(person, context)
    await other.field.fill("ik heet Maria")
    await person.page.locator("#menu summary").click()
    await person.taps(DUTCH["Forget me on this device"])
    await person.taps(DUTCH["Yes, forget me here"])
    await other.is_told(GONE)
    await expect(other.log).to_be_empty()
    await expect(other.field).to_have_value("")
    assert other.problems == []


async def test_a_tab_that_was_left_open_does_not_speak_for_the_next_person(
    person: Person, context: BrowserContext, stage: Stage
) -> None:
    await person.starts()
    await person.says("3600")
    await person.sees(BARRIERS)
    await context.clear_cookies()
    following = Person(await context.new_page(), stage.chat)
    await following.starts()
    await person.says("ik heet Maria")
    await person.is_told(GONE)
    await expect(person.log).to_be_empty()
    assert Said("ik heet Maria") not in [each.heard for each in stage.conversation.applied]


async def test_a_tab_that_was_left_open_is_empty_as_soon_as_somebody_looks_at_it(
    person: Person, context: BrowserContext, stage: Stage
) -> None:
    await person.starts()
    await person.says("3600")
    await person.sees(BARRIERS)
    await context.clear_cookies()
    await Person(await context.new_page(), stage.chat).starts()
    await person.page.evaluate(LOOKED_AT)
    await person.is_told(GONE)
    await expect(person.log).to_be_empty()


@pytest.mark.parametrize("path", ["transcript", "stream", "aloud/1"])
async def test_a_page_that_shows_another_chat_is_told_nothing(stage: Stage, path: str) -> None:
    async with calling(stage) as caller:
        await caller.start()
        async with caller.session.get(f"{stage.chat}/{path}?chat=0123456789abcdef") as answer:
            assert answer.status == 401
        said = {"key": "some-key", "text": "3600"}
        assert (await caller.post("say?chat=0123456789abcdef", said))[0] == 401


async def test_what_was_typed_in_one_tab_stands_in_its_place_in_the_other(
    person: Person, context: BrowserContext
) -> None:
    await person.starts()
    other = await second_tab(person, context)
    await other.says("3600")
    await person.sees(BARRIERS)
    await other.sees(BARRIERS)
    await person.page.evaluate(LOOKED_AT)
    await expect(person.log.locator(".you")).to_have_count(1)
    assert await person.messages() == await other.messages()
    await person.sees_buttons(*await other.log.locator(".answers button").all_inner_texts())


async def test_tabs_that_nobody_looks_at_leave_the_line_to_the_one_in_use(
    person: Person, context: BrowserContext
) -> None:
    """A browser has six lines to one server, and each page that listens holds one."""
    await person.starts()
    left = [person, await second_tab(person, context)]
    for _ in range(5):
        await left[-1].page.evaluate(AWAY)
        left.append(await second_tab(person, context))
    await left[0].page.evaluate(AWAY)
    await left[-1].says("3600")
    await left[-1].sees(BARRIERS)
    await expect(left[0].log.locator(".you")).to_have_count(0)
    await left[0].page.evaluate("delete document.hidden")
    await left[0].page.evaluate(LOOKED_AT)
    await left[0].sees(BARRIERS)
    await left[0].is_connected()


async def test_what_was_erased_in_one_tab_is_gone_from_the_other_when_somebody_looks(
    person: Person, context: BrowserContext
) -> None:
    await person.starts()
    await person.says("3600")
    await person.sees(BARRIERS)
    other = await second_tab(person, context)
    await person.page.evaluate(AWAY)
    await other.says("wis alles")
    await other.sees("Alles is gewist.")
    await person.page.evaluate("delete document.hidden")
    await person.page.evaluate(LOOKED_AT)
    await person.sees("Alles is gewist.")
    assert await person.messages() == ["< Alles is gewist."]
