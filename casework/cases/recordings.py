"""What people spoke for their coach: kept sealed, heard by who may read the case, forgotten in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from casework.cases.cases import Actor, find_case
from casework.door.rights import may
from storage import audit
from storage.tables import Case, Person, Recording
from storage.trays import DuePlan, plan
from storage.vault import Vault

MOST = 30
"""Recordings of one conversation; who speaks more is better served by a person."""
KEPT = timedelta(days=90)
AWAITED = ""
"""In place of a kind of sound, while a recording has not been fetched; ``sealed`` is then its name at the channel."""
FETCH = "fetch_recording"
FORGET = "forget_recording"


def about(recording_id: str) -> str:
    return f"recording|{recording_id}"


def expect(session: Session, vault: Vault, recording: Recording, ref: str, organisation: str) -> bool:
    """Note that ``recording`` is to be fetched soon, and to be forgotten in time; false if there are too many."""
    mine = Recording.conversation_id == recording.conversation_id
    if session.exec(select(func.count()).select_from(Recording).where(mine)).one() >= MOST:
        return False
    key = vault.open_key(session.get_one(Person, recording.person_id).wrapped_key)
    recording.sealed, recording.mime = key.seal(ref.encode(), about(recording.id)), AWAITED
    session.add(recording)
    for kind, due_at in ((FETCH, recording.at), (FORGET, recording.at + KEPT)):
        key_of_due = f"{kind}|{recording.id}"
        due = DuePlan(key_of_due, kind, organisation, recording.person_id, recording.id, 0, due_at)
        plan(session, due)
    return True


def awaited(session: Session, vault: Vault, recording_id: str) -> str | None:
    """What the channel calls it; ``None`` if it is no longer waited for."""
    recording = session.get(Recording, recording_id)
    if recording is None or recording.mime != AWAITED:
        return None
    key = vault.open_key(session.get_one(Person, recording.person_id).wrapped_key)
    return key.open(recording.sealed, about(recording_id)).decode()


def keep(session: Session, vault: Vault, recording_id: str, sound: bytes, mime: str) -> bool:
    """The sound itself, sealed for the person; false if they were forgotten meanwhile."""
    recording = session.get(Recording, recording_id)
    if recording is None or recording.mime != AWAITED:
        return False
    key = vault.open_key(session.get_one(Person, recording.person_id).wrapped_key)
    recording.sealed, recording.mime = key.seal(sound, about(recording_id)), mime
    session.add(recording)
    return True


def forget(session: Session, recording_id: str) -> None:
    session.connection().execute(delete(Recording).where(col(Recording.id) == recording_id))


def of_case(session: Session, case: Case) -> Sequence[Recording]:
    """Those that can be heard, the oldest first, as rows."""
    mine = (Recording.person_id == case.person_id, Recording.mime != AWAITED)
    without_sound = select(Recording).options(defer(Recording.sealed))  # type: ignore[arg-type]  # SQLModel does not type it
    return session.exec(without_sound.where(*mine).order_by(col(Recording.at))).all()


def hear(
    session: Session, vault: Vault, actor: Actor, which: tuple[str, str], now: datetime
) -> tuple[bytes, str] | None:
    """The sound and its kind; ``which`` is the case's id and the recording's. The audit tells who heard it."""
    case_id, recording_id = which
    case = find_case(session, actor.organisation, case_id)
    recording = session.get(Recording, recording_id)
    if case is None or not case.sealed or recording is None or not may(actor.holder, "see_barriers", case):
        return None
    if recording.person_id != case.person_id or recording.mime == AWAITED:
        return None
    key = vault.open_key(session.get_one(Person, case.person_id).wrapped_key)
    audit.record(session, actor.organisation, actor.name, "recording.hear", recording.id, now)
    return key.open(recording.sealed, about(recording.id)), recording.mime
