"""On the page the answer comes in the place of a question's buttons: at once, after a reload, and for who listens."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.running import running
from tests.webchat_person import Person

GOALS = [
    "💼 Een job",
    "🎓 Opleiding",
    "🧹 Klusjes, wijk-werken",
    "🏪 Eigen zaak",
    "💬 Praten met een coach",
    "Weet ik niet",
]


async def test_buttons_of_what_is_answered_are_gone_and_the_answer_stands_below(sqlite_url: str, page: Page) -> None:
    async with running(sqlite_url) as program:
        person = Person(page, f"{program.url}/chat/genk")
        await person.starts()
        await person.taps("Ja")
        await person.taps("🧑 Snel een mens")
        await person.sees("Hoe oud ben je?")
        program.later(seconds=1)
        await person.says("30")
        await person.sees("In welke gemeente")
        program.later(seconds=1)
        await person.says("3600")
        await person.sees_buttons(*GOALS)
        program.later(seconds=1)
        await person.says("nee ik ben 52")
        await person.sees_buttons("Ja, verander het", "Nee")
        program.later(seconds=1)
        await person.says("ja")
        await person.sees("✓ Leeftijd: 50 tot 54 jaar")
        await person.sees_buttons(*GOALS)
        await person.opens()
        await person.sees_buttons(*GOALS)
        program.later(seconds=1)
        await person.taps("💼 Een job")
        await person.sees("Wil je praten met een coach?")
        program.later(seconds=1)
        await person.says("nee, nu niet")
        await person.sees("Hoe mogen we je bereiken?")
        program.later(seconds=1)
        await person.says("chat")
        await person.sees("Dank je wel.")
        program.later(seconds=1)
        await person.says("nee ik ben 40")
        await person.sees_buttons("Ja, verander het", "Nee")
        program.later(seconds=1)
        await person.says("ja")
        await person.sees("Je coach ziet wat je hebt veranderd.")
        await person.sees_no_buttons()
        await person.opens()
        await person.sees("Je coach ziet wat je hebt veranderd.")
        await person.sees_no_buttons()
        assert person.problems == []


@pytest.mark.parametrize("reloads", [False, True], ids=["at once", "after a reload"])
async def test_who_listens_hears_whose_answer_it_is(sqlite_url: str, page: Page, reloads: bool) -> None:
    async with running(sqlite_url) as program:
        person = Person(page, f"{program.url}/chat/genk")
        await person.starts()
        await person.taps("Ja")
        await person.taps("🧑 Snel een mens")
        await person.sees("Hoe oud ben je?")
        if reloads:
            await person.opens()
            await person.sees("Hoe oud ben je?")
        answer = person.log.locator(".line.you").last
        await expect(answer.locator(".hidden").first).to_have_text("Jij zei:")
        await expect(answer).to_contain_text("Snel een mens")
        await expect(answer.get_by_role("img")).to_have_accessible_name("Bewaard")
