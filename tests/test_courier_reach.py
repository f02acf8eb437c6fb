"""A chat that is lost and found again, bots that do not disturb each other, and a courier that dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from sqlmodel import Session, select
from structlog.testing import capture_logs

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_menu import menus
from bot.channels.telegram_polling import TelegramPolling
from bot.channels.telegram_wire import TelegramWire
from bot.courier import Courier
from bot.packages import Line
from bot.reach import Reach, note_reach
from bot.telegram_request import AiohttpRequest
from casework.privacy.erasing import erase
from flows.messages import Bubble
from flows.wording import Wording, Words
from storage.columns import new_id
from storage.errors import DatabaseAway
from storage.ledger import Ledger
from storage.tables import Chat, Conversation
from tests.patience import PATIENCE
from tests.stage import papers
from tests.telegram_desk import SWIFT, TAPS, TOKEN, Desk, courier_for
from tests.telegram_faults import Held, Says, Silence, TooManyRequests
from tests.telegram_talk import Talk
from tests.test_courier_delivery import AMIRA, BRAM, COACH, Post, eventually, open_post

T = TypeVar("T")


@pytest.fixture
async def post(ledger: Ledger) -> AsyncIterator[Post]:
    async with open_post(ledger) as opened:
        yield opened


async def note(desk: Desk, *, open: bool, address: int = AMIRA, key: str = "") -> None:
    reach = Reach("genk", "telegram", key or new_id(), str(address), open)
    await desk.ledger.write(lambda session: note_reach(session, desk.voice, reach, desk.clock.now()))


async def test_who_blocks_the_bot_is_given_up_before_anything_is_sent(post: Post) -> None:
    await post.desk.employ(COACH)
    await post.desk.say(AMIRA, "een", "twee")
    await note(post.desk, open=False)
    await note(post.desk, open=False)
    assert await post.desk.states(AMIRA) == ["cancelled", "cancelled"]
    async with post.carrying():
        await post.all_settled()
    assert post.texts(AMIRA) == []
    assert len(post.texts(COACH)) == 1
    assert [notice.kind for notice in await post.desk.notices()] == ["unreachable"]


async def test_who_comes_back_is_written_to_again_and_can_be_lost_again(post: Post) -> None:
    await note(post.desk, open=False)
    await note(post.desk, open=True)
    async with post.carrying():
        await post.desk.say(AMIRA, "welkom terug")
        assert await post.all_settled() == ["sent"]
    await note(post.desk, open=False)
    assert await post.desk.chat_state(AMIRA) == "blocked"
    assert len(await post.desk.notices()) == 2


async def test_a_copy_of_the_goodbye_that_comes_late_cuts_nobody_off(post: Post) -> None:
    await note(post.desk, open=False, key="11")
    await note(post.desk, open=True, key="12")
    await note(post.desk, open=False, key="11")
    assert await post.desk.chat_state(AMIRA) == "open"
    assert len(await post.desk.notices()) == 1


async def test_a_goodbye_that_is_overtaken_by_the_return_is_none(post: Post) -> None:
    await note(post.desk, open=True, key="12")
    await note(post.desk, open=False, key="9")
    assert await post.desk.chat_state(AMIRA) == "open"
    await note(post.desk, open=False, key="13")
    assert await post.desk.chat_state(AMIRA) == "blocked"


async def test_who_erased_everything_is_not_told_of_as_somebody_who_cannot_be_reached(post: Post) -> None:
    post.account.faults.script(Held(erased := asyncio.Event()))
    post.account.chats[AMIRA].blocked = True
    async with post.carrying():
        await post.desk.say(AMIRA, "Dag!")
        await eventually(lambda: _is_on_the_road(post.desk))
        await erase_all(post.desk)
        erased.set()
        await post.desk.say(BRAM, "En jij?")
        assert await post.all_settled(BRAM) == ["sent"]
    assert await post.desk.notices() == []


async def _is_on_the_road(desk: Desk) -> bool:
    return await desk.states() == ["sending"]


async def erase_all(desk: Desk) -> None:
    """Whatever Amira said."""

    def work(session: Session) -> None:
        person = session.exec(select(Chat.person_id).where(Chat.address == str(AMIRA))).one()
        erase(session, person or "", desk.clock.now())

    await desk.ledger.write(work)


async def test_what_follows_from_a_message_and_cannot_be_done_keeps_nobody_elses_from_leaving(post: Post) -> None:
    await post.desk.say(AMIRA, "Tot morgen!", lane=1)
    await post.desk.show(AMIRA, Bubble("?", "nl"), sealed=b"no such seal", lane=1)
    await add_page(post.desk)
    post.account.faults.script(Says(403, "Forbidden: bot was blocked by the user"))
    with capture_logs() as lines:
        async with post.carrying():
            assert await post.all_settled(AMIRA) == ["permanent-failure", "technical-failure"]
            await post.desk.say(BRAM, "En jij?")
            assert await post.all_settled(BRAM) == ["sent"]
    assert "courier.fate_not_written" in [line["event"] for line in lines]


async def add_page(desk: Desk) -> None:
    """Amira has our page open too: what is lost at Telegram is said there."""

    def work(session: Session) -> None:
        chat = session.exec(select(Chat).where(Chat.address == str(AMIRA))).one()
        page = Chat(organisation="genk", channel="web", address="page", person_id=chat.person_id, **desk._now())
        session.add(page)
        session.flush()
        talk = Conversation(organisation="genk", flow="intake", updated_at=desk.clock.now(), **desk._now())
        talk.person_id, talk.chat_id = chat.person_id or "", page.id
        session.add(talk)

    await desk.ledger.write(work)


async def test_a_chat_that_nobody_knows_stays_unknown(post: Post) -> None:
    await note(post.desk, open=False, address=999)
    assert await post.desk.notices() == []


async def test_blocking_reaches_the_desk_by_way_of_telegram(post: Post) -> None:
    user = post.server.user(TOKEN, AMIRA)

    async def noted(reach: Reach) -> None:
        await note(post.desk, open=reach.open)

    channel = TelegramChannel("genk", TAPS, Talk().take, noted)
    polling = asyncio.create_task(TelegramPolling(post.api, channel, seconds=0.1).run())
    user.blocks()
    await eventually(lambda: _is_in(post.desk, "blocked"))
    user.unblocks()
    await eventually(lambda: _is_in(post.desk, "open"))
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)


async def _is_in(desk: Desk, state: str) -> bool:
    return await desk.chat_state(AMIRA) == state


async def test_one_bot_that_must_be_silent_does_not_hold_up_another(post: Post) -> None:
    other = "77:another-bot-of-the-tests"
    await post.desk.meet(COACH, organisation="liege")
    post.server.user(other, COACH)
    api = TelegramApi(other, post.server.url, AiohttpRequest())
    await api.open()
    second = asyncio.create_task(Courier(post.desk, Line("liege", "telegram"), TelegramWire(api), SWIFT).run())
    post.account.faults.script(TooManyRequests(30))
    async with post.carrying():
        await post.desk.say(AMIRA, "moet wachten")
        await post.desk.say(COACH, "moet niet wachten")
        assert await post.all_settled(COACH) == ["sent"]
    assert await post.desk.states(AMIRA) == ["temporary-failure"]
    assert post.account.faults.too_early == 0
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    await api.close()


async def test_after_a_crash_a_message_on_the_road_is_sent_once_more_and_marked(post: Post) -> None:
    post.account.faults.script(Silence(PATIENCE))
    async with post.carrying(replace(SWIFT, drain=0.0, lease=2.0)):
        await post.desk.say(AMIRA, "een", "twee")
        await eventually(lambda: _has_arrived(post, "een"))
    assert (await post.desk.states())[0] == "sending"
    async with post.carrying():
        assert await post.all_settled() == ["sent", "sent"]
    first, second = await post.desk.rows()
    assert (first.uncertain, second.uncertain) == (True, False)
    assert post.texts(AMIRA) == ["een", "een", "twee"]


async def _has_arrived(post: Post, text: str) -> bool:
    return text in post.texts(AMIRA)


async def test_two_couriers_on_one_tray_never_carry_the_same_message(post: Post) -> None:
    texts = [str(number) for number in range(10)]
    async with post.carrying(), post.carrying():
        await post.desk.say_all([AMIRA, BRAM], *texts)
        assert set(await post.all_settled()) == {"sent"}
    assert post.texts(AMIRA) == texts
    assert post.texts(BRAM) == texts


def test_the_menu_shows_the_first_word_of_each_language_that_telegram_allows() -> None:
    words = {
        "nl": Words(commands={"back": ("terug",), "help": ("hulp!", "help"), "person": ("een mens",)}),
        "fr": Words(commands={"back": ("précédent", "retour")}),
    }
    wording = Wording({"nl": {"Go back one question": "Eén vraag terug"}, "fr": {}}, words)
    shown = menus(wording, ("nl", "fr"))
    assert shown["nl"] == {"help": "What can I do?", "terug": "Eén vraag terug", "een_mens": "Talk with a person"}
    assert shown["fr"] == {"retour": "Go back one question"}
    assert shown[""] == shown["nl"]


def test_the_menu_leads_to_group_sessions_only_where_there_are_any() -> None:
    with_them, without = (menus(papers().wording, ("nl", "fr"), sessions=sessions) for sessions in (True, False))
    assert with_them["nl"].keys() - without["nl"].keys() == {"sessies"}
    assert with_them["fr"].keys() - without["fr"].keys() == {"sessions"}


async def test_what_cannot_be_written_at_once_is_written_later(post: Post) -> None:
    class Flaky:
        """A ledger that is away each second time."""

        dialect, bell = post.desk.ledger.dialect, post.desk.ledger.bell
        read, close = post.desk.ledger.read, post.desk.ledger.close
        calls = 0

        async def write(self, work: Callable[[Session], T]) -> T:
            self.calls += 1
            if self.calls % 2:
                raise DatabaseAway("away")
            return await post.desk.ledger.write(work)

    flaky = replace(post.desk, ledger=Flaky())
    courier = asyncio.create_task(courier_for(flaky, post.api).run())
    await post.desk.say(AMIRA, "een", "twee", "drie")
    assert await post.all_settled() == ["sent"] * 3
    assert post.texts(AMIRA) == ["een", "twee", "drie"]
    courier.cancel()
    await asyncio.gather(courier, return_exceptions=True)
