"""A person's visit as a file for their own agenda: which visit, in which words, and behind which link."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias

from sqlmodel import Session

from casework.house.organisation import Organisation
from casework.visiting.calendar_file import Entry, Method, State, calendar_file
from casework.visiting.visits import of_person
from flows.messages import Phrase
from storage.tables import Appointment, Person

Translate: TypeAlias = Callable[[str, str], str]
"""From the English source and a language to the text in that language."""

KEYS = "links to visits"
"""What the vault derives the key for, with which links are signed."""
TO_COME = ("booked", "confirmed")
OFF = "cancelled"
KNOWN = (*TO_COME, OFF)
"""What an agenda can be told of; a visit that was moved is told of by the one in its place."""
SIGNED = 22
"""Characters of a signature: 128 bits, and a little more."""

APPOINTMENT = Phrase("Appointment")
FILE = Phrase("appointment.ics")
WAYS = {
    "phone": Phrase("By phone"),
    "video": Phrase("By video"),
    "partner": Phrase("At a partner"),
}
"""How a visit is held, where it is not simply at the office."""
OTHER_TIME = Phrase("Do you want another time? Write to us in the chat.")


@dataclass(frozen=True, slots=True)
class VisitFile:
    """``off``: the file takes the visit out of the agenda again."""

    name: str
    content: bytes
    off: bool


def visit_to_give(session: Session, person_id: str, now: datetime) -> Appointment | None:
    """The visit ahead; else the last one that is off, as long as an agenda may still show it."""
    ahead = [visit for visit in of_person(session, person_id) if visit.ends_at > now]
    agreed = (visit for visit in ahead if visit.state in TO_COME)
    off = sorted((visit for visit in ahead if _was_agreed_once(visit)), key=lambda visit: visit.version)
    return next(agreed, off[-1] if off else None)


def _was_agreed_once(visit: Appointment) -> bool:
    """And is off; a time that was only held for somebody is in nobody's agenda."""
    return visit.state == OFF and visit.hold_until is None


def visit_file(
    visit: Appointment, organisation: Organisation, translate: Translate, language: str, now: datetime
) -> VisitFile:
    """The file in the person's language. It names the house and the place, and nobody and nothing else."""
    off = visit.state == OFF
    method: Method = "CANCEL" if off else "PUBLISH"
    state: State = "CANCELLED" if off else "CONFIRMED"
    name, where = translate(APPOINTMENT.source, language), _where(visit, organisation, translate, language)
    entry = Entry(
        uid=visit.uid,
        sequence=visit.version,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        zone=visit.zone,
        stamp=now,
        summary=f"{name}: {organisation.name}",
        description="\n".join((*where, translate(OTHER_TIME.source, language))),
        location=_location(visit, organisation),
        state=state,
    )
    return VisitFile(translate(FILE.source, language), calendar_file((entry,), method), off)


def _location(visit: Appointment, organisation: Organisation) -> str:
    """Where to go; the page to open for a visit by video, and nothing for one by phone."""
    place, coach = organisation.places.get(visit.place), organisation.coaches.get(visit.coach)
    match visit.way:
        case "phone":
            return ""
        case "video":
            return (coach and coach.video_link) or ""
        case _:
            return f"{place.name}, {place.address}" if place else ""


def _where(visit: Appointment, organisation: Organisation, translate: Translate, language: str) -> Sequence[str]:
    if visit.way in ("phone", "video"):
        return (translate(WAYS[visit.way].source, language),)
    place = organisation.places.get(visit.place)
    first = organisation.languages[0]
    return (place.directions.get(language) or place.directions[first],) if place else ()


def link_token(key: bytes, visit: Appointment) -> str:
    """What a link to this visit ends in: nobody can guess it or make one for another visit."""
    return visit.id + _signature(key, visit.organisation, visit.id)


def visit_behind(
    session: Session, keys: Sequence[bytes], organisation: str, token: str, now: datetime
) -> tuple[Appointment, str] | None:
    """The visit that a link stands for, as it is agreed now, and the person's language.

    ``None`` for a link that was not made here, when the visit is over, and when its person is forgotten.
    """
    id, signature = token[:-SIGNED], token[-SIGNED:]
    if not token.isascii() or not any(
        hmac.compare_digest(signature, _signature(key, organisation, id)) for key in keys
    ):
        return None
    visit = session.get(Appointment, id)
    person = session.get(Person, visit.person_id) if visit else None
    if visit is None or person is None or not person.wrapped_key:
        return None
    known = [other for other in of_person(session, person.id) if other.uid == visit.uid and other.state in KNOWN]
    newest = max(known, key=lambda other: other.version, default=None)
    return (newest, person.language) if newest and newest.ends_at > now else None


def _signature(key: bytes, organisation: str, id: str) -> str:
    digest = hmac.digest(key, f"{organisation}|{id}".encode(), sha256)
    return urlsafe_b64encode(digest)[:SIGNED].decode()
