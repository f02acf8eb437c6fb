"""A sound as browsers and Telegram play it: MP3, one channel, 32 kbit/s."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MIME = "audio/mpeg"
BITS = 32
_QUALITY = 5
_HEADER = 44


class NoSound(Exception):
    """The engine gave something else than a recording."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Samples of 16 bits, one channel; ``rate`` of them a second."""

    rate: int
    samples: bytes


def raw(wave: bytes) -> Raw:
    """What stands in a WAV file that was written to a pipe: its header cannot know how long it is."""
    if len(wave) <= _HEADER or wave[:4] != b"RIFF" or wave[8:12] != b"WAVE":
        raise NoSound("no WAV")
    kind, channels, rate = struct.unpack_from("<HHI", wave, 20)
    if (kind, channels) != (1, 1):
        raise NoSound("not one channel of plain samples")
    samples = wave[_HEADER:]
    return Raw(rate, samples[: len(samples) // 2 * 2])


def mp3(recording: Raw) -> bytes:
    from lameenc import Encoder  # loaded only where something is read aloud

    encoder = Encoder()
    encoder.set_bit_rate(BITS)
    encoder.set_in_sample_rate(recording.rate)
    encoder.set_channels(1)
    encoder.set_quality(_QUALITY)
    encoder.silence()
    return bytes(encoder.encode(recording.samples)) + bytes(encoder.flush())


def seconds(sound: bytes) -> int:
    """How long it takes to play, at least one."""
    return max(1, round(len(sound) * 8 / (BITS * 1000)))
