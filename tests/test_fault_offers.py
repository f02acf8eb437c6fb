"""``kill -9`` when what may fit is shown and when somebody wants to know more: nothing is lost, nothing done twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlmodel import Session, select

from casework.offers.catalogue_file import CATALOGUE, read_catalogue
from casework.offers.catalogue_seed import seed
from storage.tables import Case, Notice, OfferWish
from tests.faults.books import open_house, wrong
from tests.faults.program import TOKEN, Program
from tests.faults.script import Script
from tests.faults.starter import Starter
from tests.faults.talker import QUICK, Talker
from tests.stage import ROOT, WEDNESDAY
from tests.telegram_server import TelegramServer

KILLED = -9
LEASE = 120.0
TALKS = QUICK | {"goal": "talk", "book": "no"}
"""Who only wants to talk is shown that they may come by."""
SHOWN, KEPT = "Gewoon langskomen in het Werkstation", "Ik zeg je coach dat je meer wil weten."
BEFORE, AFTER = "in a turn, before its commit", "after a turn's commit, before its answer"


async def fill(database_url: str) -> None:
    async with open_house(database_url) as house:
        written = read_catalogue(ROOT / "organisations" / "genk" / CATALOGUE, house.organisations["genk"])
        await house.ledger.write(lambda session: seed(session, "genk", written, WEDNESDAY))


async def test_offers_are_shown_and_a_wish_is_kept_once_though_the_program_is_killed_at_both(
    starter: Starter, telegram: TelegramServer, script: Script, sqlite_url: str, log_file: Path
) -> None:
    program = Program(starter, sqlite_url, telegram.url, log_file)
    await fill(sqlite_url)
    await program.start(lease=LEASE)
    person = Talker(telegram.user(TOKEN, 1), script, "nl", TALKS)
    await person.talk(until="contact_way")
    await program.stop()

    program.begin(faults={BEFORE: 1}, lease=LEASE)
    ending = asyncio.create_task(person.talk())
    assert await program.died() == KILLED
    await program.start(lease=LEASE)
    await ending
    await sees(person, SHOWN)
    await program.stop()

    program.begin(faults={AFTER: 1}, lease=LEASE)
    person.updates.append(person.user.taps("Ja, graag"))
    assert await program.died() == KILLED
    await program.start(lease=LEASE)
    await sees(person, KEPT)
    await program.stop()

    texts = [message.text for message in person.user.chat.from_bot()]
    assert [sum(words in text for text in texts) for words in ("past misschien", KEPT)] == [1, 1]
    async with open_house(sqlite_url) as house:
        assert await house.ledger.read(_kept) == (1, ["new_case"], 1)
    assert await wrong(sqlite_url, [person], kills=2) == []


async def sees(person: Talker, words: str) -> None:
    await person.until(lambda: any(words in message.text for message in person.user.chat.from_bot()), words)


def _kept(session: Session) -> tuple[int, list[str], int]:
    cases, wishes = (len(session.exec(select(table)).all()) for table in (Case, OfferWish))
    return cases, [notice.kind for notice in session.exec(select(Notice))], wishes
