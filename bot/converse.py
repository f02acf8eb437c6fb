"""The one door of the conversation: every channel passes its updates here, and each is applied once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import structlog
from sqlmodel import Session

from bot.arriving import arriving
from bot.call import Call
from bot.doors import Doors
from bot.gate import let_in
from bot.house import House
from bot.incoming import Incoming, Taken
from bot.logs import where
from bot.parking import park
from bot.people import StaffChat, meet
from bot.staff_chat import hear_staff, link_staff
from bot.turn import take_turn
from casework.house.partner_links import count_arrival
from flows.heard import Started, TooPersonal
from storage.ledger import DatabaseAway

log = structlog.get_logger()
TRIES = 3


class Converse:
    """Takes updates: those of one chat in order, those of different chats side by side."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._doors = Doors()

    async def take(self, incoming: Incoming) -> Taken:
        """Apply one update in one transaction. After ``TRIES`` failures it is parked, and staff see that.

        Raises ``DatabaseAway`` when nothing could be kept: the channel must let its sender try again.
        """
        known = let_in(incoming, self.house.wording)
        return replace(await self._apply(known), removed=isinstance(known.heard, TooPersonal))

    async def _apply(self, incoming: Incoming) -> Taken:
        async with self._doors.through(f"{incoming.organisation}/{incoming.channel}/{incoming.address}"):
            reason = ""
            for attempt in range(1, TRIES + 1):
                try:
                    return await self._write(incoming, turn)
                except DatabaseAway:
                    raise
                except Exception as error:
                    reason = type(error).__name__
                    at = where(error)
                    log.error(
                        "turn.failed",
                        organisation=incoming.organisation,
                        attempt=attempt,
                        error=reason,
                        where=at,
                    )
            return await self._write(incoming, partial(park, reason=reason))

    async def _write(self, incoming: Incoming, work: Callable[[Call], Taken]) -> Taken:
        now = self.house.clock.now()

        def run(session: Session) -> Taken:
            return work(Call(session, self.house, incoming, now))

        taken = await self.house.ledger.write(run)
        if taken.package:
            self.house.carriers.hand_over(taken.package)
        return taken


def turn(call: Call) -> Taken:
    """Whoever is there: a coach following a link, a coach's chat of notices, or a person, maybe by a link."""
    linked = link_staff(call)
    if linked is not None:
        return linked
    arrived = arriving(call)
    if arrived is None:
        return Taken(None)
    call = arrived
    setting, language = call.setting, call.incoming.language
    greeting = language if language in setting.languages else setting.languages[0]
    partner = meet(call.session, call.house.vault, call.place, greeting, setting.flow.id, call.now)
    if isinstance(partner, StaffChat):
        return hear_staff(call, partner)
    if partner.new and isinstance(call.incoming.heard, Started):
        count_arrival(call.session, call.incoming.organisation, call.incoming.heard.payload)
    return take_turn(call, partner)
