"""Voice messages on Telegram, over the wire and through the whole program: after each text, never in its way."""

from __future__ import annotations

import pytest
from sqlmodel import Session, col, select

from storage.tables import Outgoing
from tests.telegram_faults import Reset, ServerError, TooManyRequests
from tests.telegram_world import Message, Upload
from tests.test_journey_telegram import DUTCH_DOORWAY, DUTCH_QUICK, Phone, phone

pytestmark = pytest.mark.usefixtures("reading")


async def hears(person: Phone) -> Upload:
    """The next message is a voice message."""
    message: Message = await person.user.sees()
    assert message.voice, f"a voice message was wanted, and {message.text!r} came"
    assert message.voice.mime == "audio/mpeg"
    assert message.voice.content[:1] == b"\xff"
    return message.voice


def voices(session: Session) -> list[str]:
    """What became of the voice messages, in order."""
    rows = select(Outgoing.state).where(Outgoing.kind == "voice").order_by(col(Outgoing.id))
    return list(session.exec(rows))


async def test_who_asks_once_hears_every_question_until_they_say_no(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_DOORWAY)
        await person.talks(("lees voor", "Ik lees mijn berichten nu ook voor"))
        assert len((await hears(person)).content) > 20_000
        await person.talks(("[Snel een mens]", "Hoe oud ben je?"))
        await hears(person)
        await person.talks(("[26 tot 33 jaar]", "In welke gemeente woon je?"))
        await hears(person)
        await person.talks(("geen stem", "Ik lees niet meer voor"), ("3600", "Wat wil je graag?"))
        assert await person.program.read(voices) == ["sent"] * 3
        calls = person.account.sent("sendVoice")
        assert all(call.fields["disable_notification"] == "true" for call in calls)
        assert all(1 <= int(call.fields["duration"]) <= 60 for call in calls)


async def test_several_messages_of_a_turn_are_one_voice_message(sqlite_url: str) -> None:
    async with phone(sqlite_url, webhook=True) as person:
        await person.talks(("/start", "Welke taal wil je?"), ("voorlezen", "Welke taal wil je?"))
        await hears(person)
        await person.talks(("[Nederlands]", "Ik ben een computer", "Telegram bewaart", "Mag ik ze bewaren"))
        long = await hears(person)
        assert len(long.content) > 100_000


async def test_reminders_are_heard_too(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_QUICK, ("voorlezen", "Ik lees mijn berichten"))
        await hears(person)
        person.program.later(days=1)
        await person.reads("vrijdag 26 maart om 10 uur")
        await hears(person)


async def test_settings_that_forbid_voice_messages_keep_no_text_back(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        person.user.chat.no_voice = True
        await person.talks(*DUTCH_DOORWAY, ("voorlezen", "Ik lees mijn berichten"))
        await person.talks(("[Snel een mens]", "Hoe oud ben je?"), ("[26 tot 33 jaar]", "In welke gemeente"))
        await person.program.until(lambda session: voices(session) == ["technical-failure"] * 3)


async def test_a_voice_message_that_has_to_wait_comes_before_the_next_text(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_DOORWAY)
        person.account.faults.script(TooManyRequests(1), ServerError(502), method="sendVoice")
        await person.talks(("voorlezen", "Ik lees mijn berichten"))
        person.user.taps("Snel een mens")
        await hears(person)
        await person.reads("Hoe oud ben je?")
        await hears(person)


async def test_one_of_unknown_fate_is_sent_once_more_and_no_third_time(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_DOORWAY)
        person.account.faults.script(Reset(accepted=True), Reset(accepted=True), method="sendVoice")
        await person.talks(("voorlezen", "Ik lees mijn berichten"))
        await hears(person)
        await hears(person)
        await person.talks(("[Snel een mens]", "Hoe oud ben je?"))
        await hears(person)
        assert await person.program.read(lambda session: voices(session)[0]) == "technical-failure"
        assert len(person.account.sent("sendVoice")) == 3


async def test_a_tick_is_not_said_again(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_DOORWAY, ("[Ik zoek werk]", "Hoe oud"), ("[26 tot 33 jaar]", "Hoe mag ik"))
        await person.talks(("Fatma", "In welke gemeente"), ("genk", "3600"), ("een job", "zoekt met jou", "Wat maakt"))
        await person.talks(("voorlezen", "Ik lees mijn berichten"))
        await hears(person)
        question = next(message for message in reversed(person.user.chat.from_bot()) if message.labels)
        person.user.taps("Mijn kinderen")
        await person.user.sees_edit(question, question.edits + 1)
        await person.talks(("[Klaar]", "Heb je opvang nodig"))
        await hears(person)
        assert len(person.account.sent("sendVoice")) == 2
