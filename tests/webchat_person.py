"""A person at the page of the web chat: says, taps and sees, as people do."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect


class Person:
    """Drives a real page. Names of buttons are what is written on them."""

    def __init__(self, page: Page, url: str) -> None:
        """``url`` is that of the chat, ``http://.../chat/<organisation>``."""
        self.page = page
        self.url = url
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def field(self) -> Locator:
        return self.page.locator("#field")

    async def opens(self) -> None:
        await self.page.goto(self.url)

    async def starts(self, language: str = "nl") -> None:
        """Opens the page, chooses a language and waits for the first message."""
        await self.opens()
        await self.page.locator(f"[data-start={language}]").click()
        await self.is_connected()

    async def is_connected(self) -> None:
        await self.page.locator("body[data-connected]").wait_for()

    async def is_silent_for_a_minute(self) -> None:
        """As far as the page can tell. Playwright's own clock would stay with the pages of the tests that follow."""
        await self.page.evaluate("() => { const now = Date.now; Date.now = () => now() + 60000; }")

    async def says(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def taps(self, label: str) -> None:
        await self.button(label).click()

    async def sees(self, text: str) -> None:
        """The newest message that holds ``text`` is on the page."""
        await expect(self.log.locator(".bubble").filter(has_text=text).last).to_be_visible()

    async def sees_buttons(self, *labels: str) -> None:
        """Exactly these answers can be tapped now, in this order."""
        await expect(self.log.locator(".answers button")).to_have_text(list(labels))

    async def sees_no_buttons(self) -> None:
        await expect(self.log.locator(".answers button")).to_have_count(0)

    async def sees_ticked(self, label: str, ticked: bool = True) -> None:
        await expect(self.button(label)).to_have_attribute("aria-pressed", str(ticked).lower())

    async def is_told(self, text: str) -> None:
        """A word beside the conversation: about a button, or the connection."""
        await expect(self.page.locator("#notice")).to_contain_text(text)

    def button(self, label: str) -> Locator:
        """The last one of that name: in the conversation rather than in the header."""
        return self.page.get_by_role("button", name=label, exact=True).last

    async def messages(self) -> list[str]:
        """All that stands in the conversation, as ``< ours`` and ``> theirs``."""
        lines = []
        for line in await self.log.locator(".line").all():
            theirs = "you" in (await line.get_attribute("class") or "")
            text = await line.locator(".bubble").inner_text()
            lines.append(f"{'>' if theirs else '<'} {text.strip()}".replace("\u00a0", " "))
        return lines
