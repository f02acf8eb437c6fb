"""Voice messages of people: left alone without a yes, fetched and sealed after it, gone with the person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlmodel import Session, select

from casework.cases.recordings import KEPT
from storage.tables import Consent, Due, Recording
from tests.running import TOKEN, Running, running
from tests.telegram_faults import Reset, ServerError
from tests.telegram_server import TelegramServer
from tests.telegram_world import Account
from tests.test_journey_telegram import Phone

KEEPS, KEEPS_NOT = "zuidoost-limburg", "genk"
SPOKEN = b"OggS\x00\x02" + bytes(22) + b"OpusHead" + b"a canary of the tests" * 50
MAY_I = "Mag ik je spraakbericht bewaren voor je coach?"
DOORWAY = (
    ("/start", "Ik ben een computer", "Ik ga voorzichtig om", "Mag ik ze bewaren"),
    ("ja hoor", "Waarvoor kom je?"),
)


@asynccontextmanager
async def phone(database_url: str, organisation: str = KEEPS) -> AsyncIterator[Phone]:
    async with TelegramServer() as telegram:
        account = telegram.bot(TOKEN)
        account.faults.limits = None
        async with running(database_url, telegram.url, organisation=organisation) as program:
            yield Phone(program, account, telegram.user(TOKEN, 501))


async def says_yes(person: Phone) -> None:
    await person.talks(*DOORWAY)
    person.user.speaks(SPOKEN)
    await person.reads(MAY_I)
    await person.talks(("[Ja, bewaar het]", "Ik bewaar het voor je coach"))


def kept(session: Session) -> list[str]:
    """The kinds of the recordings; empty for one that is still to be fetched."""
    return list(session.exec(select(Recording.mime)))


def fetched(account: Account) -> int:
    return len(account.sent("getFile"))


async def test_after_a_yes_it_is_fetched_and_sealed(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await says_yes(person)
        await person.program.until(lambda session: kept(session) == ["audio/ogg"])
        row = await person.program.read(lambda session: session.exec(select(Recording)).one())
        assert b"canary" not in row.sealed
        assert (row.seconds, row.question) == (3, "path")
        consents = await person.program.read(lambda s: [(c.scope, c.granted) for c in s.exec(select(Consent)).all()])
        assert ("voice", True) in consents
        person.user.speaks(SPOKEN)
        await person.reads("Ik bewaar het voor je coach")
        await person.program.until(lambda session: kept(session) == ["audio/ogg"] * 2)


async def test_the_same_on_postgresql(postgres_url: str) -> None:
    async with phone(postgres_url) as person:
        await says_yes(person)
        await person.program.until(lambda session: kept(session) == ["audio/ogg"])


async def test_before_a_yes_and_after_a_no_nothing_is_fetched(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DOORWAY)
        person.user.speaks(SPOKEN)
        await person.reads(MAY_I)
        assert fetched(person.account) == 0
        await person.talks(("nee", "Ik bewaar het niet"))
        person.user.speaks(SPOKEN)
        await person.reads("Ik kan niet luisteren naar spraakberichten")
        assert fetched(person.account) == 0
        assert await person.program.read(kept) == []
        consents = await person.program.read(lambda s: [(c.scope, c.granted) for c in s.exec(select(Consent)).all()])
        assert ("voice", False) in consents


async def test_without_the_switch_nobody_is_asked(sqlite_url: str) -> None:
    async with phone(sqlite_url, KEEPS_NOT) as person:
        await person.talks(("/start", "Welke taal"), ("nederlands", "computer", "Telegram", "bewaren"))
        person.user.speaks(SPOKEN)
        await person.reads("Ik kan niet luisteren naar spraakberichten")
        assert fetched(person.account) == 0


async def test_what_is_too_long_or_too_large_is_not_taken(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await says_yes(person)
        person.user.speaks(SPOKEN, seconds=121)
        await person.reads("Je spraakbericht is te lang")
        person.user.speaks(SPOKEN + bytes(2**20))
        await person.reads("Je spraakbericht is te lang")
        await person.program.until(lambda session: kept(session) == ["audio/ogg"])


@pytest.mark.parametrize(
    "content",
    [b"<html><script>alert(1)</script>", b"MZ\x90\x00", b"", b"OggS" + bytes(200), b"\x1aE\xdf\xa3webm"],
    ids=["page", "program", "nothing", "other-ogg", "film"],
)
async def test_what_is_no_voice_is_thrown_away_and_the_person_hears_of_it(sqlite_url: str, content: bytes) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DOORWAY)
        person.user.speaks(content)
        await person.reads(MAY_I)
        await person.talks(("ja", "Ik bewaar het voor je coach"))
        await person.reads("Je spraakbericht is niet bewaard")
        assert await person.program.read(kept) == []


async def test_a_file_that_grew_after_it_was_announced_is_cut_off(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DOORWAY)
        person.user.speaks(SPOKEN, ref="grows")
        await person.reads(MAY_I)
        person.account.files["voice/file_grows.oga"] = SPOKEN + bytes(3 * 2**20)
        await person.talks(("ja", "Ik bewaar het voor je coach"))
        await person.reads("Je spraakbericht is niet bewaard")
        assert await person.program.read(kept) == []


async def test_a_telegram_that_is_away_is_asked_again(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        person.account.faults.script(ServerError(502), Reset(), method="getFile")
        await says_yes(person)
        for _ in range(2):
            await person.program.until(lambda session: _put_off(session, person.program))
            person.program.later(minutes=2)
        await person.program.until(lambda session: kept(session) == ["audio/ogg"])
        assert fetched(person.account) == 3


def _put_off(session: Session, program: Running) -> bool:
    due = session.exec(select(Due).where(Due.kind == "fetch_recording")).one()
    return due.state == "planned" and due.due_at > program.clock.now()


async def test_a_file_that_is_gone_is_given_up(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DOORWAY)
        person.user.speaks(SPOKEN)
        await person.reads(MAY_I)
        person.account.files.clear()
        await person.talks(("ja", "Ik bewaar het voor je coach"))
        await person.reads("Je spraakbericht is niet bewaard")


async def test_it_goes_with_the_person(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await says_yes(person)
        await person.program.until(lambda session: kept(session) == ["audio/ogg"])
        await person.talks(("wis alles", "Ben je zeker?"), ("ja", "Alles is gewist"))
        assert await person.program.read(kept) == []


async def test_it_is_forgotten_in_time(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await says_yes(person)
        await person.program.until(lambda session: kept(session) == ["audio/ogg"])
        person.program.later(days=KEPT.days, hours=1)
        await person.program.until(lambda session: kept(session) == [])


async def test_nobody_can_fill_the_disk(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await says_yes(person)
        for _ in range(29):
            person.user.speaks(SPOKEN)
            await person.reads("Ik bewaar het voor je coach")
        person.user.speaks(SPOKEN)
        await person.reads("Ik kan geen spraakberichten meer bewaren")
        assert len(await person.program.read(kept)) == 30
