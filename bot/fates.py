"""What becomes of a message after a try to deliver it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session

from bot.backoff import Backoff
from bot.packages import Package
from bot.reach import give_up
from bot.wire import Blocked, NotSent, Refused, TryLater, Unauthorised, Unknown
from casework.talk.talk_lines import failed
from casework.telling.announcements import Voice, announce_about
from casework.telling.bells import chat_topic
from storage.ledger import ring
from storage.prepared import Prepared
from storage.tray_statements import OUTGOING
from storage.trays import mark

MOST_TRIES = 60

_ARRIVED = Prepared(
    update(OUTGOING)
    .where(OUTGOING.c.id == bindparam("row"), OUTGOING.c.state == "sending")
    .values(state="sent", reason=None, external_id=bindparam("named"), sent_at=bindparam("at"), lease_until=None)
)

_STANDS_ELSEWHERE = Prepared(
    update(OUTGOING).where(OUTGOING.c.id == bindparam("row")).values(external_id=bindparam("named"))
)


@dataclass(frozen=True, slots=True)
class Fate:
    """The changes to the row, and whether its chat is given up. ``wait`` says in how many seconds to look again."""

    package: Package
    changes: Mapping[str, Any]
    unreachable: bool = False
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The message is there; ``external_id`` is empty if the channel did not name it."""

    package: Package
    external_id: str
    at: datetime
    wait: None = None


def later(package: Package, reason: str, wait: float, now: datetime, **more: Any) -> Fate:
    """To be tried again; ``now`` is real time, which leases and waits are in."""
    changes = {"state": "temporary-failure", "reason": reason, "not_before": now + timedelta(seconds=wait)}
    return Fate(package, changes | more, wait=wait)


def never(package: Package, reason: str) -> Fate:
    return Fate(package, {"state": "technical-failure", "reason": reason})


def unreachable(package: Package) -> Fate:
    return Fate(package, {"state": "permanent-failure", "reason": "unreachable"}, unreachable=True)


def after(package: Package, problem: NotSent, backoff: Backoff, now: datetime) -> Fate:
    """A message of unknown fate is sent once more, and never a third time; a redraw and a
    deletion can be repeated freely, and a deletion that is refused does no harm."""
    wait = backoff.wait(package.attempts)
    match problem:
        case Blocked():
            return unreachable(package)
        case Refused(reason=reason) if package.deletes is not None:
            return Fate(package, {"state": "cancelled", "reason": reason})
        case Refused(reason=reason):
            return never(package, reason)
        case Unknown() if package.shown_as is None and package.deletes is None:
            return never(package, "unknown") if package.uncertain else _once_more(package, wait, now)
        case TryLater(seconds=float() as seconds):
            return later(package, "asked to wait", seconds, now)
        case Unauthorised():
            return later(package, "unauthorised", 0, now)
        case _ if package.attempts >= MOST_TRIES:
            return never(package, "gave up")
        case _:
            return later(package, "not reached", wait, now)


def _once_more(package: Package, wait: float, now: datetime) -> Fate:
    return later(package, "unknown", wait, now, uncertain=True)


def settle(session: Session, voice: Voice, fates: Iterable[Fate | Sent], now: datetime) -> None:
    """Write them down. A row that somebody else finished meanwhile stays as it is."""
    done = []
    for fate in fates:
        ring(session, chat_topic(fate.package.chat_id))
        if isinstance(fate, Sent):
            done.append(_arrived(fate))
            _find_again(session, fate)
            continue
        mark(session, fate.package.id, ("sending",), **fate.changes)
        if fate.changes["state"] == "technical-failure" and (subject := failed(session, fate.package.id, now)):
            announce_about(session, voice, subject, now)
        if fate.unreachable:
            give_up(session, voice, fate.package.chat_id, now)
    if done:
        _ARRIVED.change_each(session, done)


def _arrived(sent: Sent) -> Mapping[str, Any]:
    return {"row": sent.package.id, "named": sent.external_id or None, "at": sent.at}


def _find_again(session: Session, sent: Sent) -> None:
    """A question that could not be redrawn was asked anew: there it stands for the next redrawing."""
    package = sent.package
    if package.replaces is not None and sent.external_id not in ("", package.shown_as):
        _STANDS_ELSEWHERE.change(session, {"row": package.replaces, "named": sent.external_id})


def note_only(session: Session, fate: Fate | Sent) -> None:
    """No more than what became of the row itself, where what follows from it cannot be done."""
    if isinstance(fate, Sent):
        _ARRIVED.change(session, _arrived(fate))
    else:
        mark(session, fate.package.id, ("sending",), **fate.changes)
