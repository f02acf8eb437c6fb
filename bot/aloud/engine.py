"""Says a passage with espeak-ng: a process of its own that gets the text on its input and gives a WAV file back."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass

from bot.aloud.sound import NoSound

PROGRAM = "espeak-ng"
REMEDY = "apt-get install espeak-ng"
WORDS_A_MINUTE = 130
"""Slow: people speak Dutch and French at 160 to 180, and this is a voice of a machine."""
PAUSE = 3
"""Hundredths of a second between words."""


@dataclass(frozen=True, slots=True)
class Engine:
    """``program`` is a path. Its environment is empty: it has no business with our secrets."""

    program: str
    time_limit: float = 10.0

    async def say(self, voice: str, text: str) -> bytes:
        """A WAV file. Raises ``NoSound`` when it fails or takes longer than ``time_limit`` seconds."""
        process = await asyncio.create_subprocess_exec(
            *(self.program, "-v", voice, "-s", str(WORDS_A_MINUTE), "-g", str(PAUSE), "-b", "1"),
            *("--stdin", "--stdout"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
        )
        try:
            async with asyncio.timeout(self.time_limit):
                wave, _ = await process.communicate(text.encode("utf-8", "replace"))
        except TimeoutError:
            raise NoSound("took too long") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise NoSound(f"ended with {process.returncode}")
        return wave


def find_engine() -> Engine | None:
    """``None`` where it is not installed."""
    program = shutil.which(PROGRAM)
    return Engine(program) if program else None
