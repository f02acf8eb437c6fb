"""Looks into the due tray every few seconds and carries out what has fallen due; keeps nothing in memory."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import Session

from bot import (
    campaigning,
    case_telling,
    company_asking,
    handing_back,
    local_work_telling,
    mailing,
    nudging,
    referral_asking,
    referral_telling,
    session_reminding,
    step_asking,
    visit_telling,
)
from bot.house import House
from bot.reminding import look_for_an_answer, remind
from casework.campaigns import campaigns
from casework.cases import first_answer, recordings
from casework.employers import calls
from casework.offers import referral_news, referral_questions
from casework.sessions import session_reminders
from casework.steps.step_asking import ASK
from casework.talk import coach_talk, talk_unread
from casework.telling import notice_sending
from storage.ledger import DatabaseAway
from storage.tables import Due
from storage.trays import claim_due, finish_due

log = structlog.get_logger()
EVERY = 5
"""Seconds of the house's clock between two looks."""
BATCH = 50
LEASE = 60
AT_ONCE = 4
"""People for whom something is done at the same moment."""
TRIES = 5
Errand = Callable[[Due], Awaitable[None]]
"""What takes a row out of the house, such as a download, and finishes it or gives it back by itself."""
NO_ERRANDS: Mapping[str, Errand] = MappingProxyType({})

AT_A_DESK: Mapping[str, Callable[[Session, House, Due, datetime], None]] = {
    coach_talk.HAND_BACK: handing_back.hand_back,
    notice_sending.SEND: mailing.write_waiting,
    talk_unread.UNREAD: handing_back.look_if_read,
    first_answer.WAITS: case_telling.climb,
    case_telling.NEWS: case_telling.tell,
    referral_news.NEWS: referral_telling.tell_news,
    nudging.NUDGE: nudging.ask_to_go_on,
    campaigns.LETTER: campaigning.say_letter,
    ASK: step_asking.ask,
    calls.ASK: company_asking.ask,
}
"""What is done for rows of these kinds."""


class Ticker:
    """APScheduler only ticks: no job store, no misfire limit, late ticks made up for by one.

    ``errands`` are for rows of those kinds; nothing else waits for them.
    """

    def __init__(self, house: House, errands: Mapping[str, Errand] = NO_ERRANDS) -> None:
        self.house = house
        self._errands = errands
        self._away: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=max(0.05, EVERY / self.house.clock.speed),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)
        for task in self._away:
            task.cancel()

    async def tick(self) -> int:
        """Carry out everything that is due now; the number of rows."""
        count = 0
        try:
            while rows := await self.house.ledger.write(self._claim):
                for row in rows:
                    if row.kind in self._errands:
                        self._send_away(row)
                await self._side_by_side([row for row in rows if row.kind not in self._errands])
                count += len(rows)
        except DatabaseAway:
            log.warning("tick.database_away")
        return count

    async def _side_by_side(self, rows: Iterable[Due]) -> None:
        """What concerns one person in turn; only a few people at once: who talks with us does not wait behind them."""
        lines: defaultdict[str | int | None, list[Due]] = defaultdict(list)
        for row in rows:
            lines[row.person_id or row.id].append(row)
        room = asyncio.Semaphore(AT_ONCE)
        problems = await asyncio.gather(*(self._in_turn(room, line) for line in lines.values()), return_exceptions=True)
        for problem in filter(None, problems):
            raise problem

    async def _in_turn(self, room: asyncio.Semaphore, line: Iterable[Due]) -> None:
        async with room:
            for row in line:
                await self._carry_out(row)

    def _claim(self, session: Session) -> list[Due]:
        return claim_due(session, self.house.clock.now(), BATCH, LEASE)

    def _send_away(self, row: Due) -> None:
        task = asyncio.create_task(self._errand(row))
        self._away.add(task)
        task.add_done_callback(self._away.discard)

    async def _errand(self, row: Due) -> None:
        try:
            await self._carry_out(row)
        except DatabaseAway:
            log.warning("errand.database_away", kind=row.kind, id=row.id)

    async def _carry_out(self, row: Due) -> None:
        try:
            if errand := self._errands.get(row.kind):
                await errand(row)
            else:
                await self.house.ledger.write(partial(self._work, row))
        except DatabaseAway:
            raise
        except Exception as error:
            log.error("due.failed", kind=row.kind, id=row.id, attempt=row.attempts, error=type(error).__name__)
            if row.attempts >= TRIES:
                await self.house.ledger.write(partial(_give_up, row, type(error).__name__))

    def _work(self, row: Due, session: Session) -> None:
        match row.kind:
            case "remind_day" | "remind_hours":
                remind(session, self.house, row, self.house.clock.now())
            case "unanswered":
                look_for_an_answer(session, self.house, row, self.house.clock.now())
            case "end_hold":
                visit_telling.end(session, row, self.house.clock.now())
            case "time_freed":
                visit_telling.offer_freed(session, self.house, row, self.house.clock.now())
            case "visit_missed" | "visit_off" | "visit_moved" | "visit_made":
                visit_telling.tell(session, self.house, row, self.house.clock.now())
            case kind if kind in AT_A_DESK:
                AT_A_DESK[kind](session, self.house, row, self.house.clock.now())
            case "wait_visit":
                finish_due(session, row.id or 0, "skipped", "no time became free")
            case kind if kind in session_reminders.KINDS:
                session_reminding.carry_out(session, self.house, row, self.house.clock.now())
            case kind if kind in referral_questions.KINDS:
                referral_asking.carry_out(session, self.house, row, self.house.clock.now())
            case kind if kind in local_work_telling.KINDS:
                local_work_telling.carry_out(session, self.house, row, self.house.clock.now())
            case recordings.FORGET:
                recordings.forget(session, row.subject or "")
                finish_due(session, row.id or 0, "done")
            case _:
                finish_due(session, row.id or 0, "dead", f"nothing is known to do for {row.kind}")


def _give_up(row: Due, reason: str, session: Session) -> None:
    finish_due(session, row.id or 0, "dead", reason)
