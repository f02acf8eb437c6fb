"""Which lines of an organisation's file, besides its hours, staff may write anew in the console."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass as checked

from casework.hours.notation import Ahead, Id, Language, Quiet, Texts, YearlyDays
from casework.house.faq import Frequent
from casework.house.organisation import Coach, Organisation, Policy, Reminder, Retention, Role
from casework.house.organisation_checks import OWN_LANGUAGES

NEW, GONE = "new", "gone"
"""Lines of the console alone: somebody or something that the file does not have, or that is taken out of it."""


@checked(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Languages:
    """The policy, and whether English may be chosen; the list of languages follows from them."""

    policy: Policy
    english: bool = False


@checked(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class NewCoach:
    """Somebody who began after the file was written. Their hours are changed in the calendar."""

    name: str
    languages: tuple[Language, ...]
    places: tuple[Id, ...]
    roles: tuple[Role, ...]


Positive = Annotated[int, Field(ge=1)]
OrNone = BeforeValidator(lambda written: None if written == "" else written)
"""An empty text is written for none where the file has one: nothing at all means "as in the file"."""
Sentences = Mapping[Language, tuple[str, ...]]
LINES: Mapping[tuple[str, str], Any] = {
    ("", "name"): Annotated[str, Field(min_length=1)],
    ("", "phone"): Annotated[str, Field(min_length=1)],
    ("", "phone_line"): Texts,
    ("", "walk_in_line"): Texts,
    ("", "data_goes_to"): Texts,
    ("", "greeting"): Texts,
    ("", "closed_every_year"): YearlyDays,
    ("", "bridge_days"): bool,
    ("", "language_policy"): Languages,
    ("", "reminders"): tuple[Reminder, ...],
    ("", "quiet"): Quiet,
    ("", "messages_a_day"): Positive,
    ("", "pause"): Ahead,
    ("", "nudge_after"): Annotated[Ahead | None, OrNone],
    ("", "answer_hours"): Annotated[Positive | None, OrNone],
    ("", "coach_talk_minutes"): Positive,
    ("", "on_duty"): tuple[Id, ...],
    ("", "named_for_health"): tuple[Id, ...],
    ("", "retention"): Retention,
    ("places", "name"): Annotated[str, Field(min_length=1)],
    ("places", "address"): Annotated[str, Field(min_length=1)],
    ("places", "directions"): Texts,
    ("visits", "bring"): Texts,
    ("replies", "title"): Texts,
    ("replies", "text"): Texts,
    ("faq", "title"): Texts,
    ("faq", "asked"): Sentences,
    ("faq", "answer"): Texts,
    ("faq", NEW): Frequent,
    ("faq", GONE): bool,
    ("coaches", NEW): NewCoach,
    ("coaches", "name"): Annotated[str, Field(min_length=1)],
    ("coaches", "languages"): tuple[Language, ...],
    ("coaches", "places"): tuple[Id, ...],
    ("coaches", "roles"): tuple[Role, ...],
    ("coaches", "expertise"): tuple[str, ...],
    ("coaches", "caseload"): Annotated[Positive | None, OrNone],
    ("coaches", "substitute"): Annotated[Id | None, OrNone],
}
"""By heading and line. Each stands in place of the file's line as a whole."""


def special(organisation: Organisation, parts: tuple[str, str, str], value: Any) -> Organisation | None:
    """The organisation with a line that stands for more than itself; ``None`` for every other line."""
    match parts, value:
        case ("coaches", id, "new"), NewCoach():
            coach = Coach(id, value.name, value.languages, value.places, {}, value.roles)
            return replace(organisation, coaches={**organisation.coaches, id: coach})
        case ("faq", id, "new"), Frequent():
            return replace(organisation, faq={id: value, **organisation.faq})
        case ("faq", id, "gone"), bool():
            rest = {other: each for other, each in organisation.faq.items() if other != id or not value}
            return replace(organisation, faq=rest)
        case ("", _, "language_policy"), Languages():
            spoken = (*OWN_LANGUAGES[value.policy], *(("en",) if value.english else ()))
            return replace(organisation, language_policy=value.policy, languages=spoken)
    return None
