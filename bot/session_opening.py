"""After the files were read: new seats go to who waits, and what no longer fits is said to who runs the house."""

from __future__ import annotations

from functools import partial

import structlog
from sqlmodel import Session

from bot.house import House
from casework.house.organisations import Organisation
from casework.sessions.attendance import Squeezed, open_seats, without_session
from casework.sessions.session_gone import call_off
from casework.telling.announcements import announce_about

log = structlog.get_logger()


async def open_group_sessions(house: House) -> None:
    """In a transaction for each organisation."""
    for organisation in house.organisations.values():
        squeezed, gone = await house.ledger.write(partial(_open, house, organisation))
        for each in squeezed:
            log.warning(
                "session.too_few_seats", organisation=organisation.id, session=each.group, people=len(each.places)
            )
        for group, count in gone.items():
            log.warning("session.not_in_the_file", organisation=organisation.id, session=group, people=count)


def _open(house: House, organisation: Organisation, session: Session) -> tuple[list[Squeezed], dict[str, int]]:
    now = house.clock.now()
    squeezed, gone = open_seats(session, organisation, now), without_session(session, organisation, now)
    for group in gone:
        if call_off(session, organisation, group, now):
            announce_about(session, house.voice, group, now)
    return squeezed, gone
