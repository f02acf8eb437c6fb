"""Lets all the invented people live their weeks, in a house in memory that is gone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.demo.brokering import Broker
from bot.demo.hosting import Host
from bot.demo.inventing import DOORS, STORIES, Town, invent
from bot.demo.living import CHANNEL, Life
from bot.demo.moving_in import Rows, moved_out, put_in
from bot.demo.weeks import Weeks
from bot.demo.written import read_written
from bot.opening import Papers, make_house
from bot.settings import Settings
from bot.stage import Stage, StageClock
from casework.house.demonstration import PLACE
from casework.house.neighbours import served
from casework.house.organisation import Organisation
from flows.answers.choice import OneChoice
from flows.talk import Setting
from storage.alone import LedgerAlone
from storage.tables import OrganisationChange

ACTOR = "house:demo"
"""Who says, in an organisation's history, that there is a demonstration."""
BEFORE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Imagined:
    """``weeks``: by so many the sessions of the files move."""

    weeks: int
    rows: Rows


async def imagine(
    settings: Settings, papers: Papers, house_rows: Rows, now: datetime, stop: Callable[[], bool]
) -> Imagined | None:
    """What would lie in the database if all of them had come. ``house_rows``: what does lie there.

    ``None`` where ``stop`` said so before the end."""
    written = read_written(settings.organisations)
    weeks = round((now.date() - written.around).days / 7)
    ledger = LedgerAlone()
    try:
        clock = StageClock(now - timedelta(days=max(story.days_ago for story in STORIES)) - BEFORE)
        house = make_house(settings, ledger, clock, papers)
        await ledger.write(lambda session: _furnish(session, house_rows, tuple(house.organisations), weeks, now))
        await house.organisations.renew(ledger)
        stage = Stage(house, clock)
        lived = Weeks(stage, now)
        for organisation in house.organisations.values():
            town = _town(organisation, house.setting(organisation.id, CHANNEL), now)
            for somebody in invent(town, written, now):
                Life(stage, somebody, written, lived).begin()
            Host(stage, organisation, lived).begin()
            Broker(stage, organisation, written, lived).begin()
        if not await lived.pass_by(stop):
            return None
        return Imagined(weeks, await ledger.read(moved_out))
    finally:
        await ledger.close()


def _furnish(session: Session, house_rows: Rows, organisations: Sequence[str], weeks: int, now: datetime) -> None:
    put_in(session, house_rows)
    session.add_all(announced(each, weeks, now) for each in organisations)


def announced(organisation: str, weeks: int | None, now: datetime) -> OrganisationChange:
    """That there is a demonstration from now on; without ``weeks`` that there is none any more."""
    return OrganisationChange(organisation=organisation, place=PLACE, value=weeks, actor=ACTOR, at=now)


def _town(organisation: Organisation, setting: Setting, now: datetime) -> Town:
    """Postcodes of one place only: nobody has to be asked which one they mean."""
    kind, places = setting.flow.asks[DOORS].kind, setting.gazetteer.codes
    doors = [option.id for option in kind.options] if isinstance(kind, OneChoice) else []
    area = sorted(served(organisation, now.date()))
    return Town(organisation, doors, [code for code in area if len(places.get(code, ())) == 1])
