"""The web chat in a real browser, at the size of a telephone."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from flows.heard import Said
from storage.ledger import Ledger
from tests.accessibility import accessibility_problems
from tests.webchat_person import Person
from tests.webchat_stage import PERSON, QUESTIONS, Stage, on_stage
from tests.webchat_wording import DUTCH, FRENCH, HELPLINES

pytestmark = pytest.mark.browser

PLACE, BARRIERS, PHONE, SLOT = (question.text[0].partition("\n")[2] for question in QUESTIONS)
ANSWERS = ["Opvang voor kinderen", "Naar het werk gaan", "De taal", "Zorgen over geld", "Niets van dit", "Dat is alles"]
TIMES = ["Maandag 29 maart om 10 uur", "Dinsdag 30 maart om 14 uur", "Donderdag 1 april om 9 uur"]


async def answers_up_to_the_times(person: Person) -> None:
    await person.says("3600")
    await person.taps("De taal")
    await person.taps("Dat is alles")
    await person.sees(PHONE)
    await person.says("0470 12 34 56")
    await person.sees(SLOT)


async def test_a_person_goes_from_hello_to_an_appointment(person: Person) -> None:
    await person.starts("nl")
    await person.sees(PLACE)
    await person.says("3600")
    await person.sees(BARRIERS)
    await person.sees_buttons(*ANSWERS)
    await person.taps("De taal")
    await person.taps("Zorgen over geld")
    await person.sees_ticked("Zorgen over geld")
    await person.taps("De taal")
    await person.sees_ticked("De taal", False)
    await person.taps("Dat is alles")
    await person.sees(PHONE)
    await person.sees_no_buttons()
    await person.says("0470 12 34 56")
    await person.sees_buttons(*TIMES)
    await person.taps(TIMES[0])
    await person.sees("Dank je!")
    await person.sees_no_buttons()
    assert (await person.messages())[3:] == [
        "> 3600",
        f"< Vraag 2 van 4\n{BARRIERS}",
        "> Zorgen over geld",
        f"< Vraag 3 van 4\n{PHONE}",
        "> 0470 12 34 56",
        f"< Vraag 4 van 4\n{SLOT}",
        f"> {TIMES[0]}",
        "< Dank je! Je afspraak is op maandag 29 maart om 10 uur. Je coach heet An.",
    ]


async def test_who_taps_faster_than_the_network_reads_what_was_understood(person: Person) -> None:
    awake = asyncio.Event()

    async def sleepy(route: Route) -> None:
        await awake.wait()
        await route.continue_()

    await person.starts()
    await person.says("3600")
    await person.taps("De taal")
    await person.sees_ticked("De taal")
    await person.page.route("**/say?*", sleepy)
    await person.taps("Zorgen over geld")
    await person.taps("Dat is alles")
    awake.set()
    await person.sees(PHONE)
    await expect(person.log.locator(".you .bubble").last).to_have_text("De taal, Zorgen over geld")


async def test_a_reload_in_the_middle_goes_on_and_shows_no_private_words(person: Person) -> None:
    await person.starts()
    await answers_up_to_the_times(person)
    before = await person.messages()
    await person.opens()
    await person.sees_buttons(*TIMES)
    hidden = DUTCH["Private answer"]
    assert await person.messages() == [f"> {hidden}" if line == "> 0470 12 34 56" else line for line in before]
    await person.taps(TIMES[1])
    await person.sees("Dank je!")


async def test_a_second_page_follows_the_same_conversation(
    person: Person, context: BrowserContext, stage: Stage
) -> None:
    await person.starts()
    other = Person(await context.new_page(), stage.chat)
    await other.opens()
    await other.is_connected()
    await person.says("3600")
    await other.sees(BARRIERS)
    await other.sees_buttons(*ANSWERS)


async def test_the_keyboard_alone_is_enough(person: Person) -> None:
    keyboard = person.page.keyboard
    await person.opens()
    await keyboard.press("Tab")
    await expect(person.button("Start in het Nederlands")).to_be_focused()
    await keyboard.press("Enter")
    await person.is_connected()
    await person.sees(PLACE)
    await keyboard.press("Tab")
    await keyboard.press("Enter")
    await expect(person.field).to_be_focused()
    await keyboard.type("3600")
    await keyboard.press("Enter")
    await person.sees_buttons(*ANSWERS)
    await expect(person.field).to_be_focused()
    for _ in range(9):
        await keyboard.press("Shift+Tab")
    await expect(person.button(ANSWERS[0])).to_be_focused()
    await keyboard.press("Enter")
    await person.sees_ticked(ANSWERS[0])
    await expect(person.button(ANSWERS[0])).to_be_focused()
    for _ in range(5):
        await keyboard.press("Tab")
    await expect(person.button("Dat is alles")).to_be_focused()
    await keyboard.press("Enter")
    await person.sees(PHONE)
    await expect(person.field).to_be_focused()


async def test_after_a_tap_the_focus_moves_to_the_next_question(person: Person) -> None:
    await person.starts()
    await answers_up_to_the_times(person)
    await person.button("Waarom?").focus()
    await person.page.keyboard.press("Enter")
    await person.sees("Dan weten we welke dienst dicht bij je is.")
    await person.page.keyboard.press("Tab")
    await expect(person.button(TIMES[0])).to_be_focused()


PAYLOADS = [
    "<script>window.hit=1</script>",
    "<img src=x onerror='window.hit=1'>",
    '"><svg onload=window.hit=1>',
    "javascript:window.hit=1",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "<a href='javascript:window.hit=1'>x</a>",
]


async def test_what_a_person_types_is_shown_as_text_only(person: Person, stage: Stage) -> None:
    await person.starts()
    await person.sees(PLACE)
    address = stage.conversation.applied[0].address
    for payload in PAYLOADS:
        await person.says(payload)
        await stage.conversation.tells(address, payload)
    for payload in PAYLOADS:
        await expect(person.log.get_by_text(payload, exact=True)).to_have_count(2)
    await person.opens()
    for payload in PAYLOADS:
        await person.sees(payload)
    assert await person.page.evaluate("window.hit") is None
    assert await person.log.locator("script, img, svg, a").count() == 0


async def test_the_page_comes_back_when_the_server_does(sqlite_ledger: Ledger, page: Page) -> None:
    async with on_stage(sqlite_ledger) as stage:
        person = Person(page, stage.chat)
        await person.starts()
        await person.says("3600")
        await person.sees(BARRIERS)
        port = stage.server.port
    await person.taps("De taal")
    await person.taps("Dat is alles")
    await person.is_told(DUTCH["Not sent yet. We keep trying."])
    await person.is_silent_for_a_minute()
    async with on_stage(sqlite_ledger, port=port, conversation=stage.conversation):
        await person.sees(PHONE)
        await expect(person.button(DUTCH["New message"])).to_have_count(0)
        await expect(page.locator(".trouble")).to_have_count(0)
        assert [each.heard for each in stage.conversation.applied].count(Said("3600")) == 1


async def test_an_answer_whose_receipt_was_lost_is_sent_again_and_counts_once(person: Person, stage: Stage) -> None:
    lost = 0

    async def lose_the_first_two_receipts(route: Route) -> None:
        nonlocal lost
        if lost == 2:
            return await route.continue_()
        lost += 1
        await route.fetch()
        return await route.abort()

    await person.starts()
    await person.page.route("**/say?*", lose_the_first_two_receipts)
    await person.says("3600")
    await person.sees(BARRIERS)
    await expect(person.page.locator("[data-state=saved]")).to_have_count(1)
    assert lost == 2
    assert [each.heard for each in stage.conversation.applied].count(Said("3600")) == 1


async def test_what_is_typed_without_a_connection_waits_and_is_sent_in_order(person: Person, stage: Stage) -> None:
    await person.starts()
    await person.sees(PLACE)
    await person.page.context.set_offline(True)
    await person.says("3600")
    await person.says("ik weet het niet")
    await person.is_told(DUTCH["No connection. Your answers wait here."])
    await expect(person.button(DUTCH["Try again"])).to_be_visible()
    await person.page.context.set_offline(False)
    await person.sees(PHONE)
    assert [each.heard for each in stage.conversation.applied[1:]] == [Said("3600"), Said("ik weet het niet")]


async def test_who_reads_back_is_not_scrolled_away(person: Person, stage: Stage) -> None:
    await person.starts()
    await answers_up_to_the_times(person)
    await person.opens()
    await person.is_connected()
    await person.is_silent_for_a_minute()
    await person.page.evaluate("scrollTo(0, 0)")
    await stage.conversation.tells(stage.conversation.applied[0].address, "Dag, hier An van de dienst.")
    await expect(person.button(DUTCH["New message"])).to_be_visible()
    assert await person.page.evaluate("scrollY") == 0
    await person.page.mouse.wheel(0, 9999)
    await expect(person.button(DUTCH["New message"])).to_have_count(0)
    await person.page.evaluate("scrollTo(0, 0)")
    await person.is_silent_for_a_minute()
    await stage.conversation.tells(stage.conversation.applied[0].address, "Nog iets: breng je papieren mee.")
    await expect(person.button(DUTCH["New message"])).to_be_visible()
    await person.taps(DUTCH["New message"])
    await expect(person.log.get_by_text("Nog iets: breng je papieren mee.")).to_be_in_viewport()


async def test_the_number_of_a_helpline_can_be_tapped_and_a_house_number_cannot(person: Person, stage: Stage) -> None:
    await person.starts()
    lines = [line for line, number in HELPLINES.items() if number in ("1813", "0800 32 123")]
    await stage.conversation.tells(stage.conversation.applied[0].address, "\n".join([*lines, "Dorpsstraat 1813."]))
    await person.sees("Dorpsstraat")
    links = person.log.locator("a[href^='tel:']")
    assert sorted(await links.evaluate_all("links => links.map(link => link.href)")) == [
        "tel:080032123",
        "tel:080032123",
        "tel:1813",
        "tel:1813",
    ]
    for link in await links.all():
        box = await link.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44, await link.inner_text()


async def test_without_a_stream_the_page_asks_by_itself(person: Person) -> None:
    await person.page.route("**/stream*", lambda route: route.abort())
    await person.opens()
    await person.button("Start in het Nederlands").click()
    await person.sees(PLACE)
    await person.says("3600")
    await person.sees_buttons(*ANSWERS)


async def test_the_page_changes_language_with_the_conversation(person: Person) -> None:
    await person.starts("nl")
    await person.page.locator("[data-say=Français]").click()
    await person.sees("Vous habitez dans quelle commune")
    await expect(person.button(FRENCH["Send"])).to_be_visible()
    await expect(person.page.locator("html")).to_have_attribute("lang", "fr")
    await expect(person.page.locator("[data-say=Nederlands]")).to_be_visible()


async def test_a_person_is_one_tap_away(person: Person) -> None:
    await person.starts()
    await person.taps("Een mens")
    await person.sees(PERSON[0])
    await expect(person.log.get_by_role("link", name="089 00 00 00")).to_have_attribute("href", "tel:089000000")


async def test_forgetting_leads_back_to_the_first_choice(person: Person) -> None:
    await person.starts()
    await person.page.locator("#menu summary").click()
    await person.taps(DUTCH["Forget me on this device"])
    await person.taps(DUTCH["Yes, forget me here"])
    await expect(person.button("Start in het Nederlands")).to_be_visible()
    assert await person.page.context.cookies() == []


async def test_what_was_erased_leaves_the_page_too(person: Person) -> None:
    await person.starts()
    await person.says("3600")
    await person.sees(BARRIERS)
    await person.says("wis alles")
    await person.sees("Alles is gewist.")
    assert await person.messages() == ["< Alles is gewist."]
    await person.says("hallo")
    await person.sees(BARRIERS)


async def test_a_chat_that_is_gone_says_so(person: Person) -> None:
    await person.starts()
    await person.page.context.clear_cookies()
    await person.says("3600")
    await person.is_told(DUTCH["This chat is no longer on this device."])
    await person.taps(DUTCH["Start again"])
    await expect(person.button("Start in het Nederlands")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_any_page(person: Person, stage: Stage, scheme: str) -> None:
    page = person.page
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for url in (stage.url, f"{stage.url}/chat/nowhere", stage.chat):
        await page.goto(url)
        assert await accessibility_problems(page) == []
    await person.starts()
    await person.says("3600")
    await person.taps("De taal")
    await person.sees_ticked("De taal")
    await page.wait_for_timeout(200)
    assert await accessibility_problems(page) == []
    await page.locator("#menu summary").click()
    assert await accessibility_problems(page) == []
    await page.locator("#forget").click()
    assert await accessibility_problems(page) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
async def test_nothing_sticks_out_at_any_width(person: Person, width: int) -> None:
    await person.page.set_viewport_size({"width": width, "height": 640})
    await person.starts("fr")
    await person.says("Donaudampfschifffahrtsgesellschaftskapitän" * 8)
    await person.sees("Qu'est-ce qui rend")
    assert await person.page.evaluate("document.documentElement.scrollWidth") == width


async def test_what_can_be_tapped_is_large_enough_for_a_thumb(person: Person) -> None:
    await person.starts()
    await person.says("3600")
    await person.sees_buttons(*ANSWERS)
    for target in await person.page.locator("button:visible, summary:visible").all():
        box = await target.bounding_box()
        assert box, await target.inner_text()
        assert min(box["width"], box["height"]) >= 44, await target.inner_text()
