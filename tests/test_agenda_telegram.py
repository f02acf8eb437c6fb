"""The visit as a document on Telegram, over the wire and through the whole program, with every fault of the way."""

from __future__ import annotations

from io import BytesIO

import pytest
from aiohttp import ClientSession, FormData
from icalendar import Calendar, Component
from sqlmodel import Session, col, select

from storage.tables import Outgoing
from tests.running import TOKEN
from tests.telegram_faults import Reset, ServerError, TooManyRequests
from tests.telegram_server import TelegramServer
from tests.telegram_world import Message
from tests.test_journey_telegram import DUTCH_QUICK, Phone, phone

CAPTION = "Tik op dit bestand. Zet de afspraak dan in je agenda."


def documents(session: Session) -> list[str]:
    """What became of the files, in order."""
    rows = select(Outgoing.state).where(Outgoing.kind == "document").order_by(col(Outgoing.id))
    return list(session.exec(rows))


async def gets(person: Phone) -> tuple[Message, Calendar]:
    """The next message is a calendar file."""
    message = await person.user.sees()
    assert message.document, f"a document was wanted, and {message.text!r} came"
    assert (message.document.name, message.document.mime) == ("afspraak.ics", "text/calendar")
    return message, Calendar.from_ical(message.document.content)


def visit(calendar: Calendar) -> Component:
    return calendar.walk("VEVENT")[0]


async def test_after_booking_the_button_sends_a_file(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_QUICK)
        person.user.taps("In mijn agenda")
        message, calendar = await gets(person)
        assert message.text == CAPTION
        assert calendar["METHOD"] == "PUBLISH"
        assert f"{visit(calendar).start:%Y-%m-%d %H:%M}" == "2027-03-26 10:00"
        await person.reads("Wat kan ik voor je doen?")
        assert await person.program.read(documents) == ["sent"]


async def test_the_same_on_postgresql_with_a_webhook(postgres_url: str) -> None:
    async with phone(postgres_url, webhook=True) as person:
        await person.talks(*DUTCH_QUICK)
        person.user.says("zet het in mijn agenda")
        await gets(person)
        await person.reads("Wat kan ik voor je doen?")


async def test_after_a_move_and_after_cancelling_it_is_the_same_visit(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_QUICK)
        person.user.says("agenda")
        first = visit((await gets(person))[1])
        await person.reads("Wat kan ik voor je doen?")
        await person.talks(("ander moment", "Welk moment"), ("2", "Je nieuwe afspraak", "Je coach ziet"))
        person.user.taps("In mijn agenda")
        second = visit((await gets(person))[1])
        await person.reads("Wat kan ik voor je doen?")
        await person.talks(("annuleer mijn afspraak", "Je coach", "Je coach", "Je afspraak gaat niet door"))
        person.user.says("agenda")
        message, calendar = await gets(person)
        assert message.text == "Tik op dit bestand. Dan gaat de afspraak uit je agenda."
        assert calendar["METHOD"] == "CANCEL"
        assert first["UID"] == second["UID"] == visit(calendar)["UID"]
        assert first["SEQUENCE"] < second["SEQUENCE"] < visit(calendar)["SEQUENCE"]


async def test_one_that_has_to_wait_comes_before_what_was_said_after_it(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_QUICK)
        person.account.faults.script(TooManyRequests(1), ServerError(502), method="sendDocument")
        person.user.says("agenda")
        await gets(person)
        await person.reads("Wat kan ik voor je doen?")


async def test_one_of_unknown_fate_is_sent_once_more_and_no_third_time(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_QUICK)
        person.account.faults.script(Reset(accepted=True), Reset(accepted=True), method="sendDocument")
        person.user.says("agenda")
        await gets(person)
        await gets(person)
        await person.reads("Wat kan ik voor je doen?")
        assert await person.program.read(documents) == ["technical-failure"]


async def test_nothing_of_the_file_lies_open_in_the_database(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_QUICK)
        person.user.says("agenda")
        await gets(person)
        rows = await person.program.read(lambda s: s.exec(select(Outgoing).where(Outgoing.kind == "document")).all())
        assert not [row for row in rows if b"VCALENDAR" in row.sealed]


@pytest.mark.parametrize(
    ("fields", "status", "why"),
    [
        ({}, 400, "there is no document in the request"),
        ({"document": "an-id"}, 400, "wrong file identifier/HTTP URL specified"),
        ({"document": b""}, 400, "file must be non-empty"),
        ({"document": b"x", "caption": "y" * 1025}, 400, "message caption is too long"),
        ({"document": b"x" * (50 * 2**20 + 1)}, 413, "Request Entity Too Large"),
    ],
)
async def test_telegram_as_we_test_it_refuses_what_telegram_refuses(
    fields: dict[str, bytes | str], status: int, why: str
) -> None:
    form = FormData({"chat_id": "501"})
    for name, value in fields.items():
        is_file = isinstance(value, bytes)
        form.add_field(name, BytesIO(value) if is_file else value, filename="a.ics" if is_file else None)
    async with TelegramServer() as telegram, ClientSession() as session:
        telegram.bot(TOKEN).chat(501)
        async with session.post(f"{telegram.url}/bot{TOKEN}/sendDocument", data=form) as response:
            assert (response.status, why in (await response.json())["description"]) == (status, True)
