"""Whom to give a case to: by language, place, expertise and load, within what each coach can take on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from casework.house.organisation import Coach, Organisation
from storage.tables import Case

CARRIED = ("offered", "accepted")


@dataclass(frozen=True, slots=True)
class Need:
    """What the case asks of a coach. ``words`` are the ids of what the person chose; ``not_again`` said no before."""

    language: str
    place: str | None
    words: frozenset[str] = frozenset()
    not_again: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A coach with the reasons for and against; ``load`` of ``most`` cases (``None``: without a limit)."""

    coach: Coach
    speaks: bool
    works_there: bool
    knows: tuple[str, ...]
    load: int
    away: bool
    said_no: bool

    @property
    def most(self) -> int | None:
        return self.coach.caseload

    @property
    def full(self) -> bool:
        return self.most is not None and self.load >= self.most

    @property
    def fits(self) -> bool:
        """Whether the house gives it to them by itself."""
        return self.speaks and not (self.away or self.full or self.said_no)


def candidates(organisation: Organisation, need: Need, loads: Mapping[str, int], day: date) -> tuple[Candidate, ...]:
    """Every coach of the house, who fits best first."""
    coaches = (coach for coach in organisation.coaches.values() if coach.bookable)
    found = (_candidate(coach, need, loads.get(coach.id, 0), day) for coach in coaches)
    return tuple(sorted(found, key=_order))


def _candidate(coach: Coach, need: Need, load: int, day: date) -> Candidate:
    return Candidate(
        coach=coach,
        speaks=need.language in coach.languages,
        works_there=need.place is None or need.place in coach.places,
        knows=tuple(word for word in coach.expertise if word in need.words),
        load=load,
        away=is_away(coach, day),
        said_no=coach.id in need.not_again,
    )


def _order(one: Candidate) -> tuple[object, ...]:
    fullness = one.load / one.most if one.most else one.load / 1000
    return (not one.fits, not one.speaks, not one.works_there, -len(one.knows), fullness, one.coach.id)


def best(organisation: Organisation, need: Need, loads: Mapping[str, int], day: date) -> Coach | None:
    """Who gets the case when nobody chooses; ``None`` if it fits nobody."""
    found = candidates(organisation, need, loads, day)
    return found[0].coach if found and found[0].fits else None


def stand_in(organisation: Organisation, coach: str | None, day: date) -> Coach | None:
    """The substitute of a coach whom the file names, if they are there."""
    own = organisation.coaches.get(coach or "")
    other = organisation.coaches.get(own.substitute or "") if own else None
    return other if other is not None and not is_away(other, day) else None


def is_away(coach: Coach, day: date) -> bool:
    return any(day in days for days in coach.leave)


def loads(session: Session, organisation: str) -> dict[str, int]:
    """How many cases each coach carries now."""
    carried = (Case.organisation == organisation, col(Case.coach).is_not(None), col(Case.state).in_(CARRIED))
    query = select(Case.coach, func.count()).where(*carried).group_by(col(Case.coach))
    return {str(coach): number for coach, number in session.exec(query)}
