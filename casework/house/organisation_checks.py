"""What must fit together inside one organisation's file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casework.door.sign_in_file import flaws as flaws_of_sign_in
from casework.hours.notation import WEEKDAYS, Shift, Texts, Week
from casework.house import greeting, placeholders
from casework.house.faq import lacking
from casework.house.organisation import Coach, Organisation, Reminder, Visit
from casework.local_work.work_file import flaws_of_pot, flaws_of_work
from casework.offers import law
from casework.sessions.meeting_file import flaws_of_meeting
from casework.sessions.session_file import flaws
from casework.talk import replies
from casework.visiting.visit_kinds import flaws as flaws_of_kinds

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
    yield from _hours(organisation)
    yield from _places(organisation)
    yield from _visits(organisation)
    yield from _reminders(organisation.reminders, ())
    for path, problem, remedy in greeting.flaws(organisation.greeting, organisation.languages):
        yield ("greeting", *path), problem, remedy
    for id, entry in organisation.faq.items():
        for path, problem, remedy in lacking(entry, organisation.languages):
            yield ("faq", id, *path), problem, remedy
    for id, rule in organisation.rules.items():
        for path, problem, remedy in law.complaints(rule):
            yield ("rules", id, *path), problem, remedy
    for id, reply in organisation.replies.items():
        for path, problem, remedy in replies.flaws(reply, organisation.languages):
            yield ("replies", id, *path), problem, remedy
    for group in organisation.sessions.values():
        for path, problem, remedy in flaws(group, organisation.places, organisation.languages):
            yield ("sessions", group.id, *path), problem, remedy
    for meeting in organisation.meetings.values():
        for path, problem, remedy in flaws_of_meeting(meeting, organisation.languages):
            yield ("meetings", meeting.id, *path), problem, remedy
    yield from _local_work(organisation)
    yield from _silence(organisation)
    yield from _agenda(organisation)
    yield from _on_duty(organisation)
    yield from flaws_of_sign_in({coach.id: coach.email for coach in organisation.coaches.values()})
    for coach in organisation.coaches.values():
        yield from _coach(organisation, coach)


def _local_work(organisation: Organisation) -> Iterator[Complaint]:
    for path, problem, remedy in flaws_of_work(organisation.local_work, organisation.rules):
        yield ("local_work", *path), problem, remedy
    for pot in organisation.cheques.values():
        for path, problem, remedy in flaws_of_pot(pot, organisation.languages):
            yield ("cheques", pot.id, *path), problem, remedy


def _languages(organisation: Organisation) -> Iterator[Complaint]:
    own = OWN_LANGUAGES[organisation.language_policy]
    if organisation.languages[: len(own)] != own or set(organisation.languages) - {*own, "en"}:
        remedy = f"write [{', '.join(own)}], with en behind it if English may be chosen"
        yield ("languages",), f"they do not follow from policy {organisation.language_policy}", remedy
    for field in ("phone_line", "walk_in_line", "data_goes_to"):
        yield from _written(organisation, getattr(organisation, field), (field,))
    if organisation.news:
        yield from _written(organisation, organisation.news, ("news",))
    for place in organisation.places.values():
        yield from _written(organisation, place.directions, ("places", place.id, "directions"))


def _written(organisation: Organisation, texts: Texts, path: tuple[str, ...]) -> Iterator[Complaint]:
    for language in organisation.languages:
        if not texts.get(language) and language != "en":
            yield path, f"no text in '{language}'", f"add a line '{language}: ...'"
    for inside, problem, remedy in placeholders.flaws(texts):
        yield (*path, *inside), problem, remedy


def _hours(organisation: Organisation) -> Iterator[Complaint]:
    if not any(organisation.opening_hours.values()):
        yield ("opening_hours",), "the house is never open", "write a line such as 'mon: [09:00-12:00]'"
    yield from _week(organisation.opening_hours, ("opening_hours",))
    for place in organisation.places.values():
        here = ("places", place.id)
        yield from _week(place.opening_hours or {}, (*here, "opening_hours"))
        for day, shifts in place.exceptions.items():
            yield from _open(shifts, (*here, "exceptions", day.isoformat()))


def _week(week: Week, path: tuple[str, ...]) -> Iterator[Complaint]:
    for weekday, shifts in week.items():
        yield from _open(shifts, (*path, WEEKDAYS[weekday]))


def _open(shifts: Sequence[Shift], path: tuple[str, ...]) -> Iterator[Complaint]:
    yield from _overlaps(shifts, path)
    for shift in shifts:
        if shift.place:
            yield path, f"opening hours are at no other place, such as '{shift.place}'", "take 'at ...' out"


def _places(organisation: Organisation) -> Iterator[Complaint]:
    for index, area in enumerate(organisation.areas):
        if area.place is not None and area.place not in organisation.places:
            yield ("areas", str(index), "place"), *_unknown_place(organisation, area.place)
    if len(set(organisation.fallback)) < len(organisation.fallback):
        yield ("fallback",), "one of them stands there twice", "keep each once, the best first"


def _visits(organisation: Organisation) -> Iterator[Complaint]:
    if not organisation.visits:
        yield ("visits",), "there is no kind of visit", "describe at least one, the usual one first"
    else:
        yield from flaws_of_kinds(organisation)
    for visit in organisation.visits.values():
        yield from _ways(organisation, visit, ("visits", visit.id, "ways"))
        yield from _reminders(visit.reminders or (), ("visits", visit.id))
        if visit.bring:
            yield from _written(organisation, visit.bring, ("visits", visit.id, "bring"))
        if visit.notice_hours >= visit.horizon_days * 24:
            here = ("visits", visit.id, "notice_hours")
            yield here, "the notice ends where the horizon does", "write fewer hours, or more horizon_days"


def _ways(organisation: Organisation, visit: Visit, path: tuple[str, ...]) -> Iterator[Complaint]:
    if not visit.ways or len(set(visit.ways)) < len(visit.ways):
        yield path, "a visit needs a way to be held, and each way once", "write a list such as [office, phone]"
    places = {"partner" if place.partner else "office" for place in organisation.places.values()}
    for way in ("office", "partner"):
        if way in visit.ways and way not in places:
            remedy = "give a place 'partner: true'" if way == "partner" else "add a place of your own"
            yield path, f"no place is there for '{way}'", f"{remedy}, or take '{way}' out"


def _reminders(reminders: Sequence[Reminder], path: tuple[str, ...]) -> Iterator[Complaint]:
    kinds = [reminder.kind for reminder in reminders]
    if len(kinds) != len(set(kinds)):
        yield (*path, "reminders"), "one kind stands there twice", "keep one of each kind"


def _silence(organisation: Organisation) -> Iterator[Complaint]:
    pause, nudge_after = organisation.pause.as_timedelta(), organisation.nudge_after
    if not pause:
        yield ("pause",), "nobody is away for no time", "write a span such as 12 hours"
    if nudge_after and nudge_after.as_timedelta() < pause:
        yield ("nudge_after",), "somebody would be asked to go on before the pause is over", "write a longer span"


def _agenda(organisation: Organisation) -> Iterator[Complaint]:
    """The desk of a system elsewhere is somebody who takes visits."""
    agenda = organisation.agenda
    desk = organisation.coaches.get(agenda.coach) if agenda else None
    if agenda and (desk is None or not desk.bookable):
        yield ("agenda", "coach"), f"no coach '{agenda.coach}' takes visits", "add one that stands for the desk"


def _on_duty(organisation: Organisation) -> Iterator[Complaint]:
    for line in ("on_duty", "named_for_health"):
        for name in getattr(organisation, line):
            if name not in organisation.coaches:
                yield (line,), f"no coach '{name}'", f"name one of {', '.join(organisation.coaches)}"


def _coach(organisation: Organisation, coach: Coach) -> Iterator[Complaint]:
    here = ("coaches", coach.id)
    others = [other for other in organisation.coaches if other != coach.id]
    if coach.substitute is not None and coach.substitute not in others:
        yield (*here, "substitute"), f"no other coach '{coach.substitute}'", f"name one of {', '.join(others)}"
    if not coach.places or not coach.languages:
        yield here, "a coach needs a place and a language", "name at least one of each"
    for place in coach.places:
        if place not in organisation.places:
            yield (*here, "places"), *_unknown_place(organisation, place)
    for weekday, shifts in coach.hours.items():
        yield from _shifts(coach, shifts, (*here, "hours", WEEKDAYS[weekday]))
    for day, shifts in coach.exceptions.items():
        yield from _shifts(coach, shifts, (*here, "exceptions", day.isoformat()))


def _overlaps(shifts: Sequence[Shift], path: tuple[str, ...]) -> Iterator[Complaint]:
    if any(later.start < earlier.end for earlier, later in pairwise(shifts)):
        yield path, "hours of one day overlap or stand in the wrong order", "write them one after the other"


def _shifts(coach: Coach, shifts: Sequence[Shift], path: tuple[str, ...]) -> Iterator[Complaint]:
    yield from _overlaps(shifts, path)
    for shift in shifts:
        if shift.place and shift.place not in coach.places:
            yield path, f"'{shift.place}' is no place of {coach.id}", "add it to the coach's places"


def _unknown_place(organisation: Organisation, place: str) -> tuple[str, str]:
    return f"no place '{place}'", f"name one of {', '.join(organisation.places)}"
