"""Which numbers of the reports somebody counts in: of an intake with its case, of a visit, of a referral."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from casework.cases.case_kinds import UNSAID
from casework.cases.case_states import WAITING
from casework.figures.first_steps import measure_of
from casework.figures.merged_places import where
from flows.funnel import QUIET

ZONE = ZoneInfo("Europe/Brussels")
"""In which months and years begin and end."""
UNKNOWN = "unknown"
ALL = "all"
VISIT: Mapping[str, str] = {
    "attended": "came",
    "no_show": "missed",
    "cancelled": "cancelled",
    "booked": "ahead",
    "confirmed": "ahead",
}
"""What came of a visit, by its state. In any other it is no visit: held for a moment, or moved to another time."""
CASE: Mapping[str, str] = {
    "offered": "waiting",
    "declined": "waiting",
    "expired": "waiting",
    "accepted": "accepted",
    "done": "done",
    "revoked": "revoked",
}
OUTCOME: Mapping[str, str] = {
    "work": "work",
    "own_business": "work",
    "training": "training",
    "elsewhere": "elsewhere",
    "stopped": "stopped",
    "out_of_reach": "stopped",
    "unknown": "untold",
}
REFERRAL: Mapping[str, str] = {
    "proposed": "prepared",
    "agreed": "prepared",
    "sent": "sent",
    "accepted": "under_way",
    "started": "under_way",
    "done": "done",
    "declined": "ended",
    "withdrawn": "ended",
}
"""What is told apart by few words has larger numbers, of which fewer must be hidden."""


NO_PROGRAMME = "none"


class Cell(NamedTuple):
    """One number of one report of one year. ``split`` is what the year is divided by, ``value`` which part it is."""

    report: str
    year: int
    split: str
    value: str
    measure: str


@dataclass(frozen=True, slots=True)
class Intake:
    """``place`` and ``goal`` are answers. ``case`` is the state of the case that was made of it, if there is one.

    ``outcome`` is what somebody noted of its person. ``door`` is the kind of case that it is, or that it would become;
    ``site`` is the place of the organisation nearest to them, whether it became a case or not.
    """

    began: datetime
    heard: datetime
    language: str
    channel: str
    place: str | None = None
    goal: str | None = None
    case: str | None = None
    asked: str | None = None
    fates: Mapping[str, str] = field(default_factory=dict)
    outcome: str | None = None
    door: str = UNSAID
    site: str | None = None
    first_step: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """``place`` and ``goal`` are what its person answered in the intake."""

    starts: datetime
    state: str
    kind: str
    way: str
    language: str
    place: str | None = None
    goal: str | None = None
    door: str = UNSAID


@dataclass(frozen=True, slots=True)
class Steps:
    """The small steps of a person. ``done``: one of them is; ``in_time``: before they were to be asked how it goes.
    ``programme`` is the one that they began last."""

    first: datetime
    done: bool
    in_time: bool
    language: str
    programme: str | None = None
    place: str | None = None
    goal: str | None = None
    door: str = UNSAID


@dataclass(frozen=True, slots=True)
class Sent:
    """A referral to an entry of the catalogue."""

    at: datetime
    state: str
    entry: str
    language: str
    place: str | None = None
    goal: str | None = None
    door: str = UNSAID


def of_intake(intake: Intake, now: datetime, quiet: timedelta = QUIET) -> Iterator[Cell]:
    """Everything of an intake counts in the month in which it began: so begun, cases and states add up."""
    silent = "left" if now - intake.heard > quiet else "going_on"
    measures = ("begun", "finished", *_case(intake.case, intake.outcome)) if intake.case else ("begun", silent)
    splits = {"language": intake.language, "channel": intake.channel, "site": intake.site or UNKNOWN}
    splits |= {"door": intake.door, **_about(intake.place, intake.goal)}
    yield from _cells("intakes", intake.began, splits, measures)
    year = intake.began.astimezone(ZONE).year
    if intake.case:
        soon = measure_of(intake.began, intake.first_step)
        yield from (Cell("first_steps", year, ALL, "", measure) for measure in ("finished", soon))
    for question, fate in intake.fates.items():
        names = fate.split()
        if question == intake.asked and silent == "left":
            names = ["left" if name == "open" else name for name in names]
        yield from (Cell("questions", year, "question", question, name) for name in ("asked", *names))


def _case(state: str, outcome: str | None) -> tuple[str, ...]:
    """What became of its person counts once it is done."""
    return ("done", OUTCOME[outcome or "unknown"]) if state == "done" else (CASE[state],)


def of_visit(visit: Visit) -> Iterator[Cell]:
    if visit.state in VISIT:
        splits = {"kind": visit.kind, "way": visit.way, "language": visit.language, "door": visit.door}
        splits |= _about(visit.place, visit.goal)
        yield from _cells("visits", visit.starts, splits, ("visits", VISIT[visit.state]))


def of_referral(sent: Sent) -> Iterator[Cell]:
    splits = {"entry": sent.entry, "language": sent.language, "door": sent.door, **_about(sent.place, sent.goal)}
    yield from _cells("referrals", sent.at, splits, ("referrals", REFERRAL[sent.state]))


def of_steps(steps: Steps) -> Iterator[Cell]:
    splits = {"entry": steps.programme or NO_PROGRAMME, "language": steps.language, "door": steps.door}
    splits |= _about(steps.place, steps.goal)
    measure = "in_time" if steps.in_time else "done_later" if steps.done else "none_done"
    yield from _cells("steps", steps.first, splits, ("people", measure))


def erased(case: str | None) -> str | None:
    """The state in which a case stays counted when its person is erased: it is taken back, unless it was done."""
    return "revoked" if case in (*WAITING, "accepted") else case


def _about(place: str | None, goal: str | None) -> dict[str, str]:
    return {**towns(place or ""), "goal": goal or UNKNOWN}


def towns(place: str) -> dict[str, str]:
    lies = where(place)
    return {"municipality": lies.now.id if lies else UNKNOWN, "before": lies.before.id if lies else UNKNOWN}


def _cells(report: str, at: datetime, splits: Mapping[str, str], measures: Iterable[str]) -> Iterator[Cell]:
    day = at.astimezone(ZONE)
    every = {ALL: "", "month": f"{day.month:02}", "quarter": quarter_of(f"{day.month:02}"), **splits}
    for measure in measures:
        yield from (Cell(report, day.year, split, value, measure) for split, value in every.items())


def quarter_of(month: str) -> str:
    return str((int(month) + 2) // 3)
