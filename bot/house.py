"""What the whole program shares: data, secrets, the clock, and what each organisation is."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.aloud.reading import Reading
from bot.carriers import Carriers
from bot.clock import Clock
from bot.scenes import Scenes
from bot.taps import Taps
from casework.house.in_force import InForce
from casework.telling.announcements import Voice
from flows.talk import Setting
from flows.wording import Wording
from storage.ledger import Ledger
from storage.vault import Vault


@dataclass(frozen=True, slots=True, repr=False)
class House:
    """``bots`` has the Telegram bot's username per organisation, once Telegram has told it.

    In a debug message it is a house, not all that is in it.
    """

    ledger: Ledger
    vault: Vault
    clock: Clock
    organisations: InForce
    scenes: Scenes
    wording: Wording
    taps: Taps
    public_url: str = ""
    carriers: Carriers = field(default_factory=Carriers)
    reading: Reading | None = None
    bots: dict[str, str] = field(default_factory=dict)

    def setting(self, organisation: str, channel: str) -> Setting:
        """What the engine must know there, as the organisation is now."""
        now = self.organisations[organisation]
        self.scenes.follow(now, self.wording)
        self.scenes.on(organisation, self.clock.now().astimezone(now.tz).date())
        return self.scenes.setting(organisation, channel)

    @property
    def voice(self) -> Voice:
        """What it takes to write to staff."""
        return Voice(self.vault, self.wording, self.taps.token, self.organisations)
