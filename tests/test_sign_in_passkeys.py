"""Passkeys, with a real browser and its virtual device; and what is sent by hand without one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import unused_port
from playwright.async_api import CDPSession, Page, expect
from sqlmodel import select

from casework.door.passkeys import passkeys_of
from storage.door_tables import BegunStep, Passkey
from storage.ledger import Ledger, open_ledger
from storage.verify import verify
from tests.accessibility import accessibility_problems
from tests.browser import DESK, PHONE
from tests.staff_stage import HERE, PASSWORD, Stage

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    ledger: Ledger = await open_ledger("sqlite://")
    stage = Stage(ledger, origin=f"http://localhost:{unused_port()}")
    await stage.staff()
    yield stage
    await ledger.close()


@pytest.fixture
async def console(stage: Stage) -> AsyncIterator[str]:
    """A passkey belongs to a name: the console is reached by one."""
    async with stage.serve():
        yield f"{stage.origin}/staff/"


async def device(page: Page, **more: object) -> tuple[CDPSession, str]:
    """A device in this browser that agrees to everything."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    added = await session.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **more}})
    return session, str(added["authenticatorId"])


async def sign_in(page: Page, console: str, login: str = "greet") -> None:
    await page.goto(console)
    await page.select_option("#organisation", HERE)
    await page.fill("#login", login)
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#password")).to_have_count(0)


async def add_passkey(page: Page, console: str, name: str) -> None:
    await page.goto(f"{console}account")
    await page.get_by_label("A name for this device").fill(name)
    await page.get_by_role("button", name="Add a passkey").press("Enter")
    await expect(page.get_by_role("button", name="Add a passkey")).to_have_count(0)


async def out(page: Page) -> None:
    await page.locator("summary", has_text="More").click()
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.wait_for_url("**/sign-in")


@pytest.mark.browser
async def test_a_coach_adds_a_passkey_and_signs_in_with_it_alone(stage: Stage, console: str, page: Page) -> None:
    await device(page)
    await sign_in(page, console)
    await add_passkey(page, console, "My telephone")
    await expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    await page.get_by_role("link", name="I have kept them").click()
    await expect(page.locator(".rows", has_text="My telephone")).to_be_visible()
    await out(page)
    await page.get_by_role("button", name="Sign in with a passkey").press("Enter")
    await expect(page.locator("h1")).to_contain_text("Greet")
    await page.goto(f"{console}account")
    await expect(page.locator("#where ~ .rows")).to_contain_text("with a passkey")
    assert await stage.ledger.read(verify) == []


@pytest.mark.browser
async def test_a_passkey_is_the_second_step_after_the_password(stage: Stage, console: str, page: Page) -> None:
    await device(page, hasUserVerification=False, isUserVerified=False)
    await sign_in(page, console)
    await add_passkey(page, console, "Stick")
    await page.goto(f"{console}account")
    await out(page)
    await sign_in(page, console)
    await page.wait_for_url("**/sign-in/code")
    await page.get_by_role("button", name="Use your passkey").click()
    await expect(page.locator("h1")).to_contain_text("Greet")


@pytest.mark.browser
async def test_a_passkey_that_asks_for_no_finger_signs_nobody_in_alone(stage: Stage, console: str, page: Page) -> None:
    await device(page, hasUserVerification=False, isUserVerified=False)
    await sign_in(page, console)
    await add_passkey(page, console, "Stick")
    await page.goto(f"{console}account")
    await out(page)
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    assert page.url.endswith("/sign-in")


@pytest.mark.browser
async def test_several_devices_have_names_and_the_removed_one_opens_nothing(
    stage: Stage, console: str, page: Page
) -> None:
    session, first = await device(page)
    await sign_in(page, console)
    await add_passkey(page, console, "Telephone")
    kept = (await session.send("WebAuthn.getCredentials", {"authenticatorId": first}))["credentials"][0]
    await session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": first})
    stage.later(minutes=1)
    second = (await session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE}))["authenticatorId"]
    await page.goto(f"{console}account")
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_role("status")).to_contain_text("Added")
    account = await stage.account("greet")
    names = await stage.ledger.read(lambda s: [row.name for row in passkeys_of(s, account.id)])
    assert names == ["Telephone", "Chrome, Linux"]
    await page.get_by_role("button", name="Remove Telephone").click()
    await expect(page.get_by_role("status")).to_contain_text("The passkey is removed")
    await out(page)
    await session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": second})
    third = (await session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE}))["authenticatorId"]
    await session.send("WebAuthn.addCredential", {"authenticatorId": third, "credential": kept})
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("alert").filter(has_text="did not work").first).to_be_visible()


@pytest.mark.browser
async def test_what_a_passkey_signed_works_once_in_its_own_browser(stage: Stage, console: str, page: Page) -> None:
    """The same answer again, and a copy of the key whose count of uses lags behind."""
    session, id = await device(page)
    await sign_in(page, console)
    await add_passkey(page, console, "Telephone")
    copy = (await session.send("WebAuthn.getCredentials", {"authenticatorId": id}))["credentials"][0]
    await page.goto(f"{console}account")
    await out(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if "passkey" in request.url else None)
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.locator("h1")).to_contain_text("Greet")
    answer = next(body for body in sent if "credential=%7B" in body)
    replayed = await page.request.post(
        f"{console}sign-in/passkey",
        data=answer.encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"},
    )
    assert replayed.status in (400, 403)
    await out(page)
    await session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": id})
    other = (await session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE}))["authenticatorId"]
    await session.send("WebAuthn.addCredential", {"authenticatorId": other, "credential": {**copy, "signCount": 0}})
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("alert").filter(has_text="did not work").first).to_be_visible()


@pytest.mark.browser
async def test_where_the_device_says_no_the_page_says_so_and_stays(stage: Stage, console: str, page: Page) -> None:
    await device(page, isUserVerified=False)
    await page.goto(console)
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("alert")).to_contain_text("did not work")
    await expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()


ANSWERS: dict[str, Any] = {
    "nothing": "",
    "no JSON": "{",
    "a list": "[]",
    "no answer": "{}",
    "a stranger": {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}},
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_an_answer_that_proves_nothing_is_refused_calmly(stage: Stage, answer: Any) -> None:
    async with stage.serve() as opened:
        guest = await (await opened()).open("/staff/sign-in")
        options = await guest.client.post("/staff/sign-in/passkey/options", data=token(guest.html))
        assert (await options.json())["userVerification"] == "required"
        await guest.send("/sign-in/passkey", credential=answer if isinstance(answer, str) else json.dumps(answer))
        assert guest.status == 400
        assert await stage.ledger.read(lambda s: s.exec(select(BegunStep)).all()) == []
        coach = await (await opened()).sign_in("greet")
        await coach.open("/staff/account")
        await coach.client.post("/staff/account/passkeys/options", data=token(coach.html))
        await coach.send("/account/passkeys", credential=answer if isinstance(answer, str) else json.dumps(answer))
        assert coach.path == "/staff/account"
        assert await stage.ledger.read(lambda s: s.exec(select(Passkey)).all()) == []


def token(html: str) -> dict[str, str]:
    return {"form_token": html.split('name="form_token" value="')[1].split('"')[0]}


async def test_where_the_console_has_only_a_number_no_passkey_is_offered(stage: Stage) -> None:
    stage.origin = f"http://127.0.0.1:{unused_port()}"
    async with stage.serve() as opened:
        guest = await (await opened()).open("/staff/sign-in")
        assert "passkey" not in guest.html
        answer = await guest.client.post("/staff/sign-in/passkey/options", data=token(guest.html))
        assert answer.status == 400


async def test_one_address_cannot_fill_the_house_with_challenges(stage: Stage) -> None:
    async with stage.serve() as opened:
        guest = await (await opened()).open("/staff/sign-in")
        asked = [
            (await guest.client.post("/staff/sign-in/passkey/options", data=token(guest.html))).status
            for _ in range(61)
        ]
        assert asked == [200] * 60 + [429]


@pytest.mark.browser
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_everybody_can_use_the_pages_of_the_door(
    stage: Stage, console: str, page: Page, size: dict[str, int]
) -> None:
    await page.set_viewport_size({"width": size["width"], "height": size["height"]})
    await device(page)
    problems: list[str] = []

    async def look() -> None:
        problems.extend(await accessibility_problems(page))
        assert not await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), page.url

    await page.goto(console)
    await look()
    await sign_in(page, console)
    await page.goto(f"{console}account")
    await look()
    await page.get_by_role("button", name="Set up an app").click()
    await page.locator("main summary").click()
    await look()
    await add_passkey(page, console, "My telephone")
    await look()
    await page.goto(f"{console}account")
    await look()
    stage.later(minutes=16)
    await page.get_by_role("button", name="Make new codes").click()
    await look()
    await page.get_by_role("button", name="Sign in once more").click()
    await sign_in(page, console)
    await page.wait_for_url("**/sign-in/code")
    await look()
    await page.fill("#code", "123456")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert").first).to_be_visible()
    await look()
    assert problems == []
