"""Who came to the group sessions that are over, and what came of it: as a host notes it on the sheet afterwards."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from random import Random

from sqlmodel import Session, col, select

from bot.demo.weeks import Weeks
from bot.stage import Stage
from casework.door.accounts import Account
from casework.door.rights import may
from casework.house.organisation import Organisation
from casework.sessions.attendance import OUTCOMES, Register
from casework.sessions.enrolments import Room
from casework.sessions.group_sessions import ends_at
from casework.sessions.seat_states import ENROLLED
from casework.sessions.session_file import GroupSession
from storage.tables import Enrolment, Staff

CAME = 0.8
"""How likely somebody who signed up was there."""


class Host:
    """Notes the sheets of one organisation, an hour after each session."""

    def __init__(self, stage: Stage, organisation: Organisation, weeks: Weeks) -> None:
        self._stage, self._organisation, self._weeks = stage, organisation, weeks
        self._random = Random(f"host of {organisation.id}")  # noqa: S311 - made to be the same each time

    def begin(self) -> None:
        for group in self._organisation.sessions.values():
            over = ends_at(self._organisation, group) + timedelta(hours=1)
            if over > self._stage.clock.now():
                self._weeks.plan(over, partial(self._note, group))

    async def _note(self, group: GroupSession) -> None:
        await self._stage.house.ledger.write(partial(self._keep, group))

    def _keep(self, group: GroupSession, session: Session) -> None:
        room = Room(session, self._organisation, group, self._stage.clock.now())
        register = Register(room, self._somebody(session))
        here = Enrolment.organisation == self._organisation.id, Enrolment.session == group.id
        seated = select(Enrolment).where(*here, Enrolment.state == ENROLLED).order_by(col(Enrolment.seat))
        for place in session.exec(seated).all():
            came = self._random.random() < CAME
            register.mark(place.id, place.version, attended=came)
            if came and group.host:
                register.outcome(place.id, self._random.choice(OUTCOMES))

    def _somebody(self, session: Session) -> Account:
        """Of those who run sessions here."""
        staff = select(Staff).where(Staff.organisation == self._organisation.id).order_by(col(Staff.login))
        accounts = [Account.of(row, self._organisation) for row in session.exec(staff)]
        return self._random.choice([account for account in accounts if may(account, "run_sessions")])
