"""What the console and the API are given when they are built: the ledger, whom they serve, the time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web
from pydantic import SecretStr

from casework.cases.filling_in import FillsIn
from casework.cases.summary import Briefing
from casework.house.bot_state import BotState
from casework.house.in_force import InForce
from casework.telling.announcements import Voice
from flows.plain_language import PlainRules
from storage.ledger import Ledger
from storage.vault import Vault


async def no_way_out(address: str) -> str | None:
    return "no way to other systems is set up here"


def no_rules() -> Mapping[str, PlainRules]:
    return {}


async def no_bot(organisation: str) -> BotState | None:
    return None


async def no_receiver(organisation: str, webhook: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Office:
    """``secure`` says that the public address is https. ``bots`` has the bot's username per organisation.

    ``fills_in`` is the desk to fill in together with somebody; without it there are no pages for that.
    ``origin`` is the public address; ``provider_secrets`` by organisation are for its own sign-in.
    ``voice`` sends notices. ``refuses`` says why nothing would be sent to an address of somebody else, or ``None``.
    ``plain_rules`` say by language what is hard to read, ``bot_state`` how a Telegram bot is doing, and ``try_webhook``
    sends an event about nothing to a receiver, by organisation and id.
    """

    ledger: Ledger
    vault: Vault
    organisations: InForce
    briefing: Briefing
    now: Callable[[], datetime]
    secure: bool = False
    bots: Mapping[str, str] = field(default_factory=dict)
    fills_in: FillsIn | None = None
    refuses: Callable[[str], Awaitable[str | None]] = no_way_out
    voice: Voice | None = None
    origin: str = ""
    provider_secrets: Mapping[str, SecretStr] = field(default_factory=dict)
    plain_rules: Callable[[], Mapping[str, PlainRules]] = no_rules
    bot_state: Callable[[str], Awaitable[BotState | None]] = no_bot
    try_webhook: Callable[[str, str], Awaitable[str | None]] = no_receiver


OFFICE = web.AppKey("office", Office)
