"""What a channel passes to the conversation, and what it gets back once that is committed."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.packages import Package
from flows.heard import Heard
from flows.log import THE_PERSON


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update. ``update_key`` is unique per organisation and channel: the same one is applied once.

    ``address`` is the chat's id at the channel (see ``storage.tables.Chat``), ``language`` a hint of the
    channel's, ``body`` what a transcript may show of it later (sealed; ``None`` keeps nothing),
    ``by`` who gives the answers in it (see ``flows.log.THE_PERSON``).
    """

    organisation: str
    channel: str
    update_key: str
    address: str
    heard: Heard
    language: str | None = None
    body: str | None = None
    by: str = THE_PERSON


@dataclass(frozen=True, slots=True)
class Taken:
    """The update is committed. ``chat_id`` names the row in ``chat``, ``toast`` is a word for the tap itself.

    ``package`` is a message that this process has taken on to carry; only ``bot.converse`` looks at it.
    """

    chat_id: str | None
    duplicate: bool = False
    toast: str | None = None
    package: Package | None = field(default=None, repr=False)
