"""What tests of the calendar share: somebody at work, a visit as booking makes it, a house with group sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from typing import Any

from sqlmodel import Session, select

from casework.cases.cases import HandOverRequest
from casework.door.accounts import ensure_accounts
from casework.door.sign_in import open_door
from casework.house.organisations import Organisation
from casework.sessions.session_file import GroupSession
from casework.visiting.booking import Booked, BookRequest, book
from casework.visiting.staff_times import without_notice
from storage.ledger import open_ledger
from storage.tables import Appointment, Audit, Due, Staff
from tests.staff_stage import ANSWERS, ELSEWHERE, HERE, ORGANISATIONS, Browser, Stage

NAMED: Mapping[str, Any] = {**ANSWERS, "name": "Samira"}
THURSDAY = "20270325T0830-greet"
"""In UTC: half past nine, the day after the stage's now."""


@asynccontextmanager
async def calendar_stage(**organisations: Organisation) -> AsyncIterator[Stage]:
    ledger = await open_ledger("sqlite://")
    stage = Stage(ledger, organisations={**ORGANISATIONS, **organisations})
    for organisation in (HERE, ELSEWHERE):
        await ledger.write(partial(ensure_accounts, organisation=stage.organisations[organisation], now=stage.now))
    yield stage
    await ledger.close()


def with_sessions(*groups: GroupSession) -> Organisation:
    return replace(ORGANISATIONS[HERE], sessions={group.id: group for group in groups})


def info(**changes: Any) -> GroupSession:
    facts: dict[str, Any] = {
        "id": "info",
        "kind": "information",
        "title": {"nl": "Werk zoeken", "fr": "Chercher du travail"},
        "day": date(2027, 3, 30),
        "start": time(10),
        "end": time(12),
        "seats": 1,
        "languages": ("nl", "fr"),
        "place": "sint-truiden",
    }
    return GroupSession(**(facts | changes))


async def at_work(stage: Stage, browser: Browser, login: str = "greet", role: str | None = None) -> Browser:
    """Signed in without the time a password takes."""
    account = await stage.account(login)

    def work(session: Session) -> str:
        if role:
            session.get_one(Staff, account.id).role = role
        return open_door(session, account.id, stage.now)

    browser.client.session.cookie_jar.update_cookies({"opstap-staff": await stage.ledger.write(work)})
    return browser


async def known_person(stage: Stage, answers: Mapping[str, Any] = NAMED) -> tuple[str, str]:
    """The person and the case."""
    person, talk = await stage.person()
    return person, await stage.hand_over(HandOverRequest(HERE, person, talk, answers, (), "nl"))


async def booked(stage: Stage, person: str, slot: str = THURSDAY) -> str:
    house = without_notice(stage.organisations[HERE])

    def work(session: Session) -> str:
        came_of = book(session, house, BookRequest(person, slot, "nl", by="staff"), stage.now)
        assert isinstance(came_of, Booked)
        return came_of.appointment.id

    return await stage.ledger.write(work)


async def visits(stage: Stage) -> list[Appointment]:
    return await stage.ledger.read(lambda session: list(session.exec(select(Appointment))))


async def due(stage: Stage, kind: str) -> list[Due]:
    return await stage.ledger.read(lambda session: list(session.exec(select(Due).where(Due.kind == kind))))


async def done(stage: Stage) -> list[str]:
    """What the audit says was done, in order."""
    return await stage.ledger.read(
        lambda session: [row.action for row in session.exec(select(Audit).order_by(Audit.id))]  # type: ignore[arg-type]
    )


def local(moment: datetime) -> str:
    return f"{moment.astimezone(ORGANISATIONS[HERE].tz):%d %H:%M}"
