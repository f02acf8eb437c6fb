"""On Telegram the answer comes in the place of a question's buttons, and never in anybody's way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from structlog.testing import capture_logs

from bot.channels.telegram_answered import AnsweredMarks, Chat, Patience, Shown
from bot.incoming import Settled
from bot.pace import BOT, CHAT, Pace
from flows.messages import Bubble
from storage.ledger import Ledger
from tests.databases import BOTH
from tests.telegram_desk import SWIFT, TOKEN, Desk, courier_for, open_api, signed
from tests.telegram_faults import Fault, Reset, Says, ServerError, TooManyRequests
from tests.telegram_server import TelegramServer
from tests.telegram_user import User
from tests.telegram_world import Call, Message
from tests.test_courier_delivery import eventually
from tests.test_journey_telegram import DUTCH_DOORWAY, Phone, phone

SOON = Patience(first=0.01, between=0.02, looks=5, waiting=3)


@pytest.fixture
async def ledger(one_ledger: Ledger) -> Ledger:
    return one_ledger


def asked(person: Phone | User, words: str) -> Message:
    """The newest of our messages that holds these words."""
    chat = person.user.chat if isinstance(person, Phone) else person.chat
    return next(message for message in reversed(chat.from_bot()) if words in message.text)


async def test_a_tapped_question_shows_the_answer_and_no_buttons(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_DOORWAY, ("[Snel een mens]", "Hoe oud ben je?"))
        question = asked(person, "Waarvoor kom je?")
        await person.user.sees_edit(question)
        assert question.text.endswith("Waarvoor kom je?\n\n✓ Snel een mens")
        assert question.rows == []


async def test_a_question_that_was_answered_with_words_shows_what_was_understood(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_DOORWAY, ("[Snel een mens]", "Hoe oud"), ("30", "gemeente"), ("genkk", "3600 Genk"))
        question = asked(person, "In welke gemeente")
        await person.user.sees_edit(question)
        assert question.text.endswith("\n\n✓ 3600 Genk")
        assert question.rows == []


async def test_what_is_private_leaves_only_a_mark_and_what_was_skipped_says_so(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        full = (("[Ik zoek werk]", "Hoe oud"), ("30", "noemen"), ("[Overslaan]", "gemeente"), ("3600", "Genk"))
        await person.talks(*DUTCH_DOORWAY, *full, ("een job", "oplossing", "moeilijk"), ("niets", "diploma"))
        name, private = asked(person, "Hoe mag ik je noemen"), asked(person, "Wat maakt werken moeilijk")
        await person.user.sees_edit(name)
        await person.user.sees_edit(private)
        assert name.text.endswith("\n\n✓ (overgeslagen)")
        assert private.text.endswith("\n\n✓")
        assert private.rows == name.rows == []


async def test_a_side_question_shows_what_was_tapped_and_the_open_one_keeps_its_buttons(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_DOORWAY, ("[Snel een mens]", "Hoe oud"), ("30", "gemeente"), ("3600", "Wat wil je"))
        await person.talks(("nee ik ben 52", "50 tot 54"))
        side, open_one = asked(person, 'Wil je "Leeftijd"'), asked(person, "Wat wil je graag")
        await person.talks(("[Ja, verander het]", "✓ Leeftijd: 50 tot 54 jaar"))
        await person.user.sees_edit(side)
        assert side.text.endswith("\n\n✓ Ja, verander het")
        assert side.rows == []
        assert open_one.edits == 0


async def done(holds: bool) -> bool:
    return holds


async def are_sent(desk: Desk, count: int) -> bool:
    return await desk.states(7) == ["sent"] * count


@dataclass
class Stand:
    """Marks over a real wire, with a question of ours on somebody's screen."""

    marks: AnsweredMarks
    desk: Desk
    user: User
    pace: Pace
    row: int

    @property
    def message(self) -> Message:
        return self.user.chat.from_bot()[0]

    @property
    def edits(self) -> list[Call]:
        return [call for call in self.user.chat.account.calls if call.method.startswith("edit")]

    async def marked(self, settled: Settled, tapped: Shown | None = None) -> None:
        """Mark, and wait until it is done or given up."""
        rows = await self.desk.rows(7)
        self.marks.mark(Chat(rows[0].chat_id, "7"), settled, tapped)
        await eventually(lambda: done(not self.marks.at_work))


@asynccontextmanager
async def standing(ledger: Ledger, *faults: Fault | None) -> AsyncIterator[Stand]:
    async with TelegramServer() as telegram, open_api(telegram) as api:
        telegram.bot(TOKEN).faults.limits = None
        user = telegram.user(TOKEN, 7)
        desk = Desk(ledger)
        await desk.meet(7)
        row = await desk.show(7, signed(7, "Hoe oud ben je?", "age", "from_18", "from_26"))
        courier = asyncio.create_task(courier_for(desk, api, SWIFT).run())
        try:
            await user.sees()
            await eventually(lambda: are_sent(desk, 1))
            telegram.bot(TOKEN).faults.script(*faults, method="editMessageText")
            own = Pace(BOT, CHAT)
            marks = AnsweredMarks(api, ledger, desk.vault, own, SOON)
            yield Stand(marks, desk, user, own, row)
            await marks.close()
        finally:
            courier.cancel()
            await asyncio.gather(courier, return_exceptions=True)


AGE = "✓ 26 tot 33 jaar"


@BOTH
async def test_the_row_of_the_question_is_found_by_what_it_asked(ledger: Ledger) -> None:
    async with standing(ledger) as stand:
        await stand.marked(Settled(AGE, "age", stand.row))
        assert stand.message.text == f"Hoe oud ben je?\n\n{AGE}"
        assert stand.message.rows == []


@BOTH
async def test_a_row_that_asked_something_else_keeps_its_buttons(ledger: Ledger) -> None:
    async with standing(ledger) as stand:
        await stand.marked(Settled(AGE, "place", stand.row))
        assert (stand.edits, len(stand.message.rows)) == ([], 1)


async def test_a_message_that_never_arrived_is_left_alone(ledger: Ledger) -> None:
    async with standing(ledger) as stand:
        stand.user.chat.blocked = True
        row = await stand.desk.show(7, signed(7, "En nu?", "goal", "job"))
        await stand.marked(Settled("✓ Een job", "goal", row))
        assert stand.edits == []


REFUSALS = (
    Says(400, "Bad Request: message can't be edited"),
    Says(400, "Bad Request: message to edit not found"),
    Says(400, "Bad Request: message is not modified: specified new message content and reply markup are exactly"),
    Says(403, "Forbidden: bot was blocked by the user"),
    ServerError(502),
    Reset(),
)


@pytest.mark.parametrize("fault", REFUSALS, ids=str)
async def test_an_edit_that_fails_is_not_tried_again_and_nobody_hears_of_it(ledger: Ledger, fault: Fault) -> None:
    async with standing(ledger, fault) as stand:
        with capture_logs() as logs:
            await stand.marked(Settled(AGE, "age", stand.row))
        assert len(stand.edits) == 1
        assert {each["log_level"] for each in logs} <= {"debug"}
        assert stand.message.text == "Hoe oud ben je?"
        assert (await stand.desk.states(7), await stand.desk.chat_state(7)) == (["sent"], "open")


async def test_who_is_told_to_wait_by_an_edit_keeps_the_whole_bot_silent(ledger: Ledger) -> None:
    async with standing(ledger, TooManyRequests(30)) as stand:
        await stand.marked(Settled(AGE, "age", stand.row))
        assert 1 < stand.pace.silence(time.monotonic()) <= 30


async def test_while_messages_leave_at_full_pace_nothing_is_edited(ledger: Ledger) -> None:
    async with standing(ledger) as stand:
        for number in range(600):
            stand.pace.take(f"somebody {number}", time.monotonic())
        await stand.marked(Settled(AGE, "age", stand.row))
        assert stand.edits == []


async def test_a_chat_that_is_written_to_much_is_not_edited(ledger: Ledger) -> None:
    async with standing(ledger) as stand:
        chat = (await stand.desk.rows(7))[0].chat_id
        for _ in range(3):
            stand.pace.take(chat, time.monotonic())
        await stand.marked(Settled(AGE, "age", stand.row))
        assert stand.edits == []


async def test_a_silent_bot_edits_nothing_either(ledger: Ledger) -> None:
    async with standing(ledger) as stand:
        stand.pace.be_silent(time.monotonic() + 60)
        await stand.marked(Settled(AGE, "age", stand.row))
        assert stand.edits == []


async def test_no_more_than_a_few_edits_wait(ledger: Ledger) -> None:
    async with standing(ledger) as stand:
        stand.pace.be_silent(time.monotonic() + 60)
        for _ in range(9):
            stand.marks.mark(Chat("c", "7"), Settled(AGE), Shown(stand.message.id, "Hoe oud ben je?"))
        assert stand.marks.at_work == SOON.waiting


async def test_a_text_that_has_no_room_for_a_mark_loses_only_its_buttons(ledger: Ledger) -> None:
    async with standing(ledger) as stand:
        row = await stand.desk.show(7, Bubble("a" * 4090, "nl", signed(7, "", "goal", "job").buttons, question="goal"))
        await eventually(lambda: are_sent(stand.desk, 2))
        await stand.marked(Settled("✓ Een job", "goal", row))
        long = stand.user.chat.from_bot()[1]
        assert (long.text, long.rows) == ("a" * 4090, [])
        assert [call.method for call in stand.edits] == ["editMessageReplyMarkup"]
