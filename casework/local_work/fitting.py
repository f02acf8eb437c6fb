"""Who fits a customer's request for chores, with the reasons; staff decide, nothing happens by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from casework.local_work.counting import Tally, months_after

MOST = 31 * 24
"""Hours of a month: so many are left for who has no limit."""
OWN_TOWN = "town"
"""The answer of who wants to work in the own municipality only."""
SOON = 3
"""Months: who may work no longer than that is asked whether it is long enough."""
Speaks: TypeAlias = Literal["likes", "near", "hours_left", "helps_nobody"]
Asks: TypeAlias = Literal["work_unknown", "far", "lives_unknown", "until"]
Hinders: TypeAlias = Literal["other_work", "no_hours", "months_over", "no_rule"]
OF_WHOM = {"household": "household", "school": "school", "local_board": "local_board", "association": "association"}
OF_WHOM |= {"farm": "fruit"}
"""The work that somebody means who only said for whom it is."""


@dataclass(frozen=True, slots=True)
class Request:
    """The ``kinds`` of chores that are asked for, and the municipality (``town``) where."""

    kinds: frozenset[str]
    town: str | None


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who does chores: what they like, how far they go, and what they may still do."""

    id: str
    kinds: frozenset[str]
    town: str | None
    distance: str | None
    tally: Tally
    helps: int = 0


@dataclass(frozen=True, slots=True)
class Fit:
    """What ``speaks`` for it, what to ask first, and what ``hinders`` it; ``shared`` is the work that both named."""

    helper: Helper
    shared: frozenset[str]
    speaks: tuple[Speaks, ...]
    asks: tuple[Asks, ...]
    hinders: tuple[Hinders, ...]

    @property
    def fits(self) -> bool:
        return not self.hinders


def wanted(kinds: Iterable[str], who: str | None) -> frozenset[str]:
    """The work that a request is about; who did not say it means what is usual for who asks."""
    return frozenset(kinds) or frozenset(OF_WHOM[who] for who in (who,) if who in OF_WHOM)


def proposals(request: Request, helpers: Iterable[Helper], day: date) -> list[Fit]:
    """Everybody, who fits best at the top: those whom nothing hinders, then who shares most of the work, lives in the
    same municipality, needs no asking, and has the most hours left."""
    return sorted((fit(request, helper, day) for helper in helpers), key=lambda each: _rank(request, each))


def fit(request: Request, helper: Helper, day: date) -> Fit:
    return Fit(
        helper,
        request.kinds & helper.kinds,
        tuple(_speaks(request, helper)),
        tuple(_asks(request, helper, day)),
        tuple(_hinders(request, helper, day)),
    )


def _rank(request: Request, found: Fit) -> tuple[int, int, bool, int, int, str]:
    helper = found.helper
    left = helper.tally.left
    hours = -left if left is not None else -MOST
    return len(found.hinders), -len(found.shared), not _near(request, helper), len(found.asks), hours, helper.id


def _near(request: Request, helper: Helper) -> bool:
    return request.town is not None and request.town == helper.town


def _speaks(request: Request, helper: Helper) -> Iterator[Speaks]:
    if request.kinds & helper.kinds:
        yield "likes"
    if _near(request, helper):
        yield "near"
    if helper.tally.left:
        yield "hours_left"
    if not helper.helps:
        yield "helps_nobody"


def _asks(request: Request, helper: Helper, day: date) -> Iterator[Asks]:
    if not (request.kinds and helper.kinds):
        yield "work_unknown"
    if request.town is None or helper.town is None:
        yield "lives_unknown"
    elif helper.distance == OWN_TOWN and not _near(request, helper):
        yield "far"
    last = helper.tally.last_day
    if last is not None and day <= last < months_after(day, SOON):
        yield "until"


def _hinders(request: Request, helper: Helper, day: date) -> Iterator[Hinders]:
    counted = helper.tally
    if counted.limits is None:
        yield "no_rule"
        return
    if counted.last_day is not None and day > counted.last_day:
        yield "months_over"
    elif counted.left == 0:
        yield "no_hours"
    if request.kinds and helper.kinds and not request.kinds & helper.kinds:
        yield "other_work"
