"""Whether a chat can be reached: given up when it blocks us or is gone, tried again when it comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from casework.talk.talk_lines import go_another_way
from casework.talk.unreachable import call_if_nowhere
from casework.telling.announcements import Voice, announce_about, go_past
from casework.telling.notices import News, give_notice
from storage.insert import insert_new
from storage.tables import Chat, Heard, Outgoing
from storage.tray_statements import OPEN

REACHABLE = "open"
BLOCKED = "blocked"
_LATELY = 10


@dataclass(frozen=True, slots=True)
class Reach:
    """A channel's word that a chat can be reached again (``open``) or not any more; see ``Incoming`` for the rest."""

    organisation: str
    channel: str
    update_key: str
    address: str
    open: bool


def note_reach(session: Session, voice: Voice, reach: Reach, now: datetime) -> None:
    """Once, and not if something newer was heard from there before it. A chat we do not know is left unknown."""
    known = select(Chat.id).where(
        Chat.organisation == reach.organisation,
        Chat.channel == reach.channel,
        Chat.address == reach.address,
    )
    chat_id = session.exec(known).first()
    if chat_id is None or not _is_news(session, chat_id, reach, now):
        return
    if reach.open:
        reopen(session, chat_id)
    else:
        give_up(session, voice, chat_id, now)


def _is_news(session: Session, chat_id: str, reach: Reach, now: datetime) -> bool:
    """A copy of "has left" that comes after "is back" would cut off somebody who is there."""
    newest = select(Heard.update_key).where(Heard.chat_id == chat_id).order_by(col(Heard.at).desc()).limit(_LATELY)
    overtaken = any(_number(key) > _number(reach.update_key) for key in session.exec(newest))
    here = {"organisation": reach.organisation, "channel": reach.channel, "update_key": reach.update_key}
    return insert_new(session, Heard, **here, chat_id=chat_id, at=now) and not overtaken


def _number(update_key: str) -> int:
    """Telegram counts its updates."""
    return int(update_key) if update_key.isdecimal() else 0


def reopen(session: Session, chat_id: str) -> bool:
    """From now on the chat is written to again; what was given up meanwhile stays so."""
    again = update(Chat).where(col(Chat.id) == chat_id, col(Chat.state) == BLOCKED).values(state=REACHABLE)
    return session.exec(again).rowcount == 1


def give_up(session: Session, voice: Voice, chat_id: str, now: datetime) -> None:
    """Cancels what waits for the chat, and tells the staff once each time that it becomes unreachable."""
    blocked = update(Chat).where(col(Chat.id) == chat_id, col(Chat.state) == REACHABLE).values(state=BLOCKED)
    if session.exec(blocked).rowcount:
        chat = session.get_one(Chat, chat_id)
        subject = chat.person_id or chat_id
        key = f"unreachable|{chat_id}|{now.isoformat()}"
        give_notice(session, News(chat.organisation, "unreachable", subject, key), now)
        announce_about(session, voice, subject, now)
    waiting = update(Outgoing).where(col(Outgoing.chat_id) == chat_id, col(Outgoing.state).in_(OPEN))
    session.exec(waiting.values(state="cancelled", reason="unreachable", lease_until=None))
    call_if_nowhere(session, session.get_one(Chat, chat_id).person_id or "", now)
    go_past(session, voice, session.get_one(Chat, chat_id), now)
    for subject in go_another_way(session, voice, session.get_one(Chat, chat_id), now):
        announce_about(session, voice, subject, now)
