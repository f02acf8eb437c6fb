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
    ``by`` who gives the answers in it (see ``flows.log.THE_PERSON``), ``message`` the channel's id of the message,
    where it can delete that.
    """

    organisation: str
    channel: str
    update_key: str
    address: str
    heard: Heard
    language: str | None = None
    body: str | None = None
    by: str = THE_PERSON
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What buttons give way to. ``row`` is the outgoing row on which ``mark`` comes, if that asked ``question``;
    without a row it is the message that was tapped."""

    mark: str
    question: str | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The update is committed. ``chat_id`` names the row in ``chat``, ``toast`` is a word for the tap itself.

    ``settled`` is what a channel that can edit its messages puts in the place of buttons. ``removed`` says that what
    was said must not stay on the screen. ``package`` is a message that this process has taken on to carry; only
    ``bot.converse`` looks at it.
    """

    chat_id: str | None
    duplicate: bool = False
    toast: str | None = None
    removed: bool = False
    settled: Settled | None = None
    package: Package | None = field(default=None, repr=False)
