"""The secret that seals what people say: kept whole, never made a second time, and replaced without a loss."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import Session, SQLModel, col, select

from bot.counting import Wish, show_funnel
from bot.house import House
from bot.kept_papers import KeptPapers
from bot.opening import load_staff, open_house, open_migrated
from bot.people import Place
from bot.replacing_secret import replace_secret
from bot.secret_key import master_secrets
from bot.settings import BadSettings, Settings
from bot.stage import Actor, Stage, StageClock
from casework.agendas.outside_times import Source, add_calendar, source_of
from casework.cases.case_names import name_indexes
from casework.cases.cases import HandOverRequest, hand_over
from casework.door.accounts import find_account
from casework.door.second_factor import app_to_set_up, begin_app
from casework.employers.register import by_name, name_of, registered
from casework.hooks.webhooks import Subscription, add_webhook, door_of
from casework.privacy.erasing import erase
from casework.telling.push_browsers import push_key
from storage.agenda_tables import OutsideCalendar
from storage.rewrap import OF_THE_HOUSE
from storage.tables import Case, Conversation, Person
from storage.webhook_tables import Webhook
from tests.stage import ROOT, papers

OLD, NEW = "o" * 40, "n" * 40
NOW = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)
AN, BO = Place("genk", "web", "an"), Place("genk", "web", "bo")


def settings(folder: Path, secret: str = "", url: str = "") -> Settings:
    return Settings(
        database_url=url or f"sqlite:///{folder}/opstap.sqlite",
        secret_key=SecretStr(secret),
        organisations=ROOT / "organisations",
    )


async def greets(house: House, place: Place = AN) -> list[str]:
    return [bubble.text for bubble in await Actor(Stage(house, StageClock()), place).starts()]


async def somebody_talked(known: Settings) -> None:
    async with open_house(known, papers(), open_migrated) as house:
        await greets(house)


async def test_a_secret_that_is_gone_is_missed_and_no_other_one_made(tmp_path: Path) -> None:
    known = settings(tmp_path)
    await somebody_talked(known)
    (tmp_path / "opstap.key").unlink()
    with pytest.raises(BadSettings, match=r"opstap\.key: it is gone, .* Put it back"):
        await somebody_talked(known)
    with pytest.raises(BadSettings, match=r"opstap\.key: it is gone"):
        await show_funnel(known, Wish(), print)
    assert not (tmp_path / "opstap.key").exists()


async def test_what_another_secret_sealed_is_not_opened_with_this_one(tmp_path: Path) -> None:
    await somebody_talked(settings(tmp_path, OLD))
    with pytest.raises(BadSettings, match="OPSTAP_SECRET_KEY: this secret did not seal what stands in the database"):
        await somebody_talked(settings(tmp_path, NEW))
    await somebody_talked(settings(tmp_path, f"{NEW},{OLD}"))


async def test_kept_papers_without_their_secret_do_not_make_one(tmp_path: Path) -> None:
    known = settings(tmp_path)
    KeptPapers(known, lambda _: papers()).keep()
    (tmp_path / "opstap.key").unlink()
    KeptPapers(known, lambda _: papers())
    assert not (tmp_path / "opstap.key").exists()


def test_a_secret_is_made_once_and_whole(tmp_path: Path) -> None:
    first = master_secrets(settings(tmp_path))
    assert len(first[0]) == 64
    assert master_secrets(settings(tmp_path)) == first
    assert [file.name for file in tmp_path.iterdir()] == ["opstap.key"]
    assert (tmp_path / "opstap.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("left", [b"", b"abc", b"\xff\xfe" * 5])
def test_a_file_that_holds_no_secret_is_named(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "opstap.key").write_bytes(left)
    with pytest.raises(BadSettings, match=r"opstap\.key: this is not the secret that was made here"):
        master_secrets(settings(tmp_path))


def test_a_secret_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "opstap.key").mkdir()
    with pytest.raises(BadSettings, match=r"opstap\.key: it cannot be read or made .* Look at its rights\."):
        master_secrets(settings(tmp_path))


def furnished(session: Session, house: House) -> None:
    """Something of everything that the house seals for itself, and a case with a name."""
    registered(session, house.vault, "genk", "Bakkerij Het Voorbeeld", NOW)
    add_webhook(
        session, house.vault, "genk", Subscription("Test", "https://hooks.example.org/x", ("case.offered",)), NOW
    )
    add_calendar(session, house.vault, ("genk", "an"), Source("ics", "https://cal.example.org/an", "", ""), NOW)
    staff = find_account(session, "genk", "ine")
    assert staff
    begin_app(session, house.vault, staff.id, NOW)
    talk = session.exec(select(Conversation).order_by(col(Conversation.created_at))).first()
    assert talk
    request = HandOverRequest("genk", talk.person_id, talk.id, {"name": "Fatma"}, (), "nl")
    hand_over(session, house.vault, request, NOW)


def opened(session: Session, house: House) -> list[object]:
    """The same, as this house can read and find it."""
    company = by_name(session, house.vault, "genk", "bakkerij het voorbeeld")
    webhook, staff = session.exec(select(Webhook)).one(), find_account(session, "genk", "ine")
    assert company
    assert staff
    calendar = session.exec(select(OutsideCalendar.id)).one()
    named = select(Case.id).where(col(Case.name_index).in_(name_indexes(house.vault, "genk", "Fatma")))
    return [
        name_of(house.vault, company),
        door_of(house.vault, webhook),
        source_of(session, house.vault, calendar),
        app_to_set_up(session, house.vault, staff.id),
        push_key(session, house.vault, NOW),
        session.exec(named).one(),
    ]


async def test_a_new_secret_takes_the_place_of_the_old_one(database_url: str, tmp_path: Path) -> None:
    async with open_house(settings(tmp_path, OLD, database_url), papers()) as house:
        await load_staff(house.ledger, house.organisations, house.clock)
        await greets(house)
        await greets(house, BO)
        await house.ledger.write(lambda session: furnished(session, house))
        before = await house.ledger.write(lambda session: opened(session, house))
        await house.ledger.write(erase_the_other)
        await replace_secret(house)
    with pytest.raises(BadSettings, match="did not seal"):
        await somebody_talked(settings(tmp_path, NEW, database_url))
    async with open_house(settings(tmp_path, f"{NEW},{OLD}", database_url), papers()) as house:
        assert await house.ledger.write(lambda session: opened(session, house)) == before
        await replace_secret(house)
        await replace_secret(house)
    async with open_house(settings(tmp_path, NEW, database_url), papers()) as house:
        assert await house.ledger.write(lambda session: opened(session, house)) == before
        assert await greets(house)


def erase_the_other(session: Session) -> None:
    """Of who was erased there is no key to move."""
    with_case = select(Case.person_id)
    erase(session, session.exec(select(Person.id).where(col(Person.id).not_in(with_case))).one(), NOW)


OF_PEOPLE = {
    *("case_document", "case_document_content", "case_note", "case_task", "company_call", "heard", "intake_case"),
    *("log_entry", "outgoing", "recording", "referral", "set_aside", "small_step"),
}
"""Sealed with the key of a person; messages to staff stand among ``outgoing``, and are gone within days."""
GONE_SOON = {"api_call", "begun_step"}


def test_whatever_is_sealed_for_no_person_and_lasts_moves_to_a_new_secret() -> None:
    """A new table with something sealed belongs into one of the three."""
    sealed = {table.name for table in SQLModel.metadata.sorted_tables if "sealed" in table.columns}
    assert sealed == OF_PEOPLE | GONE_SOON | {str(table.__tablename__) for table in OF_THE_HOUSE}
