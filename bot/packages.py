"""Takes messages out of the outgoing tray for a courier, with all that it needs to deliver them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Table, bindparam, select
from sqlmodel import Session

from flows.messages import Bubble
from storage.tables import Chat, Person
from storage.tray_statements import OUTGOING
from storage.trays import claim_outgoing, mark
from storage.vault import Vault

CHAT: Table = Chat.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
PERSON: Table = Person.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
REPLACED = OUTGOING.alias("replaced")

_MORE = (
    select(OUTGOING.c.id, CHAT.c.address, CHAT.c.state, PERSON.c.wrapped_key, REPLACED.c.external_id)
    .join(CHAT, CHAT.c.id == OUTGOING.c.chat_id)
    .outerjoin(PERSON, PERSON.c.id == CHAT.c.person_id)
    .outerjoin(REPLACED, REPLACED.c.id == OUTGOING.c.replaces)
    .where(OUTGOING.c.id.in_(bindparam("ids", expanding=True)))
)
_LATER_REDRAW = (
    select(OUTGOING.c.id)
    .where(
        OUTGOING.c.chat_id == bindparam("chat_id"),
        OUTGOING.c.kind == "redraw",
        OUTGOING.c.replaces == bindparam("replaces"),
        OUTGOING.c.state == "created",
        OUTGOING.c.id > bindparam("id"),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Line:
    """Whose messages a courier carries."""

    organisation: str
    channel: str

    @property
    def topic(self) -> str:
        """What the ledger's bell rings when there is something new to carry."""
        return f"outgoing/{self.organisation}/{self.channel}"


@dataclass(frozen=True, slots=True)
class Package:
    """A row that is ours to carry. ``shown_as`` is the channel's id of the message to redraw, if this redraws one (the
    row ``replaces``) and it is known, and ``deletes`` that of the message to delete, if it deletes one.

    ``spoken`` asks for a voice message instead of a written one.

    ``bubble`` is there for a row of this very moment: nothing has to be unsealed. ``followed`` says that the same
    chat may have another row behind this one.
    """

    id: int
    line: Line
    chat_id: str
    address: str
    sealed: bytes = field(default=b"", repr=False)
    wrapped_key: bytes | None = field(default=None, repr=False)
    blocked: bool = False
    attempts: int = 1
    uncertain: bool = False
    replaces: int | None = None
    shown_as: str | None = None
    deletes: str | None = None
    spoken: bool = False
    bubble: Bubble | None = field(default=None, repr=False)
    followed: bool = True

    def open(self, vault: Vault) -> Bubble:
        """Raises ``SealBroken``, or ``ValueError``, ``KeyError`` or ``TypeError`` for what is no bubble."""
        if self.bubble is not None:
            return self.bubble
        key = vault.open_key(self.wrapped_key) if self.wrapped_key else vault.house
        return Bubble.from_json(orjson.loads(key.open(self.sealed, f"outgoing|{self.chat_id}")))


def claim_packages(session: Session, line: Line, now: datetime, limit: int, lease_s: float) -> list[Package]:
    """The next message of each of at most ``limit`` chats. A redraw that a later one outdoes is dropped."""
    rows = claim_outgoing(session, line.channel, line.organisation, now, limit, lease_s)
    wanted = [row for row in rows if not (row["kind"] == "redraw" and _drop_if_outdone(session, row))]
    return list(_packages(session, line, wanted)) if wanted else []


def _drop_if_outdone(session: Session, row: Mapping[str, Any]) -> bool:
    this = {name: row[name] for name in ("chat_id", "replaces", "id")}
    if session.connection().execute(_LATER_REDRAW, this).first() is None:
        return False
    return mark(session, row["id"], ("sending",), state="cancelled", reason="outdone")


def _packages(session: Session, line: Line, rows: Sequence[Mapping[str, Any]]) -> Iterator[Package]:
    more = {found.id: found for found in session.connection().execute(_MORE, {"ids": [row["id"] for row in rows]})}
    for row in rows:
        about = more[row["id"]]
        yield Package(
            id=row["id"],
            line=line,
            chat_id=row["chat_id"],
            address=about.address,
            blocked=about.state == "blocked",
            sealed=row["sealed"],
            wrapped_key=about.wrapped_key,
            attempts=row["attempts"],
            uncertain=row["uncertain"],
            replaces=row["replaces"] if row["kind"] == "redraw" else None,
            shown_as=about.external_id if row["kind"] == "redraw" else None,
            deletes=row["external_id"] if row["kind"] == "delete" else None,
            spoken=row["kind"] == "voice",
        )
