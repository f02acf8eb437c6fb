"""What the web chat needs of the house, and the limits it keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.aloud.reading import Reading
from bot.channels.webchat_pace import Pace
from bot.channels.webchat_streams import Streams
from bot.incoming import Incoming, Taken
from bot.web.pages import Translate
from casework.house.organisations import Organisation
from flows.heard import Tap
from storage.ledger import Ledger
from storage.vault import Vault

CHANNEL = "web"


class TakesIn(Protocol):
    async def take(self, incoming: Incoming, /) -> Taken: ...


class ReadsTaps(Protocol):
    def read(self, place: str, token: str, /) -> Tap | None: ...


@dataclass(frozen=True, slots=True)
class WebChat:
    """``secure`` says that people reach us over https; ``helplines`` is the number to call in a line of ours. Call
    ``streams.close()`` when the server stops."""

    ledger: Ledger
    vault: Vault
    converse: TakesIn
    taps: ReadsTaps
    organisations: Mapping[str, Organisation]
    translate: Translate
    now: Callable[[], datetime]
    secure: bool
    reading: Reading | None = None
    helplines: Mapping[str, str] = field(default_factory=dict)
    streams: Streams = field(default_factory=Streams)
    said_by_chat: Pace = field(default_factory=lambda: Pace(times=25, seconds=10))
    said_by_address: Pace = field(default_factory=lambda: Pace(times=600, seconds=10))
    started_by_address: Pace = field(default_factory=lambda: Pace(times=120, seconds=60))
    heard_by_chat: Pace = field(default_factory=lambda: Pace(times=90, seconds=60))
    heard_by_address: Pace = field(default_factory=lambda: Pace(times=900, seconds=60))
