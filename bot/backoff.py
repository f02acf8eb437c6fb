"""How long to wait after failures in a row: longer each time, up to a limit, and never all at once."""

from __future__ import annotations

from dataclasses import dataclass
from random import SystemRandom

_CHANCE = SystemRandom()


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits in seconds: ``first`` doubles up to ``longest``; each is spread over its upper half."""

    first: float = 1.0
    longest: float = 300.0

    def wait(self, failures: int) -> float:
        """After so many failures in a row, the first being 1."""
        most = min(self.longest, self.first * 2.0 ** min(failures - 1, 30))
        return _CHANCE.uniform(most / 2, most)
