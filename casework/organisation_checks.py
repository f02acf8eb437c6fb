"""What must fit together inside one organisation's file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casework.faq import lacking
from casework.notation import WEEKDAYS, Shift, Texts
from casework.organisation import Coach, Organisation

Complaint: TypeAlias = tuple[tuple[str, ...], str, str]
"""Where in the file, what is wrong there, and what to do."""

OWN_LANGUAGES = {
    "nl": ("nl",),
    "nl+fr_on_request": ("nl", "fr"),
    "nl+fr_support": ("nl", "fr"),
    "nl+fr": ("nl", "fr"),
    "fr": ("fr",),
}


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def complaints(organisation: Organisation, folder: str) -> Iterator[Complaint]:
    if organisation.id != folder:
        yield (
            ("id",),
            f"'{organisation.id}' is not the folder's name",
            f"write '{folder}' or rename the folder",
        )
    if not _is_zone(organisation.zone):
        yield ("zone",), f"'{organisation.zone}' is no time zone", "write one such as Europe/Brussels"
    yield from _languages(organisation)
    yield from _places(organisation)
    yield from _reminders(organisation)
    for id, entry in organisation.faq.items():
        for path, problem, remedy in lacking(entry, organisation.languages):
            yield ("faq", id, *path), problem, remedy
    yield from _silence(organisation)
    yield from _on_duty(organisation)
    for coach in organisation.coaches.values():
        yield from _coach(organisation, coach)


def _languages(organisation: Organisation) -> Iterator[Complaint]:
    own = OWN_LANGUAGES[organisation.language_policy]
    if organisation.languages[: len(own)] != own or set(organisation.languages) - {*own, "en"}:
        remedy = f"write [{', '.join(own)}], with en behind it if English may be chosen"
        yield ("languages",), f"they do not follow from policy {organisation.language_policy}", remedy
    for field in ("phone_line", "walk_in_line", "data_goes_to"):
        yield from _missing(organisation, getattr(organisation, field), (field,))
    for place in organisation.places.values():
        yield from _missing(organisation, place.directions, ("places", place.id, "directions"))


def _missing(organisation: Organisation, texts: Texts, path: tuple[str, ...]) -> Iterator[Complaint]:
    for language in organisation.languages:
        if not texts.get(language) and language != "en":
            yield path, f"no text in '{language}'", f"add a line '{language}: ...'"


def _places(organisation: Organisation) -> Iterator[Complaint]:
    for index, area in enumerate(organisation.areas):
        if area.place is not None and area.place not in organisation.places:
            yield ("areas", str(index), "place"), *_unknown_place(organisation, area.place)


def _reminders(organisation: Organisation) -> Iterator[Complaint]:
    kinds = [reminder.kind for reminder in organisation.reminders]
    if len(kinds) != len(set(kinds)):
        yield ("reminders",), "one kind stands there twice", "keep one of each kind"


def _silence(organisation: Organisation) -> Iterator[Complaint]:
    pause, nudge_after = organisation.pause.as_timedelta(), organisation.nudge_after
    if not pause:
        yield ("pause",), "nobody is away for no time", "write a span such as 12 hours"
    if nudge_after and nudge_after.as_timedelta() < pause:
        yield ("nudge_after",), "somebody would be asked to go on before the pause is over", "write a longer span"


def _on_duty(organisation: Organisation) -> Iterator[Complaint]:
    for name in organisation.on_duty:
        if name not in organisation.coaches:
            yield ("on_duty",), f"no coach '{name}'", f"name one of {', '.join(organisation.coaches)}"


def _coach(organisation: Organisation, coach: Coach) -> Iterator[Complaint]:
    here = ("coaches", coach.id)
    if not coach.places or not coach.languages:
        yield here, "a coach needs a place and a language", "name at least one of each"
    for place in coach.places:
        if place not in organisation.places:
            yield (*here, "places"), *_unknown_place(organisation, place)
    for weekday, shifts in coach.hours.items():
        yield from _shifts(coach, shifts, (*here, "hours", WEEKDAYS[weekday]))
    for day, shifts in coach.exceptions.items():
        yield from _shifts(coach, shifts, (*here, "exceptions", day.isoformat()))


def _shifts(coach: Coach, shifts: Sequence[Shift], path: tuple[str, ...]) -> Iterator[Complaint]:
    if any(later.start < earlier.end for earlier, later in pairwise(shifts)):
        yield path, "hours of one day overlap or stand in the wrong order", "write them one after the other"
    for shift in shifts:
        if shift.place and shift.place not in coach.places:
            yield path, f"'{shift.place}' is no place of {coach.id}", "add it to the coach's places"


def _unknown_place(organisation: Organisation, place: str) -> tuple[str, str]:
    return f"no place '{place}'", f"name one of {', '.join(organisation.places)}"
