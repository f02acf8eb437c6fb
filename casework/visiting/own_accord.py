"""How many messages of our own accord one person gets in a day: reminders go before everything else."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from casework.hours.calendar import DAY, moment_or_next, out_of_quiet
from casework.house.organisation import Organisation
from storage.tables import Chat, Due, Outgoing

LANE = 1
"""That of the messages that nobody waits for; see ``storage.tables.Outgoing``."""
REMINDS = "remind"
"""How the kind of every row begins that becomes a reminder."""

_SENT = (
    select(func.count())
    .select_from(Outgoing)
    .join(Chat, col(Chat.id) == col(Outgoing.chat_id))
    .where(
        col(Chat.person_id) == bindparam("person"),
        col(Outgoing.lane) == LANE,
        col(Outgoing.kind) == "message",
        col(Outgoing.state) != "cancelled",
        col(Outgoing.created_at) >= bindparam("since"),
    )
)
_TO_COME = (
    select(func.count())
    .select_from(Due)
    .where(
        col(Due.person_id) == bindparam("person"),
        col(Due.kind).startswith(REMINDS),
        col(Due.state) == "planned",
        col(Due.due_at) < bindparam("until"),
    )
)


def has_room(session: Session, organisation: Organisation, person_id: str, now: datetime, *, reminds: bool) -> bool:
    """Whether one more message may be sent today. What is no reminder leaves room for those of today."""
    today, run = now.astimezone(organisation.tz).date(), session.connection().execute
    count = run(_SENT, {"person": person_id, "since": _begin(organisation, today)}).scalar_one()
    if not reminds:
        count += run(_TO_COME, {"person": person_id, "until": _begin(organisation, today + DAY)}).scalar_one()
    return bool(count < organisation.messages_a_day)


def tomorrow(organisation: Organisation, now: datetime) -> datetime:
    """When the count begins anew, outside the quiet hours (UTC)."""
    return out_of_quiet(organisation, _begin(organisation, now.astimezone(organisation.tz).date() + DAY))


def _begin(organisation: Organisation, day: date) -> datetime:
    return moment_or_next(datetime.combine(day, time()), organisation.tz).astimezone(UTC)
