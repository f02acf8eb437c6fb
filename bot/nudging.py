"""After a silence that the organisation sets, asks once to go on: one row in the due tray for each conversation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from bot.call import Call
from bot.house import House
from bot.notebook import add_beside, read_log
from bot.people import TALK, Partner, find, reach
from bot.speak import speak_later
from casework.hours.calendar import out_of_quiet
from casework.house.organisation import Organisation
from casework.visiting.own_accord import has_room, tomorrow
from flows.log import Entry
from flows.memory import Memory, remember
from flows.render import render
from flows.silence import begins_silence, nudge, nudged
from storage.tables import Due
from storage.trays import DuePlan, finish_due, plan, retry_due

NUDGE = "nudge"

_PLANNED = (
    select(col(Due.id))
    .where(col(Due.subject) == bindparam("talk"), col(Due.kind) == NUDGE, col(Due.state) == "planned")
    .limit(1)
)
_LAST_TURN = select(TALK.c.updated_at).where(TALK.c.id == bindparam("talk"))


def watch(call: Call, partner: Partner, memory: Memory, entries: Sequence[Entry]) -> None:
    """Plan a look at the conversation, unless one is planned. Only a consent and coming back need to look:
    the row that they leave waits for as long as the person talks."""
    setting = call.setting
    if not begins_silence(setting.flow, entries) or nudge(setting, memory, partner.language) is None:
        return
    due_at = _silent_at(call.organisation, call.now)
    talk = partner.conversation_id
    if due_at is None or call.session.connection().execute(_PLANNED, {"talk": talk}).first():
        return
    key = f"{NUDGE}|{talk}|{due_at.isoformat()}"
    plan(call.session, DuePlan(key, NUDGE, partner.place.organisation, partner.person_id, talk, 0, due_at))


def _silent_at(organisation: Organisation, spoke: datetime) -> datetime | None:
    """When a silence since ``spoke`` has lasted long enough, outside the quiet hours; ``None``: never."""
    after = organisation.nudge_after
    return out_of_quiet(organisation, spoke + after.as_timedelta()) if after else None


def ask_to_go_on(session: Session, house: House, due: Due, now: datetime) -> None:
    """Say it once, look again later if the person spoke meanwhile, or note why nothing is said."""
    partner = _partner(session, house, due)
    spoke = session.connection().execute(_LAST_TURN, {"talk": due.subject}).scalar()
    if partner is None or spoke is None:
        finish_due(session, due.id or 0, "skipped", "cannot be reached")
        return
    organisation = house.organisations[due.organisation]
    later = _later(organisation, partner, spoke, now)
    if later == now and not has_room(session, organisation, partner.person_id, now, reminds=False):
        later = tomorrow(organisation, now)
    if later is None:
        finish_due(session, due.id or 0, "skipped", "nobody asks to go on here")
    elif later > now:
        retry_due(session, due.id or 0, later)
    else:
        _ask(session, house, due, partner, now)


def _partner(session: Session, house: House, due: Due) -> Partner | None:
    """The person where they can be reached, their row locked: what they say at this moment comes before or after."""
    found = reach(session, house.vault, due.person_id or "")
    partner = find(session, house.vault, found.place) if found else None
    return partner if isinstance(partner, Partner) and partner.conversation_id == due.subject else None


def _later(organisation: Organisation, partner: Partner, spoke: datetime, now: datetime) -> datetime | None:
    """When it may be said: after the silence, after what leaves the person in peace, and not in quiet hours."""
    silent_at = _silent_at(organisation, spoke)
    if silent_at is None:
        return None
    return out_of_quiet(organisation, max(silent_at, partner.rests_until(now) or now, now))


def _ask(session: Session, house: House, due: Due, partner: Partner, now: datetime) -> None:
    setting = house.setting(partner.place.organisation, partner.place.channel)
    memory = remember(read_log(session, partner.key, partner.conversation_id))
    language = memory.language or partner.language
    saying = None if partner.quiet else nudge(setting, memory, language)
    if saying is None:
        finish_due(session, due.id or 0, "skipped", "not wanted")
    elif finish_due(session, due.id or 0, "done"):
        add_beside(session, partner, (nudged(saying, now),))
        speak_later(session, house, partner, render(saying, setting, language), now)
