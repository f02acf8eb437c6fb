"""What is said about a visit: when, where, with whom, what to bring, in the language of the talk."""

from __future__ import annotations

from bot.house import House
from casework.visiting.visit_kinds import label
from flows.messages import Param
from flows.talk import Talk
from storage.tables import Appointment


def facts(house: House, visit: Appointment, talk: Talk) -> dict[str, Param]:
    organisation = house.organisations[visit.organisation]
    coach, language = organisation.coaches.get(visit.coach), talk.language
    bring = organisation.visit_of(visit.kind).bring
    return {
        "when": visit.starts_at,
        "coach": coach.name if coach else "",
        "video_link": (coach.video_link if coach else None) or "",
        "visit_kind": label(organisation, visit.kind, language),
        "bring": bring.get(language) or bring.get(organisation.languages[0], ""),
        **talk.setting.places.get(visit.place, {}).get(language, {}),
    }


def record(house: House, visit: Appointment) -> dict[str, str]:
    """What the log keeps of a visit."""
    coach = house.organisations[visit.organisation].coaches.get(visit.coach)
    return {
        "state": visit.state,
        "appointment": visit.id,
        "version": str(visit.version),
        "start": visit.starts_at.isoformat(),
        "end": visit.ends_at.isoformat(),
        "coach": coach.name if coach else "",
        "place": visit.place,
        "way": visit.way,
        "video_link": (coach.video_link if coach else None) or "",
    }


def slot_value(visit: Appointment) -> str:
    """The time of the visit as an answer to the question of a time."""
    return f"{visit.starts_at:%Y%m%dT%H%M}-{visit.coach}"
