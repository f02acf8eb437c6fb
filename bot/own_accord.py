"""Whether we may write to somebody of our own accord now, and how that is put out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias, assert_never

from sqlmodel import Session

from bot.house import House
from bot.notebook import add_beside
from bot.people import Partner, find, reach
from bot.speak import speak_later
from casework.hours.calendar import after_quiet_hours, out_of_quiet
from casework.visiting.own_accord import has_room, tomorrow
from flows.memory import Memory
from flows.render import render
from flows.talk import Talk
from storage.tables import Due
from storage.trays import finish_due, retry_due


class Whose(Protocol):
    """Who shall hear it: a row of the due tray says so, or one of those who wait in line."""

    @property
    def organisation(self) -> str: ...
    @property
    def person_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class NotNow:
    """It may be said at ``until``, if it is still of use then."""

    until: datetime
    because: str


@dataclass(frozen=True, slots=True)
class Never:
    because: str


Permission: TypeAlias = Partner | NotNow | Never


def may_write(session: Session, house: House, whose: Whose, now: datetime, *, reminds: bool = False) -> Permission:
    """The person where they can be reached; or why they are left in peace, and until when.

    A reminder may come on a Sunday, and goes before the other messages of its day.
    """
    organisation = house.organisations[whose.organisation]
    calm = (after_quiet_hours if reminds else out_of_quiet)(organisation, now)
    if calm > now:
        return NotNow(calm, "quiet hours")
    partner = whom(session, house, whose.person_id or "")
    if partner is None:
        return Never("cannot be reached")
    if partner.quiet:
        return Never("wants no messages")
    if rest := partner.rests_until(now):
        return NotNow(rest, "left in peace")
    if not has_room(session, organisation, partner.person_id, now, reminds=reminds):
        return NotNow(tomorrow(organisation, now), "enough messages today")
    return partner


def permitted(session: Session, house: House, due: Due, now: datetime) -> Partner | None:
    """The person, if what is due may be said now; else it waits, or is skipped with the reason."""
    permission = may_write(session, house, due, now)
    match permission:
        case Partner():
            return permission
        case NotNow(until):
            retry_due(session, due.id or 0, until)
        case Never(because):
            finish_due(session, due.id or 0, "skipped", because)
        case _:
            assert_never(permission)
    return None


def whom(session: Session, house: House, person_id: str) -> Partner | None:
    """The person where they can be reached, their row locked: what they say at this moment comes before or after."""
    found = reach(session, house.vault, person_id)
    partner = find(session, house.vault, found.place) if found else None
    return partner if isinstance(partner, Partner) and partner.person_id == person_id else None


def talk_with(house: House, partner: Partner, now: datetime) -> Talk:
    """Where to say it: their language and the question that stands open are all that is known of the conversation."""
    setting = house.setting(partner.place.organisation, partner.place.channel)
    return Talk(setting, Memory(language=partner.language, asked=partner.asked), now)


def write(session: Session, house: House, partner: Partner, talk: Talk, key: str | None = None) -> None:
    """Put out what was said in ``talk``, and keep its entries. What has a ``key`` is put out once."""
    if talk.entries:
        add_beside(session, partner, talk.entries)
    for saying in talk.says:
        speak_later(session, house, partner, render(saying, talk.setting, talk.language), talk.now, key)
