"""The register of figures from elsewhere: jobs created by programme, indicators and notes, of a year, with a source.

Nothing in it is changed: who corrects a figure adds a version, and who takes it out adds one that is gone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from sqlmodel import Session, select

from casework.door.rights import Member
from storage import audit
from storage.insert import insert_new
from storage.tables import OutsideFigure

Kind: TypeAlias = Literal["jobs", "indicator", "note"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Came: TypeAlias = Literal["done", "changed", "missing"]
Flaw: TypeAlias = Literal["kind", "name", "year", "number", "source", "about"]
LONGEST = {"name": 80, "unit": 20, "source": 200, "about": 600}
FIRST_YEAR, LAST_YEAR = 1900, 2200
_NUMBER = re.compile(r"(-?\d{1,7})(?:[.,](\d{1,2}))?")


class Misentered(ValueError):
    """What is wrong with what was entered, field by field."""

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        super().__init__(", ".join(flaws))
        self.flaws = flaws


@dataclass(frozen=True, slots=True)
class Entered:
    """As it was typed. A note has no number, but words (``about``)."""

    kind: str
    name: str
    year: str
    number: str = ""
    unit: str = ""
    source: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Summed:
    """A figure, and of jobs the sum of that programme until then."""

    figure: OutsideFigure
    so_far: int | None = None


def enter(session: Session, account: Member, entered: Entered, seen: int, now: datetime) -> Came:
    """Keep it as the version after ``seen`` (0: there is none yet). Raises ``Misentered``."""
    facts = _read(entered)
    return _add(session, account, facts, seen, now)


def take_out(session: Session, account: Member, seen: tuple[str, int], now: datetime) -> Came:
    """``seen`` is the id of the version on the screen, and its number."""
    figure = find_figure(session, account.organisation, seen[0])
    if figure is None:
        return "missing"
    kept = ("kind", "name", "year", "hundredths", "unit", "source", "about")
    facts = {name: getattr(figure, name) for name in kept}
    return _add(session, account, {**facts, "gone": True}, seen[1], now)


def find_figure(session: Session, organisation: str, id: str) -> OutsideFigure | None:
    return session.exec(
        select(OutsideFigure).where(OutsideFigure.id == id, OutsideFigure.organisation == organisation)
    ).first()


def figures(session: Session, organisation: str, year: int | None = None) -> list[OutsideFigure]:
    """The newest version of each that is not gone, by kind and name, the latest year first."""
    query = select(OutsideFigure).where(OutsideFigure.organisation == organisation)
    if year is not None:
        query = query.where(OutsideFigure.year == year)
    newest: dict[tuple[str, str, int], OutsideFigure] = {}
    for figure in session.exec(query):
        key = (figure.kind, figure.name, figure.year)
        if key not in newest or newest[key].version < figure.version:
            newest[key] = figure
    there = [figure for figure in newest.values() if not figure.gone]
    return sorted(there, key=lambda each: (KINDS.index(_kind(each.kind)), each.name.casefold(), -each.year))


def summed(found: Iterable[OutsideFigure]) -> list[Summed]:
    """In the order given. What is known of a programme is added up from its first year."""
    known = list(found)
    so_far: dict[str, int] = {}
    sums: defaultdict[str, int] = defaultdict(int)
    for figure in sorted(known, key=lambda each: each.year):
        if figure.kind == "jobs":
            sums[figure.name] += figure.hundredths or 0
            so_far[figure.id] = sums[figure.name]
    return [Summed(figure, so_far.get(figure.id)) for figure in known]


def jobs_in_all(found: Iterable[OutsideFigure]) -> int:
    """Of all programmes and years, in hundredths."""
    return sum(figure.hundredths or 0 for figure in found if figure.kind == "jobs")


def _kind(kind: str) -> Kind:
    return next(known for known in KINDS if known == kind)


def _read(entered: Entered) -> dict[str, object]:
    texts = {name: " ".join(getattr(entered, name).split())[:longest] for name, longest in LONGEST.items()}
    flaws = tuple(_flaws(entered, texts))
    if flaws:
        raise Misentered(flaws)
    number = None if entered.kind == "note" else _hundredths(entered.number)
    return {"kind": entered.kind, "year": int(entered.year), "hundredths": number, **texts}


def _flaws(entered: Entered, texts: dict[str, str]) -> Iterator[Flaw]:
    if entered.kind not in KINDS:
        yield "kind"
    if not texts["name"]:
        yield "name"
    year = entered.year.strip()
    if not (year.isascii() and year.isdecimal() and FIRST_YEAR <= int(year) <= LAST_YEAR):
        yield "year"
    if entered.kind == "note":
        if not texts["about"]:
            yield "about"
        return
    if _hundredths(entered.number) is None:
        yield "number"
    if not texts["source"]:
        yield "source"


def _hundredths(typed: str) -> int | None:
    read = _NUMBER.fullmatch(typed.strip())
    if read is None:
        return None
    whole, rest = int(read[1]), int((read[2] or "").ljust(2, "0"))
    return whole * 100 + (-rest if read[1].startswith("-") else rest)


def _add(session: Session, account: Member, facts: dict[str, object], seen: int, now: datetime) -> Came:
    whose = {"organisation": account.organisation, "author": account.actor, "at": now}
    if not insert_new(session, OutsideFigure, **facts, **whose, version=seen + 1):
        return "changed"
    action = "figure.take_out" if facts.get("gone") else "figure.enter"
    audit.record(session, account.organisation, account.actor, action, str(facts["year"]), now)
    return "done"
