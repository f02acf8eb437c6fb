"""Changes of hours made in the console: how they are written, and how they lie over an organisation's file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

from pydantic import TypeAdapter, ValidationError

from casework.hours.notation import WEEKDAYS, Days, Shift, Shifts, SomeDays, Week
from casework.house.demonstration import PLACE as DEMONSTRATION
from casework.house.demonstration import shown_around
from casework.house.house_lines import LINES, special
from casework.house.organisation import Organisation
from casework.house.organisation_checks import complaints

Dated: TypeAlias = Mapping[date, Shifts]
OFF = "off"
"""The line of a group session that says that it is called off."""

HOURS: Mapping[tuple[str, str], Any] = {
    ("coaches", "hours"): Week,
    ("coaches", "exceptions"): Dated,
    ("coaches", "leave"): SomeDays,
    ("places", "opening_hours"): Week,
    ("places", "exceptions"): Dated,
    ("", "opening_hours"): Week,
    ("", "closing_days"): SomeDays,
    ("sessions", OFF): bool,
}
"""By where it stands in the file and by its line. Each stands in place of the file's line as a whole."""
KINDS: Mapping[tuple[str, str], Any] = {**HOURS, **LINES, ("", DEMONSTRATION): int}


class Misfit(ValueError):
    """What was written cannot stand there: it makes no sense, or does not go with the rest of the file."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands at a ``place`` of the file (``coaches.an.hours``), written as there. ``version`` grows with each."""

    place: str
    value: Any
    version: int = 0

    @property
    def parts(self) -> tuple[str, str, str]:
        """Under which heading, of whom or of what, and which line; the first two are empty for the house itself."""
        above, _, line = self.place.rpartition(".")
        heading, _, id = above.partition(".")
        return heading, id, line


def with_edits(organisation: Organisation, edits: Iterable[Edit]) -> Organisation:
    """The file with every edit over it that fits; one about somebody who left the file means nothing."""
    every = tuple(edits)
    try:
        return with_all(organisation, every)
    except Misfit:
        return _those_that_fit(organisation, every)


def with_all(organisation: Organisation, edits: Iterable[Edit]) -> Organisation:
    """With every edit, or ``Misfit`` if one of them does not fit, or they do not fit together."""
    for edit in edits:
        organisation = _laid_over(organisation, edit)
    return _sound(organisation, "the edits")


def _those_that_fit(organisation: Organisation, edits: Iterable[Edit]) -> Organisation:
    for edit in edits:
        try:
            organisation = with_edit(organisation, edit)
        except Misfit:
            continue
    return organisation


def with_edit(organisation: Organisation, edit: Edit) -> Organisation:
    """``Misfit`` for one that cannot lie over this file."""
    return _sound(_laid_over(organisation, edit), edit.place)


def _sound(organisation: Organisation, what: str) -> Organisation:
    found = next(complaints(organisation, organisation.id), None)
    if found is not None:
        path, problem, _ = found
        raise Misfit(f"{what}: {'.'.join(path)}: {problem}")
    return organisation


def _laid_over(organisation: Organisation, edit: Edit) -> Organisation:
    heading, id, line = edit.parts
    value = read(edit)
    if edit.place == DEMONSTRATION:
        return shown_around(organisation, value)
    made = special(organisation, edit.parts, value)
    if made is not None:
        return made
    if not heading:
        return _put(organisation, line, value)
    named: Mapping[str, Any] = getattr(organisation, heading)
    if id not in named:
        raise Misfit(f"{edit.place}: there is no {id}")
    if line == OFF:
        rest = {other: each for other, each in named.items() if other != id or not value}
    else:
        rest = {**named, id: replace(named[id], **{line: value})}
    return _put(organisation, heading, rest)


def _put(organisation: Organisation, line: str, value: Any) -> Organisation:
    return replace(organisation, **{line: value})


def read(edit: Edit) -> Any:
    """The value that the file's reader would make of it; ``Misfit`` if it would make none."""
    heading, _, line = edit.parts
    if (heading, line) not in KINDS:
        raise Misfit(f"{edit.place}: no such line")
    try:
        return _adapter(heading, line).validate_python(edit.value)
    except ValidationError as error:
        raise Misfit(f"{edit.place}: it cannot be read") from error


@lru_cache(maxsize=len(KINDS))
def _adapter(heading: str, line: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[heading, line])


def value_at(organisation: Organisation, place: str) -> Any:
    """The value that counts now; ``KeyError`` for who or what is not there."""
    heading, id, line = Edit(place, None).parts
    return getattr(getattr(organisation, heading)[id] if heading else organisation, line)


def write_week(week: Week) -> dict[str, list[str]]:
    """As in the file; ``read`` is its inverse."""
    return {WEEKDAYS[day]: write_shifts(week[day]) for day in sorted(week)}


def write_dated(dated: Dated) -> dict[str, list[str]]:
    return {day.isoformat(): write_shifts(dated[day]) for day in sorted(dated)}


def write_days(days: SomeDays) -> list[str]:
    return [_some_days(each) for each in sorted(days, key=lambda each: each.first)]


def write_shifts(shifts: Shifts) -> list[str]:
    return [_shift(shift) for shift in shifts]


def _shift(shift: Shift) -> str:
    return f"{shift.start:%H:%M}-{shift.end:%H:%M}" + (f" at {shift.place}" if shift.place else "")


def _some_days(days: Days) -> str:
    first, last = days.first.isoformat(), days.last.isoformat()
    return first if first == last else f"{first} to {last}"
