"""Receivers of webhooks in the console: added, tried, given new secrets, and dead letters sent again, one or all."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlmodel import Session

from bot.agenda_network import Outside
from bot.webhooks import Webhooks
from casework.door.people import find_member
from casework.hooks import webhooks
from casework.hooks.webhook_payload import Archive
from casework.hooks.webhooks import Subscription
from casework.house.bot_state import BotState
from staff.office import Office
from storage.ledger import Ledger, open_ledger
from tests.hook_server import HookServer
from tests.outside_server import HERE as ALLOWED
from tests.staff_stage import ELSEWHERE, HERE, NOW, Browser, Stage, briefing
from tests.test_organisation_pages import Console, as_
from tests.webhook_desk import QUICK, SWIFT, Desk


class Connected(Console):
    """A console that reaches receivers on this machine."""

    def office(self, secure: bool = False) -> Office:
        if self.made is None:
            archive = Archive(self.vault, briefing().tiers, "https://opstap.example/api/v1/cases/")
            outside = Outside(ALLOWED, SWIFT)
            carrier = Webhooks(Desk(self, HookServer()), outside, archive, QUICK)
            office = Stage.office(self, secure)
            self.made = replace(office, refuses=outside.refuses, try_webhook=carrier.try_out)
        return self.made


@pytest.fixture
async def ledger() -> AsyncIterator[Ledger]:
    opened = await open_ledger("sqlite://")
    yield opened
    await opened.close()


@pytest.fixture
async def desk(ledger: Ledger) -> AsyncIterator[Desk]:
    stage = Connected(ledger)
    await stage.staff()
    async with HookServer() as server:
        yield Desk(stage, server)


async def admin(desk: Desk, browser: Browser) -> Browser:
    assert isinstance(desk.stage, Console)
    return await as_(desk.stage, browser, "admin")


async def test_a_receiver_is_added_with_its_secret_shown_once(desk: Desk) -> None:
    async with desk.stage.serve() as opened:
        browser = await admin(desk, await opened())
        await browser.open("/staff/organisation/webhooks")
        wanted = {"name": "demo", "case.offered": "on", "appointment": "on"}
        await browser.send('/webhooks"', None, address="https://10.0.0.1/hook", **wanted)
        assert (browser.status, "Its address is not public" in browser.html) == (400, True)
        await browser.send('/webhooks"', None, address=f"{desk.server.url}/hook", **wanted)
        secret = re.search(r"whsec_[\w+/=]+", browser.html)
        assert secret is not None
        hook = await desk.webhook()
        assert (hook.kinds, hook.shows) == (["case.offered"], ["appointment"])
        await browser.open(f"/staff/organisation/webhooks/{hook.id}")
        assert secret[0] not in browser.html
        await browser.send("/test", None)
        assert "It answers 200" in browser.html
        assert (desk.server.told[0]["type"], desk.server.signed_with(0, secret[0])) == ("test", True)


async def test_two_secrets_sign_until_the_old_one_is_retired(desk: Desk) -> None:
    id, old = await desk.subscribe()
    async with desk.stage.serve() as opened:
        browser = await admin(desk, await opened())
        await browser.open(f"/staff/organisation/webhooks/{id}")
        assert "/retire" not in browser.html
        await browser.send("/rotate", None)
        new = re.search(r"whsec_[\w+/=]+", browser.html)
        assert new is not None
        await browser.send("/test", None)
        assert (desk.server.signed_with(0, old), desk.server.signed_with(0, new[0])) == (True, True)
        await browser.send("/retire", None)
        await browser.send("/test", None)
        assert (desk.server.signed_with(1, old), desk.server.signed_with(1, new[0])) == (False, True)


async def test_dead_letters_are_tried_again_one_or_all_or_left_out(desk: Desk) -> None:
    id, _ = await desk.subscribe()
    for _ in range(3):
        await desk.stage.case()
    desk.server.status = 422
    await desk.tick()
    assert [event.state for event in await desk.events()] == ["dead"] * 3
    desk.server.status = 200
    async with desk.stage.serve() as opened:
        browser = await admin(desk, await opened())
        await browser.open(f"/staff/organisation/webhooks/{id}?state=dead")
        assert "It answers 422" in browser.html
        await browser.send("/skip", None)
        await browser.open(f"/staff/organisation/webhooks/{id}?state=dead")
        await browser.send("/events/", None)
        await desk.tick()
        assert sorted(event.state for event in await desk.events()) == ["dead", "delivered", "skipped"]
        await browser.open(f"/staff/organisation/webhooks/{id}")
        await browser.send(f'{id}/replay"', None)
        await desk.tick()
        assert sorted(event.state for event in await desk.events()) == ["delivered", "delivered", "skipped"]


async def test_a_paused_receiver_waits_and_goes_on(desk: Desk) -> None:
    id, _ = await desk.subscribe()
    async with desk.stage.serve() as opened:
        browser = await admin(desk, await opened())
        await browser.open(f"/staff/organisation/webhooks/{id}")
        await browser.send("/pause", None)
        await desk.stage.case()
        await desk.tick()
        assert desk.server.told == []
        await browser.send("/resume", None)
        await desk.tick()
        assert desk.server.line == [(1, "case.offered")]
        await browser.send("/remove", None)
        assert "told nothing more" in browser.html


async def test_what_another_organisation_has_is_not_there(desk: Desk) -> None:
    def work(session: Session) -> str:
        webhook, _ = webhooks.add_webhook(
            session, desk.stage.vault, ELSEWHERE, Subscription("theirs", "https://x.example/h"), desk.stage.now
        )
        return webhook.id

    theirs, account = await desk.ledger.write(work), await desk.stage.account("an", ELSEWHERE)
    async with desk.stage.serve() as opened:
        browser = await admin(desk, await opened())
        for path in (f"webhooks/{theirs}", f"people/{account.id}"):
            await browser.open(f"/staff/organisation/{path}")
            assert browser.status == 404, path
    assert await desk.ledger.read(lambda session: find_member(session, HERE, account.id)) is None


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (None, "has no bot here"),
        (BotState(reached=False), "does not answer now"),
        (BotState(True, "Demo", "demo_bot", knocks=True, at_our_door=True, waiting=3), "brings them to us"),
        (BotState(True, "Demo", "demo_bot", knocks=True), "somewhere else"),
        (BotState(True, "Demo", "demo_bot", at_our_door=True, error="502", error_at=NOW), "We fetch them"),
    ],
)
async def test_the_page_says_how_the_bot_is_doing(desk: Desk, state: BotState | None, said: str) -> None:
    async def tell(_: str) -> BotState | None:
        return state

    stage = desk.stage
    assert isinstance(stage, Console)
    stage.made = replace(stage.office(), bot_state=tell)
    async with stage.serve() as opened:
        browser = await as_(stage, await opened(), "team_lead")
        await browser.open("/staff/organisation/telegram")
        assert said in browser.html
