"""Fills a database in which nobody is with invented people, and erases them again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from bot.clock import Clock
from bot.demo.imagining import Imagined, announced, imagine
from bot.demo.moving_in import HOUSE, Rows, move_in, taken_out
from bot.opening import Papers
from bot.settings import Settings
from casework.employers.forgetting import forget_invented
from casework.house.demonstration import everybody_invented
from casework.house.in_force import TOPIC
from casework.privacy.erasing import DESTROYED, erase
from casework.telling.notices import settle
from storage.ledger import Ledger, ring
from storage.tables import Appointment, Case, Conversation, Enrolment, Person


class RealPeople(Exception):
    """Somebody who is not invented talks with us: nothing invented may come among them."""


async def furnish(
    ledger: Ledger, settings: Settings, papers: Papers, clock: Clock, stop: Callable[[], bool] = lambda: False
) -> int:
    """How many people came in; none where they are there already. Accounts and catalogues must be there before.

    Their weeks are lived in memory, beside the loop; what comes into the database comes in one transaction.
    When ``stop`` says so nobody comes. Raises ``RealPeople``.
    """
    now = clock.now()
    house_rows = await ledger.read(_house_of_nobody)
    if house_rows is None:
        return 0
    imagined = await asyncio.to_thread(lambda: asyncio.run(imagine(settings, papers, house_rows, now, stop)))
    if imagined is None:
        return 0
    return await ledger.write(lambda session: _come_in(session, imagined, tuple(papers.organisations), now))


def _house_of_nobody(session: Session) -> Rows | None:
    """What there is but people; nothing where there are invented ones."""
    living = session.exec(select(func.count()).where(col(Person.wrapped_key) != DESTROYED)).one()
    made_up = len(everybody_invented(session))
    if living > made_up:
        raise RealPeople
    return None if made_up else taken_out(session, HOUSE)


def _come_in(session: Session, imagined: Imagined, organisations: Sequence[str], now: datetime) -> int:
    """All of them, unless somebody was quicker."""
    if _house_of_nobody(session) is None:
        return 0
    move_in(session, imagined.rows)
    session.add_all(announced(each, imagined.weeks, now) for each in organisations)
    ring(session, TOPIC)
    return len(imagined.rows["person"])


async def forget_all(ledger: Ledger, organisations: Sequence[str], clock: Clock) -> int:
    """Erase every invented person as any other is erased; how many there were."""
    now, people = clock.now(), await ledger.read(everybody_invented)
    for person in people:
        await ledger.write(lambda session, person=person: _forget(session, person, now))  # type: ignore[misc]
    await ledger.write(forget_invented)
    if people:
        await ledger.write(lambda session: _end(session, organisations, now))
    return len(people)


def _forget(session: Session, person: str, now: datetime) -> None:
    """What waits on a desk about them goes along: nobody need hear that a visit which was never to be is off."""
    erase(session, person, now)
    for organisation, subject in _told_of(session, person):
        settle(session, organisation, subject, now)


def _told_of(session: Session, person: str) -> list[tuple[str, str]]:
    """What of them notices are about, with its organisation."""
    kinds = (
        select(Appointment.organisation, Appointment.id).where(Appointment.person_id == person),
        select(Case.organisation, Case.id).where(Case.person_id == person),
        select(Conversation.organisation, Conversation.id).where(Conversation.person_id == person),
        select(Enrolment.organisation, Enrolment.id).where(Enrolment.person_id == person),
    )
    return [row for kind in kinds for row in session.exec(kind).all()]


def _end(session: Session, organisations: Sequence[str], now: datetime) -> None:
    session.add_all(announced(each, None, now) for each in organisations)
    ring(session, TOPIC)
