"""Gives tests a page in Debian's Chromium, the size of a telephone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, ViewportSize, async_playwright, expect

from staff.pages import warm_up
from tests.patience import PATIENCE

expect.set_options(timeout=1000 * PATIENCE)

CHROMIUM = "/usr/bin/chromium"
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=800)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ALONE = [
    *FLAGS,
    "--headless",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-first-run",
    "--no-service-autorun",
    "--disable-extensions",
    "--disable-breakpad",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
    "--force-color-profile=srgb",
    "--remote-debugging-port=0",
]
"""With what playwright adds by itself where it starts the browser."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[str]:
    """The address of a browser that runs until all tests are done; each test has a profile of its own in it.

    Pages of the console are compiled before, as the program does when it has started.
    """
    warm_up()
    if shutil.which(CHROMIUM) is None:
        missing = f"no browser at {CHROMIUM}: apt-get install chromium"
        if os.environ.get("OPSTAP_REQUIRE_BROWSER") == "1":
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    with tempfile.TemporaryDirectory(prefix="opstap-chromium-", ignore_cleanup_errors=True) as home:
        command = [CHROMIUM, *ALONE, f"--user-data-dir={home}", "about:blank"]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True) as process:
            try:
                yield _address(Path(home, "DevToolsActivePort"), process)
            finally:
                os.killpg(process.pid, signal.SIGKILL)


def _address(file: Path, process: subprocess.Popen[bytes]) -> str:
    """Where it listens, once it has written that down."""
    for _ in range(600):
        if file.exists() and len(lines := file.read_text().splitlines()) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"{CHROMIUM} did not start: {process.poll()}")


@pytest.fixture(scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """One driver for all tests of a process, which is why they all run in one loop."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium)
        yield browser
        for context in browser.contexts[1:]:
            await context.close()
        await browser.close()


@dataclass
class Profile:
    """A browser profile that tests have one after the other, each as if it were new: the processes behind a profile of
    its own would take a test more than its page does. ``blank`` is a page that keeps them running."""

    context: BrowserContext
    blank: Page
    tools: CDPSession

    async def empty(self) -> None:
        """Take away every page, cookie and right, and what is stored at the addresses that were open."""
        await self.context.set_offline(False)
        for page in self.context.pages:
            if page is not self.blank:
                origins = {frame.url.partition("://")[2].partition("/")[0] for frame in page.frames} - {""}
                await page.close()
                for origin in origins:
                    stored = {"origin": f"http://{origin}", "storageTypes": "all"}
                    await self.tools.send("Storage.clearDataForOrigin", stored)
        await self.tools.send("Network.clearBrowserCache")
        await self.context.clear_cookies()
        await self.context.clear_permissions()
        await self.context.unroute_all()


@pytest.fixture(scope="session")
async def profile(browser: Browser) -> Profile:
    context = await browser.new_context(viewport=PHONE, locale="nl-BE", reduced_motion="reduce")
    context.set_default_timeout(1000 * PATIENCE)
    blank = await context.new_page()
    return Profile(context, blank, await context.new_cdp_session(blank))


@pytest.fixture
async def context(profile: Profile) -> AsyncIterator[BrowserContext]:
    """One browser profile: its pages share cookies."""
    yield profile.context
    await profile.empty()


@pytest.fixture
async def page(context: BrowserContext) -> Page:
    return await context.new_page()
