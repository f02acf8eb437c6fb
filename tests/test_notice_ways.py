"""Notices reach staff as each has chosen: by Telegram or e-mail, in office hours, on the next way when one fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from pydantic import SecretStr
from sqlmodel import Session, select

from bot.mailing import Mailbox, Mailing
from bot.reach import Reach, note_reach
from bot.ticker import Ticker
from casework.door.accounts import Account, ensure_accounts, find_account
from casework.telling.announcements import announce_about, send_test
from casework.telling.notice_sending import MAIL
from casework.telling.notice_ways import NoSuchWay, choose
from casework.telling.notices import News, give_notice, mark_seen
from storage.ledger import Ledger
from storage.tables import Chat, NoticeDelivery, Outgoing
from tests.stage import Stage, open_stage

EVENING = datetime(2027, 3, 24, 20, 0, tzinfo=UTC)


@dataclass
class Post:
    """What a mail server took in; ``answers`` are what it says to the next recipients."""

    taken: list[Any] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.taken.append(envelope)
        return "250 OK"


@pytest.fixture
async def post() -> AsyncIterator[tuple[Post, int]]:
    """A real mail server on a port of its own."""
    handler = Post()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", 0)
    yield handler, server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@dataclass
class Office:
    """One coach of Genk, the mail server of the house, and what is due there."""

    stage: Stage
    post: Post
    port: int
    account: Account = field(init=False)

    async def opens(self) -> Office:
        organisation, now = self.stage.house.organisations["genk"], self.stage.clock.now()

        def work(session: Session) -> Account:
            ensure_accounts(session, organisation, now)
            staff = find_account(session, "genk", "an")
            assert staff
            return Account.of(staff)

        self.account = await self.stage.house.ledger.write(work)
        return self

    async def chooses(self, way: str, email: str = "") -> None:
        now = self.stage.clock.now()
        await self.stage.house.ledger.write(lambda session: choose(session, self.account, way, email, now))

    async def ties_a_chat(self) -> None:
        chat = Chat(organisation="genk", channel="telegram", address="77", created_at=self.stage.clock.now())
        chat.staff_id = self.account.id
        await self.stage.house.ledger.write(lambda session: session.add(chat))

    async def hears(self, kind: str = "person_asked", subject: str = "talk") -> str:
        now, voice = self.stage.clock.now(), self.stage.house.voice

        def work(session: Session) -> str:
            id = give_notice(session, News("genk", kind, subject, f"{kind}|{subject}|{now}", "an"), now)
            announce_about(session, voice, subject, now)
            assert id
            return id

        return await self.stage.house.ledger.write(work)

    async def time_passes(self, by: timedelta = timedelta()) -> None:
        self.stage.clock.move(by)
        mailbox = Mailbox("127.0.0.1", self.port, "none", "", SecretStr(""), "opstap@example.org")
        ticker = Ticker(self.stage.house, {MAIL: Mailing(self.stage.house, mailbox).carry_out})
        await ticker.tick()
        await asyncio.gather(*ticker._away)

    async def deliveries(self) -> list[tuple[str, str]]:
        def work(session: Session) -> list[tuple[str, str]]:
            return sorted((each.way, each.state) for each in session.exec(select(NoticeDelivery)))

        return await self.stage.house.ledger.read(work)

    async def in_telegram(self) -> int:
        return len(await self.stage.house.ledger.read(lambda session: session.exec(select(Outgoing)).all()))


@pytest.fixture
async def office(sqlite_ledger: Ledger, post: tuple[Post, int]) -> AsyncIterator[Office]:
    async with open_stage(sqlite_ledger) as stage:
        yield await Office(stage, *post).opens()


async def test_a_notice_comes_by_mail_and_names_nobody(office: Office) -> None:
    await office.chooses("email", "an@example.org")
    await office.hears()
    await office.time_passes()
    [letter] = office.post.taken
    assert letter.rcpt_tos == ["an@example.org"]
    text = letter.content.decode()
    assert "/staff/" in text
    assert "talk" not in text
    assert await office.deliveries() == [("email", "sent")]


async def test_the_same_news_is_sent_once(office: Office) -> None:
    await office.chooses("email", "an@example.org")
    id = await office.hears()

    def again(session: Session) -> int:
        return announce_about(session, office.stage.house.voice, "talk", office.stage.clock.now())

    assert id
    assert await office.stage.house.ledger.write(again) == 0
    await office.time_passes()
    assert len(office.post.taken) == 1


async def test_outside_office_hours_a_notice_waits_and_an_alert_comes_on_every_way(office: Office) -> None:
    office.stage.clock.at = EVENING
    await office.ties_a_chat()
    await office.chooses("email", "an@example.org")
    await office.hears()
    await office.time_passes()
    assert (office.post.taken, await office.in_telegram()) == ([], 0)
    await office.hears("urgent", "another talk")
    await office.time_passes()
    assert (len(office.post.taken), await office.in_telegram()) == (1, 1)
    await office.time_passes(timedelta(hours=14))
    assert len(office.post.taken) == 2


async def test_an_alert_comes_to_who_wants_the_console_only(office: Office) -> None:
    await office.chooses("console", "an@example.org")
    await office.hears()
    await office.time_passes()
    assert office.post.taken == []
    await office.hears("urgent", "another talk")
    await office.time_passes()
    assert len(office.post.taken) == 1


async def test_what_was_seen_meanwhile_is_not_sent(office: Office) -> None:
    office.stage.clock.at = EVENING
    await office.chooses("email", "an@example.org")
    id = await office.hears()
    await office.stage.house.ledger.write(lambda session: mark_seen(session, id, office.account, EVENING))
    await office.time_passes(timedelta(hours=14))
    assert (office.post.taken, await office.deliveries()) == ([], [("email", "cancelled")])


async def test_a_mail_that_is_put_off_is_tried_again(office: Office) -> None:
    await office.chooses("email", "an@example.org")
    office.post.answers = ["451 later"]
    await office.hears()
    await office.time_passes()
    assert (office.post.taken, await office.deliveries()) == ([], [("email", "waiting")])
    await office.time_passes(timedelta(minutes=2))
    assert await office.deliveries() == [("email", "sent")]


async def test_a_mail_that_is_refused_goes_to_telegram(office: Office) -> None:
    await office.ties_a_chat()
    await office.chooses("email", "gone@example.org")
    office.post.answers = ["550 nobody here"]
    await office.hears()
    await office.time_passes()
    assert await office.deliveries() == [("email", "failed"), ("telegram", "sent")]
    assert await office.in_telegram() == 1


async def test_a_blocked_chat_of_a_coach_sends_the_notice_by_mail(office: Office) -> None:
    await office.ties_a_chat()
    await office.chooses("telegram", "an@example.org")
    await office.hears()
    voice, now = office.stage.house.voice, office.stage.clock.now()
    blocked = Reach("genk", "telegram", "left", "77", open=False)
    await office.stage.house.ledger.write(lambda session: note_reach(session, voice, blocked, now))
    await office.time_passes()
    assert ("telegram", "failed") in await office.deliveries()
    assert office.post.taken


async def test_a_test_comes_on_the_chosen_way(office: Office) -> None:
    voice, now = office.stage.house.voice, office.stage.clock.now()
    await office.chooses("email", "an@example.org")
    assert await office.stage.house.ledger.write(lambda session: send_test(session, voice, office.account, now))
    await office.time_passes()
    [letter] = office.post.taken
    assert "test" in letter.content.decode()


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "an@example.org\nBcc: x@example.org"])
async def test_mail_needs_an_address(office: Office, address: str) -> None:
    with pytest.raises(NoSuchWay):
        await office.chooses("email", address)
