"""The courier over real HTTP: what is said arrives, once, in order, or its row says why not."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.channels.telegram_api import TelegramApi
from bot.courier import Courier, Manner
from flows.messages import Bubble, LinkButton
from storage.ledger import Ledger
from tests.patience import PATIENCE
from tests.telegram_desk import SWIFT, TOKEN, Desk, courier_for, open_api, signed
from tests.telegram_faults import (
    HalfAnswer,
    Limits,
    NotJson,
    Reset,
    Says,
    ServerError,
    Silence,
    TooManyRequests,
    Unauthorized,
)
from tests.telegram_server import TelegramServer
from tests.telegram_world import Account

AMIRA, BRAM, COACH = 501, 502, 601


class Post:
    """A desk, Telegram, and a courier between them."""

    def __init__(self, desk: Desk, server: TelegramServer, api: TelegramApi) -> None:
        self.desk, self.server, self.api = desk, server, api
        self.account: Account = server.bot(TOKEN)
        for number in (AMIRA, BRAM, COACH):
            self.account.chat(number)

    @asynccontextmanager
    async def carrying(self, manner: Manner = SWIFT) -> AsyncIterator[Courier]:
        courier = courier_for(self.desk, self.api, manner)
        task = asyncio.create_task(courier.run())
        try:
            yield courier
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def texts(self, number: int) -> list[str]:
        return [message.text for message in self.account.chats[number].from_bot()]

    async def all_settled(self, number: int | None = None) -> list[str]:
        final = {"sent", "permanent-failure", "technical-failure", "cancelled"}

        async def settled() -> bool:
            return set(await self.desk.states(number)) <= final

        await eventually(settled)
        return await self.desk.states(number)


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        for wait in itertools.chain([0.0], itertools.repeat(0.01)):
            await asyncio.sleep(wait)
            if await condition():
                return


@asynccontextmanager
async def open_post(ledger: Ledger) -> AsyncIterator[Post]:
    async with TelegramServer() as server, open_api(server) as api:
        server.bot(TOKEN).faults.limits = None
        desk = Desk(ledger)
        await desk.meet(AMIRA, BRAM)
        yield Post(desk, server, api)


@pytest.fixture
async def post(sqlite_ledger: Ledger) -> AsyncIterator[Post]:
    async with open_post(sqlite_ledger) as opened:
        yield opened


@pytest.fixture
async def post_anywhere(ledger: Ledger) -> AsyncIterator[Post]:
    """On SQLite and on PostgreSQL."""
    async with open_post(ledger) as opened:
        yield opened


async def test_what_is_said_arrives_and_its_row_names_the_message(post: Post) -> None:
    async with post.carrying():
        await post.desk.say(AMIRA, "Hallo!")
        assert await post.all_settled() == ["sent"]
    row = (await post.desk.rows())[0]
    assert post.texts(AMIRA) == ["Hallo!"]
    assert row.external_id == str(post.account.chats[AMIRA].from_bot()[0].id)
    assert row.sent_at is not None


async def test_messages_of_one_chat_keep_their_order_while_chats_go_side_by_side(post_anywhere: Post) -> None:
    post = post_anywhere
    post.account.faults.script(*[ServerError() if n % 3 == 0 else None for n in range(30)])
    texts = [f"{n}" for n in range(8)]
    async with post.carrying():
        await post.desk.say_all([AMIRA, BRAM], *texts)
        assert set(await post.all_settled()) == {"sent"}
    assert post.texts(AMIRA) == texts
    assert post.texts(BRAM) == texts


async def test_a_coach_is_written_to_with_the_key_of_the_house(post: Post) -> None:
    await post.desk.employ(COACH)
    async with post.carrying():
        await post.desk.say(COACH, "Nieuwe intake.")
        await post.all_settled()
    assert post.texts(COACH) == ["Nieuwe intake."]


async def test_what_waited_while_nobody_carried_is_carried_at_the_start(post: Post) -> None:
    await post.desk.say(AMIRA, "Hallo!", "Hoe heet je?")
    async with post.carrying():
        await post.all_settled()
    assert post.texts(AMIRA) == ["Hallo!", "Hoe heet je?"]


async def test_after_too_many_requests_nobody_is_called_until_the_time_is_over(post: Post) -> None:
    post.account.faults.script(None, TooManyRequests(1))
    async with post.carrying():
        await post.desk.say(AMIRA, "een", "twee", "drie")
        await eventually(lambda: _is(post.account.faults.next("sendMessage") is None))
        await post.desk.say(BRAM, "en jij?")
        assert set(await post.all_settled()) == {"sent"}
    assert post.account.faults.too_early == 0
    assert post.texts(AMIRA) == ["een", "twee", "drie"]
    assert post.texts(BRAM) == ["en jij?"]


async def _is(value: bool) -> bool:
    return value


@pytest.mark.parametrize("fault", [ServerError(502), ServerError(500), Says(400, "Bad Request: strange")])
async def test_what_telegram_surely_did_not_take_is_not_marked_uncertain(post: Post, fault: ServerError) -> None:
    post.account.faults.script(fault)
    async with post.carrying():
        await post.desk.say(AMIRA, "Hallo!")
        await post.all_settled()
    assert not (await post.desk.rows())[0].uncertain


async def test_a_gateway_that_fails_for_a_while_delays_and_loses_nothing(post: Post) -> None:
    post.account.faults.script(*[ServerError(502)] * 4)
    async with post.carrying():
        await post.desk.say(AMIRA, "Hallo!", "Hoe heet je?")
        assert await post.all_settled() == ["sent", "sent"]
    assert post.texts(AMIRA) == ["Hallo!", "Hoe heet je?"]


async def test_a_telegram_that_is_not_there_delays_and_loses_nothing(post: Post) -> None:
    await post.server.__aexit__()
    async with post.carrying():
        await post.desk.say(AMIRA, "Hallo!")
        await eventually(lambda: _reason(post, "not reached"))
        await post.server.__aenter__()
    assert await post.desk.states() == ["temporary-failure"]


async def _reason(post: Post, reason: str) -> bool:
    return (await post.desk.rows())[0].reason == reason


@pytest.mark.parametrize("fault", [Silence(1.0), Reset(accepted=True)])
async def test_a_message_of_unknown_fate_is_sent_once_more_and_marked(post_anywhere: Post, fault: Silence) -> None:
    post = post_anywhere
    post.account.faults.script(fault)
    async with post.carrying():
        await post.desk.say(AMIRA, "Hallo!")
        await post.all_settled()
    row = (await post.desk.rows())[0]
    assert (row.state, row.uncertain) == ("sent", True)
    assert post.texts(AMIRA) == ["Hallo!", "Hallo!"]


async def test_a_message_of_unknown_fate_is_never_sent_a_third_time(post: Post) -> None:
    post.account.faults.script(*[Reset(accepted=True)] * 5)
    async with post.carrying():
        await post.desk.say(AMIRA, "Hallo!")
        assert await post.all_settled() == ["technical-failure"]
    assert post.texts(AMIRA) == ["Hallo!", "Hallo!"]


@pytest.mark.parametrize("fault", [HalfAnswer(), NotJson()])
async def test_an_answer_that_breaks_off_after_200_counts_as_sent(post: Post, fault: HalfAnswer) -> None:
    post.account.faults.script(fault)
    async with post.carrying():
        await post.desk.say(AMIRA, "Hallo!")
        assert await post.all_settled() == ["sent"]
    assert post.texts(AMIRA) == ["Hallo!"]


@pytest.mark.parametrize(
    "fault",
    [
        Says(403, "Forbidden: bot was blocked by the user"),
        Says(403, "Forbidden: user is deactivated"),
        Says(400, "Bad Request: chat not found"),
    ],
)
async def test_a_chat_that_is_gone_is_given_up_at_once_and_staff_are_told(post_anywhere: Post, fault: Says) -> None:
    post = post_anywhere
    await post.desk.employ(COACH)
    post.account.faults.script(fault)
    await post.desk.say(AMIRA, "een", "twee", "drie")
    async with post.carrying():
        assert await post.all_settled(AMIRA) == ["permanent-failure", "cancelled", "cancelled"]
        await post.all_settled()
    assert await post.desk.chat_state(AMIRA) == "blocked"
    assert [notice.kind for notice in await post.desk.notices()] == ["unreachable"]
    assert post.texts(AMIRA) == []
    assert len(post.texts(COACH)) == 1


async def test_a_blocked_chat_is_not_tried_again(post: Post) -> None:
    post.account.chats[AMIRA].blocked = True
    async with post.carrying():
        await post.desk.say(AMIRA, "een")
        await post.all_settled()
        calls = len(post.account.sent())
        await post.desk.say(AMIRA, "herinnering")
        assert await post.all_settled() == ["permanent-failure", "permanent-failure"]
    assert len(post.account.sent()) == calls
    assert len(await post.desk.notices()) == 1


async def test_a_refused_token_stops_this_bot_with_one_line_and_keeps_the_messages(post: Post) -> None:
    post.account.faults.script(*[Unauthorized()] * 10)
    await post.desk.say_all([AMIRA, BRAM], "een", "twee")
    with capture_logs() as lines:
        await asyncio.wait_for(courier_for(post.desk, post.api).run(), PATIENCE)
    assert set(await post.desk.states()) == {"temporary-failure", "created"}
    assert [line["event"] for line in lines].count("courier.token_refused") == 1
    post.account.faults.forget()
    async with post.carrying():
        assert set(await post.all_settled()) == {"sent"}


async def test_a_message_that_telegram_refuses_does_not_hold_up_the_next(post: Post) -> None:
    async with post.carrying():
        await post.desk.say(AMIRA, " ", "Hallo!")
        assert await post.all_settled() == ["technical-failure", "sent"]
    assert "message text is empty" in str((await post.desk.rows())[0].reason)


LINK = LinkButton("Naar onze pagina", "https://opstap.example/chat/genk/continue#c0de")
BAD_ADDRESS = Says(400, f"Bad Request: inline keyboard button URL '{LINK.address}' is invalid: Wrong HTTP URL")


async def test_a_link_arrives_as_a_button(post: Post) -> None:
    async with post.carrying():
        await post.desk.show(AMIRA, Bubble("Tik hieronder.", "nl", link=LINK))
        assert await post.all_settled() == ["sent"]
    assert post.server.user(TOKEN, AMIRA).opens(LINK.label) == LINK.address
    assert "c0de" not in "".join(post.texts(AMIRA))


async def test_a_link_that_telegram_refuses_as_a_button_arrives_as_text(post: Post) -> None:
    post.account.faults.script(BAD_ADDRESS, method="sendMessage")
    async with post.carrying():
        await post.desk.show(AMIRA, Bubble("Tik hieronder.", "nl", link=LINK))
        assert await post.all_settled() == ["sent"]
    assert post.texts(AMIRA) == [f"Tik hieronder.\n{LINK.address}"]


async def test_an_address_that_telegram_repeats_is_kept_and_logged_nowhere(post: Post) -> None:
    post.account.faults.script(BAD_ADDRESS, BAD_ADDRESS, method="sendMessage")
    with capture_logs() as lines:
        async with post.carrying():
            await post.desk.show(AMIRA, Bubble("Tik hieronder.", "nl", link=LINK))
            assert await post.all_settled() == ["technical-failure"]
    reason = (await post.desk.rows())[0].reason
    assert "Wrong HTTP URL" in str(reason)
    assert "c0de" not in f"{reason} {lines}"


async def test_a_row_that_no_key_opens_does_not_hold_up_the_next(post: Post) -> None:
    await post.desk.show(AMIRA, Bubble("?", "nl"), sealed=b"no such seal")
    async with post.carrying():
        await post.desk.say(AMIRA, "Hallo!")
        assert await post.all_settled() == ["technical-failure", "sent"]


async def test_ticks_redraw_the_question_that_is_on_the_screen(post: Post) -> None:
    asked = await post.desk.show(AMIRA, signed(AMIRA, "Wat is moeilijk?", "barriers", "childcare", "transport"))
    async with post.carrying():
        await post.all_settled()
        again = signed(AMIRA, "Wat is moeilijk?", "barriers", "transport")
        await post.desk.show(AMIRA, again, kind="redraw", replaces=asked)
        await post.all_settled()
        await post.desk.show(AMIRA, again, kind="redraw", replaces=asked)
        assert await post.all_settled() == ["sent"] * 3
    (message,) = post.account.chats[AMIRA].from_bot()
    assert message.labels == ["transport"]
    assert message.edits == 1


async def test_of_several_redraws_that_wait_only_the_last_is_carried(post_anywhere: Post) -> None:
    post = post_anywhere
    asked = await post.desk.show(AMIRA, signed(AMIRA, "Wat is moeilijk?", "barriers", "childcare"))
    for option in ("a", "b", "c"):
        await post.desk.show(AMIRA, signed(AMIRA, "Wat?", "barriers", option), kind="redraw", replaces=asked)
    async with post.carrying():
        assert await post.all_settled() == ["sent", "cancelled", "cancelled", "sent"]
    (message,) = post.account.chats[AMIRA].from_bot()
    assert (message.labels, message.edits) == (["c"], 1)


@pytest.mark.parametrize("fault", [None, HalfAnswer()])
async def test_a_question_that_is_not_found_is_asked_anew_once_and_redrawn_there(
    post: Post, fault: HalfAnswer | None
) -> None:
    """The person deleted it, or we never learned which message it is."""
    post.account.faults.script(fault)
    asked = await post.desk.show(AMIRA, signed(AMIRA, "Wat is moeilijk?", "barriers", "childcare"))
    async with post.carrying():
        await post.all_settled()
        post.account.chats[AMIRA].messages.clear()
        for option in ("transport", "money", "health"):
            redrawn = signed(AMIRA, "Wat is moeilijk?", "barriers", option)
            await post.desk.show(AMIRA, redrawn, kind="redraw", replaces=asked)
            assert set(await post.all_settled()) == {"sent"}
    (message,) = post.account.chats[AMIRA].from_bot()
    assert (message.labels, message.edits) == (["health"], 2)


async def test_at_its_own_pace_a_courier_is_never_told_to_slow_down(post: Post) -> None:
    crowd = list(range(1000, 1060))
    await post.desk.meet(*crowd)
    for number in crowd:
        post.account.chat(number)
    post.account.faults.limits = Limits(per_bot=50)  # arrivals are counted, and a busy machine bunches them
    await post.desk.say_all(crowd, "Tot morgen!")
    async with post.carrying(Manner(look_every=0.2)):
        await post.desk.say(AMIRA, "1", "2", "3", "4", "5")
        assert set(await post.all_settled()) == {"sent"}
    assert post.account.faults.refused == 0
    assert post.texts(AMIRA) == ["1", "2", "3", "4", "5"]


async def test_who_waits_for_an_answer_goes_before_a_crowd_of_reminders(post: Post) -> None:
    crowd = list(range(1000, 1060))
    await post.desk.meet(*crowd)
    for number in crowd:
        post.account.chat(number)
        await post.desk.say(number, "Tot morgen!", lane=1)
    await post.desk.say(AMIRA, "Antwoord")
    async with post.carrying(Manner(look_every=0.2)):
        await post.all_settled(AMIRA)
        assert post.account.sent()[0].fields["chat_id"] == AMIRA


async def test_a_courier_that_stops_writes_down_what_it_has_sent(post: Post) -> None:
    post.account.faults.script(Silence(0.3))
    async with post.carrying(replace(SWIFT, drain=PATIENCE)):
        await post.desk.say(BRAM, "langzaam")
        await post.desk.say(AMIRA, "snel")
        await eventually(lambda: _is(len(post.account.sent()) >= 1))
    assert "sending" not in await post.desk.states()
