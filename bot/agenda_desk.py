"""What a system administrator does with calendars from the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from yarl import URL

from bot.agenda_fetching import Calendars, Looked
from bot.agenda_network import Outside
from bot.agenda_pages import FEED
from bot.house import House
from bot.opening import open_house, read_papers
from bot.settings import BadSettings, Settings, look_up
from casework.agendas import agenda_feeds, outside_times
from casework.agendas.agenda_times import PORT
from casework.agendas.outside_times import Known, Source

SCHEMES = ("https", "http", "webcal", "webcals")


@asynccontextmanager
async def _house(settings: Settings, organisation: str, coach: str | None = None) -> AsyncIterator[House]:
    """The house over its database, once the organisation and the coach are known to be there."""
    async with open_house(settings, read_papers(settings)) as house:
        _look_up(house, organisation, coach)
        yield house


def _look_up(house: House, organisation: str, coach: str | None) -> None:
    at = look_up(organisation, house.organisations)
    if coach is not None and coach not in at.coaches:
        raise BadSettings(f"{organisation} has no coach {coach}. Known: {', '.join(at.coaches)}.")


async def give_feed(settings: Settings, organisation: str, coach: str) -> str:
    """The address; it is nowhere to be found again."""
    async with _house(settings, organisation, coach) as house:
        now = house.clock.now()
        token = await house.ledger.write(lambda session: agenda_feeds.new_feed(session, organisation, coach, now))
        return house.public_url + FEED.format(token=token)


async def list_feeds(settings: Settings, organisation: str) -> list[str]:
    async with _house(settings, organisation) as house:
        given = await house.ledger.read(lambda session: agenda_feeds.feeds(session, organisation))
    return [
        f"{feed.ref}  {feed.coach:<18} since {_day(feed.created_at)}"
        + (f", taken back {_day(feed.revoked_at)}" if feed.revoked_at else "")
        for feed in given
    ]


async def take_back_feeds(settings: Settings, organisation: str, coach: str, ref: str | None) -> int:
    async with _house(settings, organisation, coach) as house:
        now = house.clock.now()
        return await house.ledger.write(
            lambda session: agenda_feeds.revoke_feed(session, organisation, coach, ref, now)
        )


async def add_outside(settings: Settings, organisation: str, coach: str, source: Source) -> str:
    """Keeps the calendar also if it cannot be reached now: it is tried again."""
    url = URL(source.address)
    if url.scheme not in SCHEMES or not url.host:
        raise BadSettings("this is no address of a calendar: write it whole, beginning with https://")
    if ":" in source.user:
        raise BadSettings("a name to sign in with has no colon")
    async with _house(settings, organisation, coach) as house:
        whose, now = (organisation, coach), house.clock.now()
        id = await house.ledger.write(
            lambda session: outside_times.add_calendar(session, house.vault, whose, source, now)
        )
        looked = await Calendars(house, Outside(settings.networks)).look(id)
    return f"{id}  {_came_of(looked)}"


async def list_outside(settings: Settings, organisation: str) -> list[str]:
    async with _house(settings, organisation) as house:
        known = await house.ledger.read(lambda session: outside_times.known_calendars(session, organisation))
    return [_line(calendar) for calendar in known]


async def remove_outside(settings: Settings, organisation: str, calendar: str) -> None:
    async with _house(settings, organisation) as house:
        if not await house.ledger.write(lambda session: outside_times.remove_calendar(session, organisation, calendar)):
            raise BadSettings(f"{organisation} has no calendar {calendar}: `opstap agenda list` shows them")


async def refresh_outside(settings: Settings, organisation: str) -> list[str]:
    async with _house(settings, organisation) as house:
        known = await house.ledger.read(lambda session: outside_times.known_calendars(session, organisation))
        calendars = Calendars(house, Outside(settings.networks))
        return [
            f"{each.id}  {each.coach:<18} {_came_of(await calendars.look(each.id))}"
            for each in known
            if each.kind != PORT  # only the running program talks with an appointment system
        ]


def _came_of(looked: Looked | None) -> str:
    if looked is None:
        return "is gone"
    if looked.problem:
        return f"{looked.problem}; it is tried again every quarter of an hour"
    return f"{len(looked.times)} busy times"


def _line(known: Known) -> str:
    age = f"known at {_moment(known.fetched_at)}" if known.fetched_at else "never reached"
    trouble = f", since {_moment(known.failing_since)}: {known.problem}" if known.failing_since else ""
    return f"{known.id}  {known.coach:<18} {known.kind:<6} {known.times} busy times, {age}{trouble}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
