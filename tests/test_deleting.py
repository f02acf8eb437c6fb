"""A message with a number in it that we may not have is deleted on Telegram, and taken away from our own page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from storage.ledger import Ledger
from storage.trays import claim_outgoing
from tests.running import TOKEN, running
from tests.telegram_desk import ORGANISATION
from tests.telegram_faults import Fault, Reset, Says, ServerError, TooManyRequests
from tests.telegram_methods import DELETABLE_SECONDS
from tests.telegram_server import TelegramServer
from tests.telegram_user import User
from tests.telegram_world import Message
from tests.test_courier_delivery import AMIRA, Post, open_post
from tests.webchat_person import Person

NUMBER = "85.07.30-033.28"
EXPLAINED = "Dit lijkt op een rijksregisternummer."
DOORWAY = {
    "/start": "Welke taal",
    "nederlands": "bewaren",
    "ja": "Waarvoor kom je?",
    "snel een mens": "Hoe oud",
    "30": "gemeente",
}


@pytest.fixture
async def post(sqlite_ledger: Ledger) -> AsyncIterator[Post]:
    async with open_post(sqlite_ledger) as opened:
        yield opened


def typed(post: Post, text: str = NUMBER) -> Message:
    """Something the person has typed, as it stands in their chat."""
    return post.account.chats[AMIRA].add(text, from_bot=False)


async def order(post: Post, message: Message, explanation: str = "") -> None:
    """What a turn puts into the tray: first the deletion, then what is said about it."""
    await post.desk.say(AMIRA, "", kind="delete", sealed=b"", external_id=str(message.id))
    if explanation:
        await post.desk.say(AMIRA, explanation)


async def test_it_goes_before_the_explanation_comes(post: Post) -> None:
    message = typed(post)
    await order(post, message, EXPLAINED)
    async with post.carrying():
        assert await post.all_settled() == ["sent", "sent"]
    assert message.id not in post.account.chats[AMIRA].messages
    assert [call.method for call in post.account.calls if call.method != "getMe"] == ["deleteMessage", "sendMessage"]


@pytest.mark.parametrize("fault", [ServerError(), TooManyRequests(1), Reset(), Reset(accepted=True)])
async def test_trouble_on_the_way_is_no_reason_to_leave_it(post: Post, fault: Fault) -> None:
    message = typed(post)
    post.account.faults.script(fault, method="deleteMessage")
    await order(post, message, EXPLAINED)
    async with post.carrying():
        assert await post.all_settled() == ["sent", "sent"]
    assert message.id not in post.account.chats[AMIRA].messages
    assert post.texts(AMIRA) == [EXPLAINED]


async def test_one_that_is_gone_already_is_deleted(post: Post) -> None:
    message = typed(post)
    del post.account.chats[AMIRA].messages[message.id]
    await order(post, message)
    async with post.carrying():
        assert await post.all_settled() == ["sent"]


async def test_one_that_is_too_old_stays_and_holds_nothing_up(post: Post) -> None:
    message = typed(post)
    message.at -= DELETABLE_SECONDS + 60
    await order(post, message, EXPLAINED)
    async with post.carrying():
        assert await post.all_settled() == ["cancelled", "sent"]
    (refused, _) = await post.desk.rows(AMIRA)
    assert refused.attempts == 1
    assert "can't be deleted" in (refused.reason or "")


async def test_who_dies_on_the_way_is_followed_by_one_who_does_it(post: Post) -> None:
    """The row was claimed, and its lease is over: nobody knows whether the message was deleted."""
    message = typed(post)
    await order(post, message)
    now = datetime.now(UTC)
    await post.desk.ledger.write(lambda session: claim_outgoing(session, "telegram", ORGANISATION, now, 10, -1.0))
    assert await post.desk.states() == ["sending"]
    async with post.carrying():
        assert await post.all_settled() == ["sent"]
    assert message.id not in post.account.chats[AMIRA].messages


async def test_who_has_blocked_us_is_left_alone(post: Post) -> None:
    message = typed(post)
    post.account.faults.script(Says(403, "Forbidden: bot was blocked by the user"), method="deleteMessage")
    await order(post, message)
    async with post.carrying():
        assert await post.all_settled() == ["permanent-failure"]
    assert await post.desk.chat_state(AMIRA) == "blocked"


async def sees(user: User, part: str) -> None:
    while part not in (await user.sees()).text:
        pass


async def test_on_telegram_it_is_gone_and_the_question_is_asked_again(database_url: str) -> None:
    async with TelegramServer() as telegram:
        account = telegram.bot(TOKEN)
        account.faults.limits = None
        async with running(database_url, telegram.url):
            user = telegram.user(TOKEN, 501)
            for text, part in DOORWAY.items():
                user.says(text)
                await sees(user, part)
            user.says(f"ik woon in Genk, {NUMBER}")
            await sees(user, EXPLAINED)
            user.says("3600")
            await sees(user, "Wat wil je graag?")
    left = [message.text for message in account.chats[501].messages.values() if not message.from_bot]
    assert left == [*DOORWAY, "3600"]


@pytest.mark.browser
async def test_on_our_own_page_it_is_taken_away_at_once_and_stays_away(page: Page, database_url: str) -> None:
    async with TelegramServer() as telegram, running(database_url, telegram.url) as program:
        person = Person(page, f"{program.url}/chat/genk")
        await person.starts("nl")
        await person.says(f"mijn nummer is {NUMBER}")
        await person.sees(EXPLAINED)
        await person.sees("(weggehaald)")
        await expect(person.log).not_to_contain_text(re.compile(r"85\W?07\W?30"))
        await page.reload()
        await person.is_connected()
        await person.sees("(weggehaald)")
        await expect(person.log).not_to_contain_text(re.compile(r"85\W?07\W?30"))
        assert person.problems == []
