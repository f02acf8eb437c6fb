"""Group sessions as a person is told of them: in their language, with their own place in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from casework.employers.vacancies import jobs_at
from casework.hours.notation import Texts
from casework.house.organisation import Organisation
from casework.sessions.enrolments import Room, has_free_seat, line_length, of_person, position
from casework.sessions.group_sessions import coming, ends_at, is_ahead, is_open, meets_at, starts_at
from casework.sessions.seat_states import INVOLVED, WAITING
from casework.sessions.session_file import GroupSession
from flows.log import Value
from flows.script import SCREEN
from flows.session_card import SessionCard
from storage.tables import Enrolment


def card(room: Room, place: Enrolment | None, language: str) -> SessionCard:
    """The session as it is for the person who has this ``place``, if they have one."""
    shown = replace(_written(room, language), free=has_free_seat(room))
    if place is None:
        return replace(shown, line=line_length(room) + 1)
    return replace(
        shown,
        state=place.state,
        version=place.version,
        line=position(room, place) if place.state == WAITING else line_length(room) + 1,
        hold_until=place.hold_until,
        wishes_interview=place.interview,
    )


def _written(room: Room, language: str) -> SessionCard:
    organisation, group = room.organisation, room.group
    return SessionCard(
        id=group.id,
        kind=group.kind,
        title=_text(group.title, group, language),
        start=starts_at(organisation, group),
        end=ends_at(organisation, group),
        where=_where(organisation, group),
        stop=_text(group.bus.stop, group, language) if group.bus else "",
        leaves=meets_at(organisation, group) if group.bus else None,
        host=group.host,
        bring=_text(group.bring, group, language),
        interview=group.interview,
        open=is_open(organisation, group, room.now),
        discreet=group.discreet,
        trainers=group.trainers,
        jobs=jobs_at(room.session, organisation, group, language, room.now.astimezone(organisation.tz).date()),
    )


def _where(organisation: Organisation, group: GroupSession) -> str:
    place = organisation.places.get(group.place or "")
    return f"{place.name}, {place.address}" if place else group.address


def _text(texts: Texts, group: GroupSession, language: str) -> str:
    """In a language in which the session is not held it may not be written down."""
    return texts.get(language) or next((texts[each] for each in group.languages if each in texts), "")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The group sessions of an organisation for one person at this moment, within the caller's transaction."""

    session: Session
    organisation: Organisation
    person_id: str
    language: str
    now: datetime

    def coming(self, known: Mapping[str, Value], page: int = 1) -> tuple[tuple[SessionCard, ...], bool]:
        """Those that fit who gave these answers, the soonest first, as many as a screen shows; and whether there are
        later ones."""
        places, end = self._places(), page * SCREEN
        groups = coming(self.organisation, known, self.language, self.now)
        shown = (card(self.room(group), places.get(group.id), self.language) for group in groups[end - SCREEN : end])
        return tuple(shown), len(groups) > end

    def mine(self) -> tuple[SessionCard, ...]:
        """Those that are ahead and where the person has a place, or waits for one."""
        found = [card(self.room(group), place, self.language) for group, place in self._involved()]
        return tuple(sorted(found, key=lambda each: each.start)[:SCREEN])

    def room(self, group: GroupSession) -> Room:
        return Room(self.session, self.organisation, group, self.now)

    def _places(self) -> dict[str, Enrolment]:
        return {place.session: place for place in of_person(self.session, self.person_id)}

    def _involved(self) -> Iterator[tuple[GroupSession, Enrolment]]:
        for id, place in self._places().items():
            group = self.organisation.sessions.get(id)
            if group and place.state in INVOLVED and is_ahead(self.organisation, group, self.now):
                yield group, place
