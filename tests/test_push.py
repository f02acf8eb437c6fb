"""Notices in a browser: sealed for it alone, saying only that something waits; when it fails, the next way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from ipaddress import ip_network

import pytest
from sqlmodel import Session, select

from bot.agenda_network import Outside
from bot.mailing import Mailing
from bot.pushing import Pushing
from bot.ticker import Ticker
from casework.door.accounts import Account, ensure_accounts, find_account
from casework.telling.announcements import announce_about
from casework.telling.notice_sending import MAIL, PUSH
from casework.telling.notice_ways import NoSuchWay, choose
from casework.telling.notices import News, give_notice
from casework.telling.push_browsers import (
    NoBrowser,
    add_browser,
    browsers_of,
    count_browsers,
    public_key,
    push_key,
    read_browser,
)
from storage.ledger import Ledger, open_ledger
from storage.tables import NoticeDelivery
from storage.vault import Vault
from tests.push_server import PushServer
from tests.staff_stage import Stage as Console
from tests.stage import Stage, open_stage

HERE = (ip_network("127.0.0.0/8"),)


@dataclass
class Desk:
    """A coach with browsers behind a push service, and what is due for them."""

    stage: Stage
    service: PushServer
    account: Account

    async def allows(self, *names: str) -> None:
        vault, now = self.stage.house.vault, self.stage.clock.now()

        def work(session: Session) -> None:
            for name in names:
                add_browser(session, vault, self.account, self.service.browser(name), now)
            session.flush()
            choose(session, self.account, "push", "an@example.org", now)

        await self.stage.house.ledger.write(work)

    async def hears(self, kind: str = "person_asked", subject: str = "talk") -> None:
        now, voice = self.stage.clock.now(), self.stage.house.voice

        def work(session: Session) -> None:
            give_notice(session, News("genk", kind, subject, f"{kind}|{subject}|{now}", "an"), now)
            announce_about(session, voice, subject, now)

        await self.stage.house.ledger.write(work)

    async def time_passes(self, by: timedelta = timedelta(), allowed: bool = True) -> None:
        self.stage.clock.move(by)
        pushing = Pushing(self.stage.house, Outside(HERE if allowed else ()), "mailto:opstap@example.org")
        mailing = Mailing(self.stage.house, None)
        ticker = Ticker(self.stage.house, {PUSH: pushing.carry_out, MAIL: mailing.carry_out})
        await ticker.tick()
        await asyncio.gather(*ticker._away)

    async def deliveries(self) -> list[tuple[str, str]]:
        def work(session: Session) -> list[tuple[str, str]]:
            return sorted((each.way, each.state) for each in session.exec(select(NoticeDelivery)))

        return await self.stage.house.ledger.read(work)

    async def browsers(self) -> int:
        return await self.stage.house.ledger.read(lambda session: count_browsers(session, self.account.id))


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_stage() as stage, PushServer() as service:
        organisation, now = stage.house.organisations["genk"], stage.clock.now()

        def work(session: Session) -> Account:
            ensure_accounts(session, organisation, now)
            staff = find_account(session, "genk", "an")
            assert staff
            return Account.of(staff)

        yield Desk(stage, service, await stage.house.ledger.write(work))


async def test_a_browser_is_told_that_something_waits_and_nothing_else(desk: Desk) -> None:
    await desk.allows("desk", "phone")
    await desk.hears()
    await desk.time_passes()
    assert sorted(name for name, _, _ in desk.service.taken) == ["desk", "phone"]
    assert desk.service.shown(0) == {"text": "Er wacht iets op je in Opstap.", "case": ""}
    assert desk.service.taken[0][1]["content-encoding"] == "aes128gcm"
    assert await desk.deliveries() == [("push", "sent")]


async def test_the_push_service_can_check_who_sends(desk: Desk) -> None:
    await desk.allows("desk")
    await desk.hears()
    await desk.time_passes()
    claims, key = desk.service.signed_by(0)
    private = await desk.stage.house.ledger.write(
        lambda session: push_key(session, desk.stage.house.vault, desk.stage.clock.now())
    )
    assert (claims["aud"], claims["sub"]) == (desk.service.url, "mailto:opstap@example.org")
    assert key == public_key(private)


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten_and_the_others_still_hear(desk: Desk, status: int) -> None:
    desk.service.statuses["old"] = status
    await desk.allows("old", "desk")
    await desk.hears()
    await desk.time_passes()
    assert ([name for name, _, _ in desk.service.taken], await desk.browsers()) == (["desk"], 1)
    assert await desk.deliveries() == [("push", "sent")]


async def test_when_no_browser_takes_it_the_next_way_is_taken(desk: Desk) -> None:
    desk.service.statuses["old"] = 410
    await desk.allows("old")
    await desk.hears()
    await desk.time_passes()
    assert await desk.deliveries() == [("email", "waiting"), ("push", "failed")]


async def test_a_push_service_that_is_down_is_asked_again_and_then_given_up(desk: Desk) -> None:
    desk.service.statuses["desk"] = 503
    await desk.allows("desk")
    await desk.hears()
    await desk.time_passes()
    assert await desk.deliveries() == [("push", "waiting")]
    for _ in range(4):
        await desk.time_passes(timedelta(hours=1))
    states = dict(await desk.deliveries())
    assert (states["push"], "email" in states, await desk.browsers()) == ("failed", True, 1)


async def test_nothing_is_sent_to_an_address_inside_the_network(desk: Desk) -> None:
    await desk.allows("desk")
    await desk.hears()
    await desk.time_passes(allowed=False)
    assert (desk.service.taken, await desk.deliveries()) == ([], [("push", "waiting")])


async def test_a_secret_of_the_house_that_is_gone_makes_browsers_ask_anew(desk: Desk) -> None:
    await desk.allows("desk")
    other, now = Vault(["another secret that is long enough to be taken"]), desk.stage.clock.now()
    old = await desk.stage.house.ledger.write(partial(push_key, vault=desk.stage.house.vault, now=now))
    assert await desk.stage.house.ledger.write(lambda s: browsers_of(s, other, desk.account.id)) == {}
    assert await desk.stage.house.ledger.write(partial(push_key, vault=other, now=now)) != old
    assert await desk.browsers() == 0


async def test_only_who_has_a_browser_can_choose_it(desk: Desk) -> None:
    with pytest.raises(NoSuchWay):
        await desk.stage.house.ledger.write(
            lambda session: choose(session, desk.account, "push", "", desk.stage.clock.now())
        )


@pytest.mark.parametrize(
    ("address", "p256dh", "auth"),
    [
        ("http://push.example/x", "B" * 87, "A" * 22),
        ("https://push.example/x", "B" * 86, "A" * 22),
        ("https://push.example/x", "B" * 87, "A" * 21),
        ("https://push.example/x", "B" * 87, "é" * 22),
        ("https://push.example/" + "x" * 1000, "B" * 87, "A" * 22),
    ],
)
def test_what_is_no_subscription_is_refused(address: str, p256dh: str, auth: str) -> None:
    with pytest.raises(NoBrowser):
        read_browser(address, p256dh, auth)


async def test_the_page_takes_a_browser_of_a_public_service_only(sqlite_ledger: Ledger) -> None:
    console = Console(sqlite_ledger)
    await console.staff()
    async with PushServer() as service, console.serve() as opened:
        browser = service.browser("desk")
        greet = await (await opened()).sign_in("greet")
        await greet.open("/staff/notices/ways")
        sent = {"address": browser.address, "p256dh": browser.p256dh, "auth": browser.auth}
        await greet.send("/notices/browser", None, **sent)
        assert greet.status == 400
        await greet.open("/staff/notices/ways")
        await greet.send("/notices/browser", None, **{**sent, "address": "https://127.0.0.1/desk"})
        assert "cannot be reached from here" in greet.html
        await greet.open("/staff/sw.js")
        assert (greet.status, "showNotification" in greet.html) == (200, True)


async def test_the_key_of_the_house_is_made_once_for_all() -> None:
    ledger, vault = await open_ledger("sqlite://"), Vault(["s" * 32])
    now = Console(ledger).now
    first = await ledger.write(partial(push_key, vault=vault, now=now))
    assert await ledger.write(partial(push_key, vault=vault, now=now)) == first
    await ledger.close()
