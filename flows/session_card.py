"""What a person is told of a group session, in their language, and where they stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SessionCard:
    """One session as it is for one person now. Moments are in UTC, texts in the language that was asked for.

    ``stop`` is where the bus leaves, at ``leaves``; both are empty where nobody is taken along. ``state`` is that of
    the person's place (``waiting``, ``offered``, ``enrolled``, ...; empty: none), ``version`` that of its buttons.
    Who waits is number ``line`` of the waiting list; an offered seat is theirs until ``hold_until``.
    """

    id: str
    kind: str
    title: str
    start: datetime
    end: datetime
    where: str
    stop: str = ""
    leaves: datetime | None = None
    host: str = ""
    bring: str = ""
    interview: bool = False
    free: bool = False
    open: bool = True
    state: str = ""
    version: int = 0
    line: int = 0
    hold_until: datetime | None = None
    wishes_interview: bool = False
    discreet: bool = False
    trainers: tuple[str, ...] = ()
    jobs: str = ""


@dataclass(frozen=True, slots=True)
class SessionsFound:
    """The coming sessions that fit, the soonest first; with ``mine`` those where the person has a place. ``visit`` as
    in ``FindSessions``; later ones stand on ``next_page``, if there are any."""

    sessions: tuple[SessionCard, ...]
    mine: bool = False
    visit: bool = False
    next_page: int | None = None


@dataclass(frozen=True, slots=True)
class SessionAnswered:
    """What came of a button about a session, and how it is now; no ``card``: it is over, or there is none.

    ``came``: ``shown``; ``enrolled``; ``full``; ``waiting``; ``left``; ``declined``; ``coming``; ``noted`` (the wish
    for a job talk); ``closed`` (too late to sign up); ``changed`` (the button was old).
    """

    came: str
    card: SessionCard | None
