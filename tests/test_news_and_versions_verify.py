"""Verifying names each rule of campaigns and of versions of the catalogue that somebody broke by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from casework.campaigns.campaigns import LETTER, By, Written, letter_key, settle_letter, start, write_campaign
from casework.door.rights import System
from casework.offers.catalogue_desk import archive, change, restore
from casework.privacy.consents import record
from flows.effects import RecordConsent
from storage.ledger import Ledger, open_ledger
from storage.tables import CatalogueEntry, Chat, Due
from storage.trays import Parcel, finish_due, put
from storage.verify import verify
from tests.catalogue_stage import Shop, by_system, entry
from tests.staff_stage import ELSEWHERE, HERE, NOW, ORGANISATIONS, Stage

HOUR = timedelta(hours=1)
TEXTS = {"nl": "Er is een open dag.", "fr": "Il y a une journée ouverte."}


@pytest.fixture
async def ledger() -> AsyncIterator[Ledger]:
    opened = await open_ledger("sqlite://")
    yield opened
    await opened.close()


async def broken(ledger: Ledger, *statements: str) -> list[str]:
    """What verifying says after these statements."""
    for statement in statements:
        await ledger.write(partial(_run, statement=statement))
    return [f"{each.invariant} {each.place.split()[0]}: {each.problem}" for each in await ledger.read(verify)]


def _run(session: Session, statement: str) -> None:
    session.connection().execute(text(statement))


async def news(ledger: Ledger, *, sent: bool) -> None:
    """A campaign to one person who said yes an hour before; the letter waits, or was sent."""
    stage = Stage(ledger)
    person, _ = await stage.person()
    by = By(ORGANISATIONS[HERE], System("5" * 16, HERE), NOW)

    def work(session: Session) -> None:
        record(session, person, RecordConsent("news", 1, True, "nl"), "web", NOW - HOUR)
        campaign = write_campaign(session, by, Written("Voorjaar", TEXTS))
        assert start(session, by, (campaign, 1)) == "done"
        if sent:
            mine = Due.kind == LETTER, Due.person_id == person, Due.subject == campaign
            due = session.exec(select(Due).where(*mine)).one()
            chat = session.exec(select(Chat.id).where(Chat.person_id == person)).one()
            assert finish_due(session, due.id or 0, "done")
            assert settle_letter(session, due, "sent")
            put(session, Parcel(HERE, "web", chat, None, "message", b"s", key=letter_key(campaign, person)), NOW)

    await ledger.write(work)


async def test_a_letter_to_who_wanted_news_is_sound_before_and_after_it_is_sent(ledger: Ledger) -> None:
    await news(ledger, sent=False)
    await news(ledger, sent=True)
    assert await broken(ledger) == []


LETTERS = [
    ("its person is of another organisation", f"UPDATE campaign SET organisation = '{ELSEWHERE}'"),
    ("its person never said anything about news", "UPDATE consent SET scope = 'intake'"),
    ("it was sent to who had said no", "UPDATE consent SET granted = 0"),
    (
        "it is settled, and would go out again",
        "UPDATE due SET state = 'planned' WHERE kind = 'campaign_letter'",
    ),
    (
        "its campaign has not begun",
        "UPDATE campaign SET state = 'draft', started_at = NULL",
    ),
]


@pytest.mark.parametrize(("problem", "statement"), LETTERS, ids=[problem for problem, _ in LETTERS])
async def test_what_is_wrong_with_a_letter_that_was_sent_is_named(ledger: Ledger, problem: str, statement: str) -> None:
    await news(ledger, sent=True)
    assert await broken(ledger, statement) == [f"I16 campaign_letter: {problem}"]


async def test_who_took_their_yes_back_before_it_was_sent_is_named_and_who_did_so_later_is_not(ledger: Ledger) -> None:
    await news(ledger, sent=True)
    word = "INSERT INTO consent (id, person_id, scope, wording, granted, language, channel, at)"
    word += " SELECT '{}', person_id, scope, wording, {}, language, channel, '{}' FROM consent LIMIT 1"
    moment = "2027-03-24 {}:00.000000"
    assert await broken(ledger, word.format("later", 0, moment.format("09:30"))) == []
    assert await broken(ledger, word.format("at_once", 0, moment.format("09:00"))) == [], "at the very moment"
    said_no = "I16 campaign_letter: it was sent to who had said no"
    assert await broken(ledger, word.format("before", 0, moment.format("08:30"))) == [said_no]
    assert await broken(ledger, word.format("again", 1, moment.format("08:45"))) == [], "they said yes again"


async def test_two_rows_that_would_send_one_campaign_twice_are_named(ledger: Ledger) -> None:
    await news(ledger, sent=False)
    columns = "organisation, person_id, subject, version, kind, due_at, state, body, attempts"
    twin = f"INSERT INTO due (key, {columns}) SELECT 'another', {columns} FROM due WHERE kind = 'campaign_letter'"
    assert await broken(ledger, twin) == ["I16 due: it would send somebody a campaign for the second time"]


@pytest.fixture
async def kept(ledger: Ledger) -> str:
    """An entry that was changed, put away and brought back: of four versions three are in the past."""
    shop = Shop(Stage(ledger))
    id = await shop.entry()

    def work(session: Session) -> None:
        written = replace(entry(), funding="ESF")
        assert change(session, CatalogueEntry, by_system(), (id, 1), written, NOW) == "done"
        assert archive(session, CatalogueEntry, by_system(), (id, 2), NOW) == "done"
        assert restore(session, CatalogueEntry, by_system(), (id, 3), NOW) == "done"

    await ledger.write(work)
    return id


async def test_the_versions_of_an_entry_follow_each_other(ledger: Ledger, kept: str) -> None:
    assert await broken(ledger) == []
    assert await broken(ledger, "DELETE FROM catalogue_past WHERE version = 1") == [], "from before they were kept"


NO_VERSION = "catalogue_past: it is no version before the one of now"
MISSING = "catalogue_entry: a version of what it said is missing"
VERSIONS = [
    (MISSING, "DELETE FROM catalogue_past WHERE version = 2"),
    (MISSING, "DELETE FROM catalogue_past WHERE version = 3"),
    (MISSING, "UPDATE catalogue_entry SET version = 9"),
    (NO_VERSION, "UPDATE catalogue_entry SET version = 3"),
    (
        NO_VERSION,
        "UPDATE catalogue_past SET version = 4 WHERE version = 3",
    ),
]


@pytest.mark.parametrize(("problem", "statement"), VERSIONS, ids=[statement for _, statement in VERSIONS])
async def test_what_is_wrong_with_versions_is_named(ledger: Ledger, kept: str, problem: str, statement: str) -> None:
    assert await broken(ledger, statement) == [f"I12 {problem}"]
