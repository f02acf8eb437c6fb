"""People who began an intake, came to visits and were referred, as tests of reports count them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from casework.figures.report_cells import Cell, Intake, Sent, Visit, of_intake, of_referral, of_visit

PLACES = (
    "3800:Sint-Truiden",
    "3800:Sint-Truiden",
    "3840:Borgloon",
    "3720:Kortessem",
    "3570:Alken",
    "3890:Gingelom",
    None,
)
DOORS = ("job_seeker", "job_seeker", "job_seeker", "company", "chores_customer")
CASES = (None, "offered", "accepted", "accepted", "done", "revoked")
OUTCOMES = ("work", "work", "own_business", "training", "elsewhere", "stopped", None)
CAME = ("attended", "attended", "attended", "no_show", "cancelled", "booked")


def crowd(people: int, now: datetime, year: int = 2026, entry: str = "entry") -> Counter[Cell]:
    """The same people each time."""
    dice = random.Random(people)
    counts: Counter[Cell] = Counter()
    for _ in range(people):
        at = datetime(year, 1, 2, 9, 0, tzinfo=UTC) + timedelta(days=dice.randrange(360))
        place, goal = dice.choice(PLACES), dice.choice(["job", "training", "talk", None])
        fates = {
            "first_name": dice.choice(["first", "later again"]),
            "barriers": dice.choice(["first", "skipped", "open"]),
        }
        told = (dice.choice(["nl", "nl", "nl", "fr"]), dice.choice(["web", "telegram", "phone"]), place, goal)
        came = (dice.choice(DOORS), dice.choice(["sint-truiden", None]))
        counts.update(
            of_intake(Intake(at, now, *told, dice.choice(CASES), "barriers", fates, dice.choice(OUTCOMES), *came), now)
        )
        counts.update(dict.fromkeys(_elsewhere(year, came[1], entry, told[0]), 1))
        counts.update(of_visit(Visit(at, dice.choice(CAME), "visit", "office", told[0], place, goal, came[0])))
        state = dice.choice(["sent", "started", "done"])
        counts.update(of_referral(Sent(at, state, entry, told[0], place, goal, came[0])))
    return counts


def _elsewhere(year: int, site: str | None, entry: str, language: str) -> Iterator[Cell]:
    """Somebody came by, and somebody is under way in a programme."""
    for split, value in (("all", ""), ("month", "03"), ("quarter", "1"), ("site", site or "unknown")):
        yield Cell("walk_ins", year, split, value, "walk_ins")
    for split, value in (("all", ""), ("entry", entry), ("language", language), ("door", "job_seeker")):
        yield Cell("guidance", year, split, value, "people")
    for split in ("municipality", "before"):
        yield Cell("guidance", year, split, "unknown", "people")
