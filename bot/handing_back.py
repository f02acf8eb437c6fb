"""What falls due in a talk with a coach: the end of the lease, told openly, and a look whether a line was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from bot.call import Call
from bot.carriers import Carriers
from bot.house import House
from bot.incoming import Incoming
from bot.own_accord import whom
from bot.people import Partner
from bot.turn import take_turn
from casework.talk.coach_talk import end, name_of_holder, talk_of
from casework.talk.talk_reading import SILENT
from casework.talk.talk_unread import tell_if_unread
from casework.telling.announcements import announce_about
from flows.heard import CoachLeft
from storage.columns import new_id
from storage.tables import CoachTalk, Due, TalkLine
from storage.trays import finish_due, retry_due


def hand_back(session: Session, house: House, due: Due, now: datetime) -> None:
    """The assistant takes over when no line has come for as long as the lease, or the coach has left."""
    person = whom(session, house, due.person_id or "")
    talk = talk_of(session, due.person_id or "")
    if talk is None or talk.version != due.version or talk.until is None:
        finish_due(session, due.id or 0, "skipped", "handed back before")
    elif talk.until > now:
        retry_due(session, due.id or 0, talk.until)
    elif finish_due(session, due.id or 0, "done"):
        left = CoachLeft(name_of_holder(session, talk), _waits(session, talk))
        end(session, talk, waits=left.waits, now=now)
        if person is not None:
            _tell(session, house, replace(person, coach_until=None), left, now)


def _waits(session: Session, talk: CoachTalk) -> bool:
    """Whether the last word was the person's."""
    newest = select(TalkLine).where(TalkLine.person_id == talk.person_id).order_by(col(TalkLine.id).desc())
    line = session.exec(newest.limit(1)).first()
    return line is not None and line.staff_id is None


def _tell(session: Session, house: House, person: Partner, left: CoachLeft, now: datetime) -> None:
    """A turn that nobody waits for: what it says is left in the tray."""
    key, place = f"{SILENT}{new_id()}", person.place
    incoming = Incoming(place.organisation, place.channel, key, place.address, left)
    take_turn(Call(session, replace(house, carriers=Carriers()), incoming, now), person)


def look_if_read(session: Session, house: House, due: Due, now: datetime) -> None:
    if not finish_due(session, due.id or 0, "done"):
        return
    subject = tell_if_unread(session, due, now)
    if subject is not None:
        announce_about(session, house.voice, subject, now)
