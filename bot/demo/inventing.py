"""Invents the people of a demonstration: who they are, when they come, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from bot.demo.written import Written
from casework.house.organisation import Organisation
from casework.offers.referral_states import Change
from casework.steps.step_states import Change as StepChange

SEEKERS = ("full", "quick", "chores", "business")
"""Doors of the flow behind which somebody is asked about themselves; behind the others is a company or a service."""
DOORS = "path"


@dataclass(frozen=True, slots=True)
class Story:
    """What becomes of somebody who began ``days_ago``.

    They leave after so many ``turns``; ``came`` to their visit, or not; ``later``: they write once more;
    ``session``: they sign up for one; ``steps``: what they say of each small step they agreed on, or nothing. The rest
    is what staff do, as far as ``referral`` goes and ``outcome`` says.
    """

    days_ago: int
    seeker: bool = True
    turns: int = 80
    books: bool = True
    accepted: bool = True
    came: bool = True
    session: bool = False
    later: bool = False
    talk: bool = False
    note: bool = False
    task: bool = False
    steps: tuple[StepChange | None, ...] = ()
    asks_person: bool = False
    referral: tuple[Change, ...] = ()
    outcome: str | None = None


STORIES: Sequence[Story] = (
    Story(0, accepted=False, session=True),
    Story(0, turns=9),
    Story(1, books=False, accepted=False, asks_person=True),
    Story(2, seeker=False, accepted=False, session=True),
    Story(4, turns=7),
    Story(5, session=True, talk=True, later=True),
    Story(6, note=True, task=True, session=True, steps=(None,)),
    Story(8, seeker=False, note=True, task=True, session=True, talk=True, later=True),
    Story(10, note=True, session=True, steps=("finish", None), referral=("ask",)),
    Story(13, came=False, talk=True, task=True, session=True),
    Story(16, note=True, session=True, steps=("finish", "stick"), referral=("agree", "send"), later=True),
    Story(19, note=True, task=True, steps=("finish",), outcome="work"),
    Story(23, note=True, session=True, referral=("agree", "send", "begin"), outcome="training"),
)
"""The lives of the people of one organisation: some of each kind that a console has to show."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """An invented person. ``door`` is what they come for, ``arrives`` when they write for the first time."""

    key: str
    organisation: str
    name: str
    language: str
    door: str
    postcode: str
    arrives: datetime
    story: Story


@dataclass(frozen=True, slots=True)
class Town:
    """Where they live: an organisation's area by its postcodes, and the ``doors`` of its flow."""

    organisation: Organisation
    doors: Sequence[str]
    postcodes: Sequence[str]


def invent(town: Town, written: Written, now: datetime) -> Iterator[Somebody]:
    """The same people each time; only when they came follows from ``now``."""
    organisation = town.organisation
    random = Random(f"people of {organisation.id}")  # noqa: S311 - made to be the same each time
    tongues = written.tongues.get(organisation.id, organisation.languages)
    ways = _doors(town.doors)
    names: set[str] = set()
    for number, story in enumerate(STORIES):
        tongue = random.choice(tongues)
        name = random.choice([each for each in written.names[tongue] if each not in names] or written.names[tongue])
        names.add(name)
        yield Somebody(
            f"{organisation.id}-{number}",
            organisation.id,
            name,
            _language(organisation, tongue, random),
            next(ways[story.seeker]),
            random.choice(town.postcodes),
            _arrival(organisation, story, random, now),
            story,
        )


def _language(organisation: Organisation, tongue: str, random: Random) -> str:
    """Who speaks neither mostly takes the first language of the house."""
    spoken = organisation.languages
    return tongue if tongue in spoken else random.choice((spoken[0], *spoken))


def _doors(doors: Sequence[str]) -> dict[bool, Iterator[str]]:
    """Those of people, with the long way every second time, and the others; each in turn."""
    mine = [door for door in doors if door in SEEKERS]
    rest = [door for door in doors if door not in SEEKERS]
    return {True: _in_turn([each for door in mine for each in (mine[0], door)]), False: _in_turn(rest or mine)}


def _in_turn(doors: Sequence[str]) -> Iterator[str]:
    while True:
        yield from doors


def _arrival(organisation: Organisation, story: Story, random: Random, now: datetime) -> datetime:
    """By day; who comes today came in the last hours."""
    minute = timedelta(minutes=random.randrange(60))
    if not story.days_ago:
        return now - timedelta(hours=1) - minute
    day = (now - timedelta(days=story.days_ago)).astimezone(organisation.tz).date()
    return datetime.combine(day, time(random.randrange(9, 18)), organisation.tz) + minute
